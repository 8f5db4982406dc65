"""What an open page tells by itself: that somebody looks, or writes, and what they have written so far."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import handoff
from bot.core import Session, transaction
from bot.web import edge, staff
from bot.web.desk_parts import check_form, who
from bot.web.parts import Parts

Tell = Callable[[Parts, Session, staff.Staff, str, dict[str, str]], None]


def routes(parts: Parts) -> list[Route]:
    here = "/desk/conversations/{id}"
    return [
        Route("/desk/here", partial(_post, parts, _seen, False), methods=["POST"]),
        Route("/desk/alive", partial(_post, parts, _touched, True), methods=["POST"]),
        Route(f"{here}/here", partial(_post, parts, _seen, False), methods=["POST"]),
        Route(f"{here}/draft", partial(_post, parts, _draft, True), methods=["POST"]),
    ]


async def _post(parts: Parts, tell: Tell, by_hand: bool, request: Request) -> Response:
    form = await edge.form(request)
    return await run_in_threadpool(_told, parts, tell, by_hand, request, form)


def _told(parts: Parts, tell: Tell, by_hand: bool, request: Request, form: dict[str, str]) -> Response:
    """204; 401 when logged out, 410 when the case is over."""
    talk = request.path_params.get("id", "")
    with transaction(parts.engine) as session:
        me = who(parts, request, session, by_hand=by_hand)
        if me is None:
            return Response(status_code=401)
        check_form(parts, request, form.get("token", ""))
        if talk and handoff.open_case_of(session, talk) is None:
            return Response(status_code=410)
        tell(parts, session, me, talk, form)
    return Response(status_code=204)


def _seen(parts: Parts, session: Session, me: staff.Staff, talk: str, form: dict[str, str]) -> None:
    """That a page is open is no sign of life of a session."""
    handoff.seen(session, me.actor, talk, parts.settings.clock.now(), typing=form.get("typing") == "1")


def _touched(parts: Parts, session: Session, me: staff.Staff, talk: str, form: dict[str, str]) -> None:
    """A key, a finger or the mouse on a page: who reads or telephones for an hour is not logged out."""


def _draft(parts: Parts, session: Session, me: staff.Staff, talk: str, form: dict[str, str]) -> None:
    handoff.keep_draft(session, talk, me.actor, form.get("text", ""), parts.settings.clock.now())
