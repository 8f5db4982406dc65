"""What a conversation remembers, which words end it, and what the loop does before and beside Rasa."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot import contact, core, handoff
from bot.contact import words
from bot.core import Settings
from bot.dialogue import Matter, Question, State, Turn, Underway, count_death, take_one
from bot.dialogue.turn import matters

ADDRESS = "+15550199001"


@dataclass
class Listener:
    """A talker at the port: hears as it is told to, says one text, and counts."""

    heard: dict[str, Any]
    says: tuple[contact.Say, ...] = ()
    talks: list[str] = field(default_factory=list)

    def parse(self, text: str, hints: dict[str, Any]) -> dict[str, Any]:
        return {"text": text, **self.heard}

    def talk(self, turn: Turn, hints: dict[str, Any]) -> list[contact.Say]:
        self.talks.append(turn.message.text)
        return list(self.says)


def heard(intent: str, caught_by: str | None = None) -> dict[str, Any]:
    matter = {"intent": intent, "confidence": 0.9, "text": "x", "entities": [], "caught_by": caught_by}
    return {"intent": {"name": intent, "confidence": 0.9}, "matters": [matter], "caught_by": caught_by}


CRISIS = contact.Say("utter_safety_crisis", "988", "anyone", "safety")
OFFER = contact.Say("utter_handoff_waiting", "a colleague", "anyone", "handoff")


def write(
    engine: Engine, talker: Listener, text: str, now: datetime, owner: str | None = None, media: tuple[str, ...] = ()
) -> list[str]:
    settings = Settings.load({"PARLEY_CLOCK": now.isoformat()})
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", ADDRESS, now)
        if owner is not None:
            handoff.open_case(session, talk, handoff.Reason.ASKED, {}, now)
            contact.set_owner(session, talk.id, owner)
        incoming = contact.Incoming("sms", ADDRESS, core.new_id("m"), text, media=media)
        contact.receive(session, incoming, now)
    assert take_one(engine, talker, settings)
    with core.reading(engine) as session:
        return [name for line in contact.said(session, talk.id) for name in line.responses]


def test_the_assistant_is_silent_while_a_person_owns_the_conversation(engine: Engine, now: datetime) -> None:
    talker = Listener(heard("propose_terms"), (OFFER,))
    assert write(engine, talker, "40 a month", now, "agent:7") == []
    assert talker.talks == []


def test_safety_is_heard_while_a_person_owns_the_conversation(engine: Engine, now: datetime) -> None:
    talker = Listener(heard("crisis", "phrase:crisis:1"), (CRISIS, OFFER))
    assert write(engine, talker, "i want to die", now, "agent:7") == ["utter_safety_crisis"]
    assert talker.talks == ["i want to die"]


def test_a_dispute_is_acted_on_without_a_word_while_a_person_owns_the_conversation(
    engine: Engine, now: datetime
) -> None:
    talker = Listener(heard("not_my_debt", "model"), (OFFER,))
    assert write(engine, talker, "not mine", now, "agent:7") == []
    assert talker.talks == ["not mine"]


def test_a_picture_without_words_goes_to_a_person(engine: Engine, now: datetime) -> None:
    talker = Listener(heard("inform"))
    assert "utter_contact_picture" in write(engine, talker, "", now, media=("https://media.example/1",))
    assert talker.talks == []


@pytest.mark.parametrize("text", ["STOP", "stop!!", " Stop. ", "QUIT", "cancel", "ALTO", "no más", "unsubscribe"])
def test_a_word_that_carriers_know_stops_a_text_conversation(text: str) -> None:
    assert words.is_stop(text)


@pytest.mark.parametrize("text", ["cancel", "end", "quit", "basta"])
def test_on_a_page_only_words_that_mean_nothing_else_stop_it(text: str) -> None:
    assert not words.is_stop(text, "web")
    assert words.is_stop("stop", "web")


@pytest.mark.parametrize("text", ["stop taking my money on fridays", "can i cancel my plan", "the end of the month"])
def test_a_sentence_is_no_stop_word(text: str) -> None:
    assert not words.is_stop(text)


def test_what_a_conversation_remembers_survives_the_database() -> None:
    matter = Matter("propose_terms", 0.9, "40", ({"entity": "amount", "minor": 4000, "currency": "USD"},), whole="40")
    state = State(
        Question("accept", {"offer": "off_1"}, "utter_x", returned=True), [matter.as_json()], noted=["not at work"]
    )
    again = State.of(state.as_json())
    assert again == state
    assert Matter(**again.wanted[0]) == matter


def test_a_state_of_an_older_release_is_read_as_far_as_it_is_known() -> None:
    assert State.of({"misses": 2, "something_old": 1}).misses == 2


def test_only_the_first_matter_is_in_doubt() -> None:
    parsed = {
        "text": "a, b", "needs_check": True, "caught_by": "phrase:opt_out:3",
        "matters": [{"intent": name, "confidence": 1.0, "text": name, "entities": []} for name in ("opt_out", "hardship")],
    }  # fmt: skip
    assert [matter.needs_check for matter in matters(parsed)] == [True, False]
    assert matters({"text": "?", "intent": None})[0].intent == "out_of_scope"


def at(now: datetime, minutes: float) -> Settings:
    return Settings.load({"PARLEY_CLOCK": (now + timedelta(minutes=minutes)).isoformat()})


class Deadly(Listener):
    """Ends the process in the middle of a turn, as a crash in C does."""

    def talk(self, turn: Turn, hints: dict[str, Any]) -> list[contact.Say]:
        os._exit(9)


def test_a_message_that_kills_the_process_goes_to_a_person(engine: Engine, now: datetime, tmp_path: Path) -> None:
    underway = Underway(tmp_path / "underway")
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", ADDRESS, now)
        contact.receive(session, contact.Incoming("sms", ADDRESS, core.new_id("m"), "boom"), now)
    engine.dispose()
    for minute in range(3):
        child = os.fork()
        if child == 0:
            count_death(engine, at(now, minute), underway)
            take_one(engine, Deadly(heard("inform")), at(now, minute + 0.5), underway)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    count_death(engine, at(now, 3), underway)
    assert underway.left_behind() is None
    assert not take_one(engine, Listener(heard("inform")), at(now, 4), underway)
    with core.reading(engine) as session:
        [told] = contact.said(session, talk.id)
        assert told.responses[0] == "utter_handoff_went_wrong"
        assert contact.conversation(session, talk.id).owner == contact.QUEUE


def test_a_process_that_dies_once_leaves_its_message_to_the_next(engine: Engine, now: datetime, tmp_path: Path) -> None:
    underway = Underway(tmp_path / "underway")
    with core.transaction(engine) as session:
        contact.open_conversation(session, "sms", ADDRESS, now)
        kept = contact.receive(session, contact.Incoming("sms", ADDRESS, core.new_id("m"), "hi"), now)
    assert kept is not None
    underway.path.write_text(kept.id)
    count_death(engine, at(now, 0), underway)
    listener = Listener(heard("greet"))
    assert take_one(engine, listener, at(now, 1), underway)
    assert listener.talks == ["hi"]
    assert underway.left_behind() is None
