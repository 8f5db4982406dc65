"""A provider that is away: nobody calls it again and again, and everybody can see since when.

A circuit opens with the first refusal that is not about one message, and closes with the first call that works.
How long to rest in between is told in seconds, for a clock that nobody sets; how often it failed is shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.contact.store import circuits
from bot.core import Session, insert_once, record

LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class Circuit:
    """An open one. `name` is the provider and what is asked of it: "twilio:send", "twilio:find"."""

    name: str
    failures: int
    since: datetime
    reason: str


def open_ones(session: Session) -> tuple[Circuit, ...]:
    rows = session.execute(sa.select(circuits).order_by(circuits.c.since))
    return tuple(Circuit(row.name, row.failures, row.since, row.reason) for row in rows)


def trip(session: Session, name: str, reason: str, now: datetime) -> int:
    """The provider did not do it, for no reason of a message's own; returns how often in a row."""
    row = {"name": name, "failures": 1, "since": now, "reason": reason[:200]}
    if insert_once(session, circuits, row):
        record(session, "ProviderAway", subject=name, data={"why": reason[:200]}, now=now)
        return 1
    again = {"failures": circuits.c.failures + 1, "reason": reason[:200]}
    session.execute(circuits.update().where(circuits.c.name == name).values(**again))
    return int(session.execute(sa.select(circuits.c.failures).where(circuits.c.name == name)).scalar() or 1)


def mend(session: Session, name: str, now: datetime) -> None:
    """A call went through."""
    if session.execute(circuits.delete().where(circuits.c.name == name)).rowcount:
        record(session, "ProviderBack", subject=name, data={}, now=now)


def pause(failures: int) -> float:
    """Seconds until it is asked again: 1, 2, 4, … 30."""
    return min(2.0 ** min(failures - 1, 10), LONGEST_PAUSE)
