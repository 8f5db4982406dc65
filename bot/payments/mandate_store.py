"""Tables of what debtors allowed us to take by itself, and of each time that it is to be taken."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.core import Money, Session, UtcDateTime, metadata
from bot.payments.model import Saved

mandates = sa.Table(
    "mandates",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False, index=True),
    sa.Column("debt_id", sa.String(40), nullable=False, index=True),
    sa.Column("agreement_id", sa.String(40), nullable=False),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("version", sa.String(20), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("network", sa.String(64), nullable=False),
    sa.Column("most_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("given_at", UtcDateTime, nullable=False),
    sa.Column("session_id", sa.String(128), unique=True),
    sa.Column("session_over", sa.Boolean, nullable=False),
    sa.Column("customer_id", sa.String(64)),
    sa.Column("method_id", sa.String(64), index=True),
    sa.Column("method_kind", sa.String(8)),
    sa.Column("brand", sa.String(40)),
    sa.Column("last4", sa.String(4)),
    sa.Column("expires", sa.Date),
    sa.Column("saved_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("ended_why", sa.String(20)),
    sa.Column("ended_by", sa.String(80)),
    sa.Column("forgotten_at", UtcDateTime),
    sa.CheckConstraint("most_minor > 0", name="most_positive"),
)
autopay_charges = sa.Table(
    "autopay_charges",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("mandate_id", sa.String(40), sa.ForeignKey("mandates.id"), nullable=False, index=True),
    sa.Column("agreement_id", sa.String(40), nullable=False),
    sa.Column("debt_id", sa.String(40), nullable=False, index=True),
    sa.Column("due", sa.Date, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("charge_on", sa.Date, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("notice_key", sa.String(80), nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("request_id", sa.String(40), sa.ForeignKey("payment_requests.id"), unique=True),
    sa.Column("skipped", sa.String(20)),
    sa.Column("skipped_at", UtcDateTime),
    sa.UniqueConstraint("agreement_id", "due", "number"),
    sa.CheckConstraint("amount_minor > 0", name="amount_positive"),
)
"""`number` counts the tries for one due day; the amount is the most that was announced for it."""


@dataclass(frozen=True)
class Mandate:
    """What they allowed, in the very words that they saw. `saved` is None until the provider has it.

    `most` is more than any single payment may be.
    """

    id: str
    party_id: str
    debt_id: str
    agreement_id: str
    conversation_id: str
    language: str
    version: str
    text: str
    sha256: str
    channel: str
    most: Money
    given_at: datetime
    session_id: str | None
    saved: Saved | None
    saved_at: datetime | None
    ended_at: datetime | None
    ended_why: str | None

    @property
    def is_active(self) -> bool:
        return self.saved is not None and self.ended_at is None


@dataclass(frozen=True)
class Charge:
    """One time that it is to be taken: announced, then begun (`request_id`) or `skipped` and why."""

    id: str
    mandate_id: str
    agreement_id: str
    debt_id: str
    due: date
    number: int
    charge_on: date
    amount: Money
    notice_key: str
    """Under which they were told of it."""
    request_id: str | None
    skipped: str | None


def mandate(session: Session, mandate_id: str, *, lock: bool = False) -> Mandate | None:
    query = sa.select(mandates).where(mandates.c.id == mandate_id)
    row = session.execute(query.with_for_update() if lock else query).first()
    return _mandate_of(row) if row is not None else None


def active(session: Session, debt_id: str | None = None) -> list[Mandate]:
    """Saved and not ended, oldest first; of one debt or of all."""
    here = [mandates.c.saved_at.isnot(None), mandates.c.ended_at.is_(None)]
    return _mandates(session, *here, *([mandates.c.debt_id == debt_id] if debt_id else []))


def active_of(session: Session, party_id: str) -> list[Mandate]:
    theirs = sa.and_(mandates.c.party_id == party_id, mandates.c.saved_at.isnot(None), mandates.c.ended_at.is_(None))
    return _mandates(session, theirs)


def all_of(session: Session, party_id: str) -> list[Mandate]:
    """Every one that was ever saved, the newest first."""
    return _mandates(session, mandates.c.party_id == party_id, mandates.c.saved_at.isnot(None))[::-1]


def with_method(session: Session, method_id: str) -> list[Mandate]:
    return _mandates(session, mandates.c.method_id == method_id)


def unsaved(session: Session, since: datetime) -> list[Mandate]:
    """With a page at the provider of which the end is not known."""
    open_ = sa.and_(mandates.c.session_id.isnot(None), mandates.c.session_over.is_(False))
    return _mandates(session, open_, mandates.c.saved_at.is_(None), mandates.c.given_at > since)


def to_forget(session: Session) -> list[Mandate]:
    """Ended, and the provider may still keep what was saved. Not while a payment by it is under way."""
    ended = sa.and_(mandates.c.ended_at.isnot(None), mandates.c.method_id.isnot(None))
    return _mandates(session, ended, mandates.c.forgotten_at.is_(None))


def ended_since(session: Session, since: datetime, why: Collection[str]) -> list[Mandate]:
    return _mandates(session, mandates.c.ended_at > since, mandates.c.ended_why.in_(list(why)))


def set_mandate(session: Session, mandate_id: str, **values: object) -> None:
    session.execute(mandates.update().where(mandates.c.id == mandate_id).values(**values))


def charges(session: Session, *conditions: Any) -> list[Charge]:
    query = sa.select(autopay_charges).where(*conditions)
    rows = session.execute(query.order_by(autopay_charges.c.charge_on, autopay_charges.c.number))
    return [_charge_of(row) for row in rows]


def waiting(session: Session, mandate_id: str | None = None) -> list[Charge]:
    """Announced, and neither begun nor skipped."""
    mine = [autopay_charges.c.mandate_id == mandate_id] if mandate_id else []
    return charges(session, autopay_charges.c.request_id.is_(None), autopay_charges.c.skipped.is_(None), *mine)


def charge_of_request(session: Session, request_id: str) -> Charge | None:
    found = charges(session, autopay_charges.c.request_id == request_id)
    return found[0] if found else None


def set_charge(session: Session, charge_id: str, **values: object) -> bool:
    """False when it was begun or skipped before."""
    mine = sa.and_(
        autopay_charges.c.id == charge_id, autopay_charges.c.request_id.is_(None), autopay_charges.c.skipped.is_(None)
    )
    return bool(session.execute(autopay_charges.update().where(mine).values(**values)).rowcount)


def _mandates(session: Session, *conditions: Any) -> list[Mandate]:
    query: Any = sa.select(mandates).where(*conditions).order_by(mandates.c.given_at, mandates.c.id)
    return [_mandate_of(row) for row in session.execute(query)]


def _mandate_of(row: Any) -> Mandate:
    saved = (
        Saved(row.customer_id, row.method_id, row.method_kind, row.brand, row.last4, row.expires)
        if row.method_id
        else None
    )
    return Mandate(
        row.id, row.party_id, row.debt_id, row.agreement_id, row.conversation_id, row.language, row.version, row.text,
        row.sha256, row.channel, Money(row.most_minor, row.currency), row.given_at, row.session_id, saved,
        row.saved_at, row.ended_at, row.ended_why,
    )  # fmt: skip


def _charge_of(row: Any) -> Charge:
    return Charge(
        row.id, row.mandate_id, row.agreement_id, row.debt_id, row.due, row.number, row.charge_on,
        Money(row.amount_minor, row.currency), row.notice_key, row.request_id, row.skipped,
    )  # fmt: skip
