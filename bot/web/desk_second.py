"""Setting up the second step: a key for the app, and a first code that shows that it works."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.core import transaction
from bot.web import edge, going_on, second_factor, staff
from bot.web.desk_parts import check_form, desk_page, whoever
from bot.web.limits import Bucket
from bot.web.parts import Parts

WHERE = "/desk/second-step"
TRIES = 10


def routes(parts: Parts) -> list[Route]:
    tries = Bucket(burst=TRIES, per_second=0.1)
    return [
        Route(WHERE, partial(_show, parts), methods=["GET"]),
        Route(WHERE, partial(_post, parts, tries), methods=["POST"]),
    ]


def _show(parts: Parts, request: Request) -> Response:
    with transaction(parts.engine) as session:
        me = whoever(parts, request, session)
    if me is None:
        return going_on.to_log_in(request)
    return _page(parts, request, me, second_factor.new_seed())


async def _post(parts: Parts, tries: Bucket, request: Request) -> Response:
    form = await edge.form(request)
    if tries.take(request.client.host if request.client else ""):
        raise HTTPException(429)
    return await run_in_threadpool(_set_up, parts, request, form)


def _set_up(parts: Parts, request: Request, form: dict[str, str]) -> Response:
    seed, now = form.get("seed", ""), parts.settings.clock.now()
    with transaction(parts.engine) as session:
        me = whoever(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        check_form(parts, request, form.get("token", ""))
        if not me.may_take_over:
            raise HTTPException(403)
        if len(seed) != 32 or not seed.isalnum():
            raise HTTPException(400)
        done = second_factor.set_up(session, parts.settings, me.id, seed, form.get("code", ""), now)
    if done:
        wanted = going_on.after_log_in(request.query_params.get("next", ""), me)
        return edge.see_other(wanted if wanted != going_on.HOME else "/desk?done=second")
    return _page(parts, request, me, seed, status=400)


def _page(parts: Parts, request: Request, me: staff.Staff, seed: str, status: int = 200) -> Response:
    if not me.may_take_over:
        raise HTTPException(403)
    key = second_factor.secret(parts.settings, me.id, seed)
    values: dict[str, Any] = {"seed": seed, "is_set": me.has_second_factor, "is_wrong": status == 400}
    if not me.has_second_factor:
        values["key"] = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
        values["address"] = second_factor.address(parts.settings, me.id, me.login, seed)
    return desk_page(parts, request, "desk_second.html", me, values, status=status)
