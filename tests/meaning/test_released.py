"""An account that is held, and their word that it should not be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core import Money
from bot.dialogue.meaning.acts import Plain
from bot.dialogue.meaning.heard import Clause, Heard
from bot.dialogue.meaning.released import Released, disputed_in_words, released
from bot.dialogue.meaning.scene import DebtKnown, Scene
from bot.dialogue.meaning.table import joined
from tests.examples import each

PHONE = DebtKnown("Cell One", "phone", Money(40000, "USD"), ("phone", "telefono"), held=True)
DENTIST = DebtKnown("Lakeside Dental", "dental", Money(90000, "USD"), ("dentist", "dentista"), held=True)
SCENE = Scene(now=datetime.fromisoformat("2026-11-23T10:00:00-06:00"), verified=True, debts=(PHONE, DENTIST))
ASKED, PLAIN = Released((2,), plainly=False), Released((2,), plainly=True)


@each(("text", "word"), [
    ("can you take the dentist off hold", ASKED),
    ("the dentist shouldn't be on hold, only the phone", ASKED),
    ("my phone is what's wrong. about the dentist, please lift that hold", ASKED),
    ("dentist off hold, and lift it today", PLAIN),
    ("I don't dispute the dentist at all", PLAIN),
    ("I have no issue with the dentist", PLAIN),
    ("quite la pausa del dentista por favor", ASKED),
    ("con el dentista no tengo ningún problema, libérela", PLAIN),
    ("el teléfono sí está mal. En cuanto al dentista, no lo reclamo, no la disputo", PLAIN),
    ("when do you take the dentist off hold?", None),
    ("don't take the dentist off hold yet", None),
    ("por favor no le quite la pausa al dentista", None),
    ("what is on hold", None),
    ("40 a month for the dentist", None),
])  # fmt: skip
def test_the_word_counts_for_the_account_of_its_clause(text: str, word: Released | None) -> None:
    assert released(text, SCENE) == word


def test_only_what_is_held_can_be_released_and_only_by_whom_we_know() -> None:
    text = "I don't dispute the dentist"
    assert released(text, replace(SCENE, debts=(PHONE, replace(DENTIST, held=False)))) is None
    assert released(text, replace(SCENE, verified=False)) is None


def test_the_one_that_the_talk_is_about_is_meant_where_none_is_named() -> None:
    assert released("please lift the hold", replace(SCENE, talking_of=(1,))) == Released((1,), plainly=False)
    assert released("please lift the hold", SCENE) is None


def acts(text: str, likely: dict[str, float], *clauses: Clause) -> list[object]:
    return [one.act for one in joined(Heard(text, likely, clauses=clauses), SCENE)]


def test_it_takes_back_whatever_else_was_learned_of_it() -> None:
    text = "unfreeze my dentist please"
    found = acts(text, {"ask_about:hold": 0.6, "talk_of": 0.4})
    assert found == [Plain(name="take_back", debts=(2,))]


@each("text", ["yes take it back", "sí, quítela ya"])
def test_a_yes_that_says_it_once_more_is_a_yes_and_no_refund(text: str) -> None:
    scene = replace(SCENE, asked="meant", candidates=("lift",))
    heard = Heard(text, {"refund": 0.6, "accept": 0.05}, begins=frozenset({"yes"}))
    assert [type(one.act).__name__ for one in joined(heard, scene)] == ["Accept"]


def test_why_it_is_held_is_still_a_question() -> None:
    why, lift = "why is the dentist on hold?", "I never disputed the dentist"
    clauses = Clause(why, {"ask_about:hold": 0.9}), Clause(lift, {"take_back": 0.5})
    names = [getattr(one, "name", "ask_about") for one in acts(f"{why} {lift}", {"ask_about:hold": 0.7}, *clauses)]
    assert names == ["ask_about", "take_back"]


def test_a_leaning_to_a_dispute_is_none_where_they_say_that_there_is_none() -> None:
    found = acts("no disputo el dentista", {"not_my_debt": 0.4, "take_back": 0.2})
    assert found == [Plain(name="take_back", debts=(2,), plainly=True)]


@each(("text", "asked", "about"), [
    ("why did you hold the dentist? I said the phone", "ask_about:hold", (2,)),
    ("the phone is wrong. As for the dentist, how much is it", "ask_balance", (2,)),
    ("is the 30 the phone's? the dentist I pay", "ask_fees", (1,)),
])  # fmt: skip
def test_a_question_is_about_the_account_of_its_clause(text: str, asked: str, about: tuple[int, ...]) -> None:
    parts = [part.strip() for part in text.replace("? ", "?|").replace(". ", ".|").split("|")]
    at = {"ask_about:hold": 0, "ask_balance": 1, "ask_fees": 0}[asked]
    clauses = [Clause(part, {asked: 0.9 if n == at else 0.05}) for n, part in enumerate(parts)]
    found = acts(text, {asked: 0.8}, *clauses)
    assert next(getattr(one, "debts", None) for one in found) == about


FREE = replace(SCENE, debts=tuple(replace(debt, held=False) for debt in SCENE.debts))


@each(("text", "places"), [
    ("the dentist thing i contest. on the phone i could swing 25 each month", {2: False}),
    ("i'm contesting the dentist. phone, 30 a month works", {2: False}),
    ("the dentist, 3235, I dispute it. put that one aside", {2: False}),
    ("el teléfono lo disputo, del dentista le doy 20 al mes", {1: False}),
    ("I object to the phone. I dispute the dentist", {1: False, 2: False}),
    ("can i dispute the dentist bill?", {2: True}),
    ("what if i contest the phone", {1: True}),
    ("I don't dispute the dentist, 30 a month on it", {}),
    ("the phone is not in dispute, is it", {}),
    ("the dentist bill I dispute?", {2: True}),
    ("i dispute it", {}),
    ("30 a month for the phone", {}),
])  # fmt: skip
def test_what_they_dispute_in_the_laws_own_words_is_of_the_account_of_its_clause(text: str, places: dict[int, bool]) -> None:
    assert disputed_in_words(text, FREE) == places


def test_a_dispute_that_the_rest_of_the_message_drowns_is_heard_and_only_asked_where_it_is_a_question() -> None:
    offered = {"propose": 1.0, "talk_of": 0.9, "not_my_debt": 0.17}
    said = joined(Heard(text="the dentist thing i contest. 25 a month on the phone", likely=offered), FREE)
    assert said[0].act == Plain(name="not_my_debt", debts=(2,)) and not said[0].needs_check
    asked = joined(Heard(text="can i dispute the dentist bill?", likely={"talk_of": 0.5}), FREE)
    assert asked[0].name == "not_my_debt" and asked[0].needs_check
