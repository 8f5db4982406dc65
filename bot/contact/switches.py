"""Kill switches: what a manager stopped at once. Asked in the transaction that would do it, never remembered.

A row says that something is off, by whom and why; without a row it is on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.contact.store import switches
from bot.core import Session, insert_once, record

CHANNELS = ("sms", "whatsapp", "telegram")
"""Nothing leaves on it: it waits, and goes when it is on again."""
OFFERS = "offers"
"""The assistant makes no new offer; those that were made stand."""
SATISFACTION = "satisfaction"
"""Nobody is asked how it was."""
NAMES = (OFFERS, *CHANNELS, SATISFACTION)


@dataclass(frozen=True)
class Off:
    name: str
    by: str
    why: str
    since: datetime


def off(session: Session) -> Mapping[str, Off]:
    """All that is stopped now, by name."""
    return {row.name: Off(row.name, row.by, row.why, row.since) for row in session.execute(sa.select(switches))}


def is_off(session: Session, name: str) -> bool:
    return session.execute(sa.select(switches.c.name).where(switches.c.name == name)).first() is not None


def channels_off(session: Session) -> set[str]:
    return {name for name in off(session) if name in CHANNELS}


def turn_off(session: Session, name: str, *, by: str, why: str, now: datetime) -> bool:
    """False when it is off already."""
    assert name in NAMES
    done = insert_once(session, switches, {"name": name, "by": by, "why": why[:400], "since": now})
    if done:
        record(session, "SwitchedOff", subject=name, data={"why": why[:400]}, now=now, actor=by)
    return bool(done)


def turn_on(session: Session, name: str, *, by: str, why: str, now: datetime) -> bool:
    """False when it is on already."""
    done = bool(session.execute(switches.delete().where(switches.c.name == name)).rowcount)
    if done:
        record(session, "SwitchedOn", subject=name, data={"why": why[:400]}, now=now, actor=by)
    return done
