from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import core
from bot.core.audit import audit_head, audit_log, audit_unsealed

pytestmark = pytest.mark.postgres


@pytest.fixture
def log(engine: Engine, now: datetime) -> Engine:
    with core.transaction(engine) as session:
        for number in range(5):
            core.record(session, "Happened", subject=f"s{number % 2}", data={"n": number}, now=now)
    seal(engine)
    return engine


def seal(engine: Engine) -> int:
    with core.transaction(engine) as session:
        return core.seal(session)


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
    assert (seal(log), broken(log)) == (0, [])


def test_writers_and_sealers_at_once_make_one_chain(engine: Engine, now: datetime) -> None:
    def write(name: str) -> None:
        for number in range(10):
            with core.transaction(engine) as session:
                core.record(session, "Happened", subject=name, data={"n": number}, now=now)

    def seal_often() -> None:
        for _ in range(10):
            seal(engine)

    work = [threading.Thread(target=write, args=(f"w{number}",)) for number in range(4)]
    work += [threading.Thread(target=seal_often) for _ in range(2)]
    for each in work:
        each.start()
    for each in work:
        each.join()
    seal(engine)
    with core.reading(engine) as session:
        assert core.sealed(session).number == 40
        for name in ("w0", "w1", "w2", "w3"):
            assert [fact.data["n"] for fact in core.facts(session, subject=name)] == list(range(10)), "each in order"
    assert broken(engine) == []


def test_a_fact_can_be_read_before_it_is_sealed_and_the_log_says_how_far_the_seal_goes(
    log: Engine, now: datetime
) -> None:
    with core.transaction(log) as session:
        core.record(session, "Happened", subject="s9", data={}, now=now + timedelta(seconds=3))
    with core.reading(log) as session:
        assert [fact.number for fact in core.facts(session, subject="s9")] == [None]
        assert core.sealed(session) == core.audit.Sealed(5, now, 1, now + timedelta(seconds=3))
    assert (seal(log), broken(log)) == (1, [])
    with core.reading(log) as session:
        assert [fact.number for fact in core.facts(session, subject="s9")] == [6]


def test_sealing_in_batches_leaves_the_same_chain(engine: Engine, now: datetime) -> None:
    with core.transaction(engine) as session:
        for number in range(25):
            core.record(session, "Happened", subject="x", data={"n": number}, now=now)
    for _ in range(3):
        with core.transaction(engine) as session:
            core.seal(session, limit=10)
    with core.reading(engine) as session:
        assert [(fact.number, fact.data["n"]) for fact in core.facts(session)] == [(n + 1, n) for n in range(25)]
    assert broken(engine) == []


def test_a_row_that_did_not_pass_the_sealer_is_named(log: Engine) -> None:
    with core.transaction(log) as session:
        last = session.execute(sa.select(audit_log).where(audit_log.c.number == 5)).mappings().one()
        session.execute(audit_log.insert().values(**{**last, "number": 6, "kind": "Invented"}))
    assert broken(log) == ["row 6 (Invented) came late: the chain was sealed up to row 5"]


def test_facts_that_nobody_seals_are_told(log: Engine, now: datetime) -> None:
    with core.transaction(log) as session:
        core.record(session, "Happened", subject="x", data={}, now=now)
    with core.reading(log) as session:
        assert list(core.verify(session, now + timedelta(minutes=9))) == []
        assert any("wait for their seal" in told for told in core.verify(session, now + timedelta(minutes=11)))


def test_a_transaction_that_never_ends_keeps_nobody_from_writing_or_sealing(engine: Engine, now: datetime) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time, whatever they write")
    with core.transaction(engine) as frozen:
        core.record(frozen, "Happened", subject="frozen", data={}, now=now)
        with core.transaction(engine) as other:
            other.execute(sa.text("SET LOCAL lock_timeout = '1s'"))
            core.record(other, "Happened", subject="other", data={}, now=now)
        assert seal(engine) == 1
        with core.transaction(engine) as sealing:
            assert core.seal(sealing) == 0
            sealing.execute(sa.select(audit_head).with_for_update())
            assert seal(engine) == 0, "one sealer at a time, and the second does not wait"
    assert seal(engine) == 1
    with core.reading(engine) as session:
        assert [fact.subject for fact in core.facts(session)] == ["other", "frozen"]
        assert session.execute(sa.select(sa.func.count()).select_from(audit_unsealed)).scalar_one() == 0
    assert broken(engine) == []
