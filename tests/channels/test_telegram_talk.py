"""Telegram from end to end: identified, balance, bargained, agreed, link, paid, stopped, started, handed over."""

from __future__ import annotations

import asyncio

import httpx

from bot import channels, contact, core
from bot.dialogue.meaning.acts import Accept, Propose
from tests.channels.living import Parley
from tests.dialogue.acting import MARIA, usd
from tests.sandbox.sandbox_kit import until

FORTY = Propose(each=usd(40), frequency="monthly")


def known(live: Parley) -> str:
    live.ask("telegram", "hi", "greet")
    return live.ask("telegram", "4/12/1985 30318 NW-1000", MARIA.proof)


def test_the_whole_money_conversation(live: Parley) -> None:
    hello = live.ask("telegram", "/start")
    assert "automated assistant" in hello and "$" not in hello
    live.ask("telegram", "its me", "greet")
    assert "$612.40" in live.ask("telegram", "4/12/1985 30318 NW-1000", MARIA.proof)
    assert "$612.40" in live.ask("telegram", "what do i owe", "ask_balance")
    assert "40" in live.ask("telegram", "i can do 40 a month", FORTY)
    agreed = live.ask("telegram", "ok deal", Accept())
    live.pay(agreed)
    assert "$" in live.hear("telegram")
    assert live.rows("SELECT count(*) FROM ledger_entries WHERE source LIKE 'pi_%'") == [(1,)]
    assert {state for (state,) in live.rows("SELECT state FROM outbox")} == {"sent"}


def test_stop_and_start_again(live: Parley) -> None:
    known(live)
    assert "in this chat" in live.ask("telegram", "/stop")
    assert "opted_out" in [kind for (kind,) in live.rows("SELECT kind FROM consents")]
    assert "Welcome back" in live.ask("telegram", "/start")
    assert "$612.40" in live.ask("telegram", "what do i owe", "ask_balance")


def test_a_person_takes_over(live: Parley) -> None:
    known(live)
    assert live.ask("telegram", "let me talk to somebody", "talk_to_human")
    assert live.rows("SELECT count(*) FROM cases") == [(1,)]


def test_a_button_is_a_word_of_theirs_once_and_then_it_is_gone(live: Parley) -> None:
    known(live)
    live.talker.choices = ("What do I owe?", "A person")
    live.ask("telegram", "thanks", "thanks")
    live.means("What do I owe?", "ask_balance")
    data = live.received("telegram")[-1]["buttons"][0]["data"]
    callback = live.act("telegram", {"press": "What do I owe?"})["callback"]
    assert "$612.40" in live.hear("telegram")
    until(lambda: not live.sandbox.telegram.answered(callback)["open"])
    until(lambda: not any("A person" in str(one.get("buttons", "")) for one in live.received("telegram")))
    again = live.act("telegram", {"press": data})["callback"]
    until(lambda: not live.sandbox.telegram.answered(again)["open"])
    assert "from before" in live.sandbox.telegram.answered(again)["text"]
    assert live.hear("telegram") == ""


def test_a_question_comes_with_its_buttons_and_a_tap_is_the_answer(live: Parley) -> None:
    known(live)
    live.ask("telegram", "i can do 60 a month", Propose(each=usd(60), frequency="monthly"))
    offered = [one["text"] for one in live.received("telegram")[-1]["buttons"]]
    assert offered == ["Yes, set it up", "No, thanks", "Talk to a person"]
    live.means("Yes, set it up", Accept())
    live.act("telegram", {"press": "Yes, set it up"})
    assert "Done" in live.hear("telegram")
    assert live.rows("SELECT count(*) FROM agreements") == [(1,)]


def test_an_answer_that_was_lost_is_not_said_twice_and_a_person_looks(live: Parley) -> None:
    known(live)
    live.fault(providers=["telegram"], timeout_after_success={"times": 1, "hang_ms": 10})
    assert live.ask("telegram", "what do i owe", "ask_balance").count("$612.40") == 1
    assert live.rows("SELECT reason FROM cases") == [("undelivered",)]


def test_a_link_of_the_web_chat_binds_this_chat_to_them(live: Parley) -> None:
    now = live.settings.clock.now()
    with core.transaction(live.database) as session:
        [maria] = contact.parties_at(session, "sms", MARIA.phone)
        word = contact.bindings.offer(session, maria, "telegram", now)
    name = asyncio.run(channels.telegram.name(live.settings))
    link = channels.telegram.link(live.settings, name, word)
    opened = httpx.post(link, data={"number": "+15559990000"})
    assert opened.status_code == 303
    live.work()
    assert "Maria" in live.hear("telegram", "+15559990000")


def test_a_voice_note_gets_a_kind_text_and_a_person(live: Parley) -> None:
    live.act("telegram", {"media": "voice"})
    assert "a colleague" in live.hear("telegram")


def test_who_blocks_us_hears_no_more_and_is_not_tried_again(live: Parley) -> None:
    known(live)
    live.means("what do i owe", "ask_balance")
    live.sandbox.store.set(f"telegram_blocked:{MARIA.phone}", True)  # before Telegram has told us
    assert live.ask("telegram", "what do i owe") == ""
    assert live.rows("SELECT state, attempts FROM outbox ORDER BY number DESC LIMIT 1") == [("dead", 0)]
    assert live.rows("SELECT kind, source FROM consents") == [("opted_out", "provider")]


def test_a_changed_message_is_answered_as_it_stands_now(live: Parley) -> None:
    known(live)
    live.ask("telegram", "i can do 20 a month", Propose(each=usd(20), frequency="monthly"))
    live.means("i can do 40 a month", FORTY)
    live.act("telegram", {"edit": True, "text": "i can do 40 a month"})
    assert "$40" in live.hear("telegram")
    corrected = "SELECT corrects FROM inbox ORDER BY number DESC LIMIT 1"
    assert live.rows(corrected)[0][0].startswith("message:")


def test_a_yes_that_was_edited_in_sets_nothing_up_before_it_is_said_again(live: Parley) -> None:
    known(live)
    live.ask("telegram", "hmm not sure about that", "thanks")
    live.ask("telegram", "i can do 60 a month", Propose(each=usd(60), frequency="monthly"))
    live.ask("telegram", "wait", "thanks")
    live.means("yes do it", Accept())
    live.act("telegram", {"edit": True, "text": "yes do it"})
    asked = live.hear("telegram")
    assert "it now says: yes do it" in asked and "Nothing has been done" in asked
    assert live.rows("SELECT count(*) FROM agreements") == [(0,)]
    assert "Done" in live.ask("telegram", "yes", Accept())
    assert live.rows("SELECT count(*) FROM agreements") == [(1,)]


def test_a_figure_that_was_changed_is_named_before_its_answer(live: Parley) -> None:
    known(live)
    live.ask("telegram", "i can do 60 a month", Propose(each=usd(60), frequency="monthly"))
    live.means("i can do 80 a month", Propose(each=usd(80), frequency="monthly"))
    live.act("telegram", {"edit": True, "text": "i can do 80 a month"})
    heard = live.hear("telegram")
    assert heard.startswith("I go by what you changed it to: i can do 80 a month.") and "$80" in heard
    assert live.rows("SELECT count(*) FROM agreements") == [(0,)]


def test_a_dispute_that_was_edited_in_counts_at_once(live: Parley) -> None:
    known(live)
    live.ask("telegram", "ok thanks", "thanks")
    live.means("this isnt mine", "not_my_debt")
    live.act("telegram", {"edit": True, "text": "this isnt mine"})
    assert "D-" in live.hear("telegram")


def test_what_was_changed_before_it_was_answered_is_answered_once(live: Parley) -> None:
    known(live)
    live.means("i can do 20 a month", Propose(each=usd(20), frequency="monthly"))
    live.means("i can do 60 a month", Propose(each=usd(60), frequency="monthly"))
    phone = f"{live.settings.sandbox_url}/phone/{MARIA.phone}/telegram"
    httpx.post(phone, json={"text": "i can do 20 a month"})
    until(lambda: live.rows("SELECT count(*) FROM inbox WHERE state = 'ready'") == [(1,)])
    live.act("telegram", {"edit": True, "text": "i can do 60 a month"})
    heard = live.hear("telegram")
    assert "$60" in heard and "$20" not in heard


def test_a_family_group_hears_one_sentence_and_no_name(live: Parley) -> None:
    for text in ("who is this", "what does she owe you"):
        live.act("telegram", {"text": text, "group": True})
    [said] = live.received("telegram")
    assert "one to one" in said["text"] and "Northwind" not in said["text"]
    assert live.rows("SELECT count(*) FROM inbox") == [(0,)]


def test_updates_that_repeat_come_late_or_with_a_wrong_secret_are_answered_once(live: Parley) -> None:
    known(live)
    live.fault(seed=4, duplicates=3, delay_ms=60, wrong_signature=0.4)
    answers = live.ask("telegram", "what do i owe", "ask_balance")
    live.fault()
    live.work()
    assert answers.count("$612.40") == 1 and live.hear("telegram") == ""
    assert live.rows("SELECT count(*) FROM inbox WHERE text = 'what do i owe'") == [(1,)]
    refused = live.sandbox.store.row("select max(tries) as most from deliveries where provider = 'telegram'")
    assert refused["most"] > 1, "some came with a wrong secret"
