"""Telegram's doorbell: the secret, once, answered; what is no message of one person to us is not kept."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot import contact, core
from bot.contact.store import addresses, outbox
from bot.sandbox import telegram_objects as objects
from tests.web import world

CHAT = 7012025550143
PATH, SECRET = "/webhooks/telegram", "X-Telegram-Bot-Api-Secret-Token"
ANA = objects.user(CHAT, "Ana", "en")


def message(text: str = "what do i owe", number: int = 5, chat: dict[str, Any] | None = None, **more: Any) -> dict:
    return objects.message(number, ANA, chat or objects.private(CHAT, "Ana"), 1_795_000_000, {"text": text, **more})


def ring(client: Any, settings: core.Settings, number: int = 1, secret: str | None = None, **told: Any) -> Any:
    headers = {SECRET: settings.telegram.secret_token if secret is None else secret}
    return client.post(PATH, json={"update_id": number, **told}, headers=headers)


def stored(engine: Any) -> list[str]:
    with core.reading(engine) as session:
        query = "SELECT text FROM inbox WHERE channel = 'telegram' ORDER BY number"
        return list(session.execute(sa.text(query)).scalars())


def waiting(engine: Any) -> list[str]:
    with core.reading(engine) as session:
        return list(session.execute(sa.text("SELECT text FROM inbox WHERE state = 'ready' ORDER BY number")).scalars())


def ask(engine: Any, settings: core.Settings, *choices: str) -> str:
    """Ends the turns that wait and asks a question with buttons; its id."""
    settings.clock.move(timedelta(seconds=30))  # type: ignore[attr-defined]
    now = settings.clock.now()
    with core.transaction(engine) as session:
        while (found := contact.inbox.peek(session, now)) is not None:
            contact.inbox.finish(session, [found[1]], now)
        talk = contact.open_conversation(session, "telegram", str(CHAT), now)
        say = contact.Say("utter_x", "Shall I?", audience="anyone", discloses=("automated",), choices=choices)
        contact.send(session, talk, [say], contact.Sending(key=uuid.uuid4().hex, reply_to="in", answers_at=now), now)
        query = sa.select(outbox.c.id).order_by(outbox.c.number.desc()).limit(1)
        return str(session.execute(query).scalar_one())


def press(client: Any, settings: core.Settings, pressed: str, number: int = 1, chat: int = CHAT) -> Any:
    sent = objects.message(9, objects.BOT, objects.private(chat, "Ana"), 1_795_000_000, {"text": "Shall I?"})
    query = {"id": "42", "from": ANA, "message": sent, "chat_instance": "1", "data": pressed}
    return ring(client, settings, number, callback_query=query)


def test_a_message_with_our_secret_is_stored_and_answered_with_nothing(client, settings, engine) -> None:
    answer = ring(client, settings, message=message())
    assert (answer.status_code, answer.content) == (204, b"")
    assert stored(engine) == ["what do i owe"]


@pytest.mark.parametrize("secret", ["", "wrong", "sandbox-telegram-secretx", "é"])
def test_without_our_secret_nothing_is_stored(client, settings, engine, secret) -> None:
    headers = {SECRET: secret.encode("latin-1")}
    assert client.post(PATH, json={"update_id": 1, "message": message()}, headers=headers).status_code == 403
    assert client.post(PATH, json={"update_id": 1, "message": message()}).status_code == 403
    assert stored(engine) == []


def test_the_same_update_five_times_is_stored_once(client, settings, engine) -> None:
    assert [ring(client, settings, message=message()).status_code for _ in range(5)] == [204] * 5
    assert stored(engine) == ["what do i owe"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"update_id": 1, "message": {}}', b"\xff"])
def test_what_is_no_update_gets_a_sentence(client, settings, engine, body) -> None:
    answer = client.post(PATH, content=body, headers={SECRET: settings.telegram.secret_token})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("expected an update")


@pytest.mark.parametrize("date", [10**18, -(10**15), 1e300, -1, 2**33, None, "yesterday"])
@pytest.mark.parametrize("kind", ["message", "edited_message"])
def test_a_time_that_never_was_gets_a_sentence(client, settings, engine, date, kind) -> None:
    answer = ring(client, settings, **{kind: {**message(), "date": date}})
    assert answer.status_code == 400
    assert stored(engine) == []


def test_the_first_second_of_1970_is_a_time(client, settings, engine) -> None:
    assert ring(client, settings, message={**message(), "date": 0}).status_code == 204


def test_a_body_over_64_kilobytes_is_refused(client, settings, engine) -> None:
    assert ring(client, settings, message=message("x" * 65_536)).status_code == 413
    assert stored(engine) == []


def test_a_group_is_told_once_that_we_only_talk_one_to_one_and_nothing_said_there_is_kept(
    client, settings, engine
) -> None:
    for number in range(3):
        said = message("how much does she owe", number, objects.group(CHAT))
        assert ring(client, settings, number, message=said).status_code == 204
    assert stored(engine) == []
    with core.reading(engine) as session:
        rows = session.execute(sa.select(outbox)).all()
    assert [(row.state, row.parts[0]["response"]) for row in rows] == [("ready", "utter_contact_no_group")]
    assert "Northwind" not in rows[0].text


def test_nothing_else_may_be_said_in_a_group(client, settings, engine) -> None:
    ring(client, settings, message=message("hi", 1, objects.group(CHAT)))
    now = settings.clock.now()
    with core.transaction(engine) as session:
        address = f"-100{CHAT}"
        talk = contact.open_conversation(session, "telegram", address, now)
        hello = contact.Say("utter_x", "Hello.", audience="anyone", discloses=("automated",))
        assert contact.send(session, talk, [hello], contact.Sending(key="k", reply_to="in"), now) == 0


def test_what_was_changed_before_anybody_read_it_is_read_once_as_it_stands_now(client, settings, engine) -> None:
    ring(client, settings, 1, message=message("i can do 40"))
    ring(client, settings, 2, edited_message=message("i can do 50", edit_date=1_795_000_002))
    assert waiting(engine) == ["i can do 50"]


def test_what_was_changed_after_it_was_answered_is_a_message_that_corrects_it(client, settings, engine) -> None:
    ring(client, settings, 1, message=message("i can do 40"))
    ask(engine, settings)
    for _ in range(2):
        ring(client, settings, 2, edited_message=message("i can do 50", edit_date=1_795_000_002))
    with core.reading(engine) as session:
        found = contact.inbox.peek(session, settings.clock.now())
    assert found is not None
    assert (found[1].text, found[1].corrects) == ("i can do 50", f"message:{CHAT}:5")


def test_an_edit_that_changes_no_word_is_nothing_new(client, settings, engine) -> None:
    ring(client, settings, 1, message=message("see https://x.example"))
    ring(client, settings, 2, edited_message=message("see https://x.example", edit_date=1_795_000_002))
    assert stored(engine) == ["see https://x.example"]


def test_a_button_stands_for_its_words_once(client, settings, engine) -> None:
    ring(client, settings, message=message("hi"))
    asked = ask(engine, settings, "Yes", "No")
    settings.clock.move(timedelta(seconds=5))
    for number, place in enumerate((1, 1, 0), 10):
        assert press(client, settings, f"q:{asked}:{place}", number).status_code == 204
    assert stored(engine) == ["hi", "No"]


def test_a_button_counts_once_also_when_the_clock_has_gone_back(client, settings, engine) -> None:
    ring(client, settings, message=message("hi"))
    asked = ask(engine, settings, "Yes", "No")
    settings.clock.move(-timedelta(minutes=5))
    for number, place in enumerate((1, 1, 0), 10):
        press(client, settings, f"q:{asked}:{place}", number)
    assert stored(engine) == ["hi", "No"]


def test_a_button_is_over_once_they_have_written_since(client, settings, engine) -> None:
    ring(client, settings, message=message("hi"))
    asked = ask(engine, settings, "Yes", "No")
    settings.clock.move(timedelta(seconds=5))
    ring(client, settings, 2, message=message("how much is it", 6))
    press(client, settings, f"q:{asked}:0", 3)
    assert stored(engine) == ["hi", "how much is it"]


def test_nobody_can_press_a_button_that_was_offered_to_somebody_else_or_to_nobody(client, settings, engine) -> None:
    ring(client, settings, message=message("hi"))
    asked = ask(engine, settings, "Yes", "No")
    settings.clock.move(timedelta(seconds=5))
    assert press(client, settings, f"q:{asked}:0", 2, chat=CHAT + 1).status_code == 204
    for data in (f"q:{asked}:2", f"q:{asked}:-1", f"q:{asked}:", "q:out_unknown:0", "Yes", f"x:{asked}:0", "/agree"):
        assert press(client, settings, data, 3).status_code == 204
    assert stored(engine) == ["hi"]


def test_blocking_us_is_an_opt_out_and_start_brings_us_back(client, settings, engine) -> None:
    ring(client, settings, message=message("hi"))
    chat = objects.private(CHAT, "Ana")
    ring(client, settings, 2, my_chat_member=objects.membership(ANA, chat, 1_795_000_000, blocked=True))
    with core.reading(engine) as session:
        assert contact.opted_out_since(session, "telegram", str(CHAT)) is not None
    ring(client, settings, 3, my_chat_member=objects.membership(ANA, chat, 1_795_000_000, blocked=False))
    ring(client, settings, 4, message=message("/start", 6))
    assert stored(engine) == ["hi", "START"]


def test_a_link_binds_the_chat_once_and_for_fifteen_minutes(client, settings, engine) -> None:
    now = settings.clock.now()
    with core.transaction(engine) as session:
        first, late = (contact.bindings.offer(session, "par_maria", "telegram", now) for _ in range(2))
    ring(client, settings, 1, message=message(f"/start {first}", 1))
    other = {"chat": objects.private(CHAT + 1, "Eve"), "from": objects.user(CHAT + 1, "Eve", "en")}
    ring(client, settings, 2, message={**message(f"/start {first}", 2), **other})
    settings.clock.move(timedelta(minutes=16))
    ring(client, settings, 3, message={**message(f"/start {late}", 3), **other})
    with core.reading(engine) as session:
        rows = session.execute(sa.select(addresses.c.party_id, addresses.c.value, addresses.c.basis)).all()
        assert first not in str(session.execute(sa.text("SELECT * FROM channel_links")).all())
    assert [tuple(row) for row in rows] == [("par_maria", str(CHAT), "given_by_debtor")]
    assert stored(engine) == ["hi"] * 3


def test_a_link_to_telegram_is_for_who_is_verified_in_the_web_chat(client, settings, engine) -> None:
    script = {"X-Parley": "chat"}
    assert client.post("/chat/telegram", headers=script).status_code == 403
    world.say(client, "hi")
    assert client.post("/chat/telegram", headers=script).status_code == 403
    world.verify(engine, client, settings)
    assert client.post("/chat/telegram").status_code == 403
    assert client.post("/chat/telegram", headers=script).status_code == 503  # no Telegram is there
    with core.reading(engine) as session:
        assert session.execute(sa.text("SELECT count(*) FROM channel_links")).scalar() == 0
