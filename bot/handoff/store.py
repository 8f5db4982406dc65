"""The append-only thread and the cases that were opened on it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.core import UtcDateTime, metadata
from bot.handoff.model import Case, Reason

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

thread_entries = sa.Table(
    "thread_entries",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("case_id", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),  # opened, raised, debtor_wrote, handed_back
    sa.Column("author", sa.String(60), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("party_id", sa.String(40)),
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("summary", sa.JSON, nullable=False),
    sa.Column("opened_at", UtcDateTime, nullable=False),
    sa.Column("answer_by", UtcDateTime, nullable=False),
    sa.Column("closed_at", UtcDateTime),
    sa.Column("joined_to", sa.String(40), sa.ForeignKey("cases.id"), index=True),
    sa.Index("ix_cases_open", "closed_at", "answer_by"),
)


def case_of(row: Any) -> Case:
    return Case(
        row.id, row.conversation_id, row.party_id, Reason(row.reason), row.opened_at, row.answer_by, row.closed_at,
        row.summary, row.joined_to,
    )  # fmt: skip
