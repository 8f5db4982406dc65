"""Simulations that were asked for: run apart from everything else, with their progress, and kept with the version.

Whoever runs one says every few seconds that it goes on; one that fell silent is begun again, but not for ever: one that
breaks off, or is still not over after an hour of being begun again, ends as failed, and the manager reads that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine

from bot.core import Clock, ParleyError, Session, is_outage, reading, transaction
from bot.negotiation import findings, live, store, stored, versions
from bot.negotiation.findings import Report
from bot.negotiation.simulate import simulate
from bot.negotiation.version_log import version

SILENT, LONGEST = timedelta(seconds=60), timedelta(hours=1)
_BROKE_OFF = "it broke off with an error, which the log of the worker names; simulate it again when that is mended"
_TOO_LONG = "it was begun again and again for an hour and never came to its end; the log of the worker may say why"
_log = structlog.get_logger(__name__)
_asked = store.policy_simulations


@dataclass(frozen=True)
class Simulation:
    """`hash` is that of the version which it is about. `report` is there when it is over, or `failed` in words."""

    number: int
    version_id: str
    hash: str
    asked_by: str
    asked_at: datetime
    begun_at: datetime | None
    seen_at: datetime | None
    done: int
    total: int
    report: Report | None
    failed: str | None

    @property
    def is_over(self) -> bool:
        return self.report is not None or self.failed is not None

    def is_stuck(self, now: datetime) -> bool:
        """Whether nobody has said for longer than usual that it goes on, or has begun it at all."""
        return not self.is_over and now - (self.seen_at or self.asked_at) > SILENT


def ask(session: Session, version_id: str, by: str, now: datetime) -> None:
    """One at a time for each version. Raises NoSuchVersion."""
    last = of_version(session, version_id)
    if last is None or last.is_over:
        values = {
            "version_id": version_id, "hash": version(session, version_id, now).hash, "asked_by": by, "asked_at": now,
            "done": 0, "total": 0,
        }  # fmt: skip
        session.execute(_asked.insert().values(**values))


def of_version(session: Session, version_id: str) -> Simulation | None:
    """The last one that was asked for."""
    query = sa.select(_asked).where(_asked.c.version_id == version_id).order_by(_asked.c.number.desc()).limit(1)
    row = session.execute(query).first()
    return _simulation(row) if row is not None else None


def _simulation(row: Any) -> Simulation:
    report = msgspec.json.decode(row.report, type=Report) if row.report else None
    return Simulation(
        row.number, row.version_id, row.hash, row.asked_by, row.asked_at, row.begun_at, row.seen_at, row.done, row.total,
        report, row.failed,
    )  # fmt: skip


def waiting(session: Session, now: datetime) -> int | None:
    """The number of one that nobody runs."""
    is_open = sa.and_(_asked.c.report.is_(None), _asked.c.failed.is_(None))
    is_silent = sa.or_(_asked.c.seen_at.is_(None), _asked.c.seen_at < now - SILENT)
    query = sa.select(_asked.c.number).where(is_open, is_silent).order_by(_asked.c.number).limit(1)
    found: int | None = session.execute(query).scalar()
    return found


def run_waiting(database: Engine, clock: Clock) -> int:
    """Runs what waits, one after the other. Returns how many."""
    done = 0
    while (found := _begin(database, clock.now())) is not None:
        try:
            _run(database, clock, found)
        except Exception as error:
            if is_outage(error):
                raise  # it is begun again when the database is there
            _log.error("simulation_failed", version=found.version_id, exc_info=True)
            _note(database, found.number, failed=str(error) if isinstance(error, ParleyError) else _BROKE_OFF)
        done += 1
    return done


def _begin(database: Engine, now: datetime) -> Simulation | None:
    """Of two who see the same one wait, one gets it."""
    with transaction(database) as session:
        number = waiting(session, now)
        if number is None:
            return None
        is_free = sa.or_(_asked.c.seen_at.is_(None), _asked.c.seen_at < now - SILENT)
        this = _asked.update().where(_asked.c.number == number, is_free)
        first = sa.func.coalesce(_asked.c.begun_at, now)
        if not session.execute(this.values(begun_at=first, seen_at=now)).rowcount:
            return None
        return _simulation(session.execute(sa.select(_asked).where(_asked.c.number == number)).one())


def _run(database: Engine, clock: Clock, found: Simulation) -> None:
    """No transaction is open while it replays. Raises ParleyError when its version may no longer have it."""
    if found.begun_at is not None and clock.now() - found.begun_at > LONGEST:
        _note(database, found.number, failed=_TOO_LONG)
        return
    with reading(database) as session:
        now = clock.now()
        draft, base = version(session, found.version_id, now).policy, live.policy(session, now)
        cases, log = stored.stored_cases(session, now)

    def progress(done: int, total: int) -> None:
        _note(database, found.number, done=done, total=total, seen_at=clock.now())

    report = simulate(draft, base, cases, log, progress)
    with transaction(database) as session:
        _write(session, found.number, report=findings.to_json(report).decode(), done=len(cases), total=len(cases))
        if report.safety.clean:
            versions.simulated(session, found.version_id, report, found.asked_by, clock.now())


def _note(database: Engine, number: int, **values: Any) -> None:
    with transaction(database) as session:
        _write(session, number, **values)


def _write(session: Session, number: int, **values: Any) -> None:
    session.execute(_asked.update().where(_asked.c.number == number).values(**values))
