"""Agreements as their creditors are told of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.core import Money, Session
from bot.negotiation import store
from bot.negotiation.agreed import schedule_of
from bot.negotiation.model import Instalment


@dataclass(frozen=True)
class Told:
    """An agreement as its creditor is told of it: what was agreed, and how it stands. `state`: running, or how it ended."""

    id: str
    reference: str
    kind: str
    total: Money
    parts: tuple[Instalment, ...]
    agreed_at: datetime
    state: str
    ended_at: datetime | None


def of_debts(session: Session, references: Mapping[str, str]) -> list[Told]:
    """All on these debts (id to account number), oldest first."""
    table, ends = store.agreements, store.agreement_ends
    query = sa.select(table, ends.c.how, ends.c.at.label("ended_at")).outerjoin(ends, ends.c.agreement_id == table.c.id)
    return [
        Told(
            row.id, references[row.debt_id], row.kind, Money(row.total_minor, row.currency),
            schedule_of(row.schedule, row.currency), row.agreed_at, row.how or "running", row.ended_at,
        )
        for row in session.execute(query.order_by(table.c.agreed_at, table.c.id)) if row.debt_id in references
    ]  # fmt: skip
