"""Stripe's rules that everything else rests on: keys, parameters, idempotency, saved cards, refunds, lists."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
import stripe

from tests.sandbox.sandbox_kit import CARD_SESSION, KEY, Box, until


def saved_card(box: Box, token: str = "pm_card_visa") -> tuple[str, str]:
    """A customer and a card attached to it."""
    owner = box.stripe.v1.customers.create({})
    made = box.stripe.v1.payment_methods.attach(token, {"customer": owner.id})
    return owner.id, made.id


def charge(box: Box, owner: str, card: str, amount: int = 2500, **more: Any) -> stripe.PaymentIntent:
    params = {
        "amount": amount,
        "currency": "usd",
        "customer": owner,
        "payment_method": card,
        "off_session": True,
        "confirm": True,
    }
    return box.stripe.v1.payment_intents.create({**params, **more})  # type: ignore[typeddict-item]


def raw(box: Box, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
    auth = {"Authorization": f"Bearer {KEY}"}
    return httpx.post(f"{box.url}/stripe{path}", data=form, headers={**auth, **headers}, timeout=20)


def test_a_wrong_key_is_not_let_in(box: Box) -> None:
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key"):
        box.stripe_with("sk_test_other").v1.customers.list()
    assert httpx.get(box.url + "/stripe/v1/customers", auth=(KEY, "")).status_code == 200


def test_another_api_version_is_refused(box: Box) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="endive"):
        box.stripe_with(KEY, stripe_version="2024-06-20").v1.customers.list()


def test_a_path_that_the_double_lacks_says_so(box: Box) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL"):
        box.stripe.v1.products.list()


@pytest.mark.parametrize(
    ("form", "code", "param"),
    [
        (
            {"payment_method_types[0]": "card"},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"amount": "ten"}, "parameter_invalid_integer", "amount"),
        ({"amount": "10.5"}, "parameter_invalid_integer", "amount"),
        ({"amount": "49"}, "amount_too_small", "amount"),
        ({"amount": "100000000"}, "amount_too_large", "amount"),
        ({"amount": None}, "parameter_missing", "amount"),
        ({"setup_future_usage": "offsession"}, None, "setup_future_usage"),
        ({"shipping[name]": "Ana"}, "parameter_missing", "shipping[address]"),
        ({"metadata[" + "k" * 41 + "]": "v"}, None, "metadata[" + "k" * 41 + "]"),
    ],
)
def test_a_wrong_parameter_is_named_as_stripe_names_it(
    box: Box, form: dict[str, str | None], code: str | None, param: str
) -> None:
    good = {"amount": "2500", "currency": "usd"}
    sent = {name: value for name, value in {**good, **form}.items() if value is not None}
    answer = raw(box, "/v1/payment_intents", sent)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["type"], error.get("code"), error["param"]) == ("invalid_request_error", code, param)
    assert box.stripe.v1.payment_intents.list().data == []


def test_session_parameters_of_old_tutorials_are_refused(box: Box) -> None:
    old: list[dict[str, Any]] = [
        {"payment_method_types": ["card"]},
        {"mode": "pay"},
        {"ui_mode": "hosted"},
        {"line_items": [{"name": "Debt", "amount": 4000, "currency": "usd", "quantity": 1}]},
        {"payment_intent_data": {"setup_future_usage": "offsession"}},
    ]
    for change in old:
        with pytest.raises(stripe.InvalidRequestError):
            box.stripe.v1.checkout.sessions.create({**CARD_SESSION, **change})  # type: ignore[typeddict-item]


def test_the_same_key_gives_the_same_answer_and_one_object(box: Box) -> None:
    params: Any = {"metadata": {"debtor_ref": "d1"}}
    first = box.stripe.v1.customers.create(params, {"idempotency_key": "cust:1"})
    second = box.stripe.v1.customers.create(params, {"idempotency_key": "cust:1"})
    assert first.id == second.id
    assert second.last_response is not None
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(box.stripe.v1.customers.list().data) == 1


def test_a_decline_is_replayed_too(box: Box) -> None:
    owner, card = saved_card(box, "pm_card_chargeCustomerFail")
    params: Any = {
        "amount": 900,
        "currency": "usd",
        "customer": owner,
        "payment_method": card,
        "off_session": True,
        "confirm": True,
    }
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            box.stripe.v1.payment_intents.create(params, {"idempotency_key": "pi:1:1"})
    assert len(box.stripe.v1.charges.list().data) == 1


def test_the_same_key_with_other_parameters_is_an_idempotency_error(box: Box) -> None:
    box.stripe.v1.customers.create({"name": "Ana"}, {"idempotency_key": "cust:1"})
    with pytest.raises(stripe.IdempotencyError, match="first used with"):
        box.stripe.v1.customers.create({"name": "Ben"}, {"idempotency_key": "cust:1"})


def test_a_request_that_failed_its_checks_may_use_its_key_again(box: Box) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        box.stripe.v1.customers.create({"nam": "Ana"}, {"idempotency_key": "cust:1"})  # type: ignore[typeddict-unknown-key]
    box.stripe.v1.customers.create({"name": "Ana"}, {"idempotency_key": "cust:1"})


def test_a_key_is_forgotten_after_a_day_as_stripe_forgets_it(box: Box) -> None:
    first = box.stripe.v1.customers.create({}, {"idempotency_key": "cust:1"})
    box.post("/clock", {"advance_seconds": 86_401})
    assert box.stripe.v1.customers.create({}, {"idempotency_key": "cust:1"}).id != first.id


def test_a_key_in_flight_is_refused_with_409(box: Box) -> None:
    box.post("/faults", {"answer_delay_ms": 600})
    answers: list[int] = []

    def send() -> None:
        answers.append(raw(box, "/v1/customers", {"name": "Ana"}, **{"Idempotency-Key": "cust:1"}).status_code)

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409, 409]


def test_a_customer_is_made_changed_and_listed(box: Box) -> None:
    made = box.stripe.v1.customers.create({"metadata": {"debtor_ref": "d1", "old": "1"}})
    changed = box.stripe.v1.customers.update(made.id, {"name": "Ana", "metadata": {"old": ""}})
    assert changed.metadata is not None
    assert (changed.name, changed.metadata.to_dict()) == ("Ana", {"debtor_ref": "d1"})
    assert box.stripe.v1.customers.retrieve(made.id).name == "Ana"
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        box.stripe.v1.customers.retrieve("cus_nobody")


def test_a_detached_card_cannot_be_charged(box: Box) -> None:
    owner, card = saved_card(box)
    assert charge(box, owner, card).status == "succeeded"
    assert box.stripe.v1.payment_methods.detach(card).customer is None
    assert box.stripe.v1.customers.payment_methods.list(owner).data == []
    with pytest.raises(stripe.InvalidRequestError, match="cannot be used again"):
        charge(box, owner, card)
    until(lambda: "payment_method.detached" in box.parley.event_types())


def test_a_card_pays_only_for_its_own_customer(box: Box) -> None:
    _, card = saved_card(box)
    other, _ = saved_card(box)
    with pytest.raises(stripe.InvalidRequestError, match="does not have a payment method"):
        charge(box, other, card)


@pytest.mark.parametrize(
    ("token", "code", "decline"),
    [
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
        ("pm_card_authenticationRequired", "authentication_required", "authentication_required"),
    ],
)
def test_a_saved_card_that_fails_later_raises_a_card_error_with_the_intent(
    box: Box, token: str, code: str, decline: str
) -> None:
    owner, card = saved_card(box, token)
    with pytest.raises(stripe.CardError) as refused:
        charge(box, owner, card)
    assert refused.value.http_status == 402
    assert refused.value.code == code
    assert refused.value.error is not None
    assert refused.value.error.decline_code == decline
    intent = box.stripe.v1.payment_intents.retrieve(refused.value.error.payment_intent.id)
    assert (intent.status, intent.amount_received) == ("requires_payment_method", 0)
    until(lambda: "payment_intent.payment_failed" in box.parley.event_types())


def test_a_decline_of_a_saved_card_can_be_ordered(box: Box) -> None:
    owner, card = saved_card(box)
    box.post("/faults", {"decline_saved_card": {"decline_code": "insufficient_funds", "times": 1}})
    with pytest.raises(stripe.CardError) as refused:
        charge(box, owner, card)
    assert refused.value.error is not None
    assert refused.value.error.decline_code == "insufficient_funds"
    assert charge(box, owner, card).status == "succeeded"


def test_an_intent_is_confirmed_later_or_cancelled(box: Box) -> None:
    owner, card = saved_card(box)
    waiting = box.stripe.v1.payment_intents.create({"amount": 500, "currency": "usd", "customer": owner})
    assert waiting.status == "requires_payment_method"
    assert box.stripe.v1.payment_intents.confirm(waiting.id, {"payment_method": card}).status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="already succeeded"):
        box.stripe.v1.payment_intents.confirm(waiting.id)
    with pytest.raises(stripe.InvalidRequestError, match="cannot cancel"):
        box.stripe.v1.payment_intents.cancel(waiting.id)
    other = box.stripe.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    assert box.stripe.v1.payment_intents.cancel(other.id, {"cancellation_reason": "abandoned"}).status == "canceled"


def test_a_payment_is_refunded_in_parts_and_never_beyond(box: Box) -> None:
    paid = charge(box, *saved_card(box))
    first = box.stripe.v1.refunds.create({"payment_intent": paid.id, "amount": 1000, "reason": "requested_by_customer"})
    assert (first.status, first.amount) == ("succeeded", 1000)
    with pytest.raises(stripe.InvalidRequestError, match=r"greater than unrefunded amount on charge \(\$15.00\)"):
        box.stripe.v1.refunds.create({"payment_intent": paid.id, "amount": 1501})
    assert box.stripe.v1.refunds.create({"payment_intent": paid.id}).amount == 1500
    with pytest.raises(stripe.InvalidRequestError) as refused:
        box.stripe.v1.refunds.create({"payment_intent": paid.id})
    assert refused.value.code == "charge_already_refunded"
    [of] = box.stripe.v1.charges.list({"payment_intent": paid.id}).data
    assert (of.amount_refunded, of.refunded) == (2500, True)
    until(lambda: box.parley.event_types().count("charge.refunded") == 2)


def test_lists_turn_pages_newest_first(box: Box) -> None:
    made = [box.stripe.v1.customers.create({"name": str(n)}).id for n in range(7)]
    listed = box.stripe.v1.customers.list({"limit": 3})
    assert listed.has_more
    assert [one.id for one in listed.auto_paging_iter()] == made[::-1]
    assert [one.id for one in box.stripe.v1.customers.list({"limit": 2, "ending_before": made[0]}).data] == made[2:0:-1]
    assert box.stripe.v1.customers.list({"created": {"gt": 4_000_000_000}}).data == []


def test_events_are_listed_by_type_and_by_what_became_of_their_webhooks(box: Box) -> None:
    box.post("/faults", {"drop": 1})
    charge(box, *saved_card(box))
    lost = box.stripe.v1.events.list({"delivery_success": False}).data
    assert {event.type for event in lost} == {
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    }
    [paid] = box.stripe.v1.events.list({"type": "payment_intent.succeeded"}).data
    assert box.stripe.v1.events.retrieve(paid.id).data.object["amount"] == 2500
    assert len(box.stripe.v1.events.list({"types": ["payment_intent.*", "charge.*"]}).data) == 3  # type: ignore[typeddict-item]
    assert box.parley.kept == []


def test_every_event_says_which_request_caused_it(box: Box) -> None:
    params: Any = {"amount": 500, "currency": "usd"}
    box.stripe.v1.payment_intents.create(params, {"idempotency_key": "pi:7:1"})
    [event] = until(box.parley.events)
    assert event.request.idempotency_key == "pi:7:1"
    assert event.request.id.startswith("req_")
