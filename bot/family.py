"""Parent and children of `parley up`: one parent for each set of data, and no child that outlives it."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from bot import core
from bot.core import ParleyError, Settings

PARENT = "PARLEY_PARENT"
"""Set for children: the process id of `parley up`."""
LOOK = 0.5
LAST_WORDS = 10.0
"""Seconds between two looks at the parent, and for a child to finish its step when it is gone."""
_POSTGRES_LOCK = 7003


class CannotStart(ParleyError):
    """Why `parley up` does not start: one sentence each, with what to do."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__("\n".join(sentences))


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Held while `up` runs; a killed one holds nothing. Raises CannotStart when another has the same data."""
    if settings.database_url.startswith("sqlite"):
        with _locked_file(Path(make_url(settings.database_url).database or "memory")):
            yield
    else:
        with _locked_postgres(settings):
            yield


@contextmanager
def _locked_file(database: Path) -> Iterator[None]:
    path = database.with_name(f"{database.name}.up")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotStart(_running(lock.read().strip(), str(database))) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def _locked_postgres(settings: Settings) -> Iterator[None]:
    database = core.connect(settings.database_url)
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as held:
        if not held.execute(sa.select(sa.func.pg_try_advisory_lock(_POSTGRES_LOCK))).scalar():
            raise CannotStart(_running("", "this PostgreSQL database"))
        yield
    database.dispose()


def _running(pid: str, data: str) -> str:
    who = f" as process {pid}; end that one with Ctrl-C or `kill {pid}`" if pid else "; end that one"
    return f"`parley up` runs already on {data}{who}, or set PARLEY_DATABASE_URL for another set of data."


def follow_parent() -> None:
    """In a child: end when the parent is gone, however it went."""
    parent = os.environ.get(PARENT, "")
    if parent.isdecimal():
        threading.Thread(target=_watch, args=(int(parent),), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(LAST_WORDS)
    os._exit(1)
