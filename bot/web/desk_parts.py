"""What all pages of the desk share: who is there, whether a form is ours, and the frame around a page."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.core import Session
from bot.web import staff
from bot.web.cookies import is_foreign
from bot.web.parts import Parts, keep_language, language, page, written_at


def who(parts: Parts, request: Request, session: Session, *, by_hand: bool = True) -> staff.Staff | None:
    """None for whoever is not logged in, and for whoever has yet to set up the second step that their role needs."""
    me = whoever(parts, request, session, by_hand=by_hand)
    return None if me is not None and lacks_second_step(parts, me) else me


def lacks_second_step(parts: Parts, me: staff.Staff) -> bool:
    """Supervisors and managers need one as soon as anything is live; in the demo they may."""
    return parts.settings.is_live and me.may_take_over and not me.has_second_factor


def whoever(parts: Parts, request: Request, session: Session, *, by_hand: bool = True) -> staff.Staff | None:
    """Who is logged in, with or without a second step."""
    cookie = parts.staff.read(request)
    return staff.who(session, cookie, parts.settings.clock.now(), by_hand=by_hand) if cookie is not None else None


def check_form(parts: Parts, request: Request, token: str) -> None:
    """Raises HTTPException 403 when it is none of ours."""
    cookie = parts.staff.read(request)
    assert cookie is not None
    if is_foreign(request, parts.settings.public_url) or not parts.staff.is_form_token(cookie, token):
        raise HTTPException(403)


def desk_page(
    parts: Parts, request: Request, name: str, me: staff.Staff, values: dict[str, Any], *, status: int = 200
) -> Response:
    cookie = parts.staff.read(request)
    assert cookie is not None
    tell = partial(written_at, parts.settings.time_zone, language(request))
    ends_in = int((me.ends_at - parts.settings.clock.now()).total_seconds()) if me.ends_at else 0
    common = {
        "me": me, "token": parts.staff.form_token(cookie), "written_at": tell, "ends_in": ends_in,
        "silence": int(staff.LONGEST_SILENCE.total_seconds()),
    }  # fmt: skip
    response = page(parts, request, name, {**common, **values}, status=status)
    keep_language(request, response, parts.settings)
    return response
