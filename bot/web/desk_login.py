"""The door of the desk."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import identity
from bot.core import reading, transaction
from bot.web import edge, going_on, guessing, second_factor, staff
from bot.web.cookies import hashed, is_foreign
from bot.web.desk_parts import lacks_second_step
from bot.web.desk_second import WHERE as SECOND_STEP
from bot.web.limits import Bucket
from bot.web.parts import Parts, keep_language, page

TRIES = 20
"""Log-ins in a row from one address; then one every five seconds."""
log = structlog.get_logger(__name__)


def routes(parts: Parts) -> list[Route]:
    tries = Bucket(burst=TRIES, per_second=0.2)
    return [
        Route("/desk/login", partial(_show, parts), methods=["GET"]),
        Route("/desk/login", partial(_log_in, parts, tries), methods=["POST"]),
        Route("/desk/logout", partial(_log_out, parts), methods=["POST"]),
    ]


def _show(parts: Parts, request: Request) -> Response:
    return _form_page(parts, request, asked=request.query_params.get("next", ""))


async def _log_in(parts: Parts, tries: Bucket, request: Request) -> Response:
    form = await edge.form(request)
    cookie = parts.login.read(request)
    is_ours = cookie is not None and parts.login.is_form_token(cookie, form.get("token", ""))
    if not is_ours or is_foreign(request, parts.settings.public_url):
        return _form_page(parts, request, problem="login_stale", status=403, asked=form.get("next", ""))
    if tries.take(request.client.host if request.client else ""):
        raise HTTPException(429)
    return await run_in_threadpool(_checked, parts, request, form)


def _checked(parts: Parts, request: Request, form: dict[str, str]) -> Response:
    """The password is checked between two transactions: it takes long on purpose. A wrong code counts as a wrong
    password, and is told apart from it by nobody.
    """
    login, password = form.get("login", ""), form.get("password", "")
    with reading(parts.engine) as session:
        known = staff.look_up(session, login)
    guess = _guess(parts, request, known, login)
    right, cookie, earlier = staff.is_right(known, password), parts.staff.make(), parts.staff.read(request)
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        if earlier is not None:
            staff.log_out(session, earlier, now)
        if right and known.who is not None:
            right = second_factor.is_right(session, parts.settings, known.who.id, form.get("code", ""), now)
        me = staff.log_in(session, known, cookie, now, right=right, guess=guess)
    if me is None:
        log.warning("login_refused", staff=known.who.id if known.who else None)
        return _form_page(parts, request, problem="login_wrong", status=401, asked=form.get("next", ""))
    where = going_on.after_log_in(form.get("next", ""), me)
    if lacks_second_step(parts, me):
        where = SECOND_STEP + (f"?next={quote(where, safe='/')}" if where != going_on.HOME else "")
    response = edge.see_other(where)
    parts.staff.put(response, cookie)
    parts.browser.put(response, parts.browser.make(me.id))
    parts.login.drop(response)
    return response


def _guess(parts: Parts, request: Request, known: staff.Known, login: str) -> guessing.Guess:
    """A browser counts as known for the one who was let in there."""
    browser = parts.browser.read(request) or ""
    if known.who is not None and browser.startswith(f"{known.who.id}~"):
        return guessing.Guess(staff.plain(login), hashed(browser), is_known_browser=True)
    host = request.client.host if request.client else ""
    return guessing.Guess(staff.plain(login), identity.network(host, parts.settings.secret_key))


async def _log_out(parts: Parts, request: Request) -> Response:
    form, cookie = await edge.form(request), parts.staff.read(request)
    if cookie is not None:
        is_ours = parts.staff.is_form_token(cookie, form.get("token", ""))
        if is_foreign(request, parts.settings.public_url) or not is_ours:
            raise HTTPException(403)
        await run_in_threadpool(_end, parts, cookie)
    response = edge.see_other("/desk/login")
    parts.staff.drop(response)
    return response


def _end(parts: Parts, cookie: str) -> None:
    with transaction(parts.engine) as session:
        staff.log_out(session, cookie, parts.settings.clock.now())


def _form_page(
    parts: Parts, request: Request, *, problem: str | None = None, status: int = 200, asked: str = ""
) -> Response:
    cookie = parts.login.read(request) or parts.login.make()
    values = {
        "token": parts.login.form_token(cookie),
        "problem": problem,
        "asked": asked if going_on.is_local(asked) else "",
        "guesses": guessing.GUESSES,
        "minutes": guessing.LOCKED_FOR.seconds // 60,
        "joined": request.query_params.get("done") == "joined",
    }
    response = page(parts, request, "desk_login.html", values, status=status)
    parts.login.put(response, cookie)
    keep_language(request, response, parts.settings)
    return response
