"""Who is married to whom, as somebody told us and with the day: where a rule counts what a spouse was sent
(RCW 19.16.250(13)), it counts for both. The last word on two people holds; nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.contact.store import couples
from bot.core import Session, record


def marry(session: Session, one: str, other: str, *, source: str, now: datetime, actor: str = "operator") -> bool:
    """False when that was known already."""
    return _note(session, one, other, "married", source, now, actor)


def part(session: Session, one: str, other: str, *, source: str, now: datetime, actor: str = "operator") -> bool:
    """They are married no longer. False when nobody had said that they are."""
    return _note(session, one, other, "parted", source, now, actor)


def spouses_of(session: Session, people: Collection[str]) -> frozenset[str]:
    query = sa.select(couples).where(couples.c.party_id.in_(list(people))).order_by(couples.c.number)
    last = {(row.party_id, row.spouse_id): row.kind for row in session.execute(query)}
    return frozenset(spouse for (_, spouse), kind in last.items() if kind == "married")


def _note(session: Session, one: str, other: str, kind: str, source: str, now: datetime, actor: str) -> bool:
    if (other in spouses_of(session, [one])) == (kind == "married"):
        return False
    for party_id, spouse_id in ((one, other), (other, one)):
        row = {"party_id": party_id, "spouse_id": spouse_id, "kind": kind, "source": source, "at": now}
        session.execute(couples.insert().values(**row))
        data = {"kind": kind, "spouse": spouse_id, "source": source}
        record(session, "SpouseTold", subject=party_id, data=data, now=now, actor=actor)
    return True
