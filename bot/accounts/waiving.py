"""A fee or interest that is let go by a person, in part or whole: an entry of its own, never more than is owed.

Who may let go of how much is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.accounts import ledger, service, store
from bot.accounts.model import Debt, Entry, EntryKind
from bot.core import Money, Problem, Problems, Session, lock, record

_SOURCE = "waive:"


@dataclass(frozen=True)
class Charge:
    """One that something is left of. `left` is how much may still be waived."""

    number: int
    debt_id: str
    kind: EntryKind
    amount: Money
    left: Money
    on: date
    memo: str


@dataclass(frozen=True)
class Waiver:
    number: int
    debt_id: str
    amount: Money
    on: date
    memo: str


def charges(entries: Iterable[Entry], debt: Debt) -> list[Charge]:
    """Of this debt, the newest first."""
    known = [entry for entry in entries if entry.debt_id == debt.id]
    standing = {waiver.number for waiver in waivers(known)}
    found = []
    for entry in known:
        gone = [one for one in known if one.number in standing and one.source.startswith(f"{_SOURCE}{entry.number}:")]
        left = min(entry.amount + ledger.total(gone, entry.amount.currency), debt.balance)
        if entry.kind in ledger.CHARGES and left.is_positive:
            of_it = (entry.number, debt.id, entry.kind, entry.amount, left, entry.effective_on, entry.memo)
            found.append(Charge(*of_it))
    return sorted(found, key=lambda one: (one.on, one.number), reverse=True)


def waivers(entries: Iterable[Entry]) -> list[Waiver]:
    """What was waived and not taken back, the newest first."""
    known = list(entries)
    sources = {entry.source for entry in known}
    found = [
        Waiver(entry.number, entry.debt_id, -entry.amount, entry.effective_on, entry.memo)
        for entry in known
        if entry.source.startswith(_SOURCE) and entry.amount.minor < 0 and ledger.undone(entry.source) not in sources
    ]
    return sorted(found, key=lambda one: (one.on, one.number), reverse=True)


def waive(session: Session, debt_id: str, number: int, amount: Money, *, reason: str, by: str, now: datetime) -> None:
    """So much of the charge that this entry of the ledger made. Raises Problems."""
    lock(session, "debt", debt_id)
    debt, entries = service.known_debt(session, debt_id), store.entries_of(session, debt_id)
    charge = next((one for one in charges(entries, debt) if one.number == number), None)
    if charge is None:
        raise Problems([Problem("entry", "a charge with something left of it", str(number))])
    if amount.currency != charge.left.currency or not Money.zero(amount.currency) < amount <= charge.left:
        raise Problems([Problem("amount", f"more than nothing, at most {charge.left}", str(amount))])
    times = sum(entry.source.startswith(f"{_SOURCE}{number}:") for entry in entries)
    _adjust(session, debt_id, -amount, f"{_SOURCE}{number}:{times + 1}", reason, now)
    data = {"entry": number, "minor": amount.minor, "currency": amount.currency, "why": reason[:200]}
    record(session, "ChargeWaived", subject=debt_id, data=data, now=now, actor=by)


def charge_again(session: Session, debt_id: str, number: int, *, reason: str, by: str, now: datetime) -> None:
    """Undoes a waiver. Raises Problems when no such one stands."""
    lock(session, "debt", debt_id)
    entries: Sequence[Entry] = store.entries_of(session, debt_id)
    waiver = next((one for one in waivers(entries) if one.number == number), None)
    source = next((entry.source for entry in entries if entry.number == number), "")
    if waiver is None:
        raise Problems([Problem("entry", "a waiver that stands", str(number))])
    debt, charged = service.known_debt(session, debt_id), _charged_on(entries, source)
    today = service.known_party(session, debt.party_id).today(now)
    if any(service.in_grace(session, debt, day) for day in (today, *charged)):
        raise Problems([Problem("entry", "no fee or interest in a breathing space", str(number))])
    _adjust(session, debt_id, waiver.amount, ledger.undone(source), reason, now)
    data = {"entry": number, "minor": waiver.amount.minor, "currency": waiver.amount.currency, "why": reason[:200]}
    record(session, "WaiverUndone", subject=debt_id, data=data, now=now, actor=by)


def _charged_on(entries: Iterable[Entry], source: str) -> list[date]:
    """The day of the charge that a waiver let go of."""
    number = source.removeprefix(_SOURCE).partition(":")[0]
    return [entry.effective_on for entry in entries if str(entry.number) == number]


def _adjust(session: Session, debt_id: str, amount: Money, source: str, reason: str, now: datetime) -> None:
    kind = EntryKind.ADJUSTMENT
    service.post(session, debt_id=debt_id, kind=kind, amount=amount, source=source, now=now, memo=reason[:200])
