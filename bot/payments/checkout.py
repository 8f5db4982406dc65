"""From a click to the provider's page in three steps, so that no call to it happens inside a transaction.

`begin_checkout` asks everything again and stores what will be sent; `at_provider` closes what is still open and
opens the new session; `checkout_opened` writes down its id. A crash between them leaves an attempt without a
session: the next click asks for the very same, and gets the very same page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot import accounts, contact
from bot.core import Money, Session, Settings, new_id
from bot.payments import ledger, on_its_way, page_texts, store
from bot.payments.asking import Item, ToPay, pages
from bot.payments.gateway import LEAST_OPEN, Gateway
from bot.payments.model import Attempt, Checkout, Past, Payment, PaymentRequest, State, state_of
from bot.payments.refusals import LinkUnknown, NothingToPay, NotPayable, OnHold
from bot.payments.shares import Parts

OPEN_FOR = timedelta(minutes=60)
"""How long the provider keeps the page open."""
NEEDS = LEAST_OPEN + timedelta(minutes=5)
"""The rest is for clocks and second tries."""


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
        session, request, len(past) + 1, parts, public_url, now, settings, mandate_id=mandate_id
    )
    return replace(attempt, asked=_page_of(attempt).at(token), older=store.open_sessions(session, [one.debt_id for one in request.parts]))


def at_provider(gateway: Gateway, attempt: Attempt) -> Opened:
    """Asks the provider: never inside a transaction. No checkout when an older one turns out to be paid.

    Raises GatewayError.
    """
    closed = tuple(gateway.close_checkout(session_id) for session_id in attempt.older)
    if any(payment.session == "complete" for payment in closed):
        return Opened(None, closed)
    return Opened(gateway.open_checkout(_page_of(attempt)), closed)


def _page_of(attempt: Attempt) -> ToPay:
    assert isinstance(attempt.asked, ToPay), "an attempt of a link is a page"
    return attempt.asked


def checkout_opened(session: Session, attempt: Attempt, opened: Opened, now: datetime) -> None:
    """Only after this the debtor is sent there. Paid sessions are left to the ledger's own way in."""
    for payment in opened.closed:
        if payment.outcome == "expired" and payment.session_id:
            store.close_session(session, payment.session_id, now)
    if opened.checkout is not None:
        store.set_outcome(session, attempt.id, session_id=opened.checkout.id, read_at=now)


def checkout_refused(session: Session, attempt: Attempt) -> None:
    """The provider would say the same again under this key: the next click is a new attempt."""
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
    sources = {request.source(one.payment_id) for one in past if one.payment_id}
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


def items_of(parts: Parts, language: str, payees: Mapping[str, str] = MappingProxyType({})) -> tuple[Item, ...]:
    """What the provider's page says. Nothing of it says who, nothing says what for, and no part of an account number,
    which is asked of people to prove who they are, stands where anybody with the link can read it.

    `payees` by debt, where one deployment writes for several; else that page has the account's own name.
    """
    return tuple(Item(_name(payees.get(debt_id, ""), language), amount) for debt_id, amount in parts.items())


def _name(payee: str, language: str) -> str:
    return page_texts.text("product_of" if payee else "product", language, company=payee)


def _payees(session: Session, parts: Parts, settings: Settings | None) -> dict[str, str]:
    if settings is None or not settings.creditors:
        return {}
    return {debt_id: accounts.speaking_of_debt(session, settings, debt_id).company for debt_id in parts}


def _unanswered(past: list[Past], parts: Parts, now: datetime) -> Attempt | None:
    """The last attempt when nobody knows whether it reached the provider, which would still take it."""
    if not past:
        return None
    last = past[-1]
    waits = last.session_id is None and last.outcome is None
    saves = last.attempt.asked.mandate_id is not None
    fits = waits and not saves and last.amount == in_all(parts) and (not last.parts or last.parts == parts)
    return last.attempt if fits and now + LEAST_OPEN <= last.expires_at else None


def _new_attempt(
    session: Session, request: PaymentRequest, number: int, parts: Parts, public_url: str, now: datetime,
    settings: Settings | None, *, mandate_id: str | None = None,
) -> Attempt:  # fmt: skip
    language = contact.conversation(session, request.conversation_id).language
    open_until = max(now + NEEDS, min(now + OPEN_FOR, request.valid_until)).replace(microsecond=0)
    done_url, back_url = pages(public_url)
    asked = ToPay(
        request.id, number, items_of(parts, language, _payees(session, parts, settings)), open_until, done_url, back_url,
        language, by_bank=settings is not None and settings.bank_debits, mandate_id=mandate_id,
        note=page_texts.text("saving", language) if mandate_id is not None else "",
    )  # fmt: skip
    attempt = Attempt(new_id("chk"), asked)
    divided = parts if request.shares else None
    store.insert_attempt(session, attempt, in_all(parts), open_until, now, parts=divided)
    return attempt
