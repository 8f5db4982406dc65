from __future__ import annotations

import threading
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import core
from bot.core.audit import audit_head, audit_log


@pytest.fixture
def log(engine: Engine, now: datetime) -> Engine:
    with core.transaction(engine) as session:
        for number in range(5):
            core.record(session, "Happened", subject=f"s{number % 2}", data={"n": number}, now=now)
    return engine


def broken(engine: Engine) -> list[str]:
    with core.reading(engine) as session:
        return list(core.verify(session))


def test_a_log_that_nobody_touched_is_whole(log: Engine) -> None:
    assert broken(log) == []


@pytest.mark.parametrize("column", ["data", "kind", "subject", "actor", "hash"])
def test_a_changed_row_is_named(log: Engine, column: str) -> None:
    with core.transaction(log) as session:
        session.execute(audit_log.update().where(audit_log.c.number == 3).values(**{column: "changed"}))
    assert any("row 3" in sentence or "row 4" in sentence for sentence in broken(log))


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_missing_row_is_named(log: Engine, number: int) -> None:
    with core.transaction(log) as session:
        session.execute(sa.delete(audit_log).where(audit_log.c.number == number))
    assert any("missing" in sentence for sentence in broken(log))


def test_cutting_off_the_end_together_with_the_head_is_seen_by_the_hash(log: Engine) -> None:
    with core.transaction(log) as session:
        session.execute(sa.delete(audit_log).where(audit_log.c.number == 5))
        session.execute(audit_head.update().values(number=4))
    assert broken(log) == ["the head does not fit row 4"]


def test_a_rolled_back_fact_never_was(log: Engine, now: datetime) -> None:
    with pytest.raises(RuntimeError), core.transaction(log) as session:
        core.record(session, "Happened", subject="x", data={}, now=now)
        raise RuntimeError
    with core.reading(log) as session:
        assert len(core.facts(session)) == 5
    assert broken(log) == []


def test_writers_at_once_make_one_chain(engine: Engine, now: datetime) -> None:
    def write() -> None:
        for _ in range(10):
            with core.transaction(engine) as session:
                core.record(session, "Happened", subject="x", data={}, now=now)

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with core.reading(engine) as session:
        assert len(core.facts(session)) == 40
    assert broken(engine) == []
