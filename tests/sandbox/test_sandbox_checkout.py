"""Checkout Sessions with the real Stripe SDK: opened, paid as a person would, declined, expired."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest
import stripe

from tests.sandbox.sandbox_kit import CARD_SESSION, KEY, PARLEY, Box, until

SAVE = {"setup_future_usage": "off_session", "metadata": {"order_id": "ord_1"}}


def session(box: Box, **more: Any) -> stripe.checkout.Session:
    return box.stripe.v1.checkout.sessions.create({**CARD_SESSION, **more})  # type: ignore[typeddict-item]


def again(box: Box, of: stripe.checkout.Session) -> Any:
    return box.stripe.v1.checkout.sessions.retrieve(of.id, {"expand": ["payment_intent.latest_charge", "line_items"]})


def pay(box: Box, of: stripe.checkout.Session, card: str, **more: str) -> httpx.Response:
    return box.post(f"/stripe/pay/{of.id}", {"card": card, **more})


def test_a_session_is_paid_and_told_by_signed_webhooks(box: Box) -> None:
    opened = session(box, payment_intent_data={"metadata": {"order_id": "ord_1"}})
    assert opened.url == f"{box.url}/stripe/pay/{opened.id}"
    assert (opened.status, opened.payment_status, opened.amount_total) == ("open", "unpaid", 4000)
    paid = pay(box, opened, "4242424242424242")
    assert paid.status_code == 200
    assert paid.json()["success_url"] == f"{PARLEY}/p/done?s={opened.id}"
    until(lambda: len(box.parley.kept) == 4)
    assert set(box.parley.event_types()) == {
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    }
    assert {event.api_version for event in box.parley.events()} == {"2026-10-28.endive"}
    now = again(box, opened)
    assert (now.status, now.payment_status, now.url) == ("complete", "paid", None)
    assert now.payment_intent.metadata["order_id"] == "ord_1"
    assert now.payment_intent.latest_charge.amount == 4000
    assert now.line_items.data[0].description == "Account ending 1234"


async def test_the_async_client_does_the_same(box: Box) -> None:
    http = stripe.HTTPXClient(timeout=10)
    base = {"api": box.url + "/stripe"}
    client = stripe.StripeClient(
        KEY, http_client=http, max_network_retries=2, base_addresses=base, stripe_version="2026-10-28.endive"
    )
    owner = await client.v1.customers.create_async({"metadata": {"debtor_ref": "d1"}}, {"idempotency_key": "cust:1"})
    opened = await client.v1.checkout.sessions.create_async({**CARD_SESSION, "customer": owner.id})
    assert (await client.v1.checkout.sessions.retrieve_async(opened.id)).customer == owner.id
    assert (await client.v1.checkout.sessions.expire_async(opened.id)).status == "expired"
    await http.close_async()


@pytest.mark.parametrize(
    ("card", "code", "decline"),
    [
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000 0000 0000 0069", "expired_card", "expired_card"),
        ("4000-0000-0000-0002", "card_declined", "generic_decline"),
    ],
)
def test_a_declined_card_leaves_the_session_open_for_another(box: Box, card: str, code: str, decline: str) -> None:
    opened = session(box)
    refused = pay(box, opened, card)
    assert refused.status_code == 402
    assert refused.json() == {
        **refused.json(),
        "status": "declined",
        "code": code,
        "decline_code": decline,
    }
    failed = again(box, opened)
    assert (failed.status, failed.payment_intent.status) == ("open", "requires_payment_method")
    assert failed.payment_intent.last_payment_error.decline_code == decline
    until(lambda: "payment_intent.payment_failed" in box.parley.event_types())
    assert pay(box, opened, "4242424242424242").status_code == 200
    assert again(box, opened).payment_intent.id == failed.payment_intent.id


def test_a_bank_question_is_passed_or_refused(box: Box) -> None:
    refused = session(box)
    assert pay(box, refused, "4000002760003184", challenge="fail").status_code == 402
    assert again(box, refused).payment_status == "unpaid"
    passed = session(box)
    assert pay(box, passed, "4000002760003184").status_code == 200
    assert again(box, passed).payment_status == "paid"


def test_a_number_that_is_not_a_test_card_is_refused(box: Box) -> None:
    opened = session(box)
    refused = pay(box, opened, "4111111111111111")
    assert (refused.status_code, refused.json()["code"]) == (402, "test_mode_live_card")
    assert again(box, opened).payment_intent is None


def test_a_session_is_paid_once(box: Box) -> None:
    opened = session(box)
    assert pay(box, opened, "4242424242424242").status_code == 200
    second = pay(box, opened, "4242424242424242")
    assert second.status_code == 409
    assert second.json()["success_url"].endswith(opened.id)
    assert len(box.stripe.v1.charges.list().data) == 1


def test_a_saved_card_is_charged_later_without_the_payer(box: Box) -> None:
    owner = box.stripe.v1.customers.create({"metadata": {"debtor_ref": "d1"}})
    opened = session(box, customer=owner.id, payment_intent_data=SAVE)
    pay(box, opened, "4242424242424242")
    [card] = box.stripe.v1.payment_methods.list({"customer": owner.id}).data
    assert card.card is not None
    assert card.card.last4 == "4242"
    later = box.stripe.v1.payment_intents.create(
        {
            "amount": 2500,
            "currency": "usd",
            "customer": owner.id,
            "payment_method": card.id,
            "off_session": True,
            "confirm": True,
            "metadata": {"order_id": "ord_2"},
        },
        {"idempotency_key": "pi:ord_2:1"},
    )
    assert (later.status, later.amount_received) == ("succeeded", 2500)


def test_a_session_expires_by_stripes_clock_and_says_so(box: Box) -> None:
    opened = session(box, expires_at=int(time.time()) + 1900)
    assert box.post("/clock", {"advance_seconds": 1800}).status_code == 200
    assert again(box, opened).status == "open"
    box.post("/clock", {"advance_seconds": 200})
    assert again(box, opened).status == "expired"
    until(lambda: box.parley.event_types() == ["checkout.session.expired"])
    assert pay(box, opened, "4242424242424242").status_code == 410
    assert httpx.get(box.url + "/clock").json()["ahead_seconds"] == 2000


def test_the_clock_is_set_to_a_moment(box: Box) -> None:
    assert box.post("/clock", {"now": "2027-01-02T03:04:05+00:00"}).json()["now"].startswith("2027-01-02T03:04")
    owner = box.stripe.v1.customers.create({})
    assert owner.created - 1798859045 in range(30)
    for wrong in (
        {},
        {"now": "2027-01-02T03:04:05"},
        {"advance_seconds": 1, "now": "2027-01-02T03:04:05Z"},
        {"x": 1},
    ):
        assert box.post("/clock", wrong).status_code == 400


def test_an_expired_session_cannot_be_paid_or_expired_again(box: Box) -> None:
    opened = session(box)
    assert box.stripe.v1.checkout.sessions.expire(opened.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="Only Checkout Sessions with a status"):
        box.stripe.v1.checkout.sessions.expire(opened.id)
    assert pay(box, opened, "4242424242424242").json()["status"] == "expired"


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"mode": "subscription"}, "mode"),
        ({"mode": "setup"}, "currency"),
        ({"mode": "setup", "currency": "usd"}, "line_items"),
        ({"line_items": []}, "line_items"),
        ({"success_url": ""}, "success_url"),
        ({"success_url": "nowhere"}, "success_url"),
        ({"success_url": PARLEY + "/" + "x" * 5000}, "success_url"),
        ({"expires_at": 1}, "expires_at"),
        ({"expires_at": 4_000_000_000}, "expires_at"),
        ({"customer": "cus_nobody"}, "customer"),
        ({"payment_intent_data": {"statement_descriptor": "X"}}, "payment_intent_data[statement_descriptor]"),
        ({"line_items": [{"quantity": 1, "price": "price_1"}]}, "line_items[0][price_data]"),
    ],
)
def test_a_session_that_stripe_would_refuse_is_refused(box: Box, change: dict[str, Any], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        session(box, **change)
    assert refused.value.param == param
    assert box.stripe.v1.checkout.sessions.list().data == []


def test_sessions_are_listed_by_status(box: Box) -> None:
    first, second = session(box), session(box)
    pay(box, first, "4242424242424242")
    assert [one.id for one in box.stripe.v1.checkout.sessions.list({"status": "open"}).data] == [second.id]
    assert [one.quantity for one in box.stripe.v1.checkout.sessions.line_items.list(first.id).data] == [1]


@pytest.mark.parametrize("wallet", ["apple_pay", "google_pay"])
def test_a_wallet_is_a_button_and_pays_with_the_card_in_it(box: Box, wallet: str) -> None:
    opened = session(box, payment_intent_data=SAVE)
    page = httpx.get(f"{box.url}/stripe/pay/{opened.id}").text
    assert f'name="card" value="{wallet}"' in page
    assert pay(box, opened, wallet).status_code == 200
    charge = again(box, opened).payment_intent.latest_charge
    card = charge.payment_method_details.card
    assert (card.wallet.type, card.last4, charge.amount) == (wallet, "4242", 4000)
    later = {"amount": 4000, "currency": "usd", "customer": again(box, opened).customer, "off_session": True,
             "payment_method": charge.payment_method, "confirm": True}  # fmt: skip
    assert box.stripe.v1.payment_intents.create(later).status == "succeeded"  # type: ignore[arg-type]
