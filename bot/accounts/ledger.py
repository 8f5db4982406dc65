"""What entries mean, and nothing else: no clock, no session. The balance is the sum of the entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot.accounts.model import Debt, Entry, EntryKind, Itemisation, Payment
from bot.core import Money

CHARGES = (EntryKind.FEE, EntryKind.INTEREST)
"""What may be waived."""
_MORE, _LESS, _BOTH = (1,), (-1,), (1, -1)
SIGNS: dict[EntryKind, tuple[int, ...]] = {
    EntryKind.PRINCIPAL: _MORE,
    EntryKind.INTEREST: _MORE,
    EntryKind.FEE: _MORE,
    EntryKind.PAYMENT: _LESS,
    EntryKind.WRITE_OFF: _LESS,
    EntryKind.ADJUSTMENT: _BOTH,
    EntryKind.REVERSAL: _BOTH,
}
"""Which way an entry of a kind may move the balance. A reversal that adds takes a payment back."""


def check_sign(kind: EntryKind, amount: Money) -> None:
    """Raises ValueError when the amount goes the wrong way for its kind, or nowhere."""
    if not any(amount.minor * sign > 0 for sign in SIGNS[kind]):
        way = " or ".join("positive" if sign > 0 else "negative" for sign in SIGNS[kind])
        raise ValueError(f"expected a {way} amount for a {kind.value}, got {amount}")


def total(entries: Iterable[Entry], currency: str) -> Money:
    return sum((entry.amount for entry in entries), Money.zero(currency))


def days_past_due(debt: Debt, today: date) -> int:
    """Whole days since the first missed due date; 0 when nothing is overdue."""
    if debt.due_since is None or not debt.balance.is_positive:
        return 0
    return max(0, (today - debt.due_since).days)


def undone(source: str) -> str:
    """The source of the one entry that takes back what was posted under this one by mistake."""
    return f"{source}:undone"


def last_payment(entries: Iterable[Entry]) -> Payment | None:
    """What was recorded by mistake and taken back was none."""
    known = list(entries)
    sources = {entry.source for entry in known}
    paid = [entry for entry in known if entry.kind is EntryKind.PAYMENT and undone(entry.source) not in sources]
    if not paid:
        return None
    last = max(paid, key=lambda entry: (entry.effective_on, entry.number))
    return Payment(-last.amount, last.effective_on)


def itemise(debt: Debt, entries: Sequence[Entry]) -> Itemisation:
    """The amount on the itemisation date and what has come and gone after that day."""
    currency = debt.balance.currency
    after = [entry for entry in entries if entry.effective_on > debt.itemisation_date]

    def since(*kinds: EntryKind) -> Money:
        return total((entry for entry in after if entry.kind in kinds), currency)

    reversals = [entry for entry in after if entry.kind is EntryKind.REVERSAL]
    taken_back = total((entry for entry in reversals if entry.amount.is_positive), currency)
    given_back = total((entry for entry in reversals if not entry.amount.is_positive), currency)
    return Itemisation(
        on=debt.itemisation_date,
        kind=debt.itemisation_kind,
        amount_then=total(entries, currency) - total(after, currency),
        charges=since(EntryKind.PRINCIPAL),
        interest=since(EntryKind.INTEREST),
        fees=since(EntryKind.FEE),
        payments=-(since(EntryKind.PAYMENT) + taken_back),
        credits=-(since(EntryKind.ADJUSTMENT, EntryKind.WRITE_OFF) + given_back),
        balance=total(entries, currency),
        last_payment=last_payment(entries),
    )
