"""Twilio's doorbells: signed, stored once, answered, and nothing decided."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from bot import contact, core
from bot.core import Settings

pytestmark = pytest.mark.postgres
ACCOUNT = "ACsandbox0000000000000000000000000"
MESSAGE = {
    "MessageSid": "SM0123456789abcdef0123456789abcdef", "SmsSid": "SM0123456789abcdef0123456789abcdef",
    "AccountSid": ACCOUNT, "From": "+12025550143", "To": "+15550100100", "Body": "what do i owe", "NumMedia": "0",
    "NumSegments": "1", "SmsStatus": "received", "ApiVersion": "2010-04-01", "FromCity": "", "FromState": "",
    "FromZip": "", "ToCity": "", "MessagingServiceSid": "",
}  # fmt: skip


STATUS = {"AccountSid": ACCOUNT, "From": "+15550100100", "MessageSid": "SM1", "MessageStatus": "sent", "ErrorCode": ""}


def ring(client: TestClient, settings: Settings, path: str, form: dict[str, str], token: str | None = None):
    """Posts a form as Twilio does, blanks included."""
    signed = RequestValidator(token or settings.twilio.auth_token).compute_signature(settings.public_url + path, form)
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    return client.post(path, content=urlencode(form), headers=headers)


def stored(engine: Engine) -> list[str]:
    with core.reading(engine) as session:
        return list(session.execute(sa.text("SELECT text FROM inbox ORDER BY number")).scalars())


def test_a_signed_message_is_stored_and_answered_with_nothing(client, settings, engine) -> None:
    answer = ring(client, settings, "/webhooks/twilio/message", MESSAGE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert stored(engine) == ["what do i owe"]


def test_the_same_message_five_times_is_stored_once(client, settings, engine) -> None:
    answers = [ring(client, settings, "/webhooks/twilio/message", MESSAGE).status_code for _ in range(5)]
    assert answers == [204] * 5
    assert stored(engine) == ["what do i owe"]


def test_blank_fields_belong_to_what_is_signed(client, settings, engine) -> None:
    without = {name: value for name, value in MESSAGE.items() if value}
    signed = RequestValidator(settings.twilio.auth_token).compute_signature(
        settings.public_url + "/webhooks/twilio/message", MESSAGE
    )
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/webhooks/twilio/message", content=urlencode(without), headers=headers).status_code == 403
    assert stored(engine) == []


def test_the_query_belongs_to_what_is_signed(client, settings, engine) -> None:
    assert ring(client, settings, "/webhooks/twilio/message?rc=3", MESSAGE).status_code == 204
    assert stored(engine) == ["what do i owe"]


@pytest.mark.parametrize("path", ["/webhooks/twilio/message", "/webhooks/twilio/status"])
def test_a_wrong_or_missing_signature_is_refused_and_nothing_is_stored(client, settings, engine, path) -> None:
    assert ring(client, settings, path, MESSAGE, token="somebody else's").status_code == 403
    body = urlencode(MESSAGE)
    assert client.post(path, content=body).status_code == 403
    assert client.post(path, content=body, headers={"X-Twilio-Signature": "é".encode("latin-1")}).status_code == 403
    assert stored(engine) == []


def test_a_changed_body_or_another_address_breaks_the_signature(client, settings, engine) -> None:
    signed = RequestValidator(settings.twilio.auth_token).compute_signature(
        settings.public_url + "/webhooks/twilio/message", MESSAGE
    )
    changed = urlencode({**MESSAGE, "Body": "i pay everything"})
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/webhooks/twilio/message", content=changed, headers=headers).status_code == 403
    assert client.post("/webhooks/twilio/status", content=urlencode(MESSAGE), headers=headers).status_code == 403
    assert stored(engine) == []


@pytest.mark.parametrize(
    "form",
    [
        {"AccountSid": ACCOUNT, "To": "+15550100100"},
        {**MESSAGE, "MessageSid": "SM\x00"},
        {**MESSAGE, "From": "+1202555\x000143"},
        {**MESSAGE, "Body": "what do\x00 i owe"},
        {**MESSAGE, "NumMedia": "1", "MediaUrl0": "https://api.twilio.com/\x00"},
        {**MESSAGE, "MessageSid": ""},
        {**MESSAGE, "From": ""},
        {**MESSAGE, "NumMedia": "many"},
        {**MESSAGE, "From": "+1" + "2" * 300},
    ],
)
def test_a_signed_form_that_is_no_message_gets_a_sentence(client, settings, engine, form) -> None:
    answer = ring(client, settings, "/webhooks/twilio/message", form)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("expected the form of a message")
    assert stored(engine) == []


def test_a_body_over_64_kilobytes_is_refused(client, settings, engine) -> None:
    assert ring(client, settings, "/webhooks/twilio/message", {**MESSAGE, "Body": "x" * 65_536}).status_code == 413
    assert stored(engine) == []


def test_a_body_just_under_64_kilobytes_is_taken(client, settings, engine) -> None:
    assert ring(client, settings, "/webhooks/twilio/message", {**MESSAGE, "Body": "x" * 64_000}).status_code == 204
    assert len(stored(engine)[0]) == contact.sanitize.MAX_CHARACTERS


def test_a_status_is_written_down_and_never_goes_back(client, settings, engine, now) -> None:
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", "+12025550143", now)
        hello = contact.Say("utter_x", "Hello.", audience="anyone", discloses=("automated",))
        contact.send(session, talk, [hello], contact.Sending(key="k", reply_to="in"), now)
        contact.outbox.claim_due(session, "w", now)
        [line] = contact.said(session, talk.id)
        contact.outbox.begin_sending(session, line.id, "w", now)
        contact.outbox.mark_sent(session, line.id, "w", "SMout", now)
    for status in ("sent", "delivered", "sent", "queued"):
        form = {**STATUS, "MessageSid": "SMout", "MessageStatus": status}
        assert ring(client, settings, "/webhooks/twilio/status", form).status_code == 204
    with core.reading(engine) as session:
        assert [line.delivery for line in contact.said(session, talk.id)] == ["delivered"]


def test_a_status_of_a_message_that_is_not_ours_is_answered_all_the_same(client, settings) -> None:
    form = {**STATUS, "MessageSid": "SMelse", "MessageStatus": "delivered"}
    assert ring(client, settings, "/webhooks/twilio/status", form).status_code == 204
    without = {name: value for name, value in form.items() if name != "MessageStatus"}
    assert ring(client, settings, "/webhooks/twilio/status", without).status_code == 400


@pytest.mark.parametrize(
    "form",
    [
        {**MESSAGE, "AccountSid": "AC0"},
        {name: value for name, value in MESSAGE.items() if name != "AccountSid"},
        {**MESSAGE, "To": "+15550100999"},
        {**MESSAGE, "To": "whatsapp:+15550100999"},
        {name: value for name, value in MESSAGE.items() if name != "To"},
    ],
)
def test_a_message_for_another_account_or_number_is_refused_however_well_signed(client, settings, engine, form) -> None:
    assert ring(client, settings, "/webhooks/twilio/message", form).status_code == 403
    assert stored(engine) == []


@pytest.mark.parametrize(("changed", "code"), [({}, 204), ({"AccountSid": "AC0"}, 403), ({"From": "+1999"}, 403),
                                               ({"MessageSid": "SM\x00"}, 400), ({"ErrorCode": "3\x00"}, 400)])  # fmt: skip
def test_a_status_is_about_our_account_and_our_number(client, settings, changed, code) -> None:
    assert ring(client, settings, "/webhooks/twilio/status", {**STATUS, **changed}).status_code == code


@pytest.mark.parametrize(("error", "known", "kept"), [("21610", True, 1), ("30007", True, 0), ("21610", False, 0)])
def test_what_the_carrier_says_of_stop_ends_our_consent(client, settings, engine, error, known, kept) -> None:
    """Only of a message of ours, and of no other error."""
    now = settings.clock.now()
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", "+12025550143", now)
        say = contact.Say("utter_x", "Hello.", audience="anyone", discloses=("automated",))
        contact.send(session, talk, [say], contact.Sending(key="one", answers_at=now), now)
        sent = {"state": "sent", "provider_id": "SM1" if known else "SM2"}
        session.execute(core.metadata.tables["outbox"].update().values(**sent))
    failed = {**STATUS, "To": "+12025550143", "MessageStatus": "undelivered", "ErrorCode": error}
    assert ring(client, settings, "/webhooks/twilio/status", failed).status_code == 204
    with core.reading(engine) as session:
        consents = session.execute(sa.text("SELECT kind, source FROM consents")).all()
    assert [tuple(row) for row in consents] == [("opted_out", "provider")] * kept
