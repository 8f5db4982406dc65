"""The bad weather: each fault happens as asked, and the same seed gives the same weather."""

from __future__ import annotations

import time

import httpx
import pytest
import stripe
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bot.sandbox.faults import Weather
from bot.sandbox.store import Store
from tests.sandbox.sandbox_kit import ANA, CARD_SESSION, KEY, SECRET, SMS_FROM, Box, Received, until


def inbound(box: Box) -> list[Received]:
    return box.parley.at("/webhooks/twilio/message")


def test_what_is_set_is_shown_and_an_empty_setting_clears_it(box: Box) -> None:
    assert box.post("/faults", {"duplicates": 2, "seed": 7}).json()["duplicates"] == 2
    assert httpx.get(box.url + "/faults").json()["seed"] == 7
    assert box.post("/faults", {}).json()["duplicates"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"dupes": 1},
        {"drop": 2},
        {"duplicates": -1},
        {"error": {"status": 200}},
        {"providers": ["paypal"]},
        {"decline_saved_card": {"decline_code": "no_such"}},
    ],
)
def test_a_fault_that_does_not_exist_is_refused(box: Box, wrong: dict[str, object]) -> None:
    answer = box.post("/faults", wrong)
    assert answer.status_code == 400
    assert "$" in answer.json()["problem"] or "unknown field" in answer.json()["problem"]


def test_a_webhook_comes_as_often_as_asked(box: Box) -> None:
    box.post("/faults", {"duplicates": 4})
    box.post(f"/phone/{ANA}/sms", {"text": "hi"})
    until(lambda: len(inbound(box)) == 5)
    assert len({one.form["MessageSid"] for one in inbound(box)}) == 1


def test_a_dropped_webhook_never_comes_but_can_be_listed(box: Box) -> None:
    box.post("/faults", {"drop": 1})
    sid = box.post(f"/phone/{ANA}/sms", {"text": "hi"}).json()["sid"]
    time.sleep(0.2)
    assert inbound(box) == []
    assert [one.sid for one in box.twilio.messages.list(from_=ANA)] == [sid]
    assert box.phone()[0]["status"] == "undelivered"


def test_webhooks_are_reordered(box: Box) -> None:
    box.post("/faults", {"reorder": 0.5, "seed": 3})
    for number in range(8):
        box.post(f"/phone/{ANA}/sms", {"text": str(number)})
    until(lambda: len(inbound(box)) == 8)
    came = [one.form["Body"] for one in inbound(box)]
    assert came != sorted(came)
    assert sorted(came) == [str(number) for number in range(8)]


def test_a_wrong_signature_is_sent_until_the_weather_clears(box: Box) -> None:
    box.post("/faults", {"wrong_signature": 1})
    box.parley.refuses = lambda came: came.is_forged
    box.post(f"/phone/{ANA}/sms", {"text": "hi"})
    box.stripe.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    until(lambda: inbound(box) and box.parley.at("/webhooks/stripe"))
    assert not inbound(box)[0].signed_by_twilio
    with pytest.raises(stripe.SignatureVerificationError, match="No signatures found"):
        _ = box.parley.at("/webhooks/stripe")[0].event
    box.post("/faults", {})
    until(lambda: inbound(box)[-1].signed_by_twilio)
    until(lambda: box.parley.at("/webhooks/stripe")[-1].signed_by_stripe)


def test_an_old_timestamp_is_outside_the_tolerance(box: Box) -> None:
    box.post("/faults", {"old_timestamp": 1})
    box.stripe.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    [one] = until(lambda: box.parley.at("/webhooks/stripe"))
    with pytest.raises(stripe.SignatureVerificationError, match="tolerance"):
        _ = one.event
    stripe.WebhookSignature.verify_header(one.body, one.headers["stripe-signature"], SECRET, None)


def test_the_next_calls_fail_with_the_status_asked_for(box: Box) -> None:
    box.post("/faults", {"error": {"status": 503, "times": 2}})
    with pytest.raises(stripe.APIError) as failed:
        box.stripe.v1.customers.create({})
    assert failed.value.http_status == 503
    with pytest.raises(TwilioRestException) as refused:
        box.twilio.messages.create(to=ANA, from_=SMS_FROM, body="x")
    assert refused.value.status == 503
    box.twilio.messages.create(to=ANA, from_=SMS_FROM, body="x")
    box.post("/faults", {"error": {"status": 429, "times": 1}, "providers": ["twilio"]})
    box.stripe.v1.customers.create({})
    with pytest.raises(TwilioRestException) as slowed:
        box.twilio.messages.create(to=ANA, from_=SMS_FROM, body="x")
    assert (slowed.value.status, slowed.value.code) == (429, 20429)


def test_a_lost_answer_has_done_its_work_and_the_key_finds_it(box: Box) -> None:
    box.post("/faults", {"timeout_after_success": {"times": 1, "hang_ms": 0}, "providers": ["stripe"]})
    client = box.stripe_with(KEY, max_network_retries=2)
    made = client.v1.checkout.sessions.create(CARD_SESSION, {"idempotency_key": "cs:1:1"})  # type: ignore[arg-type]
    assert made.last_response is not None
    assert made.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_lost_answer_of_twilio_is_found_in_the_list(box: Box) -> None:
    box.post("/faults", {"timeout_after_success": {"times": 1, "hang_ms": 3000}})
    client = Client("AC" + "0" * 32, "demo-token", http_client=TwilioHttpClient(timeout=0.3))
    client.api.base_url = box.url
    with pytest.raises(Exception, match="timed out"):
        client.messages.create(to=ANA, from_=SMS_FROM, body="once")
    assert [one.body for one in box.twilio.messages.list(to=ANA)] == ["once"]
    until(lambda: [one["text"] for one in box.phone()] == ["once"])


def test_a_delayed_webhook_comes_later_than_the_answer(box: Box) -> None:
    box.post("/faults", {"delay_ms": 400, "seed": 5})
    begin = time.monotonic()
    box.post(f"/phone/{ANA}/sms", {"text": "hi"})
    until(lambda: inbound(box))
    assert time.monotonic() - begin > 0.1


def test_the_same_seed_gives_the_same_weather(tmp_path: object) -> None:
    from pathlib import Path

    def waits(name: str) -> list[list[float]]:
        weather = Weather(Store(Path(str(tmp_path)) / name))
        weather.change(b'{"seed": 11, "drop": 0.2, "reorder": 0.3, "delay_ms": 50, "duplicates": 1}')
        return [weather.spread("stripe") for _ in range(50)]

    assert waits("a") == waits("b")


def test_more_than_a_second_may_hold_is_refused_and_nothing_of_it_arrives(box: Box) -> None:
    box.post("/faults", {"per_second": {"sms": 2}})
    refused = []
    for number in range(4):
        try:
            box.twilio.messages.create(to=ANA, from_=SMS_FROM, body=f"{number}")
        except TwilioRestException as no:
            refused.append((no.status, no.code))
    assert refused == [(429, 20429)] * 2
    until(lambda: [one["text"] for one in box.phone()] == ["0", "1"])
