"""Connections are few and do not wait for ever: an idle one gives its place to the next.

A machine that opens connections and says nothing, or half of something, closes its own older ones. Behind a
proxy that we trust all connections are the proxy's: there only the limit in all holds, and the proxy has its own.
"""

from __future__ import annotations

import asyncio
import resource
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from bot.core import network

HEADER_SECONDS = 10.0
"""Seconds until the head of a request must be there, from the connection or the request before it."""
HEADER_BYTES = 64 * 1024
EACH = 500
"""Open connections of one address; a whole office or a mobile carrier may be one."""
IN_ALL = 4000
_OTHER_FILES = 256
"""File handles that are left for the database, logs and libraries."""


class Door:
    """Who is in. `each` and `in_all` are numbers of connections; `trusted` are networks of proxies."""

    def __init__(self, *, trusted: Collection[str] = (), each: int = EACH, in_all: int = IN_ALL) -> None:
        self._trusted, self._each, self._in_all = trusted, each, in_all
        self._by_host: dict[str, dict[Any, None]] = defaultdict(dict)
        self._open: dict[Any, None] = {}

    def enter(self, one: Any, host: str) -> bool:
        """False when there is no room, and nobody idle who would make some."""
        mates = self._by_host[host]
        full_here = len(mates) >= self._each and not network.is_in(host, self._trusted)
        if full_here and not _make_room(mates):
            return False
        if len(self._open) >= self._in_all and not _make_room(self._open):
            return False
        mates[one] = None
        self._open[one] = None
        return True

    def leave(self, one: Any, host: str) -> None:
        self._open.pop(one, None)
        mates = self._by_host.get(host, {})
        mates.pop(one, None)
        if not mates:
            self._by_host.pop(host, None)


def _make_room(among: dict[Any, None]) -> bool:
    idle = next((one for one in among if one.is_idle), None)
    if idle is not None:
        idle.hang_up()
    return idle is not None


def as_many_as_files_allow(wanted: int = IN_ALL) -> int:
    """Asks the system for handles for so many connections; returns for how many it gives them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted + _OTHER_FILES if hard == resource.RLIM_INFINITY else min(hard, wanted + _OTHER_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(64, min(wanted, most - _OTHER_FILES))


def guarded(door: Door, header_seconds: float = HEADER_SECONDS) -> type[asyncio.Protocol]:
    """Uvicorn's protocol with a door in front of it."""

    class Guarded(AutoHTTPProtocol):  # type: ignore[valid-type, misc]
        _waiting: asyncio.TimerHandle | None = None
        _head_bytes = 0

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self._host = self.client[0] if self.client else ""
            if not door.enter(self, self._host):
                self.hang_up()
                return
            self._wait_for_head()

        def connection_lost(self, exc: Exception | None) -> None:
            door.leave(self, self._host)
            self._stop_waiting()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._has_head():
                self._stop_waiting()
                return
            self._head_bytes += len(data)
            if self._head_bytes > HEADER_BYTES:
                self.hang_up()
            elif self._waiting is None:
                self._wait_for_head()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._head_bytes = 0

        def hang_up(self) -> None:
            if not self.transport.is_closing():
                self.transport.close()

        @property
        def is_idle(self) -> bool:
            """Nothing is being done for it: no whole request has come since the last answer."""
            return not self.transport.is_closing() and (not self._has_head() or self.cycle.more_body)

        def _has_head(self) -> bool:
            return self.cycle is not None and not self.cycle.response_complete

        def _wait_for_head(self) -> None:
            self._waiting = self.loop.call_later(header_seconds, self.hang_up)

        def _stop_waiting(self) -> None:
            if self._waiting is not None:
                self._waiting.cancel()
                self._waiting = None

    return Guarded
