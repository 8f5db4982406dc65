"""Money that goes back: refunds, and payments that the payer's bank takes back.

Each is an entry of the ledger of its own, and what time did to the plan is worked out anew from all of them. What a
person has to look at is noted once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot import contact, negotiation
from bot.core import Money, Session, record
from bot.payments import ledger, mandate_store, mandates, plan, problems, receipts, shares, store
from bot.payments.model import PROVIDER, BankDispute, Payment, PaymentRequest, Refund
from bot.payments.problems import Kind


@dataclass(frozen=True)
class _Of:
    """What was asked for, and the provider's id of the payment that came."""

    request: PaymentRequest
    payment_id: str

    def parts(self) -> tuple[tuple[PaymentRequest, str], ...]:
        """Each debt of it, and the source of what came to that."""
        return tuple((part, part.source(self.payment_id)) for part in self.request.parts)


def take_back(session: Session, request: PaymentRequest, payment: Payment, how: contact.Sending, now: datetime) -> None:
    """All that went back of a payment that arrived, whatever of it is known already."""
    assert payment.payment_id is not None, "a payment that succeeded has an id"
    of = _Of(request, payment.payment_id)
    moved = [_take_refund(session, of, refund, how, now) for refund in payment.refunds]
    moved += [_take_dispute(session, of, dispute, how, now) for dispute in payment.disputes]
    if any(moved):
        for part in request.parts:
            negotiation.replay_payments(session, part.debt_id, now, by=PROVIDER)
            plan.close_what_is_paid(session, part.debt_id, now)


def _take_refund(session: Session, of: _Of, refund: Refund, how: contact.Sending, now: datetime) -> bool:
    request, kind = of.request, "RefundFailed" if refund.status == "failed" else "PaymentRefunded"
    back = _refunded(session, of, refund)
    moved = [
        (part.debt_id, back[part.debt_id])
        for part, source in of.parts()
        if part.debt_id in back
        and ledger.post_refund(
            session, part.debt_id, source, replace(refund, id=part.source(refund.id), amount=back[part.debt_id]), now
        )
    ]
    for debt_id, amount in moved:
        data = {"refund": refund.id, "amount": amount.minor, "currency": amount.currency}
        record(session, kind, subject=debt_id, data=data, now=now, actor=PROVIDER)
    if not moved:
        return False
    if refund.status == "failed":
        problems.note(session, Kind.REFUND_FAILED, refund.id, of=request, amount=refund.amount, now=now)
    else:
        news = receipts.News(f"refund:{refund.id}", "utter_payments_refunded", {"amount": refund.amount})
        receipts.tell(session, request, news, how, now)
    return True


def _refunded(session: Session, of: _Of, refund: Refund) -> Mapping[str, Money]:
    """By debt: what the desk gave back goes back of the debt that it was given for."""
    ordered_for = store.debt_of_order(session, refund.order_id) if refund.order_id is not None else None
    if ordered_for is not None:
        return {ordered_for: refund.amount}
    return _shared_out(session, of, refund.amount, refund.id)


def _take_dispute(session: Session, of: _Of, dispute: BankDispute, how: contact.Sending, now: datetime) -> bool:
    request, back = of.request, _shared_out(session, of, dispute.amount, f"{dispute.id}:withdrawn")
    taken = given = False
    for part, source in of.parts():
        if part.debt_id in back:
            share = replace(dispute, amount=back[part.debt_id])
            first, last = ledger.post_dispute(session, part.debt_id, source, share, part.source, now)
            if first:
                _taken(session, part, share, now)
            taken, given = taken or first, given or last
    if taken and not dispute.reinstated:
        _tell_of(session, request, dispute, how, now)
    elif not taken and not dispute.withdrawn:
        _note(session, Kind.INQUIRY, request, dispute, now)
    if given:
        _note(session, Kind.GIVEN_AGAIN, request, dispute, now)
    return taken or given


def _shared_out(session: Session, of: _Of, amount: Money, cause: str) -> Mapping[str, Money]:
    """By debt: what goes back of each. One that was heard of before stays as it was divided then."""
    if not of.request.shares:
        return {of.request.debt_id: amount}
    known = {part.debt_id: ledger.known(session, part.debt_id, part.source(cause)) for part, _ in of.parts()}
    if any(known.values()):
        return {debt_id: part for debt_id, part in known.items() if part is not None}
    came = {part.debt_id: ledger.posted(session, part.debt_id, {source}) for part, source in of.parts()}
    left = {part.debt_id: ledger.left_of(session, part.debt_id, source) for part, source in of.parts()}
    return shares.goes_back(amount, came, left)


def _taken(session: Session, request: PaymentRequest, dispute: BankDispute, now: datetime) -> None:
    """Where somebody complains, nothing more is asked for until a person has looked. Nothing more is taken by itself
    either way: a debit that is returned ends the bank's word, too.
    """
    data = {
        "dispute": dispute.id, "reason": dispute.reason, "amount": dispute.amount.minor,
        "currency": dispute.amount.currency,
    }  # fmt: skip
    record(session, "PaymentTakenBack", subject=request.debt_id, data=data, now=now, actor=PROVIDER)
    if dispute.reinstated:
        return
    for mandate in mandate_store.active(session, request.debt_id):
        mandates.stop(session, mandate, by=PROVIDER, now=now, why="taken_back")
    if not dispute.is_empty:
        contact.place_hold(
            session, party_id=request.party_id, debt_id=request.debt_id, kind=contact.HoldKind.COMPLAINT,
            reason=f"the payer's bank took a payment back: {dispute.reason}", source=request.source(dispute.id), now=now,
        )  # fmt: skip


def _tell_of(
    session: Session, request: PaymentRequest, dispute: BankDispute, how: contact.Sending, now: datetime
) -> None:
    """A person looks at each. An empty account is told of."""
    _note(session, Kind.TAKEN_BACK, request, dispute, now)
    if dispute.is_empty:
        left = [ledger.balance(session, part.debt_id) for part in request.parts]
        values = {"amount": dispute.amount, "left": sum(left[1:], left[0])}
        news = receipts.News(f"taken:{dispute.id}", "utter_payments_taken_back", values)
        receipts.tell(session, request, news, how, now)


def _note(session: Session, kind: Kind, request: PaymentRequest, dispute: BankDispute, now: datetime) -> None:
    about = {"reason": dispute.reason, "is_empty": dispute.is_empty}
    problems.note(session, kind, dispute.id, of=request, amount=dispute.amount, now=now, **about)
