"""The double of Telegram, and what we make of everything that Telegram may answer: by the real SDK."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import telegram
from telegram.error import TelegramError

from bot import contact
from bot.channels import TelegramSender
from bot.channels import telegram as ours
from bot.channels import telegram_updates as updates
from bot.core import Settings
from bot.core.settings import Telegram
from bot.sandbox import telegram_objects as objects
from tests.examples import each
from tests.sandbox.sandbox_kit import ANA, PARLEY, Box, free_port, until

NOW = datetime.now(timezone.utc)
CHAT = "7012025550143"
SECRET = "x-telegram-bot-api-secret-token"


def settings(url: str) -> Settings:
    known = Settings.load({})
    return replace(known, telegram=replace(known.telegram, api_base=url), public_url=PARLEY)


def sender(url: str, timeout: float = 2.0) -> TelegramSender:
    return TelegramSender(settings(url), timeout, in_a_chat=0.0)


def message(text: str = "Thanks. Anything else?", *choices: str, to: str = CHAT) -> contact.OutboxMessage:
    parts = ({"choices": list(choices)},)
    return contact.OutboxMessage("out_1", "con_1", "telegram", to, text, "sending", 0, 0, NOW, parts)


def always() -> bool:
    return True


def act(box: Box, **what: Any) -> dict[str, Any]:
    done = box.post(f"/phone/{ANA}/telegram", what)
    assert done.status_code == 202, done.text
    return dict(done.json())


def told(box: Box, count: int = 1) -> list[updates.Told]:
    """What Parley would understand of the updates that came."""
    came = until(lambda: len(box.parley.at("/webhooks/telegram")) >= count and box.parley.at("/webhooks/telegram"))
    return [updates.read(one.body) for one in came]


def test_what_a_person_writes_comes_as_an_update_with_our_secret(box: Box) -> None:
    act(box, text="what do i owe", language="es-MX")
    [written] = told(box)
    assert isinstance(written, updates.Written)
    assert (written.incoming.address, written.incoming.text, written.language) == (CHAT, "what do i owe", "es")
    [came] = box.parley.at("/webhooks/telegram")
    assert came.headers[SECRET] == "sandbox-telegram-secret"


def test_a_changed_message_says_which_one_it_corrects(box: Box) -> None:
    act(box, text="i can do 40")
    act(box, edit=True, text="i can do 50")
    first, changed = told(box, 2)
    assert isinstance(first, updates.Written) and isinstance(changed, updates.Written)
    assert changed.incoming.corrects == first.incoming.provider_id != changed.incoming.provider_id
    assert changed.incoming.text == "i can do 50"


@pytest.mark.parametrize("kind", ["voice", "photo", "sticker", "document"])
def test_a_voice_note_or_a_picture_is_media_without_words(box: Box, kind: str) -> None:
    act(box, media=kind)
    [written] = told(box)
    assert isinstance(written, updates.Written)
    assert written.incoming.text == "" and written.incoming.media[0].startswith(f"telegram:{kind}:")


def test_a_group_is_told_apart_and_its_words_are_not_kept(box: Box) -> None:
    act(box, text="how much does she owe you", group=True)
    [group] = told(box)
    assert group == updates.InGroup(f"-100{CHAT}")


def test_start_carries_its_word_and_reads_as_a_greeting(box: Box) -> None:
    act(box, text="/start AbC-123_x")
    act(box, text="/start")
    first, second = told(box, 2)
    assert isinstance(first, updates.Written) and isinstance(second, updates.Written)
    assert (first.started, second.started) == ("AbC-123_x", "")
    assert first.incoming.text == "hi"


def test_our_message_arrives_with_buttons_and_a_press_comes_back_as_an_opaque_id(box: Box) -> None:
    act(box, text="hi")
    sent = sender(box.url).send(message("Shall I set it up?", "Yes", "No"), always)
    assert sent.startswith(f"telegram:{CHAT}:")
    assert [one["text"] for one in box.phone()[-1]["buttons"]] == ["Yes", "No"]  # type: ignore[index]
    act(box, press="No")
    pressed = told(box, 2)[-1]
    assert isinstance(pressed, updates.Pressed)
    assert pressed.pressed == "q:out_1:1"


async def test_a_press_is_answered_and_the_buttons_go(box: Box) -> None:
    act(box, text="hi")
    sender(box.url).send(message("Shall I set it up?", "Yes", "No"), always)
    callback = act(box, press="Yes")["callback"]
    pressed = told(box, 2)[-1]
    assert isinstance(pressed, updates.Pressed)
    await ours.answer_press(settings(box.url), pressed.callback_id, pressed.address, pressed.message_id, "Noted.")
    assert box.app.state.sandbox.telegram.answered(callback) == {"open": False, "text": "Noted."}
    assert "buttons" not in box.phone()[-1]
    with pytest.raises(TelegramError, match="too old"):
        await ours.answer_press(settings(box.url), pressed.callback_id, pressed.address, pressed.message_id, None)


async def test_telegram_is_told_where_to_send_what_people_write(box: Box) -> None:
    where = replace(settings(box.url), public_url=box.parley.url)
    where = replace(where, telegram=replace(where.telegram, secret_token="another-secret-token"))
    assert await ours.connect(where) == "parley_sandbox_bot"
    act(box, text="hi")
    told(box)
    assert box.parley.at("/webhooks/telegram")[0].headers[SECRET] == "another-secret-token"


def test_who_blocked_us_is_out_of_reach_and_has_opted_out(box: Box) -> None:
    act(box, text="hi")
    act(box, block=True)
    assert told(box, 2)[-1] == updates.Blocked(CHAT)
    with pytest.raises(contact.Undeliverable) as refused:
        sender(box.url).send(message(), always)
    assert refused.value.opted_out
    act(box, block=False)
    assert sender(box.url).send(message(), always)


def test_a_bot_cannot_begin_a_chat_and_that_is_no_opt_out(box: Box) -> None:
    with pytest.raises(contact.Undeliverable) as refused:
        sender(box.url).send(message(), always)
    assert not refused.value.opted_out


@pytest.mark.parametrize("text", ["x" * 4097, " "])
def test_what_telegram_can_never_take_is_not_tried_again(box: Box, text: str) -> None:
    act(box, text="hi")
    with pytest.raises(contact.Undeliverable):
        sender(box.url).send(message(text), always)


def test_after_too_many_requests_nothing_is_sent_before_the_time_that_telegram_names(box: Box) -> None:
    act(box, text="hi")
    box.post("/faults", {"error": {"status": 429, "retry_after": 2, "times": 1}})
    one = sender(box.url)
    for _ in range(3):  # the fault strikes once: who asked Telegram again at once would get through
        with pytest.raises(contact.Away):
            one.send(message(), always)
    one._not_before = time.monotonic()
    assert one.send(message(), always)


@pytest.mark.parametrize(
    ("status", "html", "means"),
    [
        (429, True, contact.Away), (500, False, contact.Away), (502, True, contact.Away), (503, False, contact.Away),
        (403, True, contact.Away), (404, True, contact.Away), (401, False, contact.Away), (400, True, contact.Away),
        (504, True, contact.Uncertain), (400, False, contact.Undeliverable),
    ],
)  # fmt: skip
def test_whose_matter_a_refusal_is(box: Box, status: int, html: bool, means: type[Exception]) -> None:
    act(box, text="hi")
    box.post("/faults", {"error": {"status": status, "html": html, "times": 1}, "providers": ["telegram"]})
    with pytest.raises(means):
        sender(box.url).send(message(), always)
    assert sender(box.url).send(message(), always)


def test_nobody_there_means_that_nothing_was_sent() -> None:
    with pytest.raises(contact.Away):
        sender(f"http://127.0.0.1:{free_port()}").send(message(), always)


def test_a_lost_answer_is_uncertain_and_is_never_looked_up_nor_repeated(box: Box) -> None:
    act(box, text="hi")
    box.post("/faults", {"timeout_after_success": {"times": 1, "hang_ms": 50}})
    one = sender(box.url)
    with pytest.raises(contact.Uncertain):
        one.send(message(), always)
    with pytest.raises(contact.Undeliverable, match="may have arrived"):
        one.find(message(), lambda ids: ())
    assert [line["direction"] for line in box.phone()] == ["out", "in"]


class _AnswersOnce(BaseHTTPRequestHandler):
    """On each connection; the next request finds nobody there, as when a server closes it at that instant."""

    protocol_version = "HTTP/1.1"
    has_answered = False

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.close_connection = self.has_answered
        if not self.has_answered:
            told = {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": int(CHAT), "type": "private"}}}
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        self.has_answered = True

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_a_connection_that_the_server_may_be_closing_is_not_used_again() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _AnswersOnce) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        sending = sender(f"http://127.0.0.1:{server.server_address[1]}")
        for _ in range(2):
            assert sending.send(message(), always) == f"telegram:{CHAT}:1"
            time.sleep(ours.IDLE + 0.3)
        server.shutdown()


def test_a_message_whose_time_is_over_does_not_leave(box: Box) -> None:
    act(box, text="hi")
    with pytest.raises(contact.TooLate):
        sender(box.url).send(message(), lambda: False)
    assert len(box.phone()) == 1


def test_one_chat_gets_one_message_a_second_and_others_do_not_wait_for_it(box: Box) -> None:
    act(box, text="hi")
    one = TelegramSender(settings(box.url), 2.0, in_a_chat=0.3)
    one._pace("1")
    one._pace("2")
    began = one._last["1"]
    one._pace("1")
    assert one._last["1"] - began == pytest.approx(0.3)


def test_a_wrong_token_is_not_the_fault_of_a_message(box: Box) -> None:
    known = settings(box.url)
    wrong = replace(known, telegram=Telegram("1:wrong", known.telegram.secret_token, box.url))
    with pytest.raises(contact.Away):
        TelegramSender(wrong, 2.0).send(message(), always)


def test_the_double_takes_and_says_nothing_that_the_sdk_does_not_know(box: Box) -> None:
    token = settings(box.url).telegram.bot_token
    said = httpx.post(f"{box.url}/bot{token}/sendMessage", data={"chat_id": CHAT, "text": "x", "colour": "red"})
    assert said.status_code == 400 and "colour" in said.json()["description"]
    assert httpx.post(f"{box.url}/bot{token}/sendFax").json() == {
        "ok": False, "error_code": 404, "description": "Not Found",
    }  # fmt: skip
    with pytest.raises(objects.Misfit, match=r"User\.colour"):
        objects.hold(telegram.User, {**objects.ME, "colour": "red"})


def test_the_phone_page_shows_telegram_with_its_buttons_and_they_work_without_javascript(box: Box) -> None:
    act(box, text="hi")
    sender(box.url).send(message("Shall I set it up?", "Yes, please", "No"), always)
    with httpx.Client(base_url=box.url, follow_redirects=True) as client:
        page = client.get("/", params={"number": ANA, "channel": "telegram"}).text
        assert "@parley_sandbox_bot" in page and "Yes, please</button>" in page
        client.post(f"/phone/{ANA}", data={"channel": "telegram", "press": "q:out_1:0"})
        assert isinstance(told(box, 2)[-1], updates.Pressed)
        client.post(f"/phone/{ANA}", data={"channel": "telegram", "text": "and you are?"})
        assert "and you are?" in client.get("/", params={"number": ANA, "channel": "telegram"}).text
        act(box, block=True)
        assert "has blocked the bot" in client.get(f"/phone/{ANA}/thread", params={"channel": "telegram"}).text


def test_a_link_to_the_bot_asks_whose_phone_opens_it(box: Box) -> None:
    link = ours.link(settings(box.url), "parley_sandbox_bot", "AbC-123")
    assert ANA in httpx.get(link).text
    assert httpx.post(link, data={"number": ANA}).headers["location"].endswith("channel=telegram")
    [written] = told(box)
    assert isinstance(written, updates.Written) and written.started == "AbC-123"
    known = settings(box.url)
    real = replace(known, telegram=replace(known.telegram, api_base=None))
    assert ours.link(real, "a_bot", "AbC") == "https://t.me/a_bot?start=AbC"


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"media": "fax"}, {"colour": "red"}, {"press": "Yes"}, {"edit": True, "text": "x"}]
)
def test_an_act_that_nobody_can_do_is_refused(box: Box, body: dict[str, Any]) -> None:
    assert box.post(f"/phone/{ANA}/telegram", body).status_code == 400


@each(
    "body",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"{}", b'{"update_id": "1"}', b'{"update_id": 1, "message": "x"}',
        b'{"update_id": 1, "message": {}}', b"\xff", b'{"update_id": 1e400}', b"[" * 50_000,
        b'{"update_id": 1, "message": {"message_id": 1, "date": 5, "chat": {"id": "x", "type": "private"}, "text": "x",'
        b' "from": {"id": 1, "is_bot": false, "first_name": "A"}}}',
        b'{"update_id": 1, "message": {"message_id": 1, "date": 5, "chat": {"id": 1, "type": "private"}, "text": 7,'
        b' "from": {"id": 1, "is_bot": false, "first_name": "A"}}}',
    ],
)  # fmt: skip
def test_what_is_no_update_is_told_so(body: bytes) -> None:
    with pytest.raises(updates.NotAnUpdate):
        updates.read(body)


@pytest.mark.parametrize("more", [b"", b', "poll_answer": {}', b', "something_new": {"x": 1}'])
def test_an_update_that_does_not_concern_us_is_nothing(more: bytes) -> None:
    assert updates.read(b'{"update_id": 1%s}' % more) == updates.Nothing()
