"""The desk: who waits for a person, why, and since when; what was said; and the way back to the assistant."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import contact, handoff
from bot.core import Session, reading, record, transaction
from bot.web import chat_view, desk_login, desk_view, edge, staff
from bot.web.cookies import is_foreign
from bot.web.parts import Parts, keep_language, language, page, written_at


def routes(parts: Parts) -> list[Route]:
    return [
        *desk_login.routes(parts),
        Route("/desk", partial(_queue, parts), methods=["GET"]),
        Route("/desk/holds", partial(_holds, parts), methods=["GET"]),
        Route("/desk/waiting", partial(_waiting, parts), methods=["GET"]),
        Route("/desk/conversations/{id}", partial(_conversation, parts), methods=["GET"]),
        Route("/desk/conversations/{id}/hand-back", partial(_hand_back, parts), methods=["POST"]),
    ]


def _queue(parts: Parts, request: Request) -> Response:
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        me = _me(parts, request, session)
        rows = desk_view.queue(session, now, language(request)) if me else []
        away = contact.circuit.open_ones(session)
    if me is None:
        return edge.see_other("/desk/login")
    done = request.query_params.get("done")
    at = written_at(parts.settings.time_zone, language(request), now)
    since = written_at(parts.settings.time_zone, language(request), away[0].since) if away else None
    values = {
        "rows": rows,
        "updated": at,
        "away_since": since,
        "done": done if done in ("handed_back", "gone") else None,
    }
    return _desk_page(parts, request, "desk_queue.html", me, values)


def _holds(parts: Parts, request: Request) -> Response:
    """All that is held, of people and of conversations in which nobody is known yet."""
    with transaction(parts.engine) as session:
        me = _me(parts, request, session)
        rows = desk_view.holds(session, language(request)) if me else []
    if me is None:
        return edge.see_other("/desk/login")
    return _desk_page(parts, request, "desk_holds.html", me, {"rows": rows})


def _waiting(parts: Parts, request: Request) -> Response:
    """What the open page asks every few seconds. It does not count as a sign of life of the agent."""
    now = parts.settings.clock.now()
    with reading(parts.engine) as session:
        if _me(parts, request, session, by_hand=False) is None:
            return JSONResponse({"error": "logged out"}, 401)
        rows = desk_view.queue(session, now, language(request))
    cases = [{"id": row.case.id, "waited": row.waited, "target": row.target, "state": row.state} for row in rows]
    at = written_at(parts.settings.time_zone, language(request), now)
    return JSONResponse({"cases": cases, "updated": at})


def _conversation(parts: Parts, request: Request) -> Response:
    """Only conversations that wait for a person can be read here, and who read them is written down."""
    now, spoken = parts.settings.clock.now(), language(request)
    with transaction(parts.engine) as session:
        me = _me(parts, request, session)
        if me is None:
            return edge.see_other("/desk/login")
        case = handoff.open_case_of(session, request.path_params["id"])
        if case is None:
            return edge.see_other("/desk?done=gone")
        read: dict[str, Any] = {"subject": case.conversation_id, "data": {"case": case.id}, "actor": me.actor}
        record(session, "ConversationRead", **read, now=now)
        said = contact.transcript(session, case.conversation_id)
        row = desk_view.row(session, case, now, spoken)
        facts = desk_view.facts(session, case, now, spoken)
    lines = [chat_view.shown(line, parts.settings.public_url) for line in said if line.state != "blocked"]
    return _desk_page(parts, request, "desk_conversation.html", me, {"row": row, "facts": facts, "lines": lines})


async def _hand_back(parts: Parts, request: Request) -> Response:
    form = await edge.form(request)
    return await run_in_threadpool(_handed_back, parts, request, form.get("token", ""))


def _handed_back(parts: Parts, request: Request, token: str) -> Response:
    """Doing it twice is doing it once."""
    with transaction(parts.engine) as session:
        me = _me(parts, request, session)
        if me is None:
            return edge.see_other("/desk/login")
        _check_form(parts, request, token)
        case = handoff.open_case_of(session, request.path_params["id"])
        if case is None:
            return edge.see_other("/desk?done=gone")
        handoff.hand_back(session, case.id, agent=me.actor, now=parts.settings.clock.now())
    return edge.see_other("/desk?done=handed_back")


def _check_form(parts: Parts, request: Request, token: str) -> None:
    cookie = parts.staff.read(request)
    assert cookie is not None
    if is_foreign(request, parts.settings.public_url) or not parts.staff.is_form_token(cookie, token):
        raise HTTPException(403)


def _me(parts: Parts, request: Request, session: Session, *, by_hand: bool = True) -> staff.Staff | None:
    cookie = parts.staff.read(request)
    return staff.who(session, cookie, parts.settings.clock.now(), by_hand=by_hand) if cookie is not None else None


def _desk_page(parts: Parts, request: Request, name: str, me: staff.Staff, values: dict[str, Any]) -> Response:
    cookie = parts.staff.read(request)
    assert cookie is not None
    tell = partial(written_at, parts.settings.time_zone, language(request))
    common = {"me": me, "token": parts.staff.form_token(cookie), "written_at": tell}
    response = page(parts, request, name, {**common, **values})
    keep_language(request, response, secure=parts.settings.public_url.startswith("https://"))
    return response
