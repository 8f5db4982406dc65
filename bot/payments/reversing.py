"""Money that goes back: refunds, and payments that the payer's bank takes back.

Each is an entry of the ledger of its own, and what time did to the plan is worked out anew from all of them. What a
person has to look at is noted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot import contact, negotiation
from bot.core import Session, record
from bot.payments import ledger, mandate_store, mandates, plan, problems, receipts
from bot.payments.model import BankDispute, Payment, PaymentRequest, Refund
from bot.payments.problems import Kind

NO_MONEY_THERE = frozenset({"insufficient_funds", "incorrect_account_details", "bank_cannot_process"})
"""Reasons of a bank, not of a person: nobody complains, and paying in another way is welcome."""


@dataclass(frozen=True)
class _Of:
    """What was asked for, and the provider's id of the payment that came."""

    request: PaymentRequest
    intent_id: str


def take_back(session: Session, request: PaymentRequest, payment: Payment, how: contact.Sending, now: datetime) -> None:
    """All that went back of a payment that arrived, whatever of it is known already."""
    assert payment.intent_id is not None, "a payment that succeeded has an id"
    of = _Of(request, payment.intent_id)
    moved = [_take_refund(session, of, refund, how, now) for refund in payment.refunds]
    moved += [_take_dispute(session, of, dispute, how, now) for dispute in payment.disputes]
    if any(moved):
        negotiation.replay_payments(session, request.debt_id, now, by="stripe")
        plan.close_what_is_paid(session, request.debt_id, now)


def _take_refund(session: Session, of: _Of, refund: Refund, how: contact.Sending, now: datetime) -> bool:
    request = of.request
    if not ledger.post_refund(session, request.debt_id, of.intent_id, refund, now):
        return False
    data = {"refund": refund.id, "amount": refund.amount.minor, "currency": refund.amount.currency}
    kind = "RefundFailed" if refund.status == "failed" else "PaymentRefunded"
    record(session, kind, subject=request.debt_id, data=data, now=now, actor="stripe")
    if refund.status == "failed":
        problems.note(session, Kind.REFUND_FAILED, refund.id, of=request, amount=refund.amount, now=now)
    else:
        news = receipts.News(f"refund:{refund.id}", "utter_payments_refunded", {"amount": refund.amount})
        receipts.tell(session, request, news, how, now)
    return True


def _take_dispute(session: Session, of: _Of, dispute: BankDispute, how: contact.Sending, now: datetime) -> bool:
    request = of.request
    taken, given = ledger.post_dispute(session, request.debt_id, of.intent_id, dispute, now)
    if taken:
        _taken(session, request, dispute, how, now)
    elif not dispute.withdrawn:
        _note(session, Kind.INQUIRY, request, dispute, now)
    if given:
        _note(session, Kind.GIVEN_AGAIN, request, dispute, now)
    return taken or given


def _taken(
    session: Session, request: PaymentRequest, dispute: BankDispute, how: contact.Sending, now: datetime
) -> None:
    """Where somebody complains, nothing more is asked for until a person has looked. An empty account is told. Nothing
    more is taken by itself either way: a debit that is returned ends the bank's word, too.
    """
    data = {
        "dispute": dispute.id, "reason": dispute.reason, "amount": dispute.amount.minor,
        "currency": dispute.amount.currency,
    }  # fmt: skip
    record(session, "PaymentTakenBack", subject=request.debt_id, data=data, now=now, actor="stripe")
    if dispute.reinstated:
        return
    for mandate in mandate_store.active(session, request.debt_id):
        mandates.stop(session, mandate, by="stripe", now=now, why="taken_back")
    _note(session, Kind.TAKEN_BACK, request, dispute, now)
    if dispute.reason in NO_MONEY_THERE:
        values = {"amount": dispute.amount, "left": ledger.balance(session, request.debt_id)}
        receipts.tell(
            session, request, receipts.News(f"taken:{dispute.id}", "utter_payments_taken_back", values), how, now
        )
        return
    contact.place_hold(
        session, party_id=request.party_id, debt_id=request.debt_id, kind=contact.HoldKind.COMPLAINT,
        reason=f"the payer's bank took a payment back: {dispute.reason}", source=dispute.id, now=now,
    )  # fmt: skip


def _note(session: Session, kind: Kind, request: PaymentRequest, dispute: BankDispute, now: datetime) -> None:
    problems.note(session, kind, dispute.id, of=request, amount=dispute.amount, now=now, reason=dispute.reason)
