"""What stands between the last look at a lease and the request: nothing in which a process could be stopped."""

from __future__ import annotations

import ctypes
import select
import socket
import sys
import threading
from collections.abc import Iterator

import pytest
import requests

from bot.channels import last_moment

TRIES, LONGEST_MS = 40, 10_000
_POLL = ctypes.PyDLL(None).poll
"""The system's own: Python keeps the interpreter for this thread while it runs."""


class _Watched(ctypes.Structure):
    _fields_ = (("fd", ctypes.c_int), ("events", ctypes.c_short), ("came", ctypes.c_short))


@pytest.fixture
def without_forced_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(LONGEST_MS / 1000)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("without_forced_switches")
def test_nobody_gets_the_interpreter_between_the_look_and_the_sending() -> None:
    """Whoever gets it next, and keeps it, sees the request arrive all the same: it is with the system already."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        for _ in range(TRIES):
            assert _has_left_when_another_thread_runs(listening)


def _has_left_when_another_thread_runs(listening: socket.socket) -> bool:
    ends: list[socket.socket] = []
    seen: list[int] = []
    looked = threading.Event()

    def look() -> bool:
        if not ends:
            ends.append(listening.accept()[0])  # the connection stands
            looked.set()
        return True

    def other() -> None:
        looked.wait()
        watched = _Watched(ends[0].fileno(), select.POLLIN, 0)
        seen.append(_POLL(ctypes.byref(watched), 1, LONGEST_MS))

    threads = [threading.Thread(target=other), threading.Thread(target=_post, args=(listening.getsockname()[1], look))]
    for thread in threads:
        thread.start()
    threads[0].join()
    ends[0].close()
    threads[1].join()
    return seen == [1]


def _post(port: int, look: last_moment.MayBegin) -> None:
    with requests.Session() as session:
        session.trust_env = False
        last_moment.careful(session)
        with last_moment.only_while(look), pytest.raises(requests.ConnectionError):
            session.post(f"http://127.0.0.1:{port}/", data={"Body": "Hello."}, timeout=30)
