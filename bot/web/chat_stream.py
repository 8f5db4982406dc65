"""Server-sent events: what we write reaches an open page within a tenth of a second.

The number of a message in the outbox is the id of its event, so a browser that comes back says by itself where to
go on (`Last-Event-ID`).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.web import chat_shown, edge
from bot.web.cookies import hashed
from bot.web.feed import Event, Subscription
from bot.web.parts import Parts, language

PING = 15.0
"""Seconds of silence after which a stream says that it lives."""
EACH = 6
"""Open streams of one visitor: a browser has six connections to a host anyway."""
IN_ALL = 1000
"""Open streams of one process; a page without one still shows everything when it is loaded again."""
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_LARGEST = 2**62


async def open_stream(parts: Parts, request: Request) -> Response:
    """Events `message`, `typing`, `waiting`, `lock`, `ping`. 401 without our cookie, 429 with too many streams open."""
    cookie = parts.visitor.read(request)
    if cookie is None:
        return edge.refusal(401, language(request), "chat_cookie")
    address = hashed(cookie)
    if parts.feed.count(address) >= EACH:
        return edge.refusal(429, language(request))
    if parts.feed.count() >= IN_ALL:
        return edge.refusal(503, language(request), "error_500_head", {"Retry-After": "30"})
    if request.method == "HEAD":
        return Response(media_type="text/event-stream", headers=_HEADERS)
    stream = Subscription(address, number(request), asyncio.get_running_loop())
    return StreamingResponse(_events(parts, stream), media_type="text/event-stream", headers=_HEADERS)


def number(request: Request) -> int:
    """Where a reader goes on from; 0 from the beginning."""
    given = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
    return min(int(given), _LARGEST) if given.isascii() and given.isdigit() and len(given) < 20 else 0


async def _events(parts: Parts, stream: Subscription) -> AsyncIterator[str]:
    parts.feed.subscribe(stream)
    try:
        yield "retry: 2000\n\n"
        while (event := await _next(stream)) is not None:
            yield written(event)
            if event.data.get("author") == "agent":
                await run_in_threadpool(chat_shown.note, parts, stream.address)
    finally:
        parts.feed.unsubscribe(stream)


async def _next(stream: Subscription) -> Event | None:
    try:
        return await asyncio.wait_for(stream.queue.get(), PING)
    except asyncio.TimeoutError:
        return Event("ping", {})


def written(event: Event) -> str:
    """As it goes over the wire."""
    mark = f"id: {event.number}\n" if event.number is not None else ""
    return f"{mark}event: {event.name}\ndata: {json.dumps(event.data, ensure_ascii=False)}\n\n"
