"""WhatsApp over Twilio from end to end: inside its 24 hours in our own words, outside only what was approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import channels
from bot.channels import whatsapp
from bot.dialogue.meaning.acts import Accept, Propose, Refuse
from tests.channels.living import Parley, parley
from tests.dialogue.acting import MARIA, usd

FORTY = Propose(each=usd(40), frequency="monthly")
TEMPLATE = "HX" + "a1" * 16
HELD = "SELECT state, rules FROM outbox WHERE held_until IS NOT NULL"


@pytest.fixture
def approved(filled: Path, tmp_path: Path) -> Iterator[Parley]:
    """One text is an approved template, and nothing else: what somebody who is not verified any more hears of a payment."""
    with parley(filled, tmp_path, TWILIO_WHATSAPP_TEMPLATES=f"utter_payments_news.en={TEMPLATE}") as running:
        yield running


def agreed(live: Parley) -> str:
    """The link for the first payment."""
    live.ask("whatsapp", "hi", "greet")
    assert "$612.40" in live.ask("whatsapp", "4/12/1985 30318 NW-1000", MARIA.proof)
    assert "40" in live.ask("whatsapp", "i can do 40 a month", FORTY)
    return live.ask("whatsapp", "ok deal", Accept())


def a_day_later(live: Parley, hours: float = 25) -> None:
    live.clock.move(timedelta(hours=hours))


def test_the_whole_money_conversation_inside_the_window(live: Parley) -> None:
    live.pay(agreed(live))
    assert "$" in live.hear("whatsapp")
    assert {state for (state,) in live.rows("SELECT state FROM outbox")} == {"sent"}
    assert live.received("sms") == []


def test_outside_the_window_free_text_waits_with_its_reason_until_they_write(live: Parley) -> None:
    link = agreed(live)
    a_day_later(live)
    live.pay(link)
    assert live.hear("whatsapp") == ""
    [(state, rules)] = live.rows(HELD)
    assert state == "ready" and "PL-03" in rules
    a_day_later(live)
    live.work()
    assert live.hear("whatsapp") == "", "a day later it still waits"
    assert "PL-03" in live.rows(HELD)[0][1]
    heard = live.ask("whatsapp", "thanks", "thanks")
    assert "news about your payment" in heard and live.rows(HELD) == []


def test_what_has_waited_for_a_week_is_not_said_any_more(live: Parley) -> None:
    link = agreed(live)
    a_day_later(live)
    live.pay(link)
    a_day_later(live, 24 * 7 + 1)
    assert "news" not in live.ask("whatsapp", "hello", "greet")
    assert live.rows("SELECT state FROM outbox WHERE rules LIKE '%PL-03%'") == [("blocked",)]


def test_outside_the_window_an_approved_template_goes_with_the_text_in_it(approved: Parley) -> None:
    link = agreed(approved)
    a_day_later(approved)
    approved.pay(link)
    receipt = approved.hear("whatsapp")
    assert receipt.startswith(f"[template {TEMPLATE}]") and "news about your payment" in receipt
    assert [one["status"] for one in approved.received("whatsapp")][-1] == "delivered"


def test_inside_the_window_the_same_text_goes_in_our_own_words(approved: Parley) -> None:
    approved.pay(agreed(approved))
    assert "template" not in approved.hear("whatsapp")


def test_a_template_whose_answer_was_lost_is_found_and_not_sent_twice(approved: Parley) -> None:
    link = agreed(approved)
    a_day_later(approved)
    fault = {"providers": ["twilio"], "timeout_after_success": {"times": 1, "hang_ms": 10}, "drop": 1.0}
    approved.fault(**fault)
    approved.pay(link)
    approved.fault()
    approved.rest_until("SELECT count(*) FROM outbox WHERE state IN ('uncertain', 'settling', 'sending')", 0)
    assert sum("template" in one["text"] for one in approved.received("whatsapp")) == 1
    assert approved.rows("SELECT DISTINCT state FROM outbox") == [("sent",)]


def buttons(live: Parley) -> list[str]:
    return [one["text"] for one in live.received("whatsapp")[-1].get("buttons", [])]


def test_a_question_comes_with_its_buttons_and_a_tap_is_the_answer(live: Parley) -> None:
    live.ask("whatsapp", "hi", "greet")
    assert buttons(live) == ["Who is this?", "Talk to a person"], "the phone is on file: no reference is asked"
    live.ask("whatsapp", "4/12/1985 30318", MARIA.proof)
    offer = live.ask("whatsapp", "i can do 60 a month", Propose(each=usd(60), frequency="monthly"))
    assert offer.startswith("That works") and buttons(live) == ["Yes, set it up", "No, thanks", "Talk to a person"]
    live.means("Yes, set it up", Accept())
    live.act("whatsapp", {"press": "Yes, set it up"})
    assert "Done" in live.hear("whatsapp")
    assert live.rows("SELECT count(*) FROM agreements") == [(1,)]


def test_more_than_three_are_a_list_and_its_numbers_say_what_they_stand_for(live: Parley) -> None:
    live.ask("whatsapp", "hi", "greet")
    live.ask("whatsapp", "4/12/1985 30318 NW-1000", MARIA.proof)
    text = live.ask("whatsapp", "what are my choices", "ask_options")
    assert text.count("\n") >= 4, "its lines are kept"
    shown = live.sandbox.store.row("select body from messages where inbound = 0 order by seq desc limit 1")["body"]
    assert '"button_kind": "list"' in shown and buttons(live)[:3] == ["1", "2", "3"]
    made = live.sandbox.store.setting("contents", {}).values()
    [listed] = [one["types"]["twilio/list-picker"] for one in made if "twilio/list-picker" in one["types"]]
    assert listed["button"] == "Choose" and "description" in listed["items"][0]
    assert "$" not in str(list(made)), "what is kept at Twilio says nothing about anybody"


def test_a_button_counts_once_and_one_of_before_is_not_heard(live: Parley) -> None:
    live.ask("whatsapp", "hi", "greet")
    live.ask("whatsapp", "4/12/1985 30318 NW-1000", MARIA.proof)
    live.ask("whatsapp", "i can do 60 a month", Propose(each=usd(60), frequency="monthly"))
    yes, no = (one["data"] for one in live.received("whatsapp")[-1]["buttons"][:2])
    live.means("No, thanks", Refuse())
    live.act("whatsapp", {"press": no})
    assert live.hear("whatsapp")
    live.act("whatsapp", {"press": yes})
    assert live.hear("whatsapp") == "", "the finger slipped"
    live.ask("whatsapp", "i can do 55 a month", Propose(each=usd(55), frequency="monthly"))
    live.means("Who is this?", "who_are_you")
    live.act("whatsapp", {"press": "Who is this?"})
    assert "didn't get that" in live.hear("whatsapp")
    assert live.rows("SELECT count(*) FROM agreements") == [(0,)]


def test_the_same_shape_is_made_once_at_twilio_and_found_again_after_a_restart(live: Parley) -> None:
    live.ask("whatsapp", "hi", "greet")
    made = set(live.sandbox.store.setting("contents", {}))
    assert len(made) == 1
    live.postman._senders["whatsapp"] = channels.TwilioSender(live.settings, 5.0)
    live.ask("whatsapp", "START", "greet")
    live.ask("whatsapp", "hm", "greet")
    assert made <= set(live.sandbox.store.setting("contents", {}))
    names = [one["friendly_name"] for one in live.sandbox.store.setting("contents", {}).values()]
    assert len(names) == len(set(names))


def test_where_twilio_makes_no_content_the_words_go_without_buttons(live: Parley) -> None:
    live.fault(providers=["twilio"], error={"status": 400, "times": 5, "calls": "content"})
    assert live.ask("whatsapp", "hi", "greet") and buttons(live) == []


def test_a_wrong_number_on_whatsapp_is_nobodys_by_sms_either(live: Parley) -> None:
    assert "Maria" in live.ask("whatsapp", "hi", "greet")
    assert "off" in live.ask("whatsapp", "wrong number", "wrong_person")
    assert "Maria" not in live.ask("sms", "hi", "greet")


def test_stop_on_whatsapp_is_ours_to_keep_and_says_nothing_about_sms(live: Parley) -> None:
    agreed(live)
    assert "won't get any more" in live.ask("whatsapp", "STOP")
    assert [tuple(row) for row in live.rows("SELECT channel, kind FROM consents")] == [("whatsapp", "opted_out")]
    assert live.ask("sms", "hi", "greet")
    assert "Welcome back" in live.ask("whatsapp", "START")


def test_a_picture_or_a_voice_note_gets_a_kind_text_and_a_person(live: Parley) -> None:
    live.act("whatsapp", {"media": ["image/jpeg", "audio/ogg"]})
    assert "a colleague" in live.hear("whatsapp")
    [(media,)] = live.rows("SELECT media FROM inbox")
    assert media.count("https://api.twilio.com/") == 2


def test_a_person_takes_over(live: Parley) -> None:
    agreed(live)
    assert live.ask("whatsapp", "let me talk to somebody", "talk_to_human")
    assert live.rows("SELECT count(*) FROM cases") == [(1,)]


@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("Your choices:\n1) $226.99 on Friday\n2) $75.67 a month, 3 payments\nWhich one?", ["$226.99 on Friday", "$75.67 a month, 3 payments"]),
        ("I can do: 1 a pause, with nothing to pay until Friday, or 2 $5 a month, 3 times. Which?",
         ["a pause, with nothing to pay until Friday", "$5 a month, 3 times"]),
        ("¿Es 1 el gimnasio o 2 la clínica?", ["el gimnasio", "la clínica"]),
        ("Which one?", [None, None]),
    ],
)  # fmt: skip
def test_what_a_number_of_a_list_stands_for_is_written_under_it(text: str, behind: list[str | None]) -> None:
    assert [whatsapp._item(number, "id", lambda said: said, text).get("description") for number in ("1", "2")] == behind
