"""Asking for a payment: a link of our own, good for one debt or several at once, so much of each, and some days."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot import contact, papers
from bot.core import Money, Session, lock, new_id, record
from bot.identity import Verified
from bot.payments import checkout, documents, ledger, on_its_way, plan, store
from bot.payments.gateway import LEAST_MINOR
from bot.payments.model import Line, Link, Paid, Past, PaymentRequest, PayView, Purpose, State
from bot.payments.refusals import MoreThanOwed, NothingToPay, OnHold, OnItsWay, TooSmall
from bot.payments.shares import Share


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
    _allow(session, who, Share(debt_id, amount), now)
    _big_enough(amount, debt_id)
    asked = PaymentRequest(
        new_id("pay"), who.party_id, debt_id, who.conversation_id, agreement_id, purpose, amount, valid_until, now, None
    )
    return issue(session, asked, public_url)


def request_for_several(
    session: Session,
    who: Verified,
    shares: Sequence[Share],
    *,
    purpose: Purpose,
    valid_until: datetime,
    now: datetime,
    public_url: str,
) -> Link:
    """One link and one payment for several debts, so much of each. Older links for any of them stop working, as this one
    does once there is another for one of them. Raises what `request` raises.
    """
    assert len(shares) > 1 and len({share.debt_id for share in shares}) == len(shares), "several debts, each once"
    for share in shares:
        _allow(session, who, share, now)
    first, amount = shares[0], sum((share.amount for share in shares[1:]), shares[0].amount)
    _big_enough(amount, first.debt_id)
    asked = PaymentRequest(
        new_id("pay"), who.party_id, first.debt_id, who.conversation_id, first.agreement_id, purpose, amount,
        valid_until, now, None, tuple(shares),
    )  # fmt: skip
    return issue(session, asked, public_url)


def issue(session: Session, asked: PaymentRequest, public_url: str) -> Link:
    """The link of a request that may be made. Raises OnItsWay."""
    for debt_id in sorted(part.debt_id for part in asked.parts):  # in one order, so that no two wait for each other
        lock(session, "debt", debt_id)
    for part in asked.parts:
        if (coming := on_its_way.under_way(session, part.debt_id)) is not None:
            raise OnItsWay(amount=coming.of(part.debt_id), debt_id=part.debt_id)
        for older in store.requests_of_debt(session, part.debt_id):
            store.cancel_request(session, older.id, asked.created_at)
    token = secrets.token_urlsafe(16)
    store.insert_request(session, asked, token)
    for part in asked.parts:
        data = {
            "request": asked.id, "purpose": asked.purpose.value, "amount": part.amount.minor,
            "currency": part.amount.currency,
        }  # fmt: skip
        record(session, "PaymentRequested", subject=part.debt_id, data=data, now=asked.created_at)
    return Link(f"{public_url}/p/{token}", asked.id, asked.amount, asked.valid_until)


def view(session: Session, token: str, now: datetime) -> PayView | None:
    """What the page of this link shows; None when nobody was given it. Changes nothing."""
    asked = store.request_by_token(session, token)
    if asked is None:
        return None
    talk = contact.conversation(session, asked.conversation_id)
    shown = partial(
        PayView, language=talk.language, debt_id=asked.debt_id, party_id=asked.party_id, channel=talk.channel,
        conversation_id=talk.id, opened_in=asked.opened_in,
        needs_proof=any(checkout.is_too_old(session, ledger.debt(session, one.debt_id), now) for one in asked.parts),
    )  # fmt: skip
    past = store.attempts_of(session, asked.id)
    state = checkout.current_state(session, asked, past, now)
    if state is State.SETTLED:
        return _settled(shown, session, asked, past, now)
    if state is State.ARRIVING:
        coming = _coming(session, asked)
        amount = coming.amount if coming is not None else asked.amount
        return shown(state, amount, by_bank=coming is not None and coming.outcome == "unpaid")
    if state is not State.OPEN:
        return shown(state, asked.amount)
    try:
        parts = checkout.payable(session, asked)
    except NothingToPay:
        return shown(State.CLOSED, asked.amount)
    lines = tuple(Line(debt_id, amount) for debt_id, amount in parts.items()) if asked.shares else ()
    return shown(state, checkout.in_all(parts), lines=lines)


def opened(session: Session, token: str, browser: str, now: datetime) -> bool:
    """In this browser, by a person. False when another was first, or nobody was given it."""
    asked = store.request_by_token(session, token, lock=True)
    if asked is None or not store.set_opened(session, asked.id, browser, now):
        return False
    record(session, "PaymentLinkOpened", subject=asked.debt_id, data={"request": asked.id}, now=now, actor="debtor")
    return True


def _settled(
    shown: Callable[..., PayView], session: Session, asked: PaymentRequest, past: list[Past], now: datetime
) -> PayView:
    """Of several debts, each with a receipt of its own; the first stands for the payment."""
    came = {part.debt_id: checkout.arrived(session, part, past) for part in asked.parts}
    lines = tuple(
        Line(part.debt_id, came[part.debt_id], _paid(session, part, past, now))
        for part in asked.parts
        if came[part.debt_id].is_positive
    )
    return shown(
        State.SETTLED, checkout.in_all(came), paid=lines[0].paid, lines=lines if asked.shares else ()
    )  # fmt: skip


def _coming(session: Session, asked: PaymentRequest) -> Past | None:
    """What is under way for any of its debts."""
    found = (on_its_way.under_way(session, part.debt_id) for part in asked.parts)
    return next((one for one in found if one is not None), None)


def _paid(session: Session, asked: PaymentRequest, past: list[Past], now: datetime) -> Paid | None:
    """None where the receipt is of a time in which there was none."""
    kept = documents.receipt_for(session, asked, past)
    if kept is None:
        return None
    left = max(ledger.balance(session, asked.debt_id), Money.zero(asked.amount.currency))
    today = now.astimezone(ZoneInfo(ledger.time_zone(session, asked.party_id))).date()
    return Paid(papers.spoken(kept.number), left, plan.next_due(session, asked.debt_id, today))


def open_link(session: Session, debt_ids: Collection[str], now: datetime) -> PaymentRequest | None:
    """The newest request for one of these debts, where it can still be paid. For staff: its address is known to nobody."""
    newest = store.newest_request(session, debt_ids)
    if newest is None:
        return None
    state = checkout.current_state(session, newest, store.attempts_of(session, newest.id), now)
    return newest if state is State.OPEN else None


def open_links(session: Session, debt_ids: Collection[str], now: datetime) -> tuple[PaymentRequest, ...]:
    """Every request for one of these debts that can be paid at this moment, oldest first. For staff."""
    found = store.open_requests(session, debt_ids) if debt_ids else []
    return tuple(one for one in found if now <= one.valid_until and _stands(session, one, now) is State.OPEN)


def dead_links(session: Session, tokens: Collection[str], now: datetime) -> dict[str, State]:
    """Of these links those that cannot be paid any more, and why: CANCELLED, EXPIRED, CLOSED, PAUSED, ARRIVING, SETTLED.
    Asks the more the fewer of them were replaced by another: of one debt only the newest is looked at closely.
    """
    if not tokens:
        return {}
    found = dict.fromkeys(store.cancelled_among(session, tokens), State.CANCELLED)
    for token in set(tokens) - set(found):
        asked = store.request_by_token(session, token)
        if asked is None:
            continue
        state = _stands(session, asked, now)
        if state is not State.OPEN:
            found[token] = state
    return found


def _stands(session: Session, asked: PaymentRequest, now: datetime) -> State:
    """CLOSED where nothing is left of what it asks for."""
    state = checkout.current_state(session, asked, store.attempts_of(session, asked.id), now)
    is_over = not any(ledger.debt(session, part.debt_id).rest.is_positive for part in asked.parts)
    return State.CLOSED if state is State.OPEN and is_over else state


def _allow(session: Session, who: Verified, share: Share, now: datetime) -> None:
    debt = ledger.debt(session, share.debt_id)
    if checkout.is_held(session, who.party_id, debt, now):
        raise OnHold(debt_id=debt.id)
    left = debt.rest
    if not left.is_positive:
        raise NothingToPay(debt_id=debt.id)
    if share.amount > left:
        raise MoreThanOwed(left=left, debt_id=debt.id)


def _big_enough(amount: Money, debt_id: str) -> None:
    if amount.minor < LEAST_MINOR:
        raise TooSmall(least=Money(LEAST_MINOR, amount.currency), debt_id=debt_id)
