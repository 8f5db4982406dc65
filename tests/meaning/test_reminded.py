"""Whether somebody asks to be reminded, whatever else such words are heard as."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.dialogue.meaning.acts import AskAbout
from bot.dialogue.meaning.heard import Clause, Heard
from bot.dialogue.meaning.reminded import wants_reminder
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.table import joined

SCENE = Scene(now=datetime.fromisoformat("2026-11-23T10:00:00-06:00"), verified=True)


@pytest.mark.parametrize("text", [
    "can you text me the day before each one", "will you remind me before its due", "do i get a reminder",
    "me pueden avisar un dia antes de cada pago?", "mándenme un recordatorio",
])  # fmt: skip
def test_who_asks_to_be_written_to_before_a_payment_asks_to_be_reminded(text: str) -> None:
    assert wants_reminder(text)


@pytest.mark.parametrize("text", [
    "dont text me before 9", "i get paid the day before", "send the link", "avísenme cuando llegue mi pago",
    "i paid it the day before christmas",
])  # fmt: skip
def test_hours_and_paydays_are_none(text: str) -> None:
    assert not wants_reminder(text)


def test_it_takes_the_place_of_what_the_words_are_heard_as_and_leaves_the_rest() -> None:
    text = "lets do it. and can you text me the day before each one"
    heard = Heard(text, {"accept": 0.9, "contact_preference": 0.6, "ask_about:schedule": 0.4})
    assert [one.act for one in joined(heard, SCENE) if isinstance(one.act, AskAbout)] == [AskAbout(about="reminder")]


@pytest.mark.parametrize(("text", "likely", "asked"), [
    ("so nothing comes out by itself?", {"ask_about:interest": 0.5}, True),
    ("me lo cobran solo o yo pago?", {"ask_about:link": 0.4}, True),
    ("can you take it out of my card automatically", {"autopay_on": 0.9}, False),
    ("is it only for me?", {"ask_about:private": 0.6}, False),
])  # fmt: skip
def test_who_moves_the_money_is_a_question_of_its_own(text: str, likely: dict[str, float], asked: bool) -> None:
    acts = [one.act for one in joined(Heard(text, likely), SCENE)]
    assert (AskAbout(about="by_hand") in acts) is asked


def test_a_clause_that_asks_for_it_is_heard_beside_a_sure_yes() -> None:
    clauses = (Clause("yes go ahead.", {"accept": 1.0}), Clause("can you remind me before each one", {"ask_about:next": 0.1}))
    heard = Heard("yes go ahead. can you remind me before each one", {"accept": 0.95}, clauses=clauses)
    assert [one.name for one in joined(heard, replace(SCENE, asked="accept"))] == ["ask_about", "accept"]


def test_a_sure_act_beside_the_words_is_no_question_for_them() -> None:
    heard = Heard("i told them to remind me, this is harassment", {"complaint": 0.9})
    assert not any(isinstance(one.act, AskAbout) for one in joined(heard, SCENE))
