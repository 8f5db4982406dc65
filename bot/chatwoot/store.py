"""Which case is which conversation there, how far it was read, and what of ours and theirs is on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core import Session, UtcDateTime, metadata

ACTOR = "agent:chatwoot"
"""Whoever answers there, as facts and the desk name them; which of their agents it was stands in the fact."""
LEASE = timedelta(minutes=2)
"""For one look at one conversation; whoever is paused for longer loses it, and writes nothing more."""
LOOK_EVERY = timedelta(seconds=60)
ENDED = "ended"

talks = sa.Table(
    "chatwoot_talks",
    metadata,
    sa.Column("case_id", sa.String(40), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("number", sa.BigInteger, unique=True),  # Chatwoot's; null until it has one
    sa.Column("since", UtcDateTime, nullable=False),  # from when on it is mirrored
    sa.Column("read_to", sa.BigInteger, nullable=False),  # Chatwoot's number of the last message that was read there
    sa.Column("state", sa.String(10), nullable=False),  # open, ended
    sa.Column("rung_at", UtcDateTime),  # Chatwoot says that something is new
    sa.Column("looked_at", UtcDateTime),
    sa.Column("lease_until", UtcDateTime),
)
messages = sa.Table(
    "chatwoot_messages",
    metadata,
    sa.Column("case_id", sa.String(40), sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("ours", sa.String(60), primary_key=True),
    sa.Column("theirs", sa.BigInteger, unique=True),  # null while it waits to be written there
    sa.Column("text", sa.Text),  # of a note of ours to their agent
)


@dataclass(frozen=True)
class Mirrored:
    """One case there. `number` is None until it has a conversation."""

    case_id: str
    conversation_id: str
    number: int | None
    since: datetime
    read_to: int


def add(session: Session, case_id: str, conversation_id: str, since: datetime) -> None:
    values = {"case_id": case_id, "conversation_id": conversation_id, "since": since, "read_to": 0, "state": "open"}
    session.execute(talks.insert().values(**values))


def known(session: Session) -> frozenset[str]:
    """Ids of the cases that are or were mirrored."""
    return frozenset(session.execute(sa.select(talks.c.case_id)).scalars())


def to_look_at(session: Session, changed: frozenset[str], now: datetime) -> list[str]:
    """Cases with something new on one of the sides, and those that nobody has looked at for a while."""
    new_there = sa.and_(talks.c.rung_at.is_not(None), talks.c.rung_at >= talks.c.looked_at)
    long_ago = sa.or_(talks.c.looked_at.is_(None), talks.c.looked_at <= now - LOOK_EVERY)
    new_here = talks.c.conversation_id.in_(sorted(changed))
    query = sa.select(talks.c.case_id).where(talks.c.state != ENDED, sa.or_(new_there, long_ago, new_here))
    return list(session.execute(query.order_by(talks.c.case_id)).scalars())


def claim(session: Session, case_id: str, now: datetime) -> Mirrored | None:
    """For one look; None while somebody else is at it."""
    is_free = sa.or_(talks.c.lease_until.is_(None), talks.c.lease_until < now)
    here = sa.and_(talks.c.case_id == case_id, talks.c.state != ENDED, is_free)
    if not session.execute(talks.update().where(here).values(lease_until=now + LEASE)).rowcount:
        return None
    row = session.execute(sa.select(talks).where(talks.c.case_id == case_id)).one()
    return Mirrored(row.case_id, row.conversation_id, row.number, row.since, row.read_to)


def put(session: Session, case_id: str, **values: object) -> None:
    session.execute(talks.update().where(talks.c.case_id == case_id).values(**values))


def ring(session: Session, number: int, now: datetime) -> None:
    """Nothing where the conversation is none of ours."""
    session.execute(talks.update().where(talks.c.number == number).values(rung_at=now))


def there(session: Session, case_id: str) -> frozenset[str]:
    """Our keys of what Chatwoot has already."""
    query = sa.select(messages.c.ours).where(messages.c.case_id == case_id, messages.c.theirs.is_not(None))
    return frozenset(session.execute(query).scalars())


def both(session: Session, case_id: str, ours: str, theirs: int) -> bool:
    """That this one of ours is that one of theirs. False when either was known."""
    if session.execute(sa.select(messages.c.ours).where(messages.c.theirs == theirs)).first() is not None:
        return False
    here = sa.and_(messages.c.case_id == case_id, messages.c.ours == ours)
    waiting = messages.update().where(here, messages.c.theirs.is_(None)).values(theirs=theirs)
    if session.execute(waiting).rowcount:
        return True
    if session.execute(sa.select(messages.c.ours).where(here)).first() is not None:
        return False
    session.execute(messages.insert().values(case_id=case_id, ours=ours, theirs=theirs))
    return True


def tell(session: Session, case_id: str, ours: str, text: str) -> None:
    """A private note for whoever has it there, written with the next look. Twice is once."""
    here = sa.and_(messages.c.case_id == case_id, messages.c.ours == ours)
    if session.execute(sa.select(messages.c.ours).where(here)).first() is None:
        session.execute(messages.insert().values(case_id=case_id, ours=ours, text=text))


def to_tell(session: Session, case_id: str) -> list[tuple[str, str]]:
    here = sa.and_(messages.c.case_id == case_id, messages.c.theirs.is_(None), messages.c.text.is_not(None))
    query = sa.select(messages.c.ours, messages.c.text).where(here).order_by(messages.c.ours)
    return [(row.ours, row.text) for row in session.execute(query)]
