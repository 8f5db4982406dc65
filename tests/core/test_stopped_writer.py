"""A process that stands still with SQLite's write lock: it is in nobody's way for long, and one that is slow is let be."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import core

pytestmark = pytest.mark.skipif(not Path("/proc/locks").exists(), reason="the system does not say who holds a lock")
PATIENT = core.Patience(lock=30, statement=30, idle=30)
SHORT = core.Patience(lock=1.5, statement=30, idle=30)
_HOLDS = """
import sqlite3, sys, time
writes = sqlite3.connect(sys.argv[1], isolation_level=None)
writes.execute("BEGIN IMMEDIATE")
writes.execute("INSERT INTO said VALUES ('half of it')")
print("holds", flush=True)
time.sleep(120)
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "parley.db"
    with core.transaction(core.connect(f"sqlite:///{path}")) as session:
        session.exec_driver_sql("CREATE TABLE said (what TEXT)")
    return path


@pytest.fixture
def holder(database: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", _HOLDS, str(database)], stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"holds\n"
    yield process
    process.kill()
    process.communicate()


def write(database: Path, patience: core.Patience) -> list[str]:
    engine: Engine = core.connect(f"sqlite:///{database}", patience)
    with core.transaction(engine) as session:
        session.exec_driver_sql("INSERT INTO said VALUES ('all of it')")
        return list(session.exec_driver_sql("SELECT what FROM said").scalars())


def test_it_is_ended_and_what_it_had_not_committed_is_gone(database: Path, holder: subprocess.Popen[bytes]) -> None:
    holder.send_signal(signal.SIGSTOP)
    assert write(database, PATIENT) == ["all of it"]
    assert holder.wait(30) == -signal.SIGKILL


def test_one_that_is_slow_is_waited_for_and_lives(database: Path, holder: subprocess.Popen[bytes]) -> None:
    with pytest.raises(sa.exc.OperationalError, match="locked"):
        write(database, SHORT)
    assert holder.poll() is None


def test_one_that_is_stopped_without_the_lock_lives(database: Path, holder: subprocess.Popen[bytes]) -> None:
    idle = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(120)"])
    idle.send_signal(signal.SIGSTOP)
    try:
        with pytest.raises(sa.exc.OperationalError, match="locked"):
            write(database, SHORT)
        assert idle.poll() is None
    finally:
        idle.kill()
        idle.wait()
