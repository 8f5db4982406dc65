"""What came to an end lately: debts that were paid off, disputes that a person decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.accounts import store
from bot.accounts.model import DisputeOutcome, EntryKind
from bot.core import Session


@dataclass(frozen=True)
class PaidOff:
    """`forgiven`: a part of it was not paid, as a settlement has it."""

    debt_id: str
    party_id: str
    at: datetime
    forgiven: bool


@dataclass(frozen=True)
class Decided:
    number: str
    party_id: str
    conversation_id: str
    at: datetime


def paid_off_since(session: Session, since: datetime) -> tuple[PaidOff, ...]:
    """Nothing is owed any more, and something was paid since then."""
    entries, debts = store.ledger_entries, store.debts
    is_payment = sa.and_(entries.c.kind == EntryKind.PAYMENT.value, ~entries.c.source.like("placed:%"))
    paid = sa.select(entries.c.debt_id).where(is_payment, entries.c.at > since)
    forgiven = sa.func.sum(sa.case((entries.c.kind == EntryKind.WRITE_OFF.value, 1), else_=0))
    query = (
        sa.select(debts.c.id, debts.c.party_id, sa.func.max(entries.c.at).label("at"), forgiven.label("forgiven"))
        .join(entries, entries.c.debt_id == debts.c.id)
        .where(debts.c.id.in_(paid))
        .group_by(debts.c.id, debts.c.party_id)
        .having(sa.func.sum(entries.c.amount_minor) <= 0)
        .order_by(debts.c.id)
    )
    return tuple(PaidOff(row.id, row.party_id, row.at, bool(row.forgiven)) for row in session.execute(query))


def decided_since(session: Session, since: datetime) -> tuple[Decided, ...]:
    """By a person, of somebody who is known and said it in a conversation; not those that were taken back."""
    disputes, decisions = store.disputes, store.dispute_decisions
    query = (
        sa.select(disputes.c.number, disputes.c.party_id, disputes.c.conversation_id, decisions.c.at)
        .join(decisions, decisions.c.number == disputes.c.number)
        .where(decisions.c.at > since, decisions.c.outcome != DisputeOutcome.WITHDRAWN.value)
        .where(disputes.c.party_id.is_not(None), disputes.c.conversation_id.is_not(None))
        .order_by(disputes.c.number)
    )
    return tuple(
        Decided(store.dispute_number(row.number), row.party_id, row.conversation_id, row.at)
        for row in session.execute(query)
    )
