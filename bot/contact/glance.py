"""A look across conversations without changing anything: whose answer is being written, what is new, what waits.

Nothing here reads a text.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.contact.model import Channel, Conversation
from bot.contact.outbox import OPEN
from bot.contact.store import conversation_of, conversations, inbox, outbox
from bot.core import Session


@dataclass(frozen=True)
class Backlog:
    """How much waits, and since when. Seconds are 0 when nothing waits."""

    unanswered: int
    unanswered_seconds: float
    unsent: int
    unsent_seconds: float


def at(session: Session, channel: Channel, addresses: Collection[str]) -> dict[str, Conversation]:
    """The conversations at these addresses, by address; those who never wrote are missing."""
    here = sa.and_(conversations.c.channel == channel, conversations.c.address.in_(list(addresses)))
    return {row.address: conversation_of(row) for row in session.execute(sa.select(conversations).where(here))}


def conversation_at(session: Session, channel: Channel, address: str) -> Conversation | None:
    """None before the first message."""
    return at(session, channel, [address]).get(address)


def channels(session: Session) -> dict[str, Channel]:
    """The channel of every conversation there ever was, by its id."""
    rows = session.execute(sa.select(conversations.c.id, conversations.c.channel))
    return {row.id: row.channel for row in rows}


def heard_at(session: Session, conversation_id: str) -> datetime | None:
    """When they last wrote in it."""
    query = sa.select(sa.func.max(inbox.c.received_at)).where(inbox.c.conversation_id == conversation_id)
    found: datetime | None = session.execute(query).scalar_one_or_none()
    return found


def quiet_since(session: Session, conversation_id: str) -> datetime | None:
    """When the last word was said in it by either side; None while one of theirs is not answered or one of ours waits."""
    here = inbox.c.conversation_id == conversation_id
    if session.execute(sa.select(inbox.c.id).where(here, inbox.c.state == "ready").limit(1)).first() is not None:
        return None
    ours = sa.and_(outbox.c.conversation_id == conversation_id, outbox.c.state != "blocked")
    if session.execute(sa.select(outbox.c.id).where(ours, outbox.c.state.in_(OPEN)).limit(1)).first() is not None:
        return None
    said = session.execute(sa.select(sa.func.max(outbox.c.created_at)).where(ours)).scalar()
    return max(filter(None, (said, heard_at(session, conversation_id))), default=None)


def was_queued(session: Session, key: str) -> bool:
    """Whether something was said under this key, or stopped by the door."""
    query = sa.select(outbox.c.id).where(sa.or_(*(outbox.c.dedup_key == f"{key}:{end}" for end in ("0", "no0"))))
    return session.execute(query).first() is not None


def last_number(session: Session) -> int:
    """Of the newest message in the outbox; 0 in an empty one."""
    return int(session.execute(sa.select(sa.func.max(outbox.c.number))).scalar() or 0)


def newest(session: Session) -> tuple[int, int, int]:
    """Marks of the outbox and the inbox: when they are the same as before, nothing was written, sent or answered."""
    ours = int(session.execute(sa.select(sa.func.max(outbox.c.number))).scalar() or 0)
    theirs = int(session.execute(sa.select(sa.func.max(inbox.c.number))).scalar() or 0)
    on_its_way = session.execute(sa.select(sa.func.count()).where(outbox.c.state.in_(OPEN))).scalar_one()
    return ours, theirs, int(on_its_way)


def talks_since(session: Session, ours: int, theirs: int) -> frozenset[str]:
    """Conversations in which something was written after these numbers of the outbox and the inbox."""
    said = sa.select(outbox.c.conversation_id).where(outbox.c.number > ours)
    heard = sa.select(inbox.c.conversation_id).where(inbox.c.number > theirs)
    return frozenset(session.execute(said.union(heard)).scalars())


def written_since(session: Session, channel: Channel, number: int) -> list[tuple[int, str]]:
    """(number, conversation id) of messages on this channel with a higher outbox number."""
    query = sa.select(outbox.c.number, outbox.c.conversation_id).where(
        outbox.c.number > number, outbox.c.channel == channel
    )
    return [(row.number, row.conversation_id) for row in session.execute(query)]


def being_answered(session: Session, channel: Channel) -> frozenset[str]:
    """Ids of the conversations on this channel whose last message waits for its turn."""
    query = sa.select(inbox.c.conversation_id).where(inbox.c.state == "ready", inbox.c.channel == channel).distinct()
    return frozenset(session.execute(query).scalars())


def backlog(session: Session, now: datetime) -> Backlog:
    unanswered = session.execute(
        sa.select(sa.func.count(), sa.func.min(inbox.c.received_at)).where(inbox.c.state == "ready")
    ).one()
    not_held = sa.or_(outbox.c.held_until.is_(None), outbox.c.held_until <= now)
    due = sa.and_(outbox.c.state.in_(OPEN), outbox.c.due_at <= now, not_held)
    unsent = session.execute(sa.select(sa.func.count(), sa.func.min(outbox.c.due_at)).where(due)).one()
    return Backlog(unanswered[0], _age(unanswered[1], now), unsent[0], _age(unsent[1], now))


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0


def was_sent(session: Session, key: str) -> bool:
    """Whether what was said under this key has left us; on a page it waits to be read."""
    return _states(session, key) == {"sent"}


def stopped_by(session: Session, key: str) -> tuple[str, ...] | None:
    """The rules that stopped what was to be said under this key; None where it was not stopped."""
    here = sa.or_(*(outbox.c.dedup_key == f"{key}:{end}" for end in ("0", "no0")))
    row = session.execute(sa.select(outbox.c.rules).where(here, outbox.c.state == "blocked")).first()
    return tuple(row.rules) if row is not None else None


def may_be_sent(session: Session, key: str) -> bool:
    """Whether it still waits to be sent: neither stopped nor dead."""
    states = _states(session, key)
    return bool(states) and states <= {*OPEN, "sent"}


def _states(session: Session, key: str) -> set[str]:
    here = sa.or_(*(outbox.c.dedup_key == f"{key}:{end}" for end in ("0", "no0")))
    return set(session.execute(sa.select(outbox.c.state).where(here)).scalars())
