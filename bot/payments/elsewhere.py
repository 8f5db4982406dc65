"""Money that came on another way than by our links: a cheque, cash, a transfer. A person saw it and records it.

It is an entry of its own that counts from the day on which it came; whatever was decided since without knowing of it
is worked out anew. What was recorded by mistake, or bounced, is taken back by an entry that undoes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from bot import accounts, negotiation
from bot.core import Money, ParleyError, Problem, Problems, Session, lock, record
from bot.payments import documents, ledger, plan

_SOURCE = "elsewhere:"
LONGEST_REFERENCE = 40


class How(str, Enum):
    CHEQUE = "cheque"
    CASH = "cash"
    BANK = "bank_transfer"
    ORDER = "money_order"
    CREDITOR = "to_the_creditor"
    """To the creditor itself: it is not handed on to them again."""


class AlreadyRecorded(ParleyError):
    """The same payment stands in the ledger: the same way, day, amount and reference."""


@dataclass(frozen=True)
class Received:
    """`reference` is what tells it from another: the number of the cheque, of the receipt, of the transfer."""

    amount: Money
    on: date
    how: How
    reference: str


@dataclass(frozen=True)
class Recorded:
    """One that stands in the ledger."""

    number: int
    debt_id: str
    amount: Money
    on: date
    what: str
    """How and by which reference, as it was written down."""


def record_received(session: Session, debt_id: str, got: Received, *, by: str, now: datetime) -> None:
    """Raises Problems or AlreadyRecorded. Nothing is said to anybody."""
    lock(session, "debt", debt_id)
    debt = accounts.known_debt(session, debt_id)
    problems = _problems(debt, got, accounts.known_party(session, debt.party_id).today(now))
    if problems:
        raise Problems(problems)
    source = _source(session, debt_id, got)
    posted = accounts.post(
        session, debt_id=debt_id, kind=accounts.EntryKind.PAYMENT, amount=-got.amount, source=source, now=now,
        memo=f"{got.how.value} {got.reference.strip()}", on=got.on,
    )  # fmt: skip
    assert posted, "the source was asked for under the lock"
    data = {
        "minor": got.amount.minor, "currency": got.amount.currency, "on": got.on.isoformat(), "how": got.how.value,
        "over": max(0, (got.amount - debt.balance).minor),
    }  # fmt: skip
    record(session, "PaymentRecorded", subject=debt_id, data=data, now=now, actor=by)
    _catch_up(session, debt_id, by, now)
    documents.write_receipt(session, ledger.entry(session, debt_id, source), None, now, way=got.how.value)


def take_back(session: Session, debt_id: str, number: int, *, reason: str, by: str, now: datetime) -> None:
    """As if it had never come. Raises Problems when no such payment stands there."""
    lock(session, "debt", debt_id)
    entries = accounts.known_history(session, debt_id)
    known = {one.number for one in standing(entries)}
    found = next((entry for entry in entries if entry.number == number and number in known), None)
    if found is None:
        raise Problems([Problem("entry", "a payment that was recorded by hand and stands", str(number))])
    accounts.post(
        session, debt_id=debt_id, kind=accounts.EntryKind.REVERSAL, amount=-found.amount,
        source=accounts.undone(found.source), now=now, memo=reason[:200], on=found.effective_on,
    )  # fmt: skip
    data = {"minor": -found.amount.minor, "currency": found.amount.currency, "on": found.effective_on.isoformat()}
    record(session, "PaymentRecordUndone", subject=debt_id, data={**data, "why": reason[:200]}, now=now, actor=by)
    _catch_up(session, debt_id, by, now)


def standing(entries: Iterable[accounts.Entry]) -> list[Recorded]:
    """Of one debt or of several: what was recorded by hand and not taken back, the newest first."""
    known = list(entries)
    sources = {entry.source for entry in known}
    found = [
        Recorded(entry.number, entry.debt_id, -entry.amount, entry.effective_on, entry.memo)
        for entry in known
        if entry.kind is accounts.EntryKind.PAYMENT
        and entry.source.startswith(_SOURCE)
        and accounts.undone(entry.source) not in sources
    ]
    return sorted(found, key=lambda one: (one.on, one.number), reverse=True)


def _catch_up(session: Session, debt_id: str, by: str, now: datetime) -> None:
    negotiation.replay_payments(session, debt_id, now, by=by)
    plan.close_what_is_paid(session, debt_id, now)


def _problems(debt: accounts.Debt, got: Received, today: date) -> Sequence[Problem]:
    problems = []
    if not got.amount.is_positive or got.amount.currency != debt.balance.currency:
        problems.append(Problem("amount", f"more than nothing, in {debt.balance.currency}", str(got.amount)))
    if not debt.opened_on <= got.on <= today:
        problems.append(Problem("on", f"a day from {debt.opened_on} to {today}", got.on.isoformat()))
    if not 1 <= len(got.reference.strip()) <= LONGEST_REFERENCE:
        problems.append(Problem("reference", f"1 to {LONGEST_REFERENCE} characters", got.reference[:80]))
    return problems


def _source(session: Session, debt_id: str, got: Received) -> str:
    """The same for the same payment, however often it is recorded. One that was taken back may be recorded again."""
    alike = "".join(got.reference.split()).casefold()
    said = "\x1f".join((debt_id, got.how.value, got.on.isoformat(), str(got.amount.minor), alike))
    first = _SOURCE + hashlib.sha256(said.encode()).hexdigest()[:40]
    known: Mapping[str, object] = {entry.source: entry for entry in accounts.known_history(session, debt_id)}
    number, source = 1, first
    while source in known:
        if accounts.undone(source) not in known:
            raise AlreadyRecorded
        number, source = number + 1, f"{first}:{number + 1}"
    return source
