"""What the web looks at without changing it: which messages are new, whose answer is being written, what waits.

These look across conversations, where the door hands out one at a time. Nothing here reads a text.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot import contact
from bot.core import Session, metadata

assert contact, "its tables must be known"
_conversations = metadata.tables["conversations"]
_inbox = metadata.tables["inbox"]
_outbox = metadata.tables["outbox"]
_UNSENT = ("ready", "claimed", "sending", "uncertain")


@dataclass(frozen=True)
class Backlog:
    """How much waits, and since when. Seconds are 0 when nothing waits."""

    unanswered: int
    unanswered_seconds: float
    unsent: int
    unsent_seconds: float


def conversation_at(session: Session, address: str) -> contact.Conversation | None:
    """The web conversation of a visitor; None before the first message."""
    here = sa.and_(_conversations.c.channel == "web", _conversations.c.address == address)
    found = session.execute(sa.select(_conversations.c.id).where(here)).scalar()
    return contact.conversation(session, found) if found is not None else None


def conversations_at(session: Session, addresses: Collection[str]) -> dict[str, contact.Conversation]:
    """By address; those without one are missing."""
    here = sa.and_(_conversations.c.channel == "web", _conversations.c.address.in_(list(addresses)))
    rows = session.execute(sa.select(_conversations).where(here))
    fields = contact.Conversation.__dataclass_fields__
    return {row["address"]: contact.Conversation(**{name: row[name] for name in fields}) for row in rows.mappings()}


def last_number(session: Session) -> int:
    """Of the newest message in the outbox; 0 in an empty one."""
    return int(session.execute(sa.select(sa.func.max(_outbox.c.number))).scalar() or 0)


def written_since(session: Session, number: int) -> list[tuple[int, str]]:
    """(number, conversation id) of web messages with a higher outbox number."""
    query = sa.select(_outbox.c.number, _outbox.c.conversation_id).where(
        _outbox.c.number > number, _outbox.c.channel == "web"
    )
    return [(row.number, row.conversation_id) for row in session.execute(query)]


def being_answered(session: Session) -> frozenset[str]:
    """Ids of web conversations whose last message waits for its turn."""
    query = sa.select(_inbox.c.conversation_id).where(_inbox.c.state == "ready", _inbox.c.channel == "web").distinct()
    return frozenset(session.execute(query).scalars())


def backlog(session: Session, now: datetime) -> Backlog:
    unanswered = session.execute(
        sa.select(sa.func.count(), sa.func.min(_inbox.c.received_at)).where(_inbox.c.state == "ready")
    ).one()
    due = sa.and_(_outbox.c.state.in_(_UNSENT), _outbox.c.due_at <= now)
    unsent = session.execute(sa.select(sa.func.count(), sa.func.min(_outbox.c.due_at)).where(due)).one()
    return Backlog(unanswered[0], _age(unanswered[1], now), unsent[0], _age(unsent[1], now))


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since is not None else 0.0
