"""Experiments at the managers' desk: set up with its size, started by a second manager, read at any moment, stopped."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import experiments, insight, negotiation
from bot.core import Problem, Problems, Session, reading, record, transaction
from bot.web import going_on, manage_experiment_form, manage_experiment_words, manage_steps, staff
from bot.web.manage_experiment_plot import HEIGHT, WIDTH, plot
from bot.web.manage_parts import SHORTEST_WHY, Form, manager, page, posted, said
from bot.web.parts import Parts

challenging = negotiation.challenging


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/manage/experiments", partial(_list, parts), methods=["GET"]),
        Route("/manage/experiments/new", partial(_new, parts), methods=["GET"]),
        Route("/manage/experiments/new", partial(_propose, parts), methods=["POST"]),
        Route("/manage/experiments/{id}", partial(_show, parts), methods=["GET"]),
        Route("/manage/experiments/{id}/{step}", partial(_step, parts), methods=["POST"]),
    ]


def _experiment(session: Session, request: Request) -> experiments.Experiment:
    try:
        return experiments.experiment(session, request.path_params["id"])
    except experiments.NoSuchExperiment:
        raise HTTPException(404) from None


def _last(session: Session, found: experiments.Experiment) -> experiments.Reading | None:
    kept = experiments.readings(session, found.id)
    return kept[-1][1] if kept else None


def _list(parts: Parts, request: Request) -> Response:
    with reading(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        found = experiments.experiments(session)
        told = [(one, manage_experiment_words.answer(one, _last(session, one))) for one in found]
    values = {
        "running": next((pair for pair in told if pair[0].state is experiments.State.RUNNING), None),
        "told": told, "words": manage_experiment_words,
    }  # fmt: skip
    return page(parts, request, "manage_experiments.html", me, values)


def _new(parts: Parts, request: Request) -> Response:
    """The form; with what was typed, how long it would take."""
    now, given = parts.settings.clock.now(), request.query_params
    with reading(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        typed = manage_experiment_form.typed(lambda name: given.get(name, "").replace("\x00", "") if name in given else None)
        is_asked = "smallest" in given
        rates = insight.rates(session, now)
        if not is_asked:
            typed |= manage_experiment_form.limits_from(rates)
        design, problems = manage_experiment_form.read(typed, insight.currency(session)) if is_asked else (None, [])
        size = experiments.size(design, insight.past(session, design, now)) if design and not problems else None
        values = {
            "typed": typed, "problems": problems, "size": size, "rates": rates, "running": experiments.running(session),
            "challengers": challenging.challengers(session, now), "live": negotiation.live_policy(session, now).name,
            "told": manage_experiment_words.how_long(size, design) if size and design else None,
            "outcomes": manage_experiment_words.OUTCOMES, "guards": manage_experiment_words.GUARDS,
            "percent": manage_experiment_words.percent, "guard_days": experiments.GUARD_DAYS, "days": manage_experiment_form.DAYS, "shortest": SHORTEST_WHY,
        }  # fmt: skip
    return page(parts, request, "manage_experiment_new.html", me, values)


async def _propose(parts: Parts, request: Request) -> Response:
    """Handed in as the form showed it; its size is worked out again, and kept as it was told."""

    def propose(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        sent = {name for name, _ in form}
        typed = manage_experiment_form.typed(lambda name: said(form, name, 120) if name in sent else None)
        design, problems = manage_experiment_form.read(typed, insight.currency(session))
        if not typed["name"]:
            problems.append(Problem("Name", "what it is about", "nothing"))
        if design is None or problems:
            raise Problems(problems)
        past = insight.past(session, design, now)
        if design.is_money and not past.known:
            raise Problems([Problem("Outcome", "one that needs no past, since no debtor's days are over yet", "cash")])
        size = experiments.size(design, past)
        if not size.is_decided_in_time and said(form, "accepted") != "yes":
            wanted = f"a yes to starting it although it cannot be decided in {experiments.LIMIT_WEEKS} weeks"
            raise Problems([Problem("Duration", wanted, "no yes")])
        found = challenging.propose(
            session, typed["name"], typed["challenger"], design, size, by=me.login, now=now,
            told=manage_experiment_words.how_long(size, design), why=manage_steps.why_and_ticket(form),
        )  # fmt: skip
        return f"/manage/experiments/{found.id}"

    return await posted(parts, request, propose)


def _show(parts: Parts, request: Request) -> Response:
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        found = _experiment(session, request)
        kept = experiments.readings(session, found.id)
        values: dict[str, Any] = {
            "it": found, "answer": manage_experiment_words.answer(found, kept[-1][1] if kept else None),
            "last": kept[-1][1] if kept else None, "plot": plot(kept, found.design), "wide": WIDTH, "high": HEIGHT,
            "champion": negotiation.version(session, found.champion_id, now),
            "challenger": negotiation.version(session, found.challenger_id, now),
            "share": experiments.share_at(found, now) if found.state is experiments.State.RUNNING else None,
            "moved": challenging.moved_since(session, found, now) if found.state is experiments.State.PROPOSED else "",
            "words": manage_experiment_words, "shortest": SHORTEST_WHY, "guard_days": experiments.GUARD_DAYS, "state": found.state.value,
            "within": manage_experiment_words.within(),
        }  # fmt: skip
        record(session, "ExperimentRead", subject=found.id, data={}, now=now, actor=me.actor)
    return page(parts, request, "manage_experiment.html", me, values)


async def _step(parts: Parts, request: Request) -> Response:
    def take(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        found, step = _experiment(session, request), request.path_params["step"]
        if step == "start":
            if me.login.casefold() == found.author.casefold():
                raise experiments.OwnReview(found)
            manage_steps.with_code(parts, session, me, form, now)
            challenging.start(session, found.id, me.login, now, said(form, "note", 400))
        elif step in ("reject", "withdraw", "stop"):
            does = {"reject": experiments.reject, "withdraw": experiments.withdraw, "stop": experiments.stop}[step]
            does(session, found.id, me.login, now, manage_steps.reason(form, "why"))
        else:
            raise HTTPException(404)
        return f"/manage/experiments/{found.id}"

    return await posted(parts, request, take)
