"""A day in a clause of reason, or in a question for what is so, is no term of theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.dialogue import grammar
from bot.dialogue.meaning.figures import by_the_grammar, near
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import OfferRead, Scene
from bot.dialogue.meaning.told_only import without_days_told
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-30T10:00:00-06:00")
NOTHING = Scene(now=NOW)
PAUSE = Scene(now=NOW, asked="accept", offers=(OfferRead("pause", until=date(2026, 12, 30)),))


def heard(text: str, scene: Scene = NOTHING, sure: float = 0.5, about: str | None = None) -> Heard:
    """With roles as the head might have learned them."""
    figures = near(by_the_grammar(grammar.read(text, now=NOW)), scene)
    told = (replace(one, sure=sure, about=one.about if about is None else about) for one in figures.all)
    return Heard(text, {"propose": 0.4, "ask_about:schedule": 0.3}, replace(figures, all=tuple(told)))


def days(text: str, scene: Scene = NOTHING, sure: float = 0.5, about: str | None = None) -> list[str]:
    found = without_days_told(heard(text, scene, sure, about), scene)
    return [day.isoformat().removeprefix("2026-") for day in found.figures.days()]


@each(("text", "left"), [
    ("can we do the 11th because my rent is due the 1st", ["12-11"]),
    ("the 15th of january, bc december 20 my hours get cut", ["2027-01-15"]),
    ("december 11 since christmas is the 25th and i have three kids", ["12-11"]),
    ("make it january 15 because the 30th is right after christmas", ["2027-01-15"]),
    ("cause christmas is on the 25th, can we say january 8", ["2027-01-08"]),
    ("friday, even though my mortgage goes out on the 3rd", ["12-04"]),
    ("mejor el 11, porque el 1 pago la renta", ["12-11"]),
    ("el 15 de enero, es que el 24 es nochebuena", ["2027-01-15"]),
    ("hasta el 15 de enero, que el 25 es navidad y no hay dinero", ["2027-01-15"]),
    ("el 28 mejor, porque el 24 es nochebuena", ["12-28"]),
    ("porque el 24 es nochebuena, puedo el 28", ["12-28"]),
    ("empiezo el 12, aunque la luz vence el 10", ["12-12"]),
])  # fmt: skip
def test_a_day_in_a_reason_is_no_term(text: str, left: list[str]) -> None:
    assert days(text) == left


@each("text", [
    "do I owe it all at once on the 30th, because that is right after Christmas and I'd be worse off",
    "and on the 30th do i have to pay the whole thing? cause that's right after christmas",
    "what happens on the 30th? ",
    "why the 4th",
    "will it come out on the 4th even if my account is empty?",
    "how much do i owe on december 30",
    "is it all due on the 30th?",
    "when is the 30th payment taken? like the 30th itself?",
    "¿tengo que pagar todo el 30?",
    "y el 30 me cobran todo de golpe?",
    "qué pasa el 30",
    "¿cuánto debo el 30 de diciembre?",
])  # fmt: skip
def test_a_day_that_is_asked_about_is_no_term(text: str) -> None:
    assert days(text, PAUSE) == []


@each(("text", "left"), [
    ("can we do the 15th?", ["12-15"]),
    ("does the 15th work?", ["12-15"]),
    ("how about the 20th", ["12-20"]),
    ("what if i pay on the 20th?", ["12-20"]),
    ("is the 15th ok", ["12-15"]),
    ("would you take it on the 20th?", ["12-20"]),
    ("when i get paid, the 15th", ["12-15"]),
    ("because i get paid this friday", ["12-04"]),
    ("every two weeks, since i get paid this friday", ["12-04"]),
    ("because the 1st is rent i can only do the 8th", ["12-08"]),
    ("puede ser el 15?", ["12-15"]),
    ("¿le sirve el 15?", ["12-15"]),
    ("quiero que sea el 15", ["12-15"]),
    ("cada mes, que sea el 15", ["12-15"]),
    ("porque me pagan el 15", ["12-15"]),
    ("el viernes que viene", ["12-04"]),
])  # fmt: skip
def test_a_day_that_they_ask_for_or_are_paid_on_stays(text: str, left: list[str]) -> None:
    assert days(text) == left


def test_a_role_that_is_certain_stays() -> None:
    text = "will you take it all on the 20th?"
    assert days(text, sure=0.95, about="pay") == ["12-20"]
    assert days("is it all due on the 20th?", sure=0.95, about="pay") == ["12-20"]
    assert days("is it all due on the 20th?", sure=0.7, about="pay") == []


def test_a_question_of_which_no_term_is_left_offers_nothing_unless_that_is_plain() -> None:
    asked = without_days_told(heard("do i owe it all on the 30th?"), NOTHING)
    assert "propose" not in asked.likely and "ask_about:schedule" in asked.likely


def test_a_bare_day_is_near_to_the_end_of_the_pause() -> None:
    assert days("make it the 28th", PAUSE) == ["12-28"] and days("until the 5th", PAUSE) == ["2027-01-05"]
