"""Saving a card or a bank account without paying, debits that are under way for days, and what a bank says then."""

from __future__ import annotations

import httpx
import pytest
import stripe

from tests.sandbox.sandbox_kit import Box, until

SETUP = {
    "mode": "setup", "currency": "usd", "customer_creation": "always", "client_reference_id": "man_1",
    "metadata": {"mandate_id": "man_1"}, "setup_intent_data": {"metadata": {"mandate_id": "man_1"}},
    "custom_text": {"submit": {"message": "Saved for later."}}, "success_url": "https://parley.example/ok",
}  # fmt: skip


def setup(box: Box, card: str, **more: object) -> tuple[str, httpx.Response]:
    made = box.stripe.v1.checkout.sessions.create({**SETUP, **more})  # type: ignore[arg-type]
    return made.id, httpx.post(f"{box.url}/stripe/pay/{made.id}", json={"card": card})


def charge(box: Box, session_id: str, key: str = "k1") -> stripe.PaymentIntent:
    read = box.stripe.v1.checkout.sessions.retrieve(session_id, {"expand": ["setup_intent.payment_method"]})
    assert isinstance(read.setup_intent, stripe.SetupIntent)
    method = read.setup_intent.payment_method
    assert isinstance(method, stripe.PaymentMethod)
    params = {"amount": 4000, "currency": "usd", "customer": read.customer, "payment_method": method.id,
              "off_session": True, "confirm": True, "metadata": {"request_id": "pay_1"}}  # fmt: skip
    return box.stripe.v1.payment_intents.create(params, {"idempotency_key": key})  # type: ignore[arg-type]


def test_a_card_is_saved_and_charged_later(box: Box) -> None:
    session_id, answer = setup(box, "4242424242424242")
    assert answer.json()["status"] == "saved"
    assert charge(box, session_id).status == "succeeded"
    again = charge(box, session_id)
    assert again.id == charge(box, session_id).id, "the same key is the same charge"
    with pytest.raises(stripe.IdempotencyError):
        box.stripe.v1.payment_intents.create({"amount": 4100, "currency": "usd"}, {"idempotency_key": "k1"})


def test_a_card_that_no_bank_vouches_for_is_not_saved(box: Box) -> None:
    session_id, answer = setup(box, "4000000000009995")
    assert answer.status_code == 402
    assert box.stripe.v1.checkout.sessions.retrieve(session_id).status == "open"


@pytest.mark.parametrize(
    ("number", "code", "advice"),
    [("4000000000000341", "generic_decline", "try_again_later"), ("4000002760003184", "authentication_required", None)],
)
def test_a_saved_card_is_declined_with_its_code(box: Box, number: str, code: str, advice: str | None) -> None:
    session_id, _ = setup(box, number)
    with pytest.raises(stripe.CardError) as no:
        charge(box, session_id)
    assert no.value.error is not None and no.value.error.decline_code == code
    made = box.stripe.v1.payment_intents.list({"limit": 1}).data[0]
    assert made.last_payment_error is not None and getattr(made.last_payment_error, "advice_code", None) == advice


@pytest.mark.parametrize(
    ("account", "status"),
    [("000123456789", "succeeded"), ("000222222227", "requires_payment_method"), ("000000000009", "processing"),
     ("000555555559", "succeeded")],
)  # fmt: skip
def test_a_bank_says_yes_or_no_days_later(box: Box, account: str, status: str) -> None:
    session_id, _ = setup(box, account)
    made = charge(box, session_id)
    assert made.status == "processing" and made.amount_received == 0
    httpx.post(f"{box.url}/clock", json={"advance_seconds": 5 * 86_400})
    read = box.stripe.v1.payment_intents.retrieve(made.id, {"expand": ["latest_charge"]})
    assert read.status == status and isinstance(read.latest_charge, stripe.Charge)
    assert read.latest_charge.disputed is (account == "000555555559")


def test_a_debit_on_the_page_completes_it_unpaid_and_is_told_later(box: Box) -> None:
    item = {"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 4000, "product_data": {"name": "x"}}}
    made = box.stripe.v1.checkout.sessions.create(
        {"mode": "payment", "line_items": [item], "success_url": "https://parley.example/ok"}  # type: ignore[list-item]
    )
    assert httpx.post(f"{box.url}/stripe/pay/{made.id}", json={"card": "000123456789"}).json()["status"] == "processing"
    read = box.stripe.v1.checkout.sessions.retrieve(made.id)
    assert (read.status, read.payment_status) == ("complete", "unpaid")
    told = httpx.post(f"{box.url}/stripe/bank/debits/{read.payment_intent}", json={"status": "failed"})
    assert told.json()["last_payment_error"]["code"] == "insufficient_funds"
    assert httpx.post(f"{box.url}/stripe/bank/debits/{read.payment_intent}", json={}).status_code == 400
    kinds = {one.type for one in box.stripe.v1.events.list({"limit": 20}).data}
    assert {"checkout.session.async_payment_failed", "payment_intent.processing"} <= kinds


def test_a_page_that_excludes_bank_accounts_takes_none(box: Box) -> None:
    _, answer = setup(box, "000123456789", excluded_payment_method_types=["us_bank_account"])
    assert answer.status_code == 402


def test_a_saved_account_has_a_mandate_that_its_bank_can_end(box: Box) -> None:
    session_id, _ = setup(box, "000123456789")
    read = box.stripe.v1.checkout.sessions.retrieve(session_id, {"expand": ["setup_intent"]})
    assert isinstance(read.setup_intent, stripe.SetupIntent) and isinstance(read.setup_intent.mandate, str)
    mandate = box.stripe.v1.mandates.retrieve(read.setup_intent.mandate)
    assert mandate.status == "active"
    assert box.post(f"/stripe/bank/mandates/{mandate.payment_method}", {}).json()["status"] == "inactive"
    assert box.stripe.v1.mandates.retrieve(mandate.id).status == "inactive"
    assert box.post(f"/stripe/bank/mandates/{mandate.payment_method}", {}).status_code == 400
    until(lambda: "mandate.updated" in box.parley.event_types())


def test_a_saved_card_has_none(box: Box) -> None:
    session_id, _ = setup(box, "4242424242424242")
    read = box.stripe.v1.checkout.sessions.retrieve(session_id, {"expand": ["setup_intent"]})
    assert isinstance(read.setup_intent, stripe.SetupIntent) and read.setup_intent.mandate is None
