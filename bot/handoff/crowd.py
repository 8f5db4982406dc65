"""Cases of people we do not know, from one network: the first few are cases of their own, the rest join the first."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot import contact
from bot.core import Session
from bot.handoff.model import CROWD, CROWD_WITHIN, NEVER_JOINED, Case, Reason
from bot.handoff.store import case_of, cases


def first(session: Session, talk: contact.Conversation, reason: Reason, now: datetime) -> str | None:
    """The id of the case that a new one of this conversation joins; None when it is one of its own."""
    if talk.party_id is not None or talk.network is None or reason in NEVER_JOINED:
        return None
    query = (
        sa.select(cases.c.id, cases.c.conversation_id)
        .where(
            cases.c.closed_at.is_(None),
            cases.c.joined_to.is_(None),
            cases.c.party_id.is_(None),
            cases.c.reason.notin_([one.value for one in NEVER_JOINED]),
            cases.c.opened_at > now - CROWD_WITHIN,
        )
        .order_by(cases.c.opened_at, cases.c.id)
    )
    rows = session.execute(query).all()
    here = [row.id for row in rows if contact.conversation(session, row.conversation_id).network == talk.network]
    return here[0] if len(here) >= CROWD else None


def all_joined(session: Session) -> dict[str, tuple[str, ...]]:
    """Conversations of the open cases that are shown under another, by that one."""
    query = sa.select(cases.c.joined_to, cases.c.conversation_id).where(
        cases.c.joined_to.is_not(None), cases.c.closed_at.is_(None)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in session.execute(query.order_by(cases.c.opened_at, cases.c.id)):
        found[row.joined_to] = (*found.get(row.joined_to, ()), row.conversation_id)
    return found


def joined(session: Session, case_id: str) -> tuple[Case, ...]:
    """Open cases that are shown under this one, oldest first."""
    query = sa.select(cases).where(cases.c.joined_to == case_id, cases.c.closed_at.is_(None))
    return tuple(case_of(row) for row in session.execute(query.order_by(cases.c.opened_at, cases.c.id)))
