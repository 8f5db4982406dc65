"""What the pages of the managers' desk share: who may be there, forms of many cells, and a "no" in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.core import ParleyError, Problems, Session, transaction
from bot.web import edge, going_on, manage_words, staff
from bot.web.desk_parts import check_form, desk_page, who
from bot.web.parts import Parts, written_day

Form = list[tuple[str, str]]
Done = Callable[[Session, staff.Staff, Form, datetime], "str | Response"]
"""Does what a form asks for. Returns where to go then, or a page."""
_MOST_FIELDS = 200
SHORTEST_WHY = 10


def manager(parts: Parts, request: Request, session: Session) -> staff.Staff | None:
    """None for whoever is not logged in. Raises HTTPException 403 for who is no manager."""
    me = who(parts, request, session)
    if me is not None and me.role != "manager":
        raise HTTPException(403)
    return me


async def posted(parts: Parts, request: Request, do: Done) -> Response:
    """A form of ours by a manager, in one transaction; what is refused is told and nothing of it is done."""
    raw = (await edge.body(request)).decode("utf-8", "replace")
    form = parse_qsl(raw, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    if "\x00" in raw or "%00" in raw:
        raise HTTPException(400)
    return await run_in_threadpool(done, parts, request, form, do)


def done(parts: Parts, request: Request, form: Form, do: Done) -> Response:
    """The same for a form that was read already."""
    me: staff.Staff | None = None
    try:
        with transaction(parts.engine) as session:
            me = manager(parts, request, session)
            if me is None:
                return going_on.to_log_in(request)
            check_form(parts, request, said(form, "token"))
            where = do(session, me, form, parts.settings.clock.now())
            return edge.see_other(where) if isinstance(where, str) else where
    except ParleyError as refusal:
        assert me is not None
        return refused(parts, request, me, refusal)


def said(form: Form, name: str, most: int = 2_000) -> str:
    """The last field of this name, without space around it."""
    return next((value.strip()[:most] for field, value in reversed(form) if field == name), "")


def refused(parts: Parts, request: Request, me: staff.Staff, refusal: ParleyError) -> Response:
    """All that stands in the way, as sentences."""
    if isinstance(refusal, Problems):
        told = [f"{problem.where}: {manage_words.sentence(problem)}" for problem in refusal.problems]
    else:
        told = [str(refusal)]
    values = {"told": told, "back": _back(request)}
    return page(parts, request, "manage_refused.html", me, values, status=409)


def _back(request: Request) -> str:
    """The page that the form stood on."""
    path = request.url.path
    return path.rsplit("/", 1)[0].removesuffix("/steps") if path.count("/") > 2 else "/manage"


def page(
    parts: Parts, request: Request, name: str, me: staff.Staff, values: dict[str, Any], *, status: int = 200
) -> Response:
    common = {"words": manage_words, "named": manage_words.named, "written_day": partial(written_day, "en")}
    return desk_page(parts, request, name, me, {**common, **values}, status=status)
