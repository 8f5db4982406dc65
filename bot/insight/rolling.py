"""Filling the tables of figures: a day at a time, as often as one likes, always to the same numbers.

A day is counted in one transaction that takes the place of what was there. Today is counted every ten minutes. A day that is
over is counted once more each day for a week, since a message may be stopped days after it was written. What is posted to
the ledger late makes its days, and all whose close it changes, be counted again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from bot.core import Session, UtcDateTime, upsert
from bot.insight import money, store, talks
from bot.insight.days import Day, Place, day_of, summed

OFTEN = timedelta(minutes=10)
SETTLES = 8
"""Days, this one with it, that are counted again each day."""
FURTHEST = 400
"""Days back to which what is posted late is followed."""
LOOK_EVERY, _OVERLAP, _COMMITTED = timedelta(minutes=1), timedelta(minutes=10), timedelta(minutes=1)
"""How often the ledger is looked through, how far again, and by when what was being posted is there to be counted."""
Half = Literal["talks", "money"]
HALVES: tuple[Half, ...] = ("talks", "money")
_MOST = 500


@dataclass(frozen=True)
class Counted:
    """All numbers of one half of a day, as rows."""

    day: Day
    half: Half
    sums: list[dict[str, Any]]
    people: list[dict[str, Any]]
    waits: list[dict[str, Any]]


def count(session: Session, day: Day, half: Half) -> Counted:
    """Reads, and writes nothing: a snapshot is enough."""
    counts = (talks if half == "talks" else money).counts(session, day)
    sums = [
        {"day": day.on, "measure": measure, **_filter(place), "currency": place.currency, "number": number}
        for (place, measure), number in summed(counts).items()
    ]
    if half == "money":
        return Counted(day, half, sums, [], [])
    people = [
        {"day": day.on, "before": before, **_filter(place), "count": number}
        for (place, before), number in talks.people(session, day).items()
    ]
    waits = [
        {"day": day.on, "entry": one.entry, **_filter(one.place), "seconds": one.seconds}
        for one in talks.waits(session, day)
    ]
    return Counted(day, half, sums, people, waits)


def _filter(place: Place) -> dict[str, str]:
    return {"channel": place.channel, "language": place.language, "segment": place.segment}


def write(session: Session, counted: Counted, now: datetime) -> None:
    """In the place of what was counted of this half of the day before. `now` is when it was read."""
    on, table = counted.day.on, store.daily
    mine = _is_of_talks(table.c.measure) if counted.half == "talks" else ~_is_of_talks(table.c.measure)
    _replace(session, table, sa.and_(table.c.day == on, mine), counted.sums)
    if counted.half == "talks":
        _replace(session, store.people, store.people.c.day == on, counted.people)
        _replace(session, store.waits, store.waits.c.day == on, counted.waits)
    known = session.execute(sa.select(store.days).where(store.days.c.day == on)).first()
    at = {f"{half}_at": getattr(known, f"{half}_at") if known else None for half in HALVES}
    upsert(session, store.days, {"day": on, **at, f"{counted.half}_at": now})


def _replace(session: Session, table: sa.Table, which: Any, rows: list[dict[str, Any]]) -> None:
    session.execute(table.delete().where(which))
    for begin in range(0, len(rows), _MOST):
        session.execute(table.insert(), rows[begin : begin + _MOST])


_OF_TALKS = ("session%", "contacts%", "people%", "complaints%", "disputes%", "messages%", "answers%", "csat%", "refused:%")


def _is_of_talks(measure: Any) -> Any:
    return sa.or_(*(measure.like(pattern) for pattern in _OF_TALKS))


def due(session: Session, now: datetime, zone: str) -> tuple[Day, tuple[Half, ...]] | None:
    """The day to be counted next, oldest first but today before all; None when all are as new as they should be."""
    today, first = day_of(now, zone), _first_day(session, zone)
    if first is None:
        return None
    counted = {row.day: row for row in session.execute(sa.select(store.days))}
    span = (today.on - first).days
    for ago in (0, *range(span, 0, -1)):
        day = today.ago(ago)
        row = counted.get(day.on)
        halves = tuple(half for half in HALVES if _is_due(getattr(row, f"{half}_at", None), ago, today, now))
        if halves:
            return day, halves
    return None


def _is_due(at: datetime | None, ago: int, today: Day, now: datetime) -> bool:
    if at is None:
        return True
    if ago == 0:
        return now - at >= OFTEN or at > now
    return ago < SETTLES and at < today.start


def _first_day(session: Session, zone: str) -> date | None:
    """On which anything happened; once the worker has found it, it stays the same."""
    known = session.execute(sa.select(store.looks.c.at).where(store.looks.c.name == "first")).scalar()
    if known is not None:
        return day_of(known, zone).on
    moments = [
        session.execute(sa.select(sa.func.min(sa.column(column, UtcDateTime()))).select_from(sa.table(table))).scalar()
        for table, column in (("debts", "placed_at"), ("conversations", "created_at"))
    ]
    return min((day_of(one, zone).on for one in moments if one is not None), default=None)


def is_to_look(session: Session, now: datetime) -> bool:
    """Whether it is time to ask the ledger for what came late."""
    seen = session.execute(sa.select(store.looks.c.at).where(store.looks.c.name == "ledger")).scalar()
    return seen is None or now - seen >= LOOK_EVERY or seen > now


def mark_late(session: Session, now: datetime, zone: str) -> int:
    """Days of the ledger that something was posted to after they were counted; returns how many are to be counted again."""
    looks, days = store.looks, store.days
    seen = session.execute(sa.select(looks.c.at).where(looks.c.name == "ledger")).scalar()
    if seen is None:
        first_day = _first_day(session, zone)
        if first_day is not None:
            upsert(session, looks, {"name": "first", "at": Day(first_day, zone).start})
            upsert(session, looks, {"name": "ledger", "at": now})
        return 0
    upsert(session, looks, {"name": "ledger", "at": now})
    since = min(seen, now) - _OVERLAP
    entries = session.execute(
        sa.select(_LEDGER.c.effective_on, _LEDGER.c.at)
        .where(_LEDGER.c.at >= sa.literal(since, UtcDateTime()), ~_LEDGER.c.source.like("placed:%"))
        .distinct()
    ).all()
    late = [(one.effective_on, one.at) for one in entries if one.effective_on < day_of(one.at, zone).on]
    if not late:
        return 0
    first = max(min(on for on, _ in late), day_of(now, zone).ago(FURTHEST).on)
    posted = max(at for _, at in late)
    stale = sa.and_(days.c.day >= first, days.c.day < day_of(now, zone).on, days.c.money_at <= posted + _COMMITTED)
    marked = session.execute(days.update().where(stale).values(money_at=None))
    return int(marked.rowcount)


_LEDGER = sa.table(
    "ledger_entries", sa.column("effective_on", sa.Date()), sa.column("at", UtcDateTime()), sa.column("source"),
)  # fmt: skip
