"""The append-only thread and the cases that were opened on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core import Session, UtcDateTime, metadata
from bot.handoff.model import Case, Code, Entry, Reason

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

thread_entries = sa.Table(
    "thread_entries",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("case_id", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    # opened, reopened, raised, debtor_wrote, taken, taken_over, transferred, released, answered, note, snoozed, woken, handed_back,
    # withdrawn, held, lifted, decided, corrected, recorded, unrecorded, waived, unwaived, voice, voice_no, called_off, dropped, asked_more,
    # granted, refused, offered, agreed, linked, assigned, reviewed, wrote_again, proof_yes, proof_no, proof_locked, proof_part
    sa.Column("author", sa.String(60), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_thread_entries_at", "at"),
)
case_drafts = sa.Table(
    "case_drafts",
    metadata,
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("author", sa.String(60), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
scheduled_replies = sa.Table(
    "scheduled_replies",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("dedup_key", sa.String(120), nullable=False, unique=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("case_id", sa.String(40), sa.ForeignKey("cases.id"), nullable=False),
    sa.Column("author", sa.String(60), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("quotes", sa.String(40), nullable=False),  # the message of theirs that it answers; empty without one
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),  # waiting, sent (to the outbox), called_off, dropped
    sa.Column("ended_at", UtcDateTime),
    sa.Index("ix_scheduled_replies_due", "state", "due_at"),
)
approvals = sa.Table(
    "approvals",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("case_id", sa.String(40), sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("act", sa.String(30), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("what", sa.String(200), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("asked_by", sa.String(60), nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("answer", sa.String(10)),  # granted, refused; null while it waits
    sa.Column("answered_by", sa.String(60)),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("note", sa.String(200)),
    sa.Index("ix_approvals_answer", "answer", "asked_at"),
)
mentions = sa.Table(
    "mentions",
    metadata,
    sa.Column("entry", sa.BigInteger, primary_key=True, autoincrement=False),  # the note in which they are named
    sa.Column("who", sa.String(60), primary_key=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("read_at", UtcDateTime),
    sa.Index("ix_mentions_who", "who", "read_at"),
)
desk_seats = sa.Table(
    "desk_seats",
    metadata,
    sa.Column("who", sa.String(60), primary_key=True),
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("skills", sa.JSON, nullable=False),
    sa.Column("capacity", sa.Integer, nullable=False),  # cases at once; 0: they take cases by hand only
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("given_at", UtcDateTime),
)
case_reviews = sa.Table(
    "case_reviews",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("case_id", sa.String(40), sa.ForeignKey("cases.id"), nullable=False, index=True),
    sa.Column("who", sa.String(60), nullable=False),  # whose work it was
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("points", sa.JSON, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Index("ix_case_reviews_who", "who", "at"),
)
desk_presence = sa.Table(
    "desk_presence",
    metadata,
    sa.Column("who", sa.String(60), primary_key=True),
    sa.Column("conversation_id", sa.String(40), nullable=False),  # empty while they look at no case
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("typed_at", UtcDateTime),
)
csat_surveys = sa.Table(
    "csat_surveys",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("resolution", sa.String(20), nullable=False),  # debt_paid, debt_settled, dispute_decided, case_closed
    sa.Column("subject", sa.String(60), nullable=False, unique=True),  # the id of what was resolved
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("rating", sa.Integer),
    sa.Column("answered_at", UtcDateTime, index=True),
    sa.CheckConstraint("rating BETWEEN 1 AND 5", name="rating_1_to_5"),
    sa.Index("ix_csat_surveys_party", "party_id", "asked_at"),
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
    sa.Column("waiting_since", UtcDateTime),  # null while it is the debtor's turn
    sa.Column("closed_at", UtcDateTime),
    sa.Column("code", sa.String(30)),
    sa.Column("joined_to", sa.String(40), sa.ForeignKey("cases.id"), index=True),
    sa.Column("snoozed_until", UtcDateTime),  # null again when they write
    sa.Index("ix_cases_open", "closed_at", "answer_by"),
)


def case_of(row: Any) -> Case:
    return Case(
        row.id, row.conversation_id, row.party_id, Reason(row.reason), row.opened_at, row.answer_by, row.closed_at,
        row.summary, row.joined_to, row.waiting_since, row.snoozed_until, Code(row.code) if row.code else None,
    )  # fmt: skip


def get(session: Session, case_id: str) -> Case:
    return case_of(session.execute(sa.select(cases).where(cases.c.id == case_id)).one())


def enter(
    session: Session, conversation_id: str, case_id: str, kind: str, author: str, data: Mapping[str, Any], now: datetime
) -> int:
    """Its number."""
    made = session.execute(
        thread_entries.insert().values(
            conversation_id=conversation_id, case_id=case_id, kind=kind, author=author, data=dict(data), at=now
        )
    )
    return int(made.inserted_primary_key[0])


def write_down(session: Session, case: Case, kind: str, author: str, data: Mapping[str, Any], now: datetime) -> None:
    """For colleagues who read the conversation: `held`, `lifted`, `decided`."""
    enter(session, case.conversation_id, case.id, kind, author, data, now)


def last_entry(session: Session) -> int:
    """The number of the newest entry of any thread."""
    return int(session.execute(sa.select(sa.func.max(thread_entries.c.number))).scalar() or 0)


def talks_since(session: Session, number: int) -> frozenset[str]:
    """Conversations in which something happened after this entry."""
    query = sa.select(thread_entries.c.conversation_id).where(thread_entries.c.number > number)
    return frozenset(session.execute(query.distinct()).scalars())


def entries(session: Session, conversation_id: str) -> list[Entry]:
    """All of the thread, oldest first."""
    query = sa.select(thread_entries).where(thread_entries.c.conversation_id == conversation_id)
    return [
        Entry(row.number, row.case_id, row.kind, row.author, row.data, row.at)
        for row in session.execute(query.order_by(thread_entries.c.number))
    ]
