"""The page behind an invitation: choose a password, and be in."""

from __future__ import annotations

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core import Problems, reading, transaction
from bot.web import edge, invitations, staff
from bot.web.cookies import is_foreign
from bot.web.limits import Bucket
from bot.web.parts import Parts, keep_language, page

TRIES = 20


def routes(parts: Parts) -> list[Route]:
    tries = Bucket(burst=TRIES, per_second=0.2)
    return [
        Route("/desk/join/{secret}", partial(_show, parts), methods=["GET"]),
        Route("/desk/join/{secret}", partial(_join, parts, tries), methods=["POST"]),
    ]


def _show(parts: Parts, request: Request) -> Response:
    with reading(parts.engine) as session:
        invited = invitations.find(session, request.path_params["secret"], parts.settings.clock.now())
    return _form_page(parts, request, invited, status=200 if invited else 404)


async def _join(parts: Parts, tries: Bucket, request: Request) -> Response:
    form = await edge.form(request)
    cookie = parts.login.read(request)
    is_ours = cookie is not None and parts.login.is_form_token(cookie, form.get("token", ""))
    if not is_ours or is_foreign(request, parts.settings.public_url):
        raise HTTPException(403)
    if tries.take(request.client.host if request.client else ""):
        raise HTTPException(429)
    return await run_in_threadpool(_joined, parts, request, form.get("password", ""), form.get("again", ""))


def _joined(parts: Parts, request: Request, password: str, again: str) -> Response:
    """They log in themselves next: so they know that they can."""
    now, secret = parts.settings.clock.now(), request.path_params["secret"]
    with reading(parts.engine) as session:
        invited = invitations.find(session, secret, now)
    if invited is not None and password != again:
        return _form_page(parts, request, invited, problem="join_differ", status=400)
    try:
        with transaction(parts.engine) as session:
            invited = invitations.accept(session, secret, password, now)
    except Problems:
        return _form_page(parts, request, invited, problem="join_short", status=400)
    if invited is None:
        return _form_page(parts, request, None, status=404)
    response = edge.see_other("/desk/login?done=joined")
    parts.login.drop(response)
    return response


def _form_page(
    parts: Parts, request: Request, invited: invitations.Invitation | None, *, problem: str | None = None, status: int
) -> Response:
    cookie = parts.login.read(request) or parts.login.make()
    values = {
        "token": parts.login.form_token(cookie), "invited": invited, "problem": problem,
        "shortest": staff.SHORTEST_PASSWORD,
    }  # fmt: skip
    response = page(parts, request, "desk_join.html", values, status=status)
    parts.login.put(response, cookie)
    keep_language(request, response, parts.settings)
    return response
