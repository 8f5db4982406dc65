"""The real Twilio SDK against the double."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client

from tests.sandbox.sandbox_kit import ACCOUNT, ANA, PARLEY, SMS_FROM, TOKEN, WHATSAPP_FROM, Box, Received, until

STATUS = PARLEY + "/webhooks/twilio/status"


def statuses(box: Box, sid: str) -> list[str]:
    return [
        one.form["MessageStatus"] for one in box.parley.at("/webhooks/twilio/status") if one.form["MessageSid"] == sid
    ]


def inbound(box: Box) -> list[Received]:
    return box.parley.at("/webhooks/twilio/message")


def test_a_sent_message_reaches_the_phone_and_its_statuses_come_back_signed(box: Box) -> None:
    sent = box.twilio.messages.create(to=ANA, from_=SMS_FROM, body="Hello Ana", status_callback=STATUS)
    assert sent.status == "queued"
    assert sent.num_segments == "1"
    until(lambda: statuses(box, sent.sid) == ["queued", "sent", "delivered"])
    assert all(one.signed_by_twilio for one in box.parley.kept)
    assert box.twilio.messages(sent.sid).fetch().status == "delivered"
    [message] = box.phone()
    assert message == {
        **message,
        "channel": "sms",
        "direction": "in",
        "text": "Hello Ana",
        "status": "delivered",
    }
    assert sorted(message) == ["at", "channel", "direction", "status", "text"]


async def test_the_async_client_sends_lists_and_fetches_too(box: Box) -> None:
    async with AsyncTwilioHttpClient() as http:
        client = Client(ACCOUNT, TOKEN, http_client=http)
        client.api.base_url = box.url
        sent = await client.messages.create_async(to=ANA, from_=SMS_FROM, body="Hola")
        assert (await client.messages(sent.sid).fetch_async()).body == "Hola"
        assert [one.sid for one in await client.messages.list_async(to=ANA)] == [sent.sid]


def test_a_text_message_arrives_signed_with_every_field_that_twilio_sends(box: Box) -> None:
    answer = box.post(f"/phone/{ANA}/sms", {"text": "i can do 40 a month"})
    assert answer.status_code == 202
    [one] = until(lambda: inbound(box))
    assert one.signed_by_twilio
    assert one.form["Body"] == "i can do 40 a month"
    assert one.form["From"] == ANA
    assert one.form["To"] == SMS_FROM
    assert one.form["MessageSid"] == one.form["SmsSid"] == one.form["SmsMessageSid"] == answer.json()["sid"]
    assert one.form["FromCity"] == ""
    assert "OptOutType" not in one.form
    until(lambda: box.phone()[0]["status"] == "delivered")


def test_a_whatsapp_message_carries_the_profile_and_no_city(box: Box) -> None:
    box.post(f"/phone/{ANA}/whatsapp", {"text": "hi"})
    [one] = until(lambda: inbound(box))
    assert one.signed_by_twilio
    assert one.form["From"] == "whatsapp:" + ANA
    assert one.form["To"] == WHATSAPP_FROM
    assert one.form["WaId"] == ANA[1:]
    assert one.form["ProfileName"] == "Ana Ruiz"
    assert "FromCity" not in one.form


def test_whatsapp_free_text_is_refused_outside_the_window_and_passes_inside_it(box: Box) -> None:
    def send() -> str:
        return box.twilio.messages.create(
            to="whatsapp:" + ANA, from_=WHATSAPP_FROM, body="hello", status_callback=STATUS
        ).sid

    early = send()
    until(lambda: statuses(box, early) == ["queued", "failed"])
    assert box.twilio.messages(early).fetch().error_code == 63016
    box.post(f"/phone/{ANA}/whatsapp", {"text": "hi"})
    answered = send()
    until(lambda: statuses(box, answered) == ["queued", "sent", "delivered"])


@pytest.mark.parametrize("word", ["STOP", "stop", " Cancel ", "revoke", "OptOut", "UNSUBSCRIBE"])
def test_a_stop_word_is_obeyed_by_twilio_and_still_reported(box: Box, word: str) -> None:
    box.post(f"/phone/{ANA}/sms", {"text": word})
    [one] = until(lambda: inbound(box))
    assert one.form["OptOutType"] == "STOP"
    assert "unsubscribed" in box.phone()[-1]["text"]
    with pytest.raises(TwilioRestException) as refused:
        box.twilio.messages.create(to=ANA, from_=SMS_FROM, body="still there?")
    assert refused.value.code == 21610
    box.post(f"/phone/{ANA}/sms", {"text": "Start"})
    assert until(lambda: len(inbound(box)) == 2 and inbound(box)[1]).form["OptOutType"] == "START"
    box.twilio.messages.create(to=ANA, from_=SMS_FROM, body="welcome back")


@pytest.mark.parametrize("text", ["stop please", "yes", "please cancel my plan", "end of the month"])
def test_a_sentence_is_not_a_keyword(box: Box, text: str) -> None:
    box.post(f"/phone/{ANA}/sms", {"text": text})
    [one] = until(lambda: inbound(box))
    assert "OptOutType" not in one.form


def test_yes_opens_a_number_again_that_has_opted_out(box: Box) -> None:
    box.post(f"/phone/{ANA}/sms", {"text": "STOP"})
    box.post(f"/phone/{ANA}/sms", {"text": "yes"})
    until(lambda: len(inbound(box)) == 2)
    assert inbound(box)[1].form["OptOutType"] == "START"
    box.twilio.messages.create(to=ANA, from_=SMS_FROM, body="hello again")


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("+15005550001", 21211),
        ("12", 21211),
        ("+15005550002", 21612),
        ("+15005550003", 21408),
        ("+15005550009", 21614),
        ("+15005550004", 21610),
    ],
)
def test_a_magic_number_is_refused_at_once_with_its_code(box: Box, to: str, code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        box.twilio.messages.create(to=to, from_=SMS_FROM, body="hello")
    assert (refused.value.status, refused.value.code) == (400, code)


@pytest.mark.parametrize(
    ("to", "code", "status"),
    [
        ("+15005553003", 30003, "undelivered"),
        ("+15005553006", 30006, "undelivered"),
        ("+15005553007", 30007, "undelivered"),
        ("+15005553034", 30034, "failed"),
    ],
)
def test_a_magic_number_fails_later_with_its_code(box: Box, to: str, code: int, status: str) -> None:
    sent = box.twilio.messages.create(to=to, from_=SMS_FROM, body="hello", status_callback=STATUS)
    until(lambda: status in statuses(box, sent.sid))
    [last] = [one for one in box.parley.kept if one.form["MessageStatus"] == status]
    assert last.form["ErrorCode"] == str(code)
    assert last.signed_by_twilio
    assert box.twilio.messages(sent.sid).fetch().error_code == code
    assert box.phone(to) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "", "from_": SMS_FROM, "body": "x"}, 21604),
        ({"to": ANA, "body": "x"}, 21603),
        ({"to": ANA, "from_": SMS_FROM}, 21602),
        ({"to": ANA, "from_": SMS_FROM, "body": "x" * 1601}, 21617),
        ({"to": ANA, "from_": "+15005550010", "body": "x"}, 21606),
        ({"to": ANA, "from_": WHATSAPP_FROM, "body": "x"}, 21910),
        ({"to": ANA, "from_": SMS_FROM, "body": "x", "status_callback": "ftp://x"}, 21609),
    ],
)
def test_a_wrong_request_gets_twilios_code(box: Box, fields: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        box.twilio.messages.create(**fields)
    assert refused.value.code == code
    assert box.phone() == []


def test_a_wrong_token_is_not_let_in(box: Box) -> None:
    client = Client(ACCOUNT, "wrong")
    client.api.base_url = box.url
    for call in (
        lambda: client.messages.create(to=ANA, from_=SMS_FROM, body="x"),
        lambda: client.messages("SM1").fetch(),
    ):
        with pytest.raises(TwilioRestException) as refused:
            call()
        assert (refused.value.status, refused.value.code) == (401, 20003)


def test_the_list_finds_a_message_by_number_and_time(box: Box) -> None:
    before = datetime.now(timezone.utc) - timedelta(seconds=2)
    sent = [box.twilio.messages.create(to=ANA, from_=SMS_FROM, body=str(n)).sid for n in range(5)]
    box.twilio.messages.create(to="+12025550150", from_=SMS_FROM, body="other")
    found = box.twilio.messages.list(to=ANA, from_=SMS_FROM, date_sent_after=before, page_size=2)
    assert [one.sid for one in found] == sent[::-1]
    assert box.twilio.messages.list(to=ANA, date_sent_before=before) == []
    assert box.twilio.messages.list(to=ANA, date_sent_after=before + timedelta(hours=1)) == []


def content(box: Box, kind: str, titles: list[str]) -> str:
    """Made as Parley makes it; its ContentSid."""
    quick = [{"type": "QUICK_REPLY", "title": one, "id": f"{{{{{n}}}}}"} for n, one in enumerate(titles, 2)]
    items = [{"item": one, "id": f"{{{{{n}}}}}"} for n, one in enumerate(titles, 2)]
    shape = {"actions": quick} if kind == "twilio/quick-reply" else {"button": "Choose", "items": items}
    body = {"language": "en", "friendly_name": "x", "types": {kind: {"body": "{{1}}", **shape}}}
    made = httpx.post(f"{box.url}/v1/Content", json=body, auth=(ACCOUNT, TOKEN), timeout=20)
    assert made.status_code == 201, made.text
    return str(made.json()["sid"])


def send_content(box: Box, sid: str, *ids: str, text: str = "Shall I?") -> str:
    variables = {"1": text, **{str(number): one for number, one in enumerate(ids, 2)}}
    sent = box.twilio.messages.create(
        to="whatsapp:" + ANA, from_=WHATSAPP_FROM, content_sid=sid, content_variables=json.dumps(variables),
        status_callback=STATUS,
    )  # fmt: skip
    return str(sent.sid)


@pytest.mark.parametrize(
    ("kind", "titles", "names"),
    [("twilio/quick-reply", ["Yes", "No"], ("ButtonText", "ButtonPayload")),
     ("twilio/list-picker", ["1", "2", "3", "Else"], ("ListTitle", "ListId"))],
)  # fmt: skip
def test_a_content_is_buttons_or_a_list_and_a_tap_comes_back_signed(
    box: Box, kind: str, titles: list[str], names: tuple[str, str]
) -> None:
    box.post(f"/phone/{ANA}/whatsapp", {"text": "hi"})
    ids = [f"q:out_1:{place}" for place in range(len(titles))]
    sid = send_content(box, content(box, kind, titles), *ids)
    until(lambda: statuses(box, sid) == ["queued", "sent", "delivered"])
    shown = box.phone()[-1]
    assert shown["text"] == "Shall I?"
    assert shown["buttons"] == [{"text": words, "data": id_} for words, id_ in zip(titles, ids)]
    assert box.post(f"/phone/{ANA}/whatsapp", {"press": titles[1]}).status_code == 202
    tapped = until(lambda: inbound(box)[1:])[0]
    assert tapped.signed_by_twilio
    assert (tapped.form[names[0]], tapped.form[names[1]], tapped.form["Body"]) == (titles[1], ids[1], titles[1])
    assert tapped.form["MessageType"] == "interactive" and tapped.form["OriginalRepliedMessageSid"] == sid
    assert box.post(f"/phone/{ANA}/whatsapp", {"press": "Perhaps"}).status_code == 400


def test_whatsapp_takes_three_quick_replies_without_approval_and_no_content_outside_its_window(box: Box) -> None:
    three, four = (content(box, "twilio/quick-reply", ["a", "b", "c", "d"][:most]) for most in (3, 4))
    late = send_content(box, three, "1", "2", "3")
    until(lambda: statuses(box, late) == ["queued", "failed"])
    assert box.twilio.messages(late).fetch().error_code == 63016
    box.post(f"/phone/{ANA}/whatsapp", {"text": "hi"})
    many = send_content(box, four, "1", "2", "3", "4")
    until(lambda: statuses(box, many) == ["queued", "failed"])
    assert box.twilio.messages(many).fetch().error_code == 63013
    for text in ("two\nlines", "x" * 256):
        with pytest.raises(TwilioRestException) as refused:
            send_content(box, three, "1", "2", "3", text=text)
        assert refused.value.code == 21656
