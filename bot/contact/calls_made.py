"""The calls that were made or had, as rows: what the door counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timezone

import sqlalchemy as sa

from bot.contact.facts import Debts, debts_of
from bot.core import Session, UtcDateTime, metadata

AT_ALL = datetime(2000, 1, 1, tzinfo=timezone.utc)
calls = sa.Table(
    "calls",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("party_id", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),  # ours, asked_for, safety, theirs
    sa.Column("reached", sa.Boolean, nullable=False),
    sa.Column("debts", sa.Text, nullable=False),  # ids; blank may be about any of theirs
    sa.Column("broke", sa.JSON, nullable=False),  # rules that it broke
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_calls_party", "party_id", "at"),
)


@dataclass(frozen=True)
class Made:
    party_id: str
    kind: str
    reached: bool
    debts: Debts
    broke: tuple[str, ...]
    actor: str
    at: datetime


def calls_of(session: Session, people: Collection[str], *, since: datetime) -> tuple[Made, ...]:
    """The newest last."""
    theirs = sa.and_(calls.c.party_id.in_(list(people)), calls.c.at > since)
    return tuple(
        Made(row.party_id, row.kind, row.reached, debts_of(row.debts), tuple(row.broke), row.actor, row.at)
        for row in session.execute(sa.select(calls).where(theirs).order_by(calls.c.number))
    )
