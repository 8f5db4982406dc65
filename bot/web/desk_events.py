"""The nudge of the desk: a stream that says that something is new. What is new, the page asks for itself.

All open pages share one look at the database, so that twenty agents cost no more than one. A page whose stream is cut
off goes on asking every few seconds and says so.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
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

EVERY = 0.25
"""Seconds between two looks."""
KEPT = 40
"""Looks that are remembered: a page that has fallen further behind is told at once."""
IN_ALL = 300
Mark = tuple[int, ...]
_Change = tuple[int, frozenset[str]]
"""The number of a look that found something new, and the conversations in which."""


def routes(parts: Parts) -> list[Route]:
    return [Route("/desk/events", partial(_open, parts, Watch(parts.engine)), methods=["GET"])]


class Watch:
    """What is new, looked up at most every `EVERY` seconds for all who ask."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._at = engine, 0.0
        self._mark: Mark = ()
        self._number, self._changes = 0, deque[_Change](maxlen=KEPT)
        self._lock: asyncio.Lock | None = None
        self.open = 0

    async def number(self) -> int:
        """Of the last look that found something new. Raises SQLAlchemyError."""
        self._lock = self._lock or asyncio.Lock()
        async with self._lock:
            if time.monotonic() - self._at >= EVERY:
                found = await run_in_threadpool(self._look)
                if found is not None:
                    self._number += 1
                    self._changes.append((self._number, found))
                self._at = time.monotonic()
            return self._number

    def is_new_in(self, talk: str, since: int) -> bool:
        """Whether something is new in this conversation since that look; also where nobody knows any more."""
        if self._changes and self._changes[0][0] > since + 1:
            return True
        return any(talk in talks for number, talks in self._changes if number > since)

    def _look(self) -> frozenset[str] | None:
        """Where something is new since the last look; None when nothing is."""
        with reading(self._engine) as session:
            mark, before = (*contact.glance.newest(session), handoff.last_entry(session)), self._mark
            self._mark = mark
            if mark == before:
                return None
            if not before:
                return frozenset()
            written = contact.glance.talks_since(session, before[0], before[1])
            return written | handoff.talks_since(session, before[3])


async def _open(parts: Parts, watch: Watch, request: Request) -> Response:
    """Events `changed` and `ping`, the first when it has looked once. 401 when logged out, 503 when too many are open."""
    if not await run_in_threadpool(_is_here, parts, request):
        return edge.refusal(401, language(request))
    if watch.open >= IN_ALL:
        return edge.refusal(503, language(request), "error_500_head", {"Retry-After": "30"})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    talk = request.query_params.get("talk", "")[:40]
    return StreamingResponse(_events(watch, talk), media_type="text/event-stream", headers=headers)


def _is_here(parts: Parts, request: Request) -> bool:
    with reading(parts.engine) as session:
        return desk_parts.who(parts, request, session, by_hand=False) is not None


async def _events(watch: Watch, talk: str = "") -> AsyncIterator[str]:
    """`talk` is the conversation that the page shows: only what is new there is told, the rest it asks for by itself."""
    watch.open += 1
    seen, told_at = -1, time.monotonic()
    try:
        yield "retry: 2000\n\n"
        while True:
            number = await watch.number()
            is_new = 0 <= seen < number and (not talk or watch.is_new_in(talk, seen))
            is_quiet = seen < 0 or time.monotonic() - told_at >= PING
            seen = number
            if is_new or is_quiet:
                told_at = time.monotonic()
                yield written(Event("changed" if is_new else "ping", {}))
            await asyncio.sleep(EVERY)
    except SQLAlchemyError:
        return  # the page comes back by itself, and asks meanwhile
    finally:
        watch.open -= 1
