"""The one way in for everything that Stripe says of a payment, whoever heard it and however often.

Each part is safe to repeat and none depends on another having been seen before: an outcome never goes back, and
the ledger takes each cause once.
"""

from __future__ import annotations

from datetime import datetime

from bot import contact
from bot.core import Session, record
from bot.payments import ledger, plan, receipts, store
from bot.payments.model import (
    BankDispute,
    Past,
    Payment,
    PaymentRequest,
    Refund,
    moves_on,
)

_NO_MONEY_THERE = frozenset({"insufficient_funds", "incorrect_account_details", "bank_cannot_process"})
"""Reasons of a bank, not of a person: nobody complains, and paying in another way is welcome."""


def settle(session: Session, payment: Payment, how: contact.Sending, now: datetime) -> bool:
    """False when it belongs to none of our requests."""
    request = store.request_by_id(session, payment.request_id) if payment.request_id else None
    if request is None:
        return False
    contact.lock_conversation(session, request.conversation_id)
    past = store.find_attempt(store.attempts_of(session, request.id), payment.attempt, payment.session_id)
    if past is not None:
        _note(session, request, past, payment, how, now)
    if payment.intent == "succeeded":
        _post(session, request, payment, how, now)
        for refund in payment.refunds:
            _take_refund(session, request, refund, how, now)
        for dispute in payment.disputes:
            _take_dispute(session, request, dispute, now)
    return True


def _note(
    session: Session, request: PaymentRequest, past: Past, payment: Payment, how: contact.Sending, now: datetime
) -> None:
    """What is known of the attempt from now on; one that failed is said once."""
    known = store.note_reading(session, past, payment, now)
    if payment.declined and payment.declined != past.declined:
        data = {"request": request.id, "attempt": past.attempt.number, "code": payment.declined}
        record(session, "PaymentDeclined", subject=request.debt_id, data=data, now=now, actor="stripe")
    said = payment.outcome
    if not moves_on(known.outcome, said):
        return
    store.set_outcome(session, past.attempt.id, outcome=said)
    if said == "failed":
        data = {"request": request.id, "attempt": past.attempt.number, "code": payment.declined}
        record(session, "PaymentFailed", subject=request.debt_id, data=data, now=now, actor="stripe")
        news = receipts.News(f"failed:{past.attempt.id}", "utter_payments_failed", {"amount": past.amount})
        receipts.tell(session, request, news, how, now)


def _post(session: Session, request: PaymentRequest, payment: Payment, how: contact.Sending, now: datetime) -> None:
    """Money that arrived is posted whatever became of the request: late, cancelled or on hold."""
    assert payment.intent_id is not None and payment.received is not None, "a payment that succeeded has an amount"
    if not ledger.post_payment(session, request.debt_id, payment.intent_id, payment.received, now):
        return
    left = ledger.balance(session, request.debt_id)
    data = {
        "request": request.id, "purpose": request.purpose.value, "agreement": request.agreement_id,
        "intent": payment.intent_id, "amount": payment.received.minor, "currency": payment.received.currency,
        "late": now > request.valid_until, "cancelled": request.cancelled_at is not None,
        "over": max(0, -left.minor),
    }  # fmt: skip
    record(session, "PaymentSettled", subject=request.debt_id, data=data, now=now, actor="stripe")
    plan.close_what_is_paid(session, request.debt_id, now)
    receipts.payment_arrived(session, request, payment.intent_id, payment.received, how, now)


def _take_refund(
    session: Session, request: PaymentRequest, refund: Refund, how: contact.Sending, now: datetime
) -> None:
    if not ledger.post_refund(session, request.debt_id, refund, now):
        return
    data = {"refund": refund.id, "amount": refund.amount.minor, "currency": refund.amount.currency}
    kind = "RefundFailed" if refund.status == "failed" else "PaymentRefunded"
    record(session, kind, subject=request.debt_id, data=data, now=now, actor="stripe")
    if refund.status == "succeeded":
        news = receipts.News(f"refund:{refund.id}", "utter_payments_refunded", {"amount": refund.amount})
        receipts.tell(session, request, news, how, now)


def _take_dispute(session: Session, request: PaymentRequest, dispute: BankDispute, now: datetime) -> None:
    """The bank took the money back. Until a person has looked at it, nothing more is asked for."""
    if not ledger.post_dispute(session, request.debt_id, dispute, now):
        return
    data = {
        "dispute": dispute.id, "reason": dispute.reason, "amount": dispute.amount.minor,
        "currency": dispute.amount.currency,
    }  # fmt: skip
    record(session, "PaymentTakenBack", subject=request.debt_id, data=data, now=now, actor="stripe")
    if dispute.reason not in _NO_MONEY_THERE and not dispute.reinstated:
        contact.place_hold(
            session, party_id=request.party_id, debt_id=request.debt_id, kind=contact.HoldKind.COMPLAINT,
            reason=f"the payer's bank took a payment back: {dispute.reason}", source=dispute.id, now=now,
        )  # fmt: skip
