"""Every status and every error number of the providers changes what an agent reads under a message: one row each."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from bot import contact, core, handoff
from bot.channels import twilio_errors
from bot.sandbox.telegram_phone import chat_of
from bot.sandbox.twilio_api import MAGIC_REFUSALS
from bot.sandbox.twilio_objects import ERROR_TEXTS
from bot.web import desk_thread, texts
from tests.channels.living import Parley
from tests.dialogue.acting import MARIA
from tests.sandbox.sandbox_kit import until

OUTSIDE = "+15005550055"
"""Never wrote: on WhatsApp nothing but a template goes there."""


@dataclass(frozen=True)
class Seen:
    status: str
    why: str
    opted_out: bool


def say(live: Parley, channel: str, address: str, text: str = "Hello.") -> contact.Conversation:
    """An agent writes, and everything is worked off."""
    now = live.settings.clock.now()
    with core.transaction(live.database) as session:
        talk = contact.open_conversation(session, channel, address, now)
        said = contact.Say("utter_dialogue_thanks", text, audience="anyone", tag="handoff", discloses=("automated",))
        how = contact.Sending(core.new_id("say"), author="ana", reply_to="in", answers_at=now)
        contact.send(session, talk, [said], how, now)
    live.work()
    return talk


def seen(live: Parley, talk: contact.Conversation) -> Seen:
    """Under the last message, at the desk."""
    now = live.settings.clock.now()
    with core.transaction(live.database) as session:
        case = handoff.open_case_of(session, talk.id)
        if case is None:
            handoff.open_case(session, talk, handoff.Reason.ASKED, {}, now)
            case = handoff.open_case_of(session, talk.id)
        assert case is not None
        rows = desk_thread.thread(session, case, SimpleNamespace(settings=live.settings), "en", {}, ())  # type: ignore[arg-type]
        row = [one for one in rows if one.kind == "person"][-1]
        gone = contact.opted_out_since(session, talk.channel, talk.address) is not None
    return Seen(row.status, " ".join(row.why), gone)


def word(state: str) -> str:
    return texts.text(f"sent_{state}", "en")


def test_each_error_number_of_twilio(live: Parley) -> None:
    """By the number that provokes it: refused at once, or taken and then not delivered."""
    numbers = {code: phone for phone, (code, _) in MAGIC_REFUSALS.items()}
    numbers |= {code: f"+1500555{str(code)[0]}{str(code)[2:]}" for code in ERROR_TEXTS if code < 60000}
    now = live.settings.clock.now()
    with core.transaction(live.database) as session:
        for code, phone in numbers.items():
            contact.add_address(session, party_id=f"par_{code}", channel="sms", value=phone, basis="client_file", now=now)
    found = {code: seen(live, say(live, "sms", phone)) for code, phone in numbers.items()}
    with core.reading(live.database) as session:
        gone = {code for code in numbers if not contact.addresses_of(session, f"par_{code}")}
    assert gone == {21211, 21614, 30005, 30006}, "nobody is reached there, and nothing is begun there again"
    assert set(found) >= set(twilio_errors.table()) & (set(ERROR_TEXTS) | {code for code, _ in MAGIC_REFUSALS.values()}) - {63013, 63016, 63024}
    for code, shown in found.items():
        assert shown.status == word("failed"), code
        assert shown.why.endswith(twilio_errors.in_words(f"Twilio {code}", "en")), code
        assert shown.opted_out == (code == 21610), code
    assert len({shown.why for shown in found.values()}) == len(found)


def test_outside_the_window_of_whatsapp_and_after_a_stop_that_only_the_carrier_heard(live: Parley) -> None:
    late = seen(live, say(live, "whatsapp", OUTSIDE))
    assert late.status != word("sent") and late.why, "held by our own rule before Twilio has to say 63016"
    live.act("sms", {"text": "hello"})
    live.sandbox.store.run("insert or ignore into opt_outs values (?, ?)", MARIA.phone, "2026-01-01T00:00:00+00:00")
    stopped = seen(live, say(live, "sms", MARIA.phone))
    assert (stopped.status, stopped.opted_out) == (word("failed"), True) and "21610" in stopped.why


@pytest.mark.parametrize(
    ("status", "state"),
    [("queued", "sent"), ("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("failed", "failed"), ("undelivered", "failed")],
)  # fmt: skip
def test_each_status_of_twilio(live: Parley, status: str, state: str) -> None:
    talk = say(live, "sms", "+15005550077")
    [(sid,)] = live.rows("SELECT provider_id FROM outbox WHERE address = '+15005550077'")
    with core.transaction(live.database) as session:
        session.exec_driver_sql("UPDATE outbox SET delivery = NULL")  # as if this were the first that we hear
    live.sandbox.network._move(sid, status, 30008 if state == "failed" else None)
    until(lambda: not live._owed(), 15)
    live.work()
    shown = seen(live, talk)
    assert shown.status == word(state)
    assert ("30008" in shown.why) == (state == "failed")


@pytest.mark.parametrize(
    ("prepare", "state", "why", "opted_out"),
    [
        ("takes it", "sent", "", False),
        ("blocked", "failed", "blocked by the user", True),
        ("never began", "failed", "can't initiate", False),
        ("answers 429", "queued", "", False),
        ("answers 502", "queued", "", False),
        ("answer lost", "failed", "may have arrived", False),
    ],
)
def test_each_failure_of_telegram(live: Parley, prepare: str, state: str, why: str, opted_out: bool) -> None:
    phone = MARIA.phone
    if prepare != "never began":
        live.act("telegram", {"text": "/start"})
    weather: dict[str, dict[str, Any]] = {
        "answers 429": {"error": {"status": 429, "times": 500, "retry_after": 60}},
        "answers 502": {"error": {"status": 502, "times": 500}},
        "answer lost": {"timeout_after_success": {"times": 1, "hang_ms": 10}},
    }
    if prepare == "blocked":
        live.sandbox.store.set(f"telegram_blocked:{phone}", True)
    if prepare in weather:
        live.fault(providers=["telegram"], **weather[prepare])
    shown = seen(live, say(live, "telegram", str(chat_of(phone))))
    assert shown.status == word(state) and why in shown.why and shown.opted_out is opted_out, shown
