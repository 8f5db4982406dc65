"""A photo or a PDF from the chat page: looked at while they wait, so that what is no use is said at once."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, field
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import contact
from bot.contact import file_check, files
from bot.core import Session
from bot.web import chat_post, edge, uploads
from bot.web.chat_post import NotTaken
from bot.web.limits import Bucket
from bot.web.parts import Parts, language
from bot.web.storing import NotStored

PATH = "/chat/files"
AT_ONCE = 6
"""Uploads of one process; each is in memory."""
_BODY = file_check.LARGEST + 64 * 1024
_BUSY = 5
"""Seconds after which somebody who found no room may try again."""


@dataclass(frozen=True)
class _Door:
    parts: Parts
    each_visitor: Bucket = field(default_factory=lambda: Bucket(burst=5, per_second=0.05))
    each_address: Bucket = field(default_factory=lambda: Bucket(burst=30, per_second=0.5))
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))


@dataclass(frozen=True)
class _Sent:
    """What a form of ours has in it."""

    id: uuid.UUID
    token: str
    raw: bytes


def routes(parts: Parts) -> list[Route]:
    return [Route(PATH, partial(_post, _Door(parts)), methods=["POST"])]


async def _post(door: _Door, request: Request) -> Response:
    is_form = chat_post.HEADER not in request.headers
    try:
        cookie = chat_post.visitor(door.parts, request)
        _check_amount(door, request, cookie)
        async with door.room:
            sent = await _read(request)
            chat_post.check_source(door.parts, request, cookie, sent.token)
            checked = await run_in_threadpool(_checked, sent.raw)
            await _receive(door.parts, request, cookie, sent, checked)
    except NotTaken as no:
        return chat_post.refuse(no, request, is_form=is_form)
    except NotStored:
        raise HTTPException(503) from None
    return edge.see_other("/") if is_form else JSONResponse({"id": str(sent.id)}, 202)


def _check_amount(door: _Door, request: Request, cookie: str) -> None:
    address = request.client.host if request.client else ""
    wait = max(door.each_visitor.take(cookie), door.each_address.take(address))
    if wait or door.room.locked():
        raise NotTaken(429, "chat_too_fast", seconds=wait or _BUSY)


async def _read(request: Request) -> _Sent:
    """Raises NotTaken."""
    if int(request.headers.get("content-length") or 0) > _BODY:
        raise NotTaken(413, "chat_file_large")
    try:
        form, content = await uploads.read(request, _BODY)
        sent = _Sent(uuid.UUID(form.get("id", "")), form.get("token", ""), content)
    except HTTPException as error:
        raise NotTaken(413, "chat_file_large") if error.status_code == 413 else error from error
    except (uploads.Unreadable, ValueError):
        raise NotTaken(400, "chat_file_none") from None
    if not content:
        raise NotTaken(422, "chat_file_none")
    return sent


def _checked(raw: bytes) -> file_check.Checked:
    try:
        checked = file_check.check(raw)
    except file_check.NotKept as no:
        large = str(no) == "too_large"
        raise NotTaken(413 if large else 422, "chat_file_large" if large else "chat_file_unknown") from None
    if checked.kind.startswith("audio/"):
        raise NotTaken(422, "chat_file_unknown")
    return checked


async def _receive(
    parts: Parts, request: Request, cookie: str, sent: _Sent, checked: file_check.Checked
) -> None:  # fmt: skip
    """The message and its file in one transaction. Raises NotStored."""
    sender, now = chat_post.sender(request, cookie), parts.settings.clock.now()
    incoming = contact.Incoming(
        "web", sender.address, f"{sender.address}:{sent.id}", "", (files.OURS,), media_kinds=(checked.kind,)
    )

    def store(session: Session) -> None:
        chat_post.open_talk(session, parts, sender, now, language(request))
        message = contact.receive(session, incoming, now)
        for one in files.of(session, [message.id]) if message is not None else ():
            files.keep(session, one.id, checked, now)

    await parts.doorbell.ring(store)
