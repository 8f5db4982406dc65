"""Quality reviews: a supervisor reads a conversation and answers the same questions each time; whose work it was reads it."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import handoff
from bot.core import Problems, Session, record, transaction
from bot.web import desk_thread, edge, going_on, staff
from bot.web.desk_parts import check_form, desk_page, who
from bot.web.parts import Parts, language

NEWS = ("kept", "own", "unfit")


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/desk/reviews", partial(_list, parts), methods=["GET"]),
        Route("/desk/reviews/{case}", partial(_show, parts), methods=["GET"]),
        Route("/desk/reviews/{case}", partial(_post, parts), methods=["POST"]),
    ]


def _list(parts: Parts, request: Request) -> Response:
    """Supervisors: all, and what waits for one. Everybody else: what was said of their own work."""
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        values = {
            "reviews": handoff.reviews(session, who=None if me.may_take_over else me.actor),
            "waiting": handoff.to_review(session, now) if me.may_take_over else [],
            "names": staff.names(session), "most": handoff.MOST_POINTS,
        }  # fmt: skip
        record(session, "ReviewsRead", subject=me.id, data={}, now=now, actor=me.actor)
    return desk_page(parts, request, "desk_reviews.html", me, values)


def _show(parts: Parts, request: Request) -> Response:
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        values = _values(parts, request, session, me)
    news = request.query_params.get("done")
    return desk_page(parts, request, "desk_review.html", me, {**values, "done": news if news in NEWS else None})


def _values(parts: Parts, request: Request, session: Session, me: staff.Staff) -> dict[str, Any]:
    """404 for a case that is not there; 403 for whoever neither reviews nor was reviewed in it."""
    case = handoff.case_by_id(session, request.path_params["case"])
    if case is None:
        raise HTTPException(404)
    known = handoff.reviews(session, case_id=case.id)
    known = known if me.may_take_over else [one for one in known if one.who == me.actor]
    if not me.may_take_over and not known:
        raise HTTPException(403)
    spoken, names = language(request), staff.names(session)
    read: dict[str, Any] = {"subject": case.conversation_id, "data": {"case": case.id}, "actor": me.actor}
    record(session, "ConversationRead", **read, now=parts.settings.clock.now())
    entries = handoff.entries(session, case.conversation_id)
    led = [one for one in handoff.led_by(session, case) if one != me.actor]
    return {
        "case": case, "reviews": known, "names": names, "points": handoff.POINTS, "most": handoff.MOST_POINTS,
        "thread": desk_thread.thread(session, case, parts, spoken, names, entries),
        "led": led if me.may_take_over else [], "longest": handoff.LONGEST_REPLY,
    }  # fmt: skip


async def _post(parts: Parts, request: Request) -> Response:
    form = await edge.form(request)
    return await run_in_threadpool(_keep, parts, request, form)


def _keep(parts: Parts, request: Request, form: dict[str, str]) -> Response:
    kept: dict[str, Any] = {}
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        check_form(parts, request, form.get("token", ""))
        if not me.may_take_over:
            raise HTTPException(403)
        case = handoff.case_by_id(session, request.path_params["case"])
        if case is None:
            raise HTTPException(404)
        given = {name: form[name] for name in handoff.POINTS if form.get(name)}
        points = {name: int(value) if value.isdecimal() and len(value) == 1 else -1 for name, value in given.items()}
        how: dict[str, Any] = {"by": me.actor, "now": parts.settings.clock.now(), "words": form.get("words", "")}
        try:
            handoff.review(session, case, who=form.get("who", ""), points=points, **how)
        except handoff.OwnWork:
            return edge.see_other(f"/desk/reviews/{case.id}?done=own")
        except Problems:
            kept = {
                "problem": "review_unfit",
                "given": given,
                "kept_words": form.get("words", ""),
                "kept_who": form.get("who"),
            }
            values = _values(parts, request, session, me)
    if kept:
        return desk_page(parts, request, "desk_review.html", me, {**values, **kept}, status=400)
    return edge.see_other(f"/desk/reviews/{case.id}?done=kept")
