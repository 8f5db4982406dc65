"""Taking one announced payment from what was saved, in the three steps of a checkout.

`begin` asks everything again under the lock of the debt and writes down what will be sent; the provider is asked
outside of any transaction; what it says goes the way of all that it says (`settle`). A crash in between leaves a charge
of which the end is not known: it is asked again under the same key, or looked for, and nothing else is taken meanwhile.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from enum import Enum
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.engine import Engine

from bot import contact, negotiation
from bot.core import Money, Session, lock, new_id, reading, record, transaction
from bot.payments import autopay_news, checkout, ledger, mandate_store, on_its_way, problems, store
from bot.payments.asking import ToCharge
from bot.payments.gateway import LEAST_MINOR, Broken, Gateway, Refused, Unavailable
from bot.payments.mandate_store import Charge, Mandate
from bot.payments.model import Attempt, No, Past, Payment, PaymentRequest, Purpose
from bot.payments.problems import Kind
from bot.payments.settle import settle

log = structlog.get_logger(__name__)
OPENS, CLOSES = time(8), time(23)
"""Where they live. What was not begun on its day by then is not taken any more."""


class Skip(str, Enum):
    """Why an announced payment was not taken."""

    PAID = "paid"
    """That day's part has come, was moved, or is no more owed."""
    HELD = "held"
    PLAN_OVER = "plan_over"
    TOO_SMALL = "too_small"
    UNANNOUNCED = "unannounced"
    """They could not be told before."""
    LATE = "late"
    """Its day went by without us."""
    UNDER_WAY = "under_way"
    """They were paying themselves."""
    NOT_MADE = "not_made"
    """Nobody at the provider knows of it."""


class Wait(Exception):
    """Not yet: ask again later the same day. Nothing of this transaction is kept."""


def due(session: Session, now: datetime) -> list[Charge]:
    """Announced for today or before, where they live; outside of the hours only what is over."""
    found = []
    for charge in mandate_store.waiting(session):
        here = here_of(session, charge, now)
        if here.date() > charge.charge_on or (here.date() == charge.charge_on and here.time() >= OPENS):
            found.append(charge)
    return found


def begin(session: Session, charge_id: str, now: datetime) -> tuple[Mandate, Attempt] | None:
    """None when it is not to be taken; why stands with it. Raises Wait."""
    charge = _waiting(session, charge_id)
    if charge is None:
        return None
    lock(session, "debt", charge.debt_id)
    if _waiting(session, charge_id) is None:  # somebody else was first
        return None
    mandate = mandate_store.mandate(session, charge.mandate_id, lock=True)
    assert mandate is not None, "an announced payment has its mandate"
    amount = _to_take(session, charge, mandate, now)
    if isinstance(amount, Skip):
        _skip(session, charge, amount, now)
        return None
    for older in store.requests_of_debt(session, charge.debt_id):
        store.cancel_request(session, older.id, now)
    if on_its_way.under_way(session, charge.debt_id) is not None or on_its_way.may_still_be_paid(
        session, charge.debt_id, now
    ):
        raise Wait
    return mandate, _write(session, charge, mandate, amount, now)


def send(
    engine: Engine, gateway: Gateway, mandate: Mandate, attempt: Attempt, how: contact.Sending, now: datetime
) -> None:
    """Never inside a transaction. Raises Unavailable: it will be asked again."""
    assert isinstance(attempt.asked, ToCharge), "a charge takes from what was saved"
    try:
        said = gateway.charge(attempt.asked)
    except Broken:
        assert mandate.saved is not None
        said = gateway.find_charge(mandate.saved.customer_id, attempt.request_id) or _no(attempt, "processing_error", No.LATER)
    except Refused as no:
        log.warning("charge_refused", attempt=attempt.key, error=str(no))
        said = _no(attempt, "payment_method_unusable", No.NEVER)
    with transaction(engine) as session:
        settle(session, said, how, now)


def take_due(engine: Engine, gateway: Gateway, now: datetime, how: contact.Sending) -> int:
    """How many were begun. Each in a transaction of its own, and one that fails does not stop the others."""
    with reading(engine) as session:
        ids = [charge.id for charge in due(session, now)]
    done = 0
    for charge_id in ids:
        try:
            with transaction(engine) as session:
                begun = begin(session, charge_id, now)
            if begun is not None:
                send(engine, gateway, *begun, how, now)
                done += 1
        except Wait:
            continue
        except Unavailable:
            log.warning("provider_unavailable", charge=charge_id, exc_info=True)
            break
        except Exception:  # one that cannot be taken must not stop the others
            log.exception("charge_failed", charge=charge_id)
    return done


def _to_take(session: Session, charge: Charge, mandate: Mandate, now: datetime) -> Money | Skip:
    """What of it may be taken now: never more than was announced, nor than that day's part, nor than is owed."""
    here, running = here_of(session, charge, now), negotiation.current_agreement(session, charge.debt_id)
    if mandate.ended_at is not None or running is None or running.id != charge.agreement_id:
        return Skip.PLAN_OVER
    debt = ledger.debt(session, charge.debt_id)
    part = of_day(session, running, charge.due)
    amount = min(charge.amount, part, max(debt.rest, Money.zero(part.currency)))
    if checkout.is_held(session, mandate.party_id, debt, now):
        return Skip.HELD
    if not amount.is_positive:
        return Skip.PAID
    if here.date() > charge.charge_on:
        return Skip.LATE
    if amount.minor < LEAST_MINOR:
        return Skip.TOO_SMALL
    if not contact.glance.was_sent(session, charge.notice_key):
        if here.time() >= CLOSES or not contact.glance.may_be_sent(session, charge.notice_key):
            return Skip.UNANNOUNCED
        raise Wait
    if here.time() < CLOSES:
        return amount
    paying = on_its_way.may_still_be_paid(session, charge.debt_id, now)
    return Skip.UNDER_WAY if paying or on_its_way.is_on_its_way(session, charge.debt_id) else Skip.LATE


def of_day(session: Session, running: negotiation.Agreement, day: date) -> Money:
    """What is still to come of that day's part; nothing when it was paid, moved or left out."""
    left = [part.amount for part in negotiation.remaining(session, running) if part.due == day]
    return sum(left, Money.zero(running.total.currency))


def _write(session: Session, charge: Charge, mandate: Mandate, amount: Money, now: datetime) -> Attempt:
    """Its request is nobody's link: it is over as soon as it is written, so that no page can pay it."""
    asked = PaymentRequest(
        new_id("pay"), mandate.party_id, charge.debt_id, autopay_news.where(session, mandate).id, charge.agreement_id,
        Purpose.INSTALMENT, amount, valid_until=now, created_at=now, cancelled_at=None,
    )  # fmt: skip
    store.insert_request(session, asked, secrets.token_urlsafe(16))
    assert mandate.saved is not None
    saved = mandate.saved
    attempt = Attempt(new_id("chg"), ToCharge(asked.id, 1, mandate.id, amount, saved.customer_id, saved.method_id))
    store.insert_attempt(session, attempt, amount, now, now, store.CHARGE)
    is_first = mandate_store.set_charge(session, charge.id, request_id=asked.id)
    assert is_first, "asked under the lock of the debt"
    data = {"charge": charge.id, "request": asked.id, "amount": amount.minor, "currency": amount.currency}
    record(session, "ChargeBegun", subject=charge.debt_id, data={**data, "due": charge.due.isoformat()}, now=now)
    return attempt


def _skip(session: Session, charge: Charge, why: Skip, now: datetime) -> None:
    if mandate_store.set_charge(session, charge.id, skipped=why.value, skipped_at=now):
        data = {"charge": charge.id, "why": why.value}
        record(session, "ChargeSkipped", subject=charge.debt_id, data=data, now=now)
        if why is Skip.UNANNOUNCED:
            of = mandate_store.mandate(session, charge.mandate_id)
            problems.note(session, Kind.UNANNOUNCED, charge.id, of=of, amount=charge.amount, now=now)


def _waiting(session: Session, charge_id: str) -> Charge | None:
    found = mandate_store.charges(session, mandate_store.autopay_charges.c.id == charge_id)
    return found[0] if found and found[0].request_id is None and found[0].skipped is None else None


def _no(attempt: Attempt, code: str, means: No) -> Payment:
    """It was refused before there was a payment at all."""
    return Payment(
        attempt.request_id, attempt.number, None, None, None, "failed", None, declined=code, means=means, by_itself=True
    )


def mandate_of(session: Session, past: Past) -> Mandate:
    charge = mandate_store.charge_of_request(session, past.attempt.request_id)
    mandate = mandate_store.mandate(session, charge.mandate_id) if charge is not None else None
    assert mandate is not None, "a charge has its mandate"
    return mandate


def here_of(session: Session, charge: Charge, now: datetime) -> datetime:
    mandate = mandate_store.mandate(session, charge.mandate_id)
    assert mandate is not None
    return now.astimezone(ZoneInfo(ledger.time_zone(session, mandate.party_id)))
