"""What banks do after a payment: take it back by a dispute, let a refund fail; and the lines of Stripe's balance.

Nobody at Stripe can be asked for this, so the sandbox has addresses of its own: `POST /stripe/bank/disputes/<intent>`,
`POST /stripe/bank/refunds/<refund>` and `POST /stripe/bank/warnings/<intent>`. The test card 0259 is disputed by itself,
and of 5423 there is an early fraud warning.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from bot.sandbox.store import Json, stripe_id
from bot.sandbox.stripe_api import ApiError, Call
from bot.sandbox.stripe_listing import page

DISPUTE_FEE_MINOR = 1500
_EVIDENCE = (
    "access_activity_log", "appeal", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation", "duplicate_charge_explanation",
    "duplicate_charge_id", "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address", "shipping_carrier",
    "shipping_date", "shipping_documentation", "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip


class DisputeNews(Struct, forbid_unknown_fields=True):
    """What the payer's bank says; the first news opens the dispute and takes the money back."""

    status: Literal["needs_response", "under_review", "won", "lost"] = "needs_response"
    reason: str = "fraudulent"


class RefundNews(Struct, forbid_unknown_fields=True):
    """A refund that the payer's bank could not place."""

    status: Literal["failed"] = "failed"
    reason: str = "expired_or_canceled_card"


class WarningNews(Struct, forbid_unknown_fields=True):
    """The card's bank believes that it was not its owner who paid."""

    fraud_type: str = "made_with_stolen_card"


def booked(call: Call, about: Json, amount: int, kind: str, fee: int = 0) -> Json:
    """One line of Stripe's balance; `amount` is negative when money leaves it."""
    detail = {
        "amount": fee,
        "application": None,
        "currency": about["currency"],
        "description": "Fee",
        "type": "stripe_fee",
    }
    return call.store.save(
        {
            "id": stripe_id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": call.now + 2 * 86_400,
            "balance_type": "payments",
            "created": call.now,
            "currency": about["currency"],
            "description": None,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": [detail] if fee else [],
            "net": amount - fee,
            "reporting_category": "dispute" if kind == "adjustment" else kind,
            "source": about["id"],
            "status": "pending",
            "type": kind,
        }
    )


def dispute_news(call: Call, news: DisputeNews, intent_id: str) -> Json:
    """The dispute of that payment, opened or moved on."""
    intent = call.need(intent_id, "payment_intent", "intent")
    if not intent["latest_charge"] or intent["status"] != "succeeded":
        raise ApiError(400, f"Only a paid payment can be disputed; this one is {intent['status']}.")
    charge = call.need(intent["latest_charge"], "charge", "charge")
    known = [one for one in call.store.all("dispute") if one["charge"] == charge["id"]]
    found = known[0] if known else opened(call, charge, news.reason)
    return found if news.status == found["status"] else _moved(call, found, charge, news.status)


def opened(call: Call, charge: Json, reason: str) -> Json:
    """A new dispute: the money is gone from the balance until it is won."""
    made = _dispute(charge, reason, call.now)
    made["balance_transactions"] = [booked(call, made, -made["amount"], "adjustment", DISPUTE_FEE_MINOR)]
    charge["disputed"] = True
    call.store.save(charge)
    call.emit("charge.dispute.created", call.store.save(made))
    call.emit("charge.dispute.funds_withdrawn", made)
    return made


def _moved(call: Call, found: Json, charge: Json, status: str) -> Json:
    if found["status"] in ("won", "lost"):
        raise ApiError(400, f"This dispute is closed: {found['status']}.")
    before = {"status": found["status"]}
    found["status"] = status
    if status == "won":
        found["balance_transactions"].append(booked(call, found, found["amount"], "adjustment"))
        call.emit("charge.dispute.funds_reinstated", call.store.save(found))
    closed = status in ("won", "lost")
    kind = "charge.dispute.closed" if closed else "charge.dispute.updated"
    call.emit(kind, call.store.save(found), None if closed else before)
    return found


def _dispute(charge: Json, reason: str, now: int) -> Json:
    card = charge["payment_method_details"].get("card")
    shown = {"brand": card["brand"], "case_type": "chargeback", "network": card["network"],
             "network_reason_code": "10.4"} if card else {}  # fmt: skip
    return {
        "id": stripe_id("du"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {"due_by": now + 7 * 86_400, "enhanced_eligibility": {}, "has_evidence": False,
                             "past_due": False, "submission_count": 0, "submission_method": "not_submitted"},
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        **({"payment_method_details": {"card": shown, "type": "card"}} if card else {}),
        "reason": reason,
        "status": "needs_response",
    }  # fmt: skip


def refund_news(call: Call, news: RefundNews, refund_id: str) -> Json:
    """The refund failed after it had succeeded: its money is back at Stripe and owed to the payer again."""
    found = call.need(refund_id, "refund", "refund")
    if found["status"] != "succeeded":
        raise ApiError(400, f"This refund has already {found['status']}.")
    charge = call.need(found["charge"], "charge", "charge")
    charge.update(amount_refunded=charge["amount_refunded"] - found["amount"], refunded=False)
    call.store.save(charge)
    back = booked(call, found, found["amount"], "refund_failure")
    found.update(status=news.status, failure_reason=news.reason, failure_balance_transaction=back["id"])
    call.emit("refund.failed", call.store.save(found))
    return found


def warning_news(call: Call, news: WarningNews, intent_id: str) -> Json:
    """An early fraud warning of that payment."""
    intent = call.need(intent_id, "payment_intent", "intent")
    if not intent["latest_charge"] or intent["status"] != "succeeded":
        raise ApiError(400, f"Only of a paid payment there is a warning; this one is {intent['status']}.")
    return warned(call, call.need(intent["latest_charge"], "charge", "charge"), news.fraud_type)


def warned(call: Call, charge: Json, fraud_type: str) -> Json:
    made = {
        "id": stripe_id("issfr"), "object": "radar.early_fraud_warning", "actionable": not charge["refunded"],
        "charge": charge["id"], "created": call.now, "fraud_type": fraud_type, "livemode": False,
        "payment_intent": charge["payment_intent"],
    }  # fmt: skip
    call.emit("radar.early_fraud_warning.created", call.store.save(made))
    return made


def warning(call: Call, params: Json, id_: str) -> Json:
    return call.need(id_, "radar.early_fraud_warning", "early_fraud_warning")


def warnings(call: Call, params: Json) -> Json:
    return page(params, call.store.all("radar.early_fraud_warning"), "/v1/radar/early_fraud_warnings")


def dispute(call: Call, params: Json, id_: str) -> Json:
    return call.need(id_, "dispute", "dispute")


def disputes(call: Call, params: Json) -> Json:
    return page(params, call.store.all("dispute"), "/v1/disputes")


def balance_transaction(call: Call, params: Json, id_: str) -> Json:
    return call.need(id_, "balance_transaction", "id")


def balance_transactions(call: Call, params: Json) -> Json:
    return page(params, call.store.all("balance_transaction"), "/v1/balance_transactions")
