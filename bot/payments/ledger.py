"""All that payments asks of the ledger. Each cause is posted once: the provider's id is the entry's source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime

from bot import accounts
from bot.core import Money, Session
from bot.payments.model import BankDispute, Refund


def balance(session: Session, debt_id: str) -> Money:
    return accounts.balance(session, debt_id)


def debt(session: Session, debt_id: str) -> accounts.Debt:
    """No payment is asked for beyond its `rest`, what is owed and not disputed (12 CFR 1006.30(c), 1006.38(d)(2))."""
    return accounts.known_debt(session, debt_id)


def time_zone(session: Session, party_id: str) -> str:
    return accounts.known_party(session, party_id).time_zone


def posted(session: Session, debt_id: str, payment_ids: Collection[str]) -> Money:
    """What arrived by these payments, as a positive amount."""
    entries = [entry for entry in accounts.known_history(session, debt_id) if entry.source in payment_ids]
    return -sum((entry.amount for entry in entries), Money.zero(balance(session, debt_id).currency))


def entry(session: Session, debt_id: str, source: str) -> accounts.Entry:
    """One that was posted."""
    return next(one for one in accounts.known_history(session, debt_id) if one.source == source)


def known(session: Session, debt_id: str, source: str) -> Money | None:
    """What was posted of this cause; None when it was not heard of."""
    entries = accounts.known_history(session, debt_id)
    return next((one.amount for one in entries if one.source == source), None)


def posted_of(session: Session, sources: Mapping[str, str], currency: str) -> Money:
    """What was posted under these sources, by debt, as money that came: what went back is below nothing."""
    found = (known(session, debt_id, source) for debt_id, source in sources.items())
    return -sum((amount for amount in found if amount is not None), Money.zero(currency))


def payments_between(session: Session, since: datetime, until: datetime) -> tuple[accounts.Entry, ...]:
    """Written down in that time, on any debt."""
    return accounts.payments_between(session, since, until)


def left_of(session: Session, debt_id: str, source: str) -> Money:
    """What of this payment has not gone back."""
    gone = [one.amount for one in accounts.known_history(session, debt_id) if goes_back_of(one) == source]
    return posted(session, debt_id, {source}) - sum(gone, Money.zero(balance(session, debt_id).currency))


def post_payment(
    session: Session, debt_id: str, payment_id: str, amount: Money, now: datetime, on: date | None = None
) -> bool:
    """False when it was posted before, as with all of these. `on` is the day from which it counts, where that is earlier."""
    kind = accounts.EntryKind.PAYMENT
    return accounts.post(session, debt_id=debt_id, kind=kind, amount=-amount, source=payment_id, now=now, on=on)


def goes_back_of(entry: accounts.Entry) -> str | None:
    """The provider's id of the payment that this reversal is of."""
    return entry.memo if entry.kind is accounts.EntryKind.REVERSAL else None


def post_refund(session: Session, debt_id: str, payment_id: str, refund: Refund, now: datetime) -> bool:
    """A refund that failed is posted as gone and come back: a reader that saw less cannot unsettle the sum."""
    if refund.status == "pending":
        return False
    posted = _post(session, debt_id, accounts.EntryKind.REVERSAL, refund.amount, refund.id, now, payment_id)
    if refund.status == "failed":
        return _post(
            session, debt_id, accounts.EntryKind.REVERSAL, -refund.amount, f"{refund.id}:failed", now, payment_id
        )
    return posted


def post_dispute(
    session: Session, debt_id: str, payment_id: str, dispute: BankDispute, source: Callable[[str], str], now: datetime
) -> tuple[bool, bool]:  # fmt: skip
    """Whether this was the first to see the money taken back, and the first to see it given again. `source` is how a
    cause is called on this debt.
    """
    if not dispute.withdrawn and not dispute.reinstated:
        return False, False
    reversal = accounts.EntryKind.REVERSAL
    taken = _post(session, debt_id, reversal, dispute.amount, source(f"{dispute.id}:withdrawn"), now, payment_id)
    if not dispute.reinstated:
        return taken, False
    back = source(f"{dispute.id}:reinstated")
    return taken, _post(session, debt_id, reversal, -dispute.amount, back, now, payment_id)


def _post(
    session: Session, debt_id: str, kind: accounts.EntryKind, amount: Money, source: str, now: datetime, memo: str = ""
) -> bool:
    return accounts.post(session, debt_id=debt_id, kind=kind, amount=amount, source=source, now=now, memo=memo)
