"""What we make of everything that Twilio, or somebody in between, may answer: by the real SDK."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from bot import contact
from bot.channels import TwilioSender
from bot.core import Settings
from bot.core.settings import Twilio
from tests.sandbox.sandbox_kit import ACCOUNT, ANA, PARLEY, SMS_FROM, TOKEN, Box, free_port, until

NOW = datetime.now(timezone.utc)


def sender(url: str, timeout: float = 2.0) -> TwilioSender:
    keys = Twilio(ACCOUNT, TOKEN, SMS_FROM, "", url)
    return TwilioSender(replace(Settings.load({}), twilio=keys, public_url=PARLEY), timeout)


def message(name: str = "out_1", text: str = "Thanks. Anything else?", to: str = ANA) -> contact.OutboxMessage:
    return contact.OutboxMessage(name, "con_1", "sms", to, text, "sending", 0, 0, NOW, tried_at=NOW)


def always() -> bool:
    return True


def nobodys(_ids: Collection[str]) -> Collection[str]:
    return ()


def test_the_report_of_twilio_carries_our_own_key(box: Box) -> None:
    sid = sender(box.url).send(message("out_42"), always)
    until(lambda: box.parley.at("/webhooks/twilio/status"))
    report = box.parley.at("/webhooks/twilio/status")[0]
    assert (report.query, report.form["MessageSid"]) == ("message=out_42", sid)


def test_a_message_with_the_same_text_as_another_is_not_taken_for_it(box: Box) -> None:
    """The first one was sent; the second was cut off before it left. Its look-up must not find the first."""
    twilio = sender(box.url)
    first = twilio.send(message("out_1"), always)
    assert twilio.find(message("out_2"), lambda ids: [sid for sid in ids if sid == first]) is None
    second = twilio.send(message("out_2"), always)
    assert twilio.find(message("out_2"), lambda ids: [sid for sid in ids if sid == first]) == second


@pytest.mark.parametrize("hours", [-1, 1])
def test_our_clock_may_be_wrong_by_an_hour_and_the_message_is_found(box: Box, hours: int) -> None:
    twilio = sender(box.url)
    sid = twilio.send(message(), always)
    wrong = NOW + timedelta(hours=hours)
    assert twilio.find(replace(message(), tried_at=wrong, created_at=wrong), nobodys) == sid


@pytest.mark.parametrize(
    ("status", "html", "means"),
    [
        (429, False, contact.Away), (503, False, contact.Away), (503, True, contact.Away), (403, True, contact.Away),
        (404, True, contact.Away), (500, False, contact.Uncertain), (502, True, contact.Uncertain),
        (504, True, contact.Uncertain), (400, False, contact.TryLater),
    ],
)  # fmt: skip
def test_whose_matter_a_refusal_is(box: Box, status: int, html: bool, means: type[Exception]) -> None:
    box.post("/faults", {"error": {"status": status, "html": html, "times": 1}, "providers": ["twilio"]})
    with pytest.raises(means) as refused:
        sender(box.url).send(message(), always)
    if isinstance(refused.value, contact.Uncertain):
        assert refused.value.away
    assert sender(box.url).send(message(), always).startswith("SM")


@pytest.mark.parametrize(
    ("to", "opted_out"), [("+15005550001", False), ("+15005550009", False), ("+15005550004", True)]
)
def test_a_number_that_cannot_be_reached_is_given_up_at_once(box: Box, to: str, opted_out: bool) -> None:
    with pytest.raises(contact.Undeliverable) as refused:
        sender(box.url).send(message(to=to), always)
    assert refused.value.opted_out is opted_out


def test_a_wrong_key_is_nobodys_message(box: Box) -> None:
    twilio = TwilioSender(
        replace(Settings.load({}), twilio=Twilio(ACCOUNT, "wrong", SMS_FROM, "", box.url), public_url=PARLEY)
    )
    with pytest.raises(contact.Away):
        twilio.send(message(), always)


@pytest.mark.parametrize(("status", "html"), [(429, False), (500, False), (502, True), (404, True)])
def test_a_list_that_fails_raises_what_the_worker_expects(box: Box, status: int, html: bool) -> None:
    box.post("/faults", {"error": {"status": status, "html": html, "times": 1, "calls": "list"}})
    twilio = sender(box.url)
    sid = twilio.send(message(), always)
    with pytest.raises(contact.Away):
        twilio.find(message(), nobodys)
    assert twilio.find(message(), nobodys) == sid


@contextmanager
def somebody_in_between(status: int, body: bytes) -> Iterator[str]:
    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


@pytest.mark.parametrize(
    "body", [b"<html>log in to the wireless", b"", b"[]", b"null", json.dumps({"sid": 1}).encode()]
)
@pytest.mark.parametrize("status", [200, 201])
def test_an_answer_that_is_not_twilios_leaves_a_question(status: int, body: bytes) -> None:
    with somebody_in_between(status, body) as url:
        with pytest.raises(contact.Uncertain) as unsure:
            sender(url).send(message(), always)
        assert unsure.value.away
        with pytest.raises(contact.Away):
            sender(url).find(message(), nobodys)


def test_nobody_there_is_away_and_an_answer_that_never_comes_a_question() -> None:
    with pytest.raises(contact.Away):
        sender(f"http://127.0.0.1:{free_port()}").send(message(), always)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(contact.Uncertain):
            sender(url, timeout=0.2).send(message(), always)
        with pytest.raises(contact.Away):
            sender(url, timeout=0.2).find(message(), nobodys)


def test_nothing_leaves_once_it_is_too_late(box: Box) -> None:
    """The process was frozen after it had decided to call, and before the call: with the connection open or not."""
    twilio = sender(box.url)
    for sent in ([], ["out_0"]):
        sids = [twilio.send(message(name), always) for name in sent]
        with pytest.raises(contact.TooLate):
            twilio.send(message(), lambda: False)
        assert [one.sid for one in box.twilio.messages.list(to=ANA)] == sids
    assert twilio.send(message(), always).startswith("SM")
