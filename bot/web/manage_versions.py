"""A version on its way: simulated, handed in, approved by somebody else with a code, put in force, taken back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import experiments, negotiation
from bot.core import Problem, Problems, Session, reading, record, transaction
from bot.web import going_on, manage_report, manage_rows, manage_steps, manage_try, manage_words, staff
from bot.web.manage_parts import SHORTEST_WHY, Form, manager, page, posted, said
from bot.web.parts import Parts

simulations = negotiation.simulations


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/manage/versions/{id}", partial(_show, parts), methods=["GET"]),
        Route("/manage/versions/{id}/progress", partial(_progress, parts), methods=["GET"]),
        Route("/manage/versions/{id}/cases/{account}", partial(_one_case, parts), methods=["GET"]),
        Route("/manage/versions/{id}/anew", partial(_anew, parts), methods=["POST"]),
        Route("/manage/versions/{id}/{step}", partial(_step, parts), methods=["POST"]),
    ]


def _version(session: Session, request: Request, now: datetime) -> negotiation.Version:
    try:
        return negotiation.version(session, request.path_params["id"], now)
    except negotiation.NoSuchVersion:
        raise HTTPException(404) from None


def _show(parts: Parts, request: Request) -> Response:
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        version = _version(session, request, now)
        run = simulations.of_version(session, version.id)
        base = negotiation.version(session, version.base, now).policy if version.base else version.policy
        wrote = _wrote(session, version)
        values = {
            "version": version, "run": run, "draft": negotiation.drafting.of_version(session, version.id),
            "state": manage_words.stands(version, run), "steps": manage_words.words()["steps"],
            "changes": manage_rows.changes(_content(base), _content(version.policy)),
            "is_mine": me.login in wrote, "writers": sorted(wrote), "zone": parts.settings.time_zone,
            "report": manage_report.of(run.report) if run and run.report else None,
            "is_stale": run is not None and now - run.asked_at > timedelta(days=7),
            "is_stuck": run is not None and run.is_stuck(now), "shortest": SHORTEST_WHY, "running": experiments.running(session),
        }  # fmt: skip
        record(session, "PolicyRead", subject=version.id, data={}, now=now, actor=me.actor)
    return page(parts, request, "manage_version.html", me, values)


def _wrote(session: Session, version: negotiation.Version) -> set[str]:
    return {version.author, *negotiation.drafting.writers(session, version.id)}


def _content(policy: negotiation.Policy) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(negotiation.dump_policy(policy))
    return found


def _progress(parts: Parts, request: Request) -> Response:
    """For the script of the page."""
    with reading(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return JSONResponse({"error": "logged out"}, 401)
        run = simulations.of_version(session, request.path_params["id"])
    if run is None:
        raise HTTPException(404)
    return JSONResponse({"done": run.done, "total": run.total, "over": run.is_over})


def _one_case(parts: Parts, request: Request) -> Response:
    """One account of the report, decided under both."""
    now = parts.settings.clock.now()
    with reading(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        version = _version(session, request, now)
        live = negotiation.live_policy(session, now)
        cases, _ = negotiation.stored_cases(session, now)
    case = next((one.case for one in cases if one.id == request.path_params["account"]), None)
    if case is None:
        raise HTTPException(404)
    values = {"version": version, "case": case, "account": request.path_params["account"]}
    both = {"draft": manage_try.told(case, version.policy), "live": manage_try.told(case, live)}
    return page(parts, request, "manage_case.html", me, {**values, "both": both})


async def _anew(parts: Parts, request: Request) -> Response:
    """A draft of their own that says what this version says."""

    def begin(session: Session, me: staff.Staff, _form: Form, now: datetime) -> str:
        version = _version(session, request, now)
        return f"/manage/drafts/{negotiation.drafting.begin(session, me.login, now, of=version.policy).id}"

    return await posted(parts, request, begin)


async def _step(parts: Parts, request: Request) -> Response:
    does = _STEPS.get(request.path_params["step"])
    if does is None:
        raise HTTPException(404)

    def take(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        version = _version(session, request, now)
        return does(parts, session, me, version, form, now)

    return await posted(parts, request, take)


def _again(
    _parts: Parts, session: Session, me: staff.Staff, version: negotiation.Version, _form: Form, now: datetime
) -> str:
    simulations.ask(session, version.id, me.login, now)
    return f"/manage/versions/{version.id}"


def _submit(
    _parts: Parts, session: Session, me: staff.Staff, version: negotiation.Version, form: Form, now: datetime
) -> str:
    negotiation.submit(session, version.id, me.login, now, note=manage_steps.why_and_ticket(form))
    return f"/manage/versions/{version.id}"


def _approve(
    parts: Parts, session: Session, me: staff.Staff, version: negotiation.Version, form: Form, now: datetime
) -> str:
    if me.login in _wrote(session, version):
        raise negotiation.OwnApproval(version)
    manage_steps.with_code(parts, session, me, form, now)
    negotiation.approve(session, version.id, me.login, now, said(form, "note", 400))
    return f"/manage/versions/{version.id}"


def _reject(
    _parts: Parts, session: Session, me: staff.Staff, version: negotiation.Version, form: Form, now: datetime
) -> str:
    negotiation.reject(session, version.id, me.login, now, manage_steps.reason(form, "note"))
    return "/manage?done=rejected"


def _publish(
    parts: Parts, session: Session, me: staff.Staff, version: negotiation.Version, form: Form, now: datetime
) -> str:
    start = _start(said(form, "from", 20), parts.settings.time_zone)
    negotiation.publish(session, version.id, me.login, now, start)
    draft = negotiation.drafting.of_version(session, version.id)
    if draft is not None:
        negotiation.drafting.close(session, draft, me.login, now)
    return "/manage?done=" + ("scheduled" if start is not None and start > now else "live")


def _start(typed: str, zone: str) -> datetime | None:
    """Their local moment; None for at once. Raises Problems."""
    if not typed:
        return None
    try:
        local = datetime.fromisoformat(typed)
    except ValueError:
        raise Problems([Problem("From", "a day and a time such as 2026-12-01T09:00", typed)]) from None
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(timezone.utc)


def _withdraw(
    _parts: Parts, session: Session, me: staff.Staff, version: negotiation.Version, form: Form, now: datetime
) -> str:
    negotiation.withdraw(
        session, version.id, me.login, now, said(form, "note", 400) or "Taken back at the managers' desk"
    )
    return f"/manage/versions/{version.id}"


_STEPS = {
    "again": _again,
    "submit": _submit,
    "approve": _approve,
    "reject": _reject,
    "publish": _publish,
    "withdraw": _withdraw,
}
