"""Until when a creditor knew somebody as a customer, as its files say. No term ever depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa

from bot.accounts import store
from bot.core import Session


def note_customers(session: Session, still_on: Mapping[str, date], now: datetime) -> None:
    """By account number: the last day on which they were a customer. The same day twice is once."""
    table, references = store.customer_status, sorted(still_on)
    for start in range(0, len(references), 500):
        some = references[start : start + 500]
        ids = sa.select(store.debts.c.reference, store.debts.c.id).where(store.debts.c.reference.in_(some))
        said = {(row.id, still_on[row.reference]) for row in session.execute(ids)}
        known = sa.select(table.c.debt_id, table.c.still_on).where(table.c.debt_id.in_([one for one, _ in said]))
        new = said - {(row.debt_id, row.still_on) for row in session.execute(known)}
        if new:
            rows = [{"debt_id": debt_id, "still_on": day, "known_at": now} for debt_id, day in sorted(new)]
            session.execute(table.insert(), rows)
