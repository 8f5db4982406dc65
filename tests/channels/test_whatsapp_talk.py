"""WhatsApp over Twilio from end to end: inside its 24 hours in our own words, outside only what was approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.dialogue.meaning.acts import Accept, Propose
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
