"""Several bots on PostgreSQL with more to do than they can, watched for what stands in their way."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from bot import contact, core, dialogue
from bot.core import Settings
from tests.soak.plant import Plant
from tests.whole.running import until

LOOK_EVERY = 0.05


@dataclass(frozen=True)
class Turns:
    """`waiting` of the `looks` saw somebody wait for a lock that another process of ours held."""

    a_second: float
    looks: int
    waiting: int

    def __str__(self) -> str:
        return f"{self.a_second:.1f} turns a second; {self.waiting} of {self.looks} looks saw somebody wait for a lock"


def turns(folder: Path, bots: int, people: int, each: int) -> Turns:
    """Every turn thinks for 30 ms before anything is held, as understanding does, and for 30 ms after."""
    box = Plant(folder, "postgresql")
    try:
        with core.transaction(box.database) as session:
            _store(session, people, each)
        box.start(*("bot1", "bot2", "bot3")[:bots], SOAK_UNDERSTAND_SECONDS="0.03", SOAK_TURN_SECONDS="0.03")
        until(lambda: _done(box) > 0, 120, "the first turn")
        looks, waiting, began, before = 0, 0, time.monotonic(), _done(box)
        while (done := _done(box)) < people * each:
            looks, waiting = looks + 1, waiting + (_lock_waits(box) > 0)
            time.sleep(LOOK_EVERY)
        return Turns((done - before) / (time.monotonic() - began), looks, waiting)
    finally:
        box.close()


def _store(session: core.Session, people: int, each: int) -> None:
    """What each person writes lies further apart than a burst: each message is a turn of its own."""
    now = Settings.load({}).clock.now()
    for number in range(people * each):
        incoming = contact.Incoming("sms", f"+1555010{number % people:04}", f"b{number}", f"new {number}")
        contact.receive(session, incoming, now - (each - number // people) * 2 * dialogue.BURST)


def _done(box: Plant) -> int:
    return int(box.rows("SELECT count(*) FROM inbox WHERE state = 'done'")[0][0])


def _lock_waits(box: Plant) -> int:
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = :name"
        " AND wait_event_type = 'Lock' AND state = 'active'"
    )
    return int(box.rows(query, name=box.name)[0][0])
