"""What banks do afterwards: disputes, refunds that fail, and a balance that adds up."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.sandbox.sandbox_kit import Box, until


def paid(box: Box, token: str = "pm_card_visa") -> stripe.PaymentIntent:
    params: Any = {"amount": 2500, "currency": "usd", "payment_method": token, "confirm": True}
    return box.stripe.v1.payment_intents.create(params)


def balance(box: Box) -> int:
    return sum(one.amount for one in box.stripe.v1.balance_transactions.list({"limit": 100}).data)


def test_a_dispute_takes_the_money_and_winning_gives_it_back(box: Box) -> None:
    intent = paid(box)
    assert box.post(f"/stripe/bank/disputes/{intent.id}", {"reason": "product_not_received"}).status_code == 200
    [dispute] = box.stripe.v1.disputes.list({"payment_intent": intent.id}).data
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "product_not_received", 2500)
    assert [one.amount for one in dispute.balance_transactions] == [-2500]
    assert box.stripe.v1.charges.list({"payment_intent": intent.id}).data[0].disputed
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        box.stripe.v1.refunds.create({"payment_intent": intent.id})
    assert box.post(f"/stripe/bank/disputes/{intent.id}", {"status": "won"}).status_code == 200
    assert box.stripe.v1.disputes.retrieve(dispute.id).status == "won"
    assert balance(box) == 2500
    until(lambda: "charge.dispute.closed" in box.parley.event_types())
    assert {kind for kind in box.parley.event_types() if "dispute" in kind} == {
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    }


def test_a_lost_dispute_stays_lost(box: Box) -> None:
    intent = paid(box, "pm_card_createDispute")
    assert box.post(f"/stripe/bank/disputes/{intent.id}", {"status": "lost"}).json()["status"] == "lost"
    assert box.post(f"/stripe/bank/disputes/{intent.id}", {"status": "won"}).status_code == 400
    assert balance(box) == 0


def test_only_a_paid_payment_is_disputed(box: Box) -> None:
    waiting = box.stripe.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    assert box.post(f"/stripe/bank/disputes/{waiting.id}", {}).status_code == 400
    assert box.post("/stripe/bank/disputes/pi_nothing", {}).status_code == 400
    assert box.post(f"/stripe/bank/disputes/{waiting.id}", {"status": "maybe"}).status_code == 400


def test_a_refund_can_fail_after_it_succeeded(box: Box) -> None:
    intent = paid(box)
    refund = box.stripe.v1.refunds.create({"payment_intent": intent.id, "amount": 1000})
    assert balance(box) == 1500
    assert box.post(f"/stripe/bank/refunds/{refund.id}", {}).json()["status"] == "failed"
    assert box.stripe.v1.refunds.retrieve(refund.id).failure_reason == "expired_or_canceled_card"
    assert box.stripe.v1.charges.list().data[0].amount_refunded == 0
    assert balance(box) == 2500
    until(lambda: "refund.failed" in box.parley.event_types())
    assert box.post(f"/stripe/bank/refunds/{refund.id}", {}).status_code == 400


def test_an_early_fraud_warning_rings_and_can_be_read(box: Box) -> None:
    intent = paid(box, "pm_card_createIssuerFraudRecord")
    [warning] = box.stripe.v1.radar.early_fraud_warnings.list({"payment_intent": intent.id}).data
    assert (warning.fraud_type, warning.actionable) == ("made_with_stolen_card", True)
    until(lambda: "radar.early_fraud_warning.created" in box.parley.event_types())
    waiting = box.stripe.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    assert box.post(f"/stripe/bank/warnings/{waiting.id}", {}).status_code == 400
    read = box.stripe.v1.radar.early_fraud_warnings.retrieve(
        box.post(f"/stripe/bank/warnings/{intent.id}", {}).json()["id"]
    )
    assert read.payment_intent == intent.id
