"""When somebody is paid, in their own words. It changes no terms: a charge that failed for want of money waits for it."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from bot.core import Session, UtcDateTime, metadata, record, upsert
from bot.identity import Verified
from bot.negotiation.model import Frequency, Proposal
from bot.negotiation.schedule import Rhythm, after, resolve, rhythm_of

paydays = sa.Table(
    "paydays",
    metadata,
    sa.Column("party_id", sa.String(40), primary_key=True),
    sa.Column("frequency", sa.String(20), nullable=False),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("days", sa.JSON, nullable=False),  # of the month
    sa.Column("nth", sa.Integer, nullable=False),
    sa.Column("told_at", UtcDateTime, nullable=False),
)


def tell_paydays(session: Session, who: Verified, said: Proposal, today: date, now: datetime) -> None:
    """Their last word counts. A rhythm without any day is none: "every two weeks" does not say when."""
    frequency = resolve(said)
    if frequency is None or not (said.first_date or said.days_of_month or said.weekday is not None):
        return
    found = rhythm_of(said, frequency, said.first_date or today)
    row = {
        "party_id": who.party_id, "frequency": frequency.value, "first": found.first, "days": list(found.days),
        "nth": found.nth, "told_at": now,
    }  # fmt: skip
    upsert(session, paydays, row)
    data = {"frequency": frequency.value, "first": found.first.isoformat()}
    record(session, "PaydaysTold", subject=who.party_id, data=data, now=now, actor="debtor")


def next_payday(session: Session, party_id: str, day: date) -> date | None:
    """The first one after that day; None where they told of none."""
    row = session.execute(sa.select(paydays).where(paydays.c.party_id == party_id)).first()
    if row is None:
        return None
    if row.first > day:
        first: date = row.first
        return first
    return after(Rhythm(Frequency(row.frequency), row.first, tuple(row.days), nth=row.nth), day).first
