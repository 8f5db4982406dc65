"""From a click to Stripe's page in three steps, so that no call to Stripe happens inside a transaction.

`begin_checkout` asks everything again and stores what will be sent; `at_stripe` closes what is still open and
opens the new session; `checkout_opened` writes down its id. A crash between them leaves an attempt without a
session: the next click sends the very same call, and Stripe answers with the very same session.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from bot import accounts, contact
from bot.core import Money, Session, Settings, new_id
from bot.payments import ledger, on_its_way, page_texts, store
from bot.payments.gateway import Gateway
from bot.payments.model import Attempt, Checkout, Past, Payment, PaymentRequest, State, state_of
from bot.payments.refusals import LinkUnknown, NothingToPay, NotPayable, OnHold
from bot.payments.shares import Parts

OPEN_FOR = timedelta(minutes=60)
"""How long Stripe keeps the page open."""
STRIPE_LEAST = timedelta(minutes=30)
STRIPE_NEEDS = STRIPE_LEAST + timedelta(minutes=5)
"""Stripe takes no session that would end in under 30 minutes; the rest is for clocks and second tries."""
NOT_ON_CREDIT = ("affirm", "afterpay_clearpay", "alma", "billie", "klarna", "scalapay", "sequra", "sunbit", "zip")
"""An old debt is not paid with a new one."""
SLOW = ("us_bank_account",)
"""Settles days later and can fail after that: off until an operator wants it (PARLEY_BANK_DEBITS)."""
_TOKEN = "{link}"


@dataclass(frozen=True)
class Opened:
    """`closed` are the older sessions as they are now."""

    checkout: Checkout | None
    closed: tuple[Payment, ...]


def begin_checkout(
    session: Session, token: str, now: datetime, *, public_url: str, settings: Settings | None = None,
    mandate_id: str | None = None,
) -> Attempt:  # fmt: skip
    """`settings` name the creditors that go by names of their own; with a mandate, what they pay with is saved under it.

    Raises LinkUnknown, NotPayable, OnHold or NothingToPay.
    """
    request = store.request_by_token(session, token, lock=True)
    if request is None:
        raise LinkUnknown
    past = store.attempts_of(session, request.id)
    state = current_state(session, request, past, now)
    if state is State.PAUSED:
        raise OnHold(debt_id=request.debt_id)
    if state is not State.OPEN:
        raise NotPayable(state=state)
    parts = payable(session, request)
    again = _unanswered(past, parts, now) if mandate_id is None else None
    attempt = again or _new_attempt(
        session, request, len(past) + 1, parts, public_url, now, settings,
        slow=settings is not None and settings.bank_debits, mandate_id=mandate_id,
    )  # fmt: skip
    params = _with_token(attempt.params, token)
    return replace(attempt, params=params, older=store.open_sessions(session, [one.debt_id for one in request.parts]))


def at_stripe(gateway: Gateway, attempt: Attempt) -> Opened:
    """Calls Stripe: never inside a transaction. No checkout when an older one turns out to be paid.

    Raises GatewayError.
    """
    closed = tuple(gateway.close_checkout(session_id) for session_id in attempt.older)
    if any(payment.session == "complete" for payment in closed):
        return Opened(None, closed)
    return Opened(gateway.open_checkout(attempt.params, attempt.key), closed)


def checkout_opened(session: Session, attempt: Attempt, opened: Opened, now: datetime) -> None:
    """Only after this the debtor is sent to Stripe. Paid sessions are left to the ledger's own way in."""
    for payment in opened.closed:
        if payment.outcome == "expired" and payment.session_id:
            store.close_session(session, payment.session_id, now)
    if opened.checkout is not None:
        store.set_outcome(session, attempt.id, stripe_session_id=opened.checkout.id, read_at=now)


def checkout_refused(session: Session, attempt: Attempt) -> None:
    """Stripe would say the same again under this key: the next click is a new attempt."""
    store.set_outcome(session, attempt.id, outcome="given_up")


def current_state(session: Session, request: PaymentRequest, past: list[Past], now: datetime) -> State:
    """With what the ledger and the holds say at this moment."""
    settled = any(arrived(session, part, past).is_positive for part in request.parts)
    state = state_of(request, past, settled=settled, now=now)
    if state is State.OPEN and _any_held(session, request, now):
        return State.PAUSED
    if state is State.OPEN and any(on_its_way.is_on_its_way(session, part.debt_id) for part in request.parts):
        return State.ARRIVING
    return state


def arrived(session: Session, request: PaymentRequest, past: list[Past]) -> Money:
    """What the ledger of its debt has of this request, whatever was given back later."""
    sources = {request.source(one.intent_id) for one in past if one.intent_id}
    return ledger.posted(session, request.debt_id, sources) if sources else Money.zero(request.amount.currency)


def _any_held(session: Session, request: PaymentRequest, now: datetime) -> bool:
    return any(
        is_held(session, request.party_id, ledger.debt(session, part.debt_id), now) for part in request.parts
    )  # fmt: skip


def is_held(session: Session, party_id: str, debt: accounts.Debt, now: datetime) -> bool:
    """True when a hold on the person or on all of this debt stops collecting, when nothing is left but what they
    dispute, or where the right to it ended with the time to sue.
    """
    held = contact.active_holds(session, party_id, now)
    if any(hold.stops(debt.id) for hold in held) or debt.balance.is_positive and not debt.rest.is_positive:
        return True
    return bool(accounts.ended(session, [debt], now))


def is_too_old(session: Session, debt: accounts.Debt, now: datetime) -> bool:
    """For a court, by the debtor's calendar."""
    return accounts.is_time_barred(debt, accounts.known_party(session, debt.party_id).today(now))


def is_over(session: Session, past: Past, now: datetime) -> bool:
    """True when an open session must not be paid any more. One that was opened in time may be finished late."""
    if past.outcome is not None:
        return False
    request = store.request_by_id(session, past.attempt.request_id)
    assert request is not None
    if request.cancelled_at is not None or _any_held(session, request, now):
        return True
    return any(_asks_too_much(ledger.debt(session, part.debt_id), past.of(part.debt_id)) for part in request.parts)


def _asks_too_much(debt: accounts.Debt, asked: Money) -> bool:
    """For what is disputed by now, or for a debt of which nothing is left."""
    return debt.rest < min(asked, debt.balance) or not debt.rest.is_positive


def payable(session: Session, request: PaymentRequest) -> dict[str, Money]:
    """By debt what was asked for, and never more than is owed and not disputed now. Raises NothingToPay."""
    rests = {part.debt_id: min(part.amount, ledger.debt(session, part.debt_id).rest) for part in request.parts}
    parts = {debt_id: rest for debt_id, rest in rests.items() if rest.is_positive}
    if not parts:
        raise NothingToPay(debt_id=request.debt_id)
    return parts


def in_all(parts: Parts) -> Money:
    first, *others = parts.values()
    return sum(others, first)


def params_of(
    request: PaymentRequest, *, number: int, parts: Parts, language: str, payees: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:  # fmt: skip
    """The call to Stripe without addresses and times. Nothing in it says who, nothing says what for, and no part of an
    account number, which is asked of people to prove who they are, stands where anybody with the link can read it.

    `payees` by debt, where one deployment writes for several; else Stripe's page has the account's own name.
    """
    tags = {"request_id": request.id, "attempt": str(number)}
    return {
        "mode": "payment",
        "client_reference_id": request.id,
        "line_items": [
            {"quantity": 1, "price_data": _price(amount, language, payees.get(debt_id, ""))}
            for debt_id, amount in parts.items()
        ],
        "payment_intent_data": {"metadata": tags},
        "metadata": tags,
        "excluded_payment_method_types": [*NOT_ON_CREDIT, *SLOW],
        "locale": {"es": "es-419"}.get(language, "en"),
    }


def _price(amount: Money, language: str, payee: str) -> dict[str, Any]:
    name = page_texts.text("product_of" if payee else "product", language, company=payee)
    return {"currency": amount.currency.lower(), "unit_amount": amount.minor, "product_data": {"name": name}}


def _payees(session: Session, parts: Parts, settings: Settings | None) -> dict[str, str]:
    if settings is None or not settings.creditors:
        return {}
    return {debt_id: accounts.speaking_of_debt(session, settings, debt_id).company for debt_id in parts}


def _unanswered(past: list[Past], parts: Parts, now: datetime) -> Attempt | None:
    """The last attempt when nobody knows whether it reached Stripe, and Stripe would still take it."""
    if not past:
        return None
    last = past[-1]
    waits = last.session_id is None and last.outcome is None
    saves = "mandate_id" in last.attempt.params.get("metadata", {})
    fits = waits and not saves and last.amount == in_all(parts) and (not last.parts or last.parts == parts)
    return last.attempt if fits and now + STRIPE_LEAST <= last.expires_at else None


def _new_attempt(
    session: Session,
    request: PaymentRequest,
    number: int,
    parts: Parts,
    public_url: str,
    now: datetime,
    settings: Settings | None,
    *,
    slow: bool = False,
    mandate_id: str | None = None,
) -> Attempt:
    talk = contact.conversation(session, request.conversation_id)
    expires_at = max(now + STRIPE_NEEDS, min(now + OPEN_FOR, request.valid_until)).replace(microsecond=0)
    page = f"{public_url}/p/{_TOKEN}"
    params = {
        **params_of(
            request, number=number, parts=parts, language=talk.language, payees=_payees(session, parts, settings)
        ),
        "expires_at": int(expires_at.timestamp()),
        "success_url": f"{page}/done",
        "cancel_url": page,
    }
    if slow:
        params["excluded_payment_method_types"] = [*NOT_ON_CREDIT]
    if mandate_id is not None:
        params = _saving(params, mandate_id, talk.language)
    attempt = Attempt(new_id("chk"), request.id, number, params)
    divided = parts if request.shares else None
    store.insert_attempt(session, attempt, in_all(parts), expires_at, now, parts=divided)
    return attempt


def _saving(params: dict[str, Any], mandate_id: str, language: str) -> dict[str, Any]:
    """What they pay with is kept for the payments that they allowed. Each mandate has a customer of its own at the
    provider, so that nobody's e-mail address is ever shown to somebody else.
    """
    tags = {**params["metadata"], "mandate_id": mandate_id}
    return {
        **params, "customer_creation": "always", "metadata": tags,
        "payment_intent_data": {"metadata": tags, "setup_future_usage": "off_session"},
        "custom_text": {"submit": {"message": page_texts.text("saving", language)}},
    }  # fmt: skip


def _with_token(params: Mapping[str, Any], token: str) -> dict[str, Any]:
    """The token is not stored: it is put in from the link that was opened."""
    addresses = {name: params[name].replace(_TOKEN, token) for name in ("success_url", "cancel_url")}
    return {**params, **addresses}
