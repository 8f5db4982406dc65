"""A whole hand-over with the real assistant: silent while a person has it, told apart, and answering what was left."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import contact, core, dialogue, handoff
from tests.law.kit import MARIA, World

SAM = "agent:stf_sam"


@pytest.fixture
def world() -> World:
    """Maria, verified, who asked for a person; Sam has taken it."""
    made = World()
    made.says(MARIA)
    made.says("talk_to_human")
    talk = made.talk().id
    with core.transaction(made.database) as session:
        case = handoff.open_case_of(session, talk)
        assert case is not None
        handoff.take(session, case, SAM, made.clock.now())
    return made


def reply(world: World, text: str) -> bool:
    talk = world.talk().id
    with core.transaction(world.database) as session:
        case = handoff.open_case_of(session, talk)
        assert case is not None
        return handoff.reply(session, case, text, by=SAM, key=text, settings=world.chat.settings)


def hand_back(world: World, code: handoff.Code = handoff.Code.ANSWERED) -> list[str]:
    """What they read from then on, by the names of the responses."""
    before, talk = world.last(), world.talk().id
    with core.transaction(world.database) as session:
        case = handoff.open_case_of(session, talk)
        assert case is not None
        handoff.hand_back(session, case.id, by=SAM, code=code, settings=world.chat.settings)
    while dialogue.take_one(world.database, world.talker, world.chat.settings, burst=timedelta(0)):
        pass
    with core.reading(world.database) as session:
        lines = contact.said(session, talk, after=before)
    return [name for line in lines for name in line.responses]


def test_the_assistant_is_silent_while_a_person_has_it(world: World) -> None:
    assert world.says("ask_balance") == []
    assert reply(world, "You owe $612.40, Maria.")
    assert world.says("thanks") == []


def test_a_question_that_waited_is_answered_after_they_are_told(world: World) -> None:
    reply(world, "One moment, I'm reading.")
    assert world.says("ask_balance") == []
    told, *answer = hand_back(world)
    assert told == "utter_handoff_handed_back" and answer[0].startswith("utter_accounts_")


def test_what_a_person_answered_stays_answered(world: World) -> None:
    world.says("ask_balance")
    reply(world, "You owe $612.40, Maria.")
    assert hand_back(world) == ["utter_handoff_handed_back"]


def test_the_assistant_knows_that_the_person_has_left_and_can_get_another(world: World) -> None:
    hand_back(world)
    assert world.says("ask_balance")[0].startswith("utter_accounts_")
    assert "utter_handoff_waiting" in world.says("talk_to_human")
    assert world.talk().owner == contact.QUEUE


def test_what_holds_when_the_case_ends_is_what_the_assistant_goes_by(world: World) -> None:
    world.says("ask_balance")
    names = hand_back(world, handoff.Code.BANKRUPT)
    assert world.holds() == {"bankruptcy"}
    assert names == ["utter_handoff_handed_back", "utter_accounts_hold_status_of"]
