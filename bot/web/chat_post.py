"""A visitor's message on its way in: was it our page, is it readable, is it too much; then it is stored, once."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from urllib.parse import parse_qsl

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot import contact, identity
from bot.contact import glance
from bot.core import ParleyError, Session, reading
from bot.web import edge, texts
from bot.web.cookies import hashed, is_foreign
from bot.web.feed import Subscription
from bot.web.limits import Bucket
from bot.web.parts import Parts, language
from bot.web.storing import NotStored

HEADER = "x-parley"
"""A header that no other site's form can add; scripts send it with any value."""
WAIT_FOR_REPLY = 2.5
"""Seconds that a form without a script waits, so that the next page has the answer."""
LONGEST = contact.sanitize.MAX_CHARACTERS


class Posted(msgspec.Struct, frozen=True):
    """What the page sends. `id` is made by the page, so that trying again is harmless."""

    id: uuid.UUID
    text: str
    token: str = ""


class NotTaken(ParleyError):
    """Why a message was not stored: an HTTP status and the name of a text."""

    def __init__(self, status: int, name: str, **values: object) -> None:
        self.status, self.name, self.values = status, name, values
        super().__init__(name)


@dataclass(frozen=True)
class Sender:
    """Whose conversation, and the IP address that it came from."""

    address: str
    host: str


@dataclass(frozen=True)
class _Door:
    parts: Parts
    each_visitor: Bucket = field(default_factory=lambda: Bucket(burst=10, per_second=0.5))
    each_address: Bucket = field(default_factory=lambda: Bucket(burst=200, per_second=20))


def endpoint(parts: Parts) -> Callable[[Request], Awaitable[Response]]:
    return partial(_post, _Door(parts))


async def _post(door: _Door, request: Request) -> Response:
    raw = await edge.body(request)
    is_form = "json" not in request.headers.get("content-type", "")
    try:
        cookie = visitor(door.parts, request)
        posted = _form(raw) if is_form else _json(raw)
        check_source(door.parts, request, cookie, posted.token)
        _check_amount(door, request, cookie, posted)
    except NotTaken as no:
        return refuse(no, request, is_form=is_form)
    whose = sender(request, cookie)
    try:
        if not is_form:
            await _receive(door.parts, whose, posted, language(request))
            return JSONResponse({"id": str(posted.id)}, 202)
        await _receive_and_wait(door.parts, whose, posted, language(request))
    except NotStored:
        raise HTTPException(503) from None
    return edge.see_other("/#newest")


def visitor(parts: Parts, request: Request) -> str:
    """Their cookie. Raises NotTaken."""
    cookie = parts.visitor.read(request)
    if cookie is None:
        raise NotTaken(401, "chat_cookie")
    return cookie


def _json(raw: bytes) -> Posted:
    try:
        return msgspec.json.decode(raw, type=Posted)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise NotTaken(400, "error_400_head") from None


def _form(raw: bytes) -> Posted:
    try:
        return msgspec.convert(dict(parse_qsl(raw.decode(), max_num_fields=10)), Posted)
    except (msgspec.MsgspecError, ValueError):
        raise NotTaken(400, "chat_empty_text") from None


def check_source(parts: Parts, request: Request, cookie: str, token: str) -> None:
    """Raises NotTaken unless it comes from our own page."""
    proven = HEADER in request.headers or parts.visitor.is_form_token(cookie, token)
    if is_foreign(request, parts.settings.public_url) or not proven:
        raise NotTaken(403, "error_403")


def _check_amount(door: _Door, request: Request, cookie: str, posted: Posted) -> None:
    if not posted.text.strip():
        raise NotTaken(422, "chat_empty_text")
    if len(posted.text) > LONGEST:
        raise NotTaken(422, "chat_too_long", limit=LONGEST)
    address = request.client.host if request.client else ""
    wait = max(door.each_visitor.take(cookie), door.each_address.take(address))
    if wait:
        raise NotTaken(429, "chat_too_fast", seconds=wait)


def refuse(no: NotTaken, request: Request, *, is_form: bool) -> Response:
    if is_form and no.status == 403:
        raise HTTPException(403)
    if is_form:
        return edge.see_other(f"/?problem={no.name}")
    answer = JSONResponse({"error": texts.text(no.name, language(request), **no.values)}, no.status)
    if no.status == 429:
        answer.headers["Retry-After"] = str(no.values["seconds"])
    return answer


def sender(request: Request, cookie: str) -> Sender:
    return Sender(hashed(cookie), request.client.host if request.client else "")


async def _receive(parts: Parts, sender: Sender, posted: Posted, spoken: contact.Language) -> None:
    """Raises NotStored."""
    address, now = sender.address, parts.settings.clock.now()
    incoming = contact.Incoming("web", address, f"{address}:{posted.id}", posted.text)

    def store(session: Session) -> None:
        open_talk(session, parts, sender, now, spoken)
        contact.receive(session, incoming, now)

    await parts.doorbell.ring(store)


def open_talk(session: Session, parts: Parts, sender: Sender, now: datetime, spoken: contact.Language) -> None:
    """The conversation of this visitor, and from where it was last written in."""
    talk = contact.open_conversation(session, "web", sender.address, now, spoken)
    contact.note_network(session, talk, identity.network(sender.host, parts.settings.secret_key))


async def _receive_and_wait(parts: Parts, sender: Sender, posted: Posted, spoken: contact.Language) -> None:
    """Returns with the first answer, or when it takes too long."""
    newest = await run_in_threadpool(_newest, parts)
    stream = Subscription(sender.address, newest, asyncio.get_running_loop())
    parts.feed.subscribe(stream)
    try:
        await _receive(parts, sender, posted, spoken)
        await _until_answered(stream)
    finally:
        parts.feed.unsubscribe(stream)


def _newest(parts: Parts) -> int:
    with reading(parts.engine) as session:
        return glance.last_number(session)


async def _until_answered(stream: Subscription) -> None:
    """The first message that we wrote, or the end of the turn when it wrote none."""
    end, busy = time.monotonic() + WAIT_FOR_REPLY, False
    while (left := end - time.monotonic()) > 0:
        try:
            event = await asyncio.wait_for(stream.queue.get(), left)
        except asyncio.TimeoutError:
            return
        if event is None or event.name == "message" or (busy and event.name == "typing"):
            return
        busy = busy or event.name == "typing"
