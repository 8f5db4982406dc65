"""The one way in for everything that the provider says of a payment, whoever heard it and however often.

Each part is safe to repeat and none depends on another having been seen before: an outcome never goes back, and
the ledger takes each cause once.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import contact
from bot.core import Money, Session, record
from bot.payments import documents, ledger, mandates, plan, problems, receipts, reversing, shares, store
from bot.payments.model import PROVIDER, No, Past, Payment, PaymentRequest, moves_on
from bot.payments.problems import Kind


def settle(session: Session, payment: Payment, how: contact.Sending, now: datetime) -> bool:
    """False when it belongs to none of our requests, and says nothing of what was to be saved."""
    request = store.request_by_id(session, payment.request_id) if payment.request_id else None
    if request is not None:
        contact.lock_conversation(session, request.conversation_id)
    saved = mandates.heard(session, payment, now)
    if request is None:
        return saved is not None
    past = store.find_attempt(store.attempts_of(session, request.id), payment.attempt, payment.session_id)
    if past is not None:
        _note(session, request, past, payment, how, now)
    if payment.status == "succeeded":
        _post(session, request, past, payment, how, now)
        reversing.take_back(session, request, payment, how, now)
    for warning in payment.warnings:
        about = {"payment": payment.payment_id, "reason": warning.kind}
        problems.note(session, Kind.FRAUD_WARNING, warning.id, of=request, amount=payment.received, now=now, **about)
    return True


def _note(
    session: Session, request: PaymentRequest, past: Past, payment: Payment, how: contact.Sending, now: datetime
) -> None:
    """What is known of the attempt from now on; one that failed is said once."""
    known = store.note_reading(session, past, payment, now)
    if payment.declined and payment.declined != past.declined:
        data = {"request": request.id, "attempt": past.attempt.number, "code": payment.declined}
        record(session, "PaymentDeclined", subject=request.debt_id, data=data, now=now, actor=PROVIDER)
    said = payment.outcome
    if not moves_on(known.outcome, said):
        return
    store.set_outcome(session, past.attempt.id, outcome=said, means=payment.means.value if payment.means else None)
    if said == "failed":
        data = {"request": request.id, "attempt": past.attempt.number, "code": payment.declined}
        record(session, "PaymentFailed", subject=request.debt_id, data=data, now=now, actor=PROVIDER)
    kept = past.attempt.asked.mandate_id if not payment.by_itself else None
    if said == "failed" and payment.means is No.NEVER and kept is not None:
        mandates.end_useless(session, kept, now)
    if said == "unpaid" and payment.by_bank:
        news = receipts.News(f"bank:{past.attempt.id}", "utter_payments_bank_pending", {"amount": past.amount})
        receipts.tell(session, request, news, how, now)
    if (
        said == "failed" and not payment.by_itself
    ):  # what we took by itself is answered by `autopay`, with what comes next
        news = receipts.News(f"failed:{past.attempt.id}", "utter_payments_failed", {"amount": past.amount})
        receipts.tell(session, request, news, how, now)


def _post(
    session: Session, request: PaymentRequest, past: Past | None, payment: Payment, how: contact.Sending, now: datetime
) -> None:  # fmt: skip
    """Money that arrived is posted whatever became of the request: late, cancelled or on hold. What a bank took days for
    counts from the day on which it was paid.
    """
    assert payment.payment_id is not None and payment.received is not None, "a payment that succeeded has an amount"
    began = past.began if past is not None and payment.by_bank else None
    on = began.astimezone(ZoneInfo(ledger.time_zone(session, request.party_id))).date() if began else None
    posted = [
        (part, amount)
        for part, amount in _divided(request, past, payment.received)
        if ledger.post_payment(session, part.debt_id, part.source(payment.payment_id), amount, now, on)
    ]
    for part, amount in posted:
        _posted(session, part, payment.payment_id, amount, now)
    entries = [ledger.entry(session, part.debt_id, part.source(payment.payment_id)) for part, _ in posted]
    numbers = [documents.write_receipt(session, entry, how, now, together=entries) for entry in entries]
    if posted:
        came = [receipts.Came(part, amount, number) for (part, amount), number in zip(posted, numbers, strict=True)]
        receipts.payment_arrived(session, request, payment.payment_id, came, how, now)


def _divided(request: PaymentRequest, past: Past | None, received: Money) -> list[tuple[PaymentRequest, Money]]:
    """Which sum of it is for which debt: as it was shown when they paid."""
    if not request.shares:
        return [(request, received)]
    sent = past.parts if past is not None and past.parts else {one.debt_id: one.amount for one in request.shares}
    came = shares.came(received, sent)
    return [(part, came[part.debt_id]) for part in request.parts if part.debt_id in came]


def _posted(session: Session, request: PaymentRequest, payment_id: str, amount: Money, now: datetime) -> None:
    left = ledger.balance(session, request.debt_id)
    data = {
        "request": request.id, "purpose": request.purpose.value, "agreement": request.agreement_id,
        "intent": payment_id, "amount": amount.minor, "currency": amount.currency,
        "late": now > request.valid_until, "cancelled": request.cancelled_at is not None,
        "over": max(0, -left.minor),
    }  # fmt: skip
    record(session, "PaymentSettled", subject=request.debt_id, data=data, now=now, actor=PROVIDER)
    if left.minor < 0:
        about = request.source(payment_id)
        problems.note(session, Kind.OVERPAID, about, of=request, amount=min(-left, amount), now=now)
    plan.close_what_is_paid(session, request.debt_id, now)
