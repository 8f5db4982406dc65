"""Cases that are over: found by the same words as the open ones, read, and opened again."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import contact, handoff
from bot.core import Session, record, transaction
from bot.web import desk_find, desk_thread, desk_view, edge, going_on, staff
from bot.web.desk_parts import check_form, desk_page, who
from bot.web.parts import Parts, language

SHOWN, AT_ONCE, LOOKED = 50, 500, 2000
"""Rows of a page; cases read at once, and for one page: whoever looks further back asks for it."""


def routes(parts: Parts) -> list[Route]:
    here = "/desk/closed/{case}"
    return [
        Route(here, partial(_show, parts), methods=["GET"]),
        Route(here, partial(_post, parts), methods=["POST"]),
    ]


def found(parts: Parts, session: Session, request: Request, find: desk_find.Find, spoken: str) -> dict[str, Any]:
    """`rows`, the newest first, and the case `before` which the next page goes on; empty at the end."""
    now, names = parts.settings.clock.now(), staff.names(session)
    last = handoff.case_by_id(session, request.query_params.get("before", "")[:40])
    rows: list[desk_view.Waiting] = []
    for _ in range(LOOKED // AT_ONCE):
        cases = handoff.closed(session, before=last, most=AT_ONCE)
        some = desk_view.rows(session, cases, now, spoken, parts.settings.opening, names)
        rows += desk_find.matching(session, some, find)
        last = cases[-1] if len(cases) == AT_ONCE else None
        if last is None or len(rows) >= SHOWN:
            break
    if len(rows) > SHOWN:
        rows = rows[:SHOWN]
        last = rows[-1].case
    return {"rows": rows, "before": last.id if last else ""}


def _show(parts: Parts, request: Request) -> Response:
    """What was said and done, as it stood; 404 for no such case. One that is open is read where it is answered."""
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        case = _case(session, request)
        if case.closed_at is None:
            return edge.see_other(f"/desk/conversations/{case.conversation_id}")
        now, spoken, zone = parts.settings.clock.now(), language(request), parts.settings.time_zone
        read: dict[str, Any] = {"subject": case.conversation_id, "data": {"case": case.id}, "actor": me.actor}
        record(session, "ConversationRead", **read, now=now)
        names = staff.names(session)
        row = desk_view.row(session, case, now, spoken, parts.settings.opening, names)
        held = contact.holds_over(session, row.talk, now)
        noted = handoff.hearing.noted(session, row.talk.id)
        values = {
            "row": row, "led": ", ".join(names.get(one, "") for one in handoff.led_by(session, case)),
            "facts": desk_view.facts(session, case, row.talk, held, noted, spoken, zone),
            "thread": desk_thread.thread(session, case, parts, spoken, names, handoff.entries(session, row.talk.id)),
            "open_now": handoff.open_case_of(session, row.talk.id), "done": request.query_params.get("done") == "over",
            "is_mine": False,
        }  # fmt: skip
    return desk_page(parts, request, "desk_closed.html", me, values)


def _case(session: Session, request: Request) -> handoff.Case:
    case = handoff.case_by_id(session, request.path_params["case"])
    if case is None:
        raise HTTPException(404)
    return case


async def _post(parts: Parts, request: Request) -> Response:
    return await run_in_threadpool(_reopen, parts, request, await edge.form(request))


def _reopen(parts: Parts, request: Request, form: dict[str, str]) -> Response:
    """Where somebody was first, or they wrote meanwhile, the open case says whose it is."""
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        check_form(parts, request, form.get("token", ""))
        case = _case(session, request)
        try:
            handoff.reopen(session, case, me.actor, parts.settings.clock.now())
        except handoff.Taken:
            return edge.see_other(f"/desk/conversations/{case.conversation_id}")
    return edge.see_other(f"/desk/conversations/{case.conversation_id}?done=reopened")
