"""No wait is without an end: locks, statements, silence, and hosts that went away. And whose failure it was."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import core
from bot.core import Patience
from tests.conftest import HAS_POSTGRES, empty_postgres_schema

HASTY = Patience(lock=0.3, statement=0.6, idle=0.5, pool=0.3)
things = sa.table("things", sa.column("n"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "postgresql" and not HAS_POSTGRES:
        pytest.skip("PostgreSQL is not reachable")
    schema = (
        empty_postgres_schema() if request.param == "postgresql" else iter([core.connect(f"sqlite:///{tmp_path}/d")])
    )
    for made in schema:
        with core.transaction(made) as session:
            session.exec_driver_sql("CREATE TABLE things (n INTEGER PRIMARY KEY)")
            session.execute(things.insert().values(n=1))
        hasty = core.sibling(made, HASTY)
        yield hasty
        hasty.dispose()
        made.dispose()


def test_whoever_waits_for_a_lock_is_told_in_time(database: Engine) -> None:
    other = core.sibling(database, Patience(lock=1, statement=30, idle=30))
    with core.transaction(other) as busy:
        busy.execute(things.update().values(n=2))
        with pytest.raises(sa.exc.OperationalError) as refused, core.transaction(database) as session:
            session.execute(things.update().values(n=3))
    assert core.is_outage(refused.value)
    with core.transaction(database) as session:
        session.execute(things.update().values(n=3))
    other.dispose()


def test_readers_do_not_wait_for_a_writer(database: Engine) -> None:
    with core.transaction(database) as busy:
        busy.execute(things.update().values(n=2))
        with core.reading(database) as session:
            assert session.execute(sa.select(things.c.n)).scalar_one() == 1


def test_a_burst_of_short_writers_all_get_their_turn(database: Engine) -> None:
    """SQLite's own waiting sleeps up to a tenth of a second and starves whoever waits longest."""
    patient = core.sibling(database, core.SERVING)
    written: list[int] = []

    def write(first: int) -> None:
        for number in range(first, first + 20):
            with core.transaction(patient) as session:
                session.execute(things.insert().values(n=number))
            written.append(number)
            time.sleep(0.01)

    writers = [threading.Thread(target=write, args=(start,)) for start in (100, 200, 300, 400)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(written) == 80
    patient.dispose()


def test_a_process_that_falls_silent_in_a_transaction_frees_its_rows(database: Engine) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("SQLite has no server that could end it")
    with pytest.raises(sa.exc.DBAPIError) as ended, core.transaction(database) as frozen:
        frozen.execute(things.update().values(n=2))
        with core.transaction(core.sibling(database, core.BY_HAND)) as waiting:
            waiting.execute(things.update().values(n=3))  # waits until the frozen one is ended
        frozen.execute(things.update().values(n=4))
    assert core.is_outage(ended.value)
    with core.reading(database) as session:
        assert session.execute(sa.select(things.c.n)).scalar_one() == 3


def test_a_statement_that_never_ends_is_ended(database: Engine) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("SQLite has no time-out for statements")
    with pytest.raises(sa.exc.OperationalError) as ended, core.transaction(database) as session:
        session.exec_driver_sql("SELECT pg_sleep(30)")
    assert core.is_outage(ended.value)


@pytest.mark.parametrize("patience", [core.SERVING, core.DOORBELL, core.BY_HAND])
def test_every_connection_has_all_its_limits(database: Engine, patience: Patience) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("they are PostgreSQL's")
    engine = core.sibling(database, patience)
    with core.reading(engine) as session:
        shown = {
            name: session.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in (
                "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "tcp_user_timeout",
                "tcp_keepalives_idle", "search_path",
            )
        }  # fmt: skip
    engine.dispose()
    assert "0" not in shown.values()
    assert shown["search_path"].startswith("t"), "what the address says itself is kept"
    assert patience.idle <= 60 and core.SERVING.idle + core.SERVING.lock <= 15


def test_what_a_statement_does_wrong_is_nobody_elses_failure(database: Engine) -> None:
    for mistake in ("SELECT nothing FROM things", "INSERT INTO things VALUES (1)", "SELECT * FROM nowhere"):
        with pytest.raises(sa.exc.DBAPIError) as wrong, core.transaction(database) as session:
            session.exec_driver_sql(mistake)
        assert not core.is_outage(wrong.value), mistake


def test_a_full_disk_is_the_processes_and_a_missing_value_the_messages() -> None:
    assert core.is_outage(OSError(errno.ENOSPC, "no space left on device"))
    assert not core.is_outage(FileNotFoundError(errno.ENOENT, "no such file"))
    assert not core.is_outage(KeyError("amount"))
    assert not core.is_outage(ValueError("the door stopped it: database is locked"))


def test_an_outage_is_seen_behind_what_was_made_of_it(database: Engine) -> None:
    with pytest.raises(RuntimeError) as wrapped:
        try:
            raise OSError(errno.ENOSPC, "no space left on device")
        except OSError as error:
            raise RuntimeError("the action failed") from error
    assert core.is_outage(wrapped.value)


def test_a_database_that_is_full_is_an_outage(tmp_path: Path) -> None:
    engine = core.connect(f"sqlite:///{tmp_path}/small.db")
    with core.transaction(engine) as session:
        session.exec_driver_sql("CREATE TABLE things (text TEXT)")
    with pytest.raises(sa.exc.OperationalError) as full, core.transaction(engine) as session:
        session.exec_driver_sql("PRAGMA max_page_count = 3")
        for _ in range(50):
            session.exec_driver_sql("INSERT INTO things VALUES (?)", ("x" * 4000,))
    assert core.is_outage(full.value)
    engine.dispose()
