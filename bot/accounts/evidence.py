"""What somebody sent with a dispute: the photos and files of their messages there, from the dispute to its decision.

Nothing is kept twice: they lie with the messages in which they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot import contact
from bot.accounts import store
from bot.accounts.model import Dispute
from bot.core import Session


@dataclass(frozen=True)
class Evidence:
    """One file: where the provider keeps it, and the message with which it came."""

    message_id: str
    url: str
    at: datetime


def evidence(session: Session, dispute: Dispute) -> tuple[Evidence, ...]:
    """Oldest first; for staff. The message that disputed counts too. Empty for one that came by post."""
    key = store.number_of(dispute.number)
    row = session.execute(sa.select(store.disputes).where(store.disputes.c.number == key)).one()
    if row.conversation_id is None:
        return ()
    decided = sa.select(store.dispute_decisions.c.at).where(store.dispute_decisions.c.number == key)
    until = session.execute(decided).scalar()
    first = str(row.source).partition(":")[0]
    sent = contact.inbox.with_media(session, row.conversation_id)
    return tuple(
        Evidence(message.id, url, message.received_at)
        for message in sent
        if (message.received_at >= row.placed_at or message.id == first)
        and (until is None or message.received_at <= until)
        for url in message.media
    )
