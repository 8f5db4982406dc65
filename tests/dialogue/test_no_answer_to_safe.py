"""Whoever was asked whether they are safe and says nothing gets a person; whoever answers does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import handoff, unanswered
from bot.dialogue.meaning.acts import IsWell, Plain, Said
from tests.dialogue import acting
from tests.dialogue.conftest import Begin

LEANING = replace(Said(Plain(name="crisis"), "i dont see a reason to keep living"), caught_by="model", needs_check=True)


def looked(talk: acting.Talk, later: timedelta) -> int:
    talk.clock.move(later)
    return unanswered.look(talk.database, talk.chat.settings)


def test_silence_is_looked_at_by_a_person_once(begin: Begin) -> None:
    talk = begin(known=True)
    assert talk.write("i dont see a reason to keep living", LEANING).responses == ("utter_safety_check",)
    assert looked(talk, timedelta(minutes=5)) == 0 and talk.case() is None
    assert looked(talk, timedelta(minutes=6)) == 1
    case = talk.case()
    assert case is not None and case.reason is handoff.Reason.CRISIS
    assert looked(talk, timedelta(minutes=1)) == 0


def test_who_says_that_they_are_fine_is_left_alone(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("i dont see a reason to keep living", LEANING)
    talk.write("im ok, just tired", IsWell())
    assert looked(talk, timedelta(minutes=30)) == 0 and talk.case() is None


def test_before_anybody_is_known_it_is_the_same(begin: Begin) -> None:
    talk = begin(acting.STRANGER)
    talk.write("i dont see a reason to keep living", LEANING)
    assert looked(talk, timedelta(minutes=11)) == 1
