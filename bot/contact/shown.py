"""What a person wrote on a page of theirs: whether it has been shown there yet. The assistant answers who is there."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.contact.store import outbox
from bot.core import Session

_NOT_YET = sa.and_(
    outbox.c.channel == "web", outbox.c.author.like("agent:%"), outbox.c.state == "sent", outbox.c.delivery.is_(None)
)


def has_unshown(session: Session, conversation_id: str) -> bool:
    query = sa.select(outbox.c.number).where(outbox.c.conversation_id == conversation_id, _NOT_YET).limit(1)
    return session.execute(query).first() is not None


def note_shown(session: Session, conversation_id: str) -> None:
    """All of it, on their page or on its way there."""
    here = sa.and_(outbox.c.conversation_id == conversation_id, _NOT_YET)
    session.execute(outbox.update().where(here).values(delivery="delivered"))


def unshown(session: Session, since: datetime, until: datetime) -> dict[str, str]:
    """By conversation the first such message of this time, by its id."""
    query = sa.select(outbox.c.conversation_id, outbox.c.id).where(_NOT_YET, outbox.c.created_at.between(since, until))
    found: dict[str, str] = {}
    for row in session.execute(query.order_by(outbox.c.number)):
        found.setdefault(row.conversation_id, row.id)
    return found
