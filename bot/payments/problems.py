"""What somebody has to look at: money that went back, that does not match, or that may be taken back.

Each is written once, by the key of what happened, and stays in the list until a person says that it is done. Whether the
people at the desk were told is written beside it, so that nobody is told twice and nobody never.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

import sqlalchemy as sa

from bot.core import Money, Session, insert_once, new_id, record
from bot.payments.store import payment_problems


class Kind(str, Enum):
    """What happened; what to do about each stands in the texts of the desk."""

    TAKEN_BACK = "taken_back"
    """The payer's bank took a payment back: a chargeback, or a debit that was returned."""
    INQUIRY = "inquiry"
    """The payer's bank asks about a payment and has not taken it back."""
    GIVEN_AGAIN = "given_again"
    """The bank gave back what it had taken."""
    FRAUD_WARNING = "fraud_warning"
    """The card's bank believes that a payment was not made by the card's owner."""
    REFUND_FAILED = "refund_failed"
    """What was refunded could not be placed: it is with us again and owed to the payer."""
    REFUND_REFUSED = "refund_refused"
    """The provider would not make a refund that was asked for at the desk."""
    OVERPAID = "overpaid"
    """More came than was owed."""
    UNANNOUNCED = "unannounced"
    """They could not be told of a payment before its day, so it was not taken by itself."""
    LINK_STOPPED = "link_stopped"
    """A link to pay could not be sent to them, in whatever way it was tried."""
    UNREAD = "unread"
    """The provider does not know a checkout that we opened."""
    DIFFERS = "differs"
    """The provider moved another sum than the ledger has, and reading it again did not put it right."""
    UNDELIVERED = "undelivered"
    """Events of a day that the provider could not deliver; they were fetched and are handled as any."""


@dataclass(frozen=True)
class PaymentProblem:
    """`data` has the amount in minor units, its currency, and the provider's id of what it is about."""

    id: str
    kind: Kind
    debt_id: str | None
    conversation_id: str | None
    data: Mapping[str, Any]
    found_at: datetime
    told_at: datetime | None
    done_at: datetime | None

    @property
    def amount(self) -> Money | None:
        return Money(self.data["minor"], self.data["currency"]) if "minor" in self.data else None


class _Owed(Protocol):
    """A request or a mandate: of which debt, and where we speak of it."""

    @property
    def debt_id(self) -> str: ...
    @property
    def conversation_id(self) -> str: ...


def note(
    session: Session, kind: Kind, about: str, *, of: _Owed | None, amount: Money | None = None, now: datetime,
    **data: object,
) -> bool:  # fmt: skip
    """False when it was written before. `about` is the provider's id of what it is about."""
    sums = {"minor": amount.minor, "currency": amount.currency} if amount is not None else {}
    row = {
        "id": new_id("pbl"), "key": f"{kind.value}:{about}", "kind": kind.value, "debt_id": of.debt_id if of else None,
        "conversation_id": of.conversation_id if of else None, "data": {"about": about, **sums, **data}, "found_at": now,
    }  # fmt: skip
    if not insert_once(session, payment_problems, row):
        return False
    data = {"problem": row["id"], "kind": kind.value, "about": about, **sums}
    record(session, "PaymentProblemFound", subject=of.debt_id if of else about, data=data, now=now)
    return True


def open_problems(session: Session) -> Sequence[PaymentProblem]:
    """That nobody has done with, oldest first."""
    return _where(session, payment_problems.c.done_at.is_(None))


def untold(session: Session) -> Sequence[PaymentProblem]:
    """Of a conversation, and nobody was asked to look yet."""
    there = payment_problems.c.conversation_id.isnot(None)
    return _where(session, there, payment_problems.c.told_at.is_(None), payment_problems.c.done_at.is_(None))


def told(session: Session, problem: PaymentProblem, now: datetime) -> None:
    mine = payment_problems.c.id == problem.id
    session.execute(payment_problems.update().where(mine).values(told_at=now))


def finish(session: Session, problem_id: str, *, how: str, by: str, now: datetime) -> bool:
    """A person has done what was to be done. False when it was done before, or never was."""
    mine = sa.and_(payment_problems.c.id == problem_id, payment_problems.c.done_at.is_(None))
    values = {"done_at": now, "done_by": by, "note": how[:200]}
    if not session.execute(payment_problems.update().where(mine).values(**values)).rowcount:
        return False
    record(session, "PaymentProblemDone", subject=problem_id, data={"how": how[:200]}, now=now, actor=by)
    return True


def _where(session: Session, *conditions: Any) -> list[PaymentProblem]:
    query = sa.select(payment_problems).where(*conditions).order_by(payment_problems.c.found_at, payment_problems.c.id)
    return [
        PaymentProblem(
            row.id, Kind(row.kind), row.debt_id, row.conversation_id, row.data, row.found_at, row.told_at, row.done_at
        )
        for row in session.execute(query)
    ]
