"""Waiting for the one write lock of an SQLite database, so that nobody starves.

SQLite's own waiting sleeps longer and longer: whoever writes back to back starves the rest. Ours looks every few
milliseconds. Who is urgent holds a lock on a file beside the database while it waits, and the others keep back for as
long as they see one: first the webhooks and what is sent, then the turns. A process that dies holds no file lock.
"""

from __future__ import annotations

import fcntl
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from bot.core.patience import Patience
from bot.core.stopped import end_stopped_writer

KEEPS_BACK = 0.25
"""Seconds at most: one that is frozen while it waits does not stop the others."""
ENDS_STOPPED = 0.8
"""Seconds after which a process that stands still with the lock is ended: a webhook waits for one in all."""


class WriteLock:
    """Begins each transaction of an engine."""

    def __init__(self, database: str | None, patience: Patience) -> None:
        self._database = database if database != ":memory:" else None
        self._file = f"{self._database}-urgent" if self._database else None
        self._patience = patience

    def __call__(self, connection: Connection) -> None:
        if connection.get_execution_options().get("parley_reading"):
            connection.exec_driver_sql("BEGIN")
            return
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        try:
            with self._queue() as queue:
                self._wait(connection, queue)
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(self._patience.lock * 1000)}")

    def _wait(self, connection: Connection, queue: int | None) -> None:
        now = time.monotonic()
        until, keeps_back_until, ends_at = now + self._patience.lock, now + KEEPS_BACK, now + ENDS_STOPPED
        while True:
            now = time.monotonic()
            if now >= ends_at and self._database:
                ends_at = now + ENDS_STOPPED
                end_stopped_writer(self._database)
            others_first = not self._patience.urgent and now < keeps_back_until and _is_held(queue)
            if not others_first and _begun(connection, last=now >= until):
                return
            time.sleep(random.uniform(0.001, 0.004))

    @contextmanager
    def _queue(self) -> Iterator[int | None]:
        """The file beside the database; held by who is urgent."""
        if self._file is None:
            yield None
            return
        opened = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if self._patience.urgent:
                fcntl.flock(opened, fcntl.LOCK_SH)
            yield opened
        finally:
            os.close(opened)


def _is_held(queue: int | None) -> bool:
    if queue is None:
        return False
    try:
        fcntl.flock(queue, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(queue, fcntl.LOCK_UN)
    return False


def _begun(connection: Connection, *, last: bool) -> bool:
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if last or "locked" not in str(error.orig):
            raise
        return False
    return True
