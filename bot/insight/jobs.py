"""The worker's part: one day at a time, so that everything else has its turn between two."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.engine import Engine

from bot.core import Settings, alone, reading, transaction
from bot.insight import rolling
from bot.insight.days import Day


def work(engine: Engine, settings: Settings) -> int:
    """Counts the day that is due next. 1 when there was one: another may wait.

    It is read in a snapshot and written in one short transaction, so that nobody waits for the counting.
    """
    now, zone = settings.clock.now(), settings.time_zone
    with alone(engine, "insight", "roll") as is_mine:
        if not is_mine:
            return 0
        _look(engine, now, zone)
        with reading(engine) as session:
            due = rolling.due(session, now, zone)
            counted = [rolling.count(session, due[0], half) for half in due[1]] if due is not None else []
        if counted:
            with transaction(engine) as session:
                for half in counted:
                    rolling.write(session, half, now)
    return 1 if counted else 0


def roll(engine: Engine, settings: Settings, on: date) -> None:
    """Counts one day again, by hand."""
    day, now = Day(on, settings.time_zone), settings.clock.now()
    with reading(engine) as session:
        counted = [rolling.count(session, day, half) for half in rolling.HALVES]
    with transaction(engine) as session:
        for half in counted:
            rolling.write(session, half, now)


def _look(engine: Engine, now: datetime, zone: str) -> None:
    with reading(engine) as session:
        is_time = rolling.is_to_look(session, now)
    if is_time:
        with transaction(engine) as session:
            rolling.mark_late(session, now, zone)
