"""The nudge of the desk: a stream that says that something is new. What is new, the page asks for itself.

All open pages share one look at the database, so that twenty agents cost no more than one. A page whose stream is cut
off goes on asking every few seconds and says so.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from functools import partial

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot import contact, handoff
from bot.core import reading
from bot.web import desk_parts, edge
from bot.web.chat_stream import PING, written
from bot.web.feed import Event
from bot.web.parts import Parts, language

EVERY = 0.5
"""Seconds between two looks."""
IN_ALL = 300
Mark = tuple[int, ...]


def routes(parts: Parts) -> list[Route]:
    return [Route("/desk/events", partial(_open, parts, Watch(parts.engine)), methods=["GET"])]


class Watch:
    """What the newest of everything is, looked up at most every `EVERY` seconds for all who ask."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._at = engine, 0.0
        self._mark: Mark = ()
        self._lock: asyncio.Lock | None = None
        self.open = 0

    async def mark(self) -> Mark:
        """Raises SQLAlchemyError."""
        self._lock = self._lock or asyncio.Lock()
        async with self._lock:
            if time.monotonic() - self._at >= EVERY:
                self._mark = await run_in_threadpool(self._look)
                self._at = time.monotonic()
            return self._mark

    def _look(self) -> Mark:
        with reading(self._engine) as session:
            return (*contact.glance.newest(session), handoff.last_entry(session))


async def _open(parts: Parts, watch: Watch, request: Request) -> Response:
    """Events `changed` and `ping`, the first when it has looked once. 401 when logged out, 503 when too many are open."""
    if not await run_in_threadpool(_is_here, parts, request):
        return edge.refusal(401, language(request))
    if watch.open >= IN_ALL:
        return edge.refusal(503, language(request), "error_500_head", {"Retry-After": "30"})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(watch), media_type="text/event-stream", headers=headers)


def _is_here(parts: Parts, request: Request) -> bool:
    with reading(parts.engine) as session:
        return desk_parts.who(parts, request, session, by_hand=False) is not None


async def _events(watch: Watch) -> AsyncIterator[str]:
    watch.open += 1
    seen, quiet_since = None, time.monotonic()
    try:
        yield "retry: 2000\n\n"
        while True:
            mark = await watch.mark()
            if seen is not None and mark != seen:
                yield written(Event("changed", {}))
                quiet_since = time.monotonic()
            elif seen is None or time.monotonic() - quiet_since >= PING:
                yield written(Event("ping", {}))
                quiet_since = time.monotonic()
            seen = mark
            await asyncio.sleep(EVERY)
    except SQLAlchemyError:
        return  # the page comes back by itself, and asks meanwhile
    finally:
        watch.open -= 1
