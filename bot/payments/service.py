"""Asking for a payment: a link of our own, good for one debt, one amount and some days."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot import contact, papers
from bot.core import Money, Session, lock, new_id, record
from bot.identity import Verified
from bot.payments import checkout, documents, ledger, on_its_way, plan, store
from bot.payments.model import (
    Link,
    MoreThanOwed,
    NothingToPay,
    OnHold,
    OnItsWay,
    Paid,
    PaymentRequest,
    PayView,
    Purpose,
    State,
    TooSmall,
)

LEAST_MINOR = 50
"""Stripe's smallest charge in US dollars, in cents: docs.stripe.com/currencies, "Minimum and maximum amounts"."""


def request(
    session: Session,
    who: Verified,
    *,
    debt_id: str,
    purpose: Purpose,
    amount: Money,
    valid_until: datetime,
    now: datetime,
    public_url: str,
    agreement_id: str | None = None,
) -> Link:
    """A new link. Older ones for the same debt stop working: there is never more than one to pay.

    Raises OnHold, NothingToPay, TooSmall, MoreThanOwed, or OnItsWay while another payment for it is under way.
    """
    _allow(session, who, debt_id, amount, now)
    asked = PaymentRequest(
        new_id("pay"), who.party_id, debt_id, who.conversation_id, agreement_id, purpose, amount, valid_until, now, None
    )
    return issue(session, asked, public_url)


def issue(session: Session, asked: PaymentRequest, public_url: str) -> Link:
    """The link of a request that may be made. Raises OnItsWay."""
    lock(session, "debt", asked.debt_id)
    if (coming := on_its_way.under_way(session, asked.debt_id)) is not None:
        raise OnItsWay(amount=coming.amount, debt_id=asked.debt_id)
    now, amount = asked.created_at, asked.amount
    for older in store.requests_of_debt(session, asked.debt_id):
        store.cancel_request(session, older.id, now)
    token = secrets.token_urlsafe(16)
    store.insert_request(session, asked, token)
    data = {"request": asked.id, "purpose": asked.purpose.value, "amount": amount.minor, "currency": amount.currency}
    record(session, "PaymentRequested", subject=asked.debt_id, data=data, now=now)
    return Link(f"{public_url}/p/{token}", asked.id, amount, asked.valid_until)


def view(session: Session, token: str, now: datetime) -> PayView | None:
    """What the page of this link shows; None when nobody was given it. Changes nothing."""
    asked = store.request_by_token(session, token)
    if asked is None:
        return None
    talk = contact.conversation(session, asked.conversation_id)
    shown = partial(PayView, language=talk.language, debt_id=asked.debt_id, channel=talk.channel)
    past = store.attempts_of(session, asked.id)
    state = checkout.current_state(session, asked, past, now)
    if state is State.SETTLED:
        return shown(state, checkout.arrived(session, asked, past), paid=_paid(session, asked, token, now))
    if state is State.ARRIVING:
        coming = on_its_way.under_way(session, asked.debt_id)
        amount = coming.amount if coming is not None else asked.amount
        return shown(state, amount, by_bank=coming is not None and coming.outcome == "unpaid")
    if state is not State.OPEN:
        return shown(state, asked.amount)
    try:
        return shown(state, checkout.payable(session, asked))
    except NothingToPay:
        return shown(State.CLOSED, asked.amount)


def _paid(session: Session, asked: PaymentRequest, token: str, now: datetime) -> Paid | None:
    """None where the receipt is of a time in which there was none."""
    kept = documents.receipt_at(session, token)
    if kept is None:
        return None
    left = max(ledger.balance(session, asked.debt_id), Money.zero(asked.amount.currency))
    today = now.astimezone(ZoneInfo(ledger.time_zone(session, asked.party_id))).date()
    return Paid(papers.spoken(kept.number), asked.party_id, left, plan.next_due(session, asked.debt_id, today))


def open_link(session: Session, debt_ids: Collection[str], now: datetime) -> PaymentRequest | None:
    """The newest request for one of these debts, where it can still be paid. For staff: its address is known to nobody."""
    newest = store.newest_request(session, debt_ids)
    if newest is None:
        return None
    state = checkout.current_state(session, newest, store.attempts_of(session, newest.id), now)
    return newest if state is State.OPEN else None


def _allow(session: Session, who: Verified, debt_id: str, amount: Money, now: datetime) -> None:
    debt = ledger.debt(session, debt_id)
    if checkout.is_held(session, who.party_id, debt, now):
        raise OnHold(debt_id=debt_id)
    left = debt.rest
    if not left.is_positive:
        raise NothingToPay(debt_id=debt_id)
    if amount.minor < LEAST_MINOR:
        raise TooSmall(least=Money(LEAST_MINOR, amount.currency), debt_id=debt_id)
    if amount > left:
        raise MoreThanOwed(left=left, debt_id=debt_id)
