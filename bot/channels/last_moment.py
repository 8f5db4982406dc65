"""A call that must not begin after its time: looked at when the connection stands, before a byte of it leaves.

A process may stand still between any two of its steps. What it decided before is worth nothing then: somebody else
may have made the call. Here nothing is left between the look and the sending.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ssl import SSLWantReadError, SSLWantWriteError
from typing import Any

from requests import Session
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

MayBegin = Callable[[], bool]
_asked: ContextVar[MayBegin | None] = ContextVar("may_begin", default=None)


class TooLate(Exception):
    """Nothing was sent, or not the whole of it."""


@contextmanager
def only_while(may_begin: MayBegin) -> Iterator[None]:
    """Calls in this block raise TooLate once `may_begin` says no."""
    token = _asked.set(may_begin)
    try:
        yield
    finally:
        _asked.reset(token)


def look() -> None:
    """Raises TooLate once it may not begin."""
    may_begin = _asked.get()
    if may_begin is not None and not may_begin():
        raise TooLate


def careful(session: Session) -> Session:
    """The same, with connections that look at the last moment."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())
    return session


class _Looks:
    """Mixed into a connection."""

    def send(self: Any, data: Any) -> None:
        if self.sock is None:
            self.connect()
        try:
            sent = _send_at_once(self.sock, data)
        except TooLate:
            self.close()
            raise
        if sent < len(data):
            super().send(data[sent:])  # type: ignore[misc]


def _send_at_once(sock: Any, data: Any) -> int:
    """How many bytes left right behind the look.

    A socket with a time-out first asks whether it may write, and gives the interpreter away for that: with other threads
    at work milliseconds pass between a look and the sending, and a process can be stopped in them. Without one it writes.
    """
    timeout = sock.gettimeout()
    sock.settimeout(0)
    try:
        look()
        return int(sock.send(data))
    except (BlockingIOError, SSLWantReadError, SSLWantWriteError):
        return 0
    finally:
        sock.settimeout(timeout)


class _Http(_Looks, HTTPConnection):
    pass


class _Https(_Looks, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}
