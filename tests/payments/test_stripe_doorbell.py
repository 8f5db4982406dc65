"""Who may ring, and what is kept of it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from stripe import WebhookSignature

from bot import payments
from tests.examples import each
from tests.payments.pay_kit import World, settings

pytestmark = pytest.mark.postgres
OURS = settings(STRIPE_API_KEY="sk_test_x", STRIPE_WEBHOOK_SECRET="whsec_new,whsec_old", **{
    "PARLEY_PUBLIC_URL": "https://pay.example", "PARLEY_SECRET_KEY": "s" * 40})  # fmt: skip

GATEWAY = payments.StripeGateway(OURS)


def _event(**more: Any) -> bytes:
    about = {"id": "cs_1", "object": "checkout.session"}
    event = {
        "id": "evt_1", "object": "event", "type": "checkout.session.completed", "created": 1_790_000_000,
        "livemode": False, "api_version": "2026-10-28.endive", "data": {"object": about}, **more,
    }  # fmt: skip
    return json.dumps(event).encode()


def _sign(body: bytes, secret: str = "whsec_new", at: float = 0.0) -> str:
    return WebhookSignature.generate_signature_header(body.decode(), secret, int(at or time.time()))


@pytest.mark.parametrize("secret", ["whsec_new", "whsec_old"])
def test_each_of_our_secrets_opens(secret: str) -> None:
    event = GATEWAY.read_event(_event(), _sign(_event(), secret))
    assert (event.id, event.type, event.object_id) == ("evt_1", "checkout.session.completed", "cs_1")


@each("header", [None, "", "t=1,v1=abc", "nonsense", "t=,v1=", "v1=abc", "t=1", "💥"])
def test_a_bad_header_is_a_wrong_signature(header: str | None) -> None:
    with pytest.raises(payments.WrongSignature):
        GATEWAY.read_event(_event(), header)


def test_another_secret_is_a_wrong_signature() -> None:
    with pytest.raises(payments.WrongSignature):
        GATEWAY.read_event(_event(), _sign(_event(), "whsec_other"))


def test_a_changed_body_is_a_wrong_signature() -> None:
    with pytest.raises(payments.WrongSignature):
        GATEWAY.read_event(_event().replace(b"cs_1", b"cs_2"), _sign(_event()))


def test_a_signature_is_good_for_five_minutes() -> None:
    assert GATEWAY.read_event(_event(), _sign(_event(), at=time.time() - 290))
    with pytest.raises(payments.WrongSignature):
        GATEWAY.read_event(_event(), _sign(_event(), at=time.time() - 310))


@each("body", [b"", b"{", b"[]", b"1", b'"x"', b"{}", b'{"object": "v2.core.event", "id": "evt_2"}'])
def test_what_is_signed_and_no_event_is_named(body: bytes) -> None:
    with pytest.raises(payments.NotAnEvent):
        GATEWAY.read_event(body, _sign(body))


@each("created", [-1, -(10**10), 2**33, 10**18, 1e300, None, "yesterday"])
def test_a_time_that_never_was_is_no_event(created: object) -> None:
    body = _event(created=created)
    with pytest.raises(payments.NotAnEvent):
        GATEWAY.read_event(body, _sign(body))


def test_bytes_that_are_no_text_are_a_wrong_signature() -> None:
    with pytest.raises(payments.WrongSignature):
        GATEWAY.read_event(b"\xff\xfe", "t=1,v1=abc")


def test_a_live_event_is_nothing_to_a_test_key() -> None:
    body = _event(livemode=True)
    with pytest.raises(payments.WrongMode):
        GATEWAY.read_event(body, _sign(body))


def test_an_event_is_taken_once(world: World) -> None:
    assert world.ring("checkout.session.completed", "cs_1", "evt_1") is True
    assert world.ring("checkout.session.completed", "cs_1", "evt_1") is False
    assert world.event_states() == ["new"]
