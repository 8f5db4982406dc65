"""What the words make of a figure, whatever was learned of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.dialogue import grammar
from bot.dialogue.meaning.figures import Figures, by_the_grammar, near
from bot.dialogue.meaning.scene import Scene
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")


def heard_as(text: str, about: str) -> Figures:
    """As if the head had taken every figure for that."""
    told = by_the_grammar(grammar.read(text, now=NOW))
    return near(replace(told, all=tuple(replace(one, about=about, sure=0.9) for one in told.all)), Scene(now=NOW))


@each(("text", "learned", "first"), [
    ("30 monthly beginning after the twentieth", "not", "2026-12-21"),
    ("once a month, after the 20th", "not", "2026-12-21"),
    ("una vez al mes, pasando el 20", "not", "2026-12-21"),
    ("que empiece el 20", "no", "2026-12-20"),
    ("20 por semana a partir del 20", "until", "2026-12-20"),
    ("nunca después del 20", "not", None),
    ("my shift ends after the 20th", "no", None),
])  # fmt: skip
def test_a_day_that_something_begins_on_is_the_first(text: str, learned: str, first: str | None) -> None:
    days = [one.isoformat() for one in heard_as(text, learned).days("first")]
    assert days == ([first] if first else [])


@each("text", ["60 off, and 250 tonight", "si me quita 60 le doy 250"])
def test_a_sum_that_is_taken_off_is_no_offer_whatever_was_learned(text: str) -> None:
    assert [one.minor for one in heard_as(text, "total").money()] == [25000]


@each(("text", "learned", "each_time"), [
    ("80 a week in all, on tuesdays", "now", [8000]), ("cada tres meses 90, cuando me llega", "later", [9000]),
    ("two payments of 80", "now", []),
])  # fmt: skip
def test_a_sum_beside_its_rhythm_is_paid_each_time(text: str, learned: str, each_time: list[int]) -> None:
    told = by_the_grammar(grammar.read(text, now=NOW))
    figures = tuple(replace(one, about=learned) if isinstance(one.what, grammar.Amount) else one for one in told.all)
    assert [one.minor for one in near(replace(told, all=figures), Scene(now=NOW)).money("each")] == each_time


@each(("text", "learned"), [
    ("i could do 450 total over 4 fridays", "at_most"), ("450 in all, 4 payments", "each"),
    ("450 en total en 4 viernes", "at_most"),
])  # fmt: skip
def test_a_sum_in_all_over_so_many_payments_is_no_bound_and_not_each_of_them(text: str, learned: str) -> None:
    told = by_the_grammar(grammar.read(text, now=NOW))
    figures = tuple(replace(one, about=learned) if isinstance(one.what, grammar.Amount) else one for one in told.all)
    assert [one.minor for one in near(replace(told, all=figures), Scene(now=NOW)).money("total")] == [45000]


@each(("text", "first"), [
    ("i start work on december 7, so 30 a week starting the 18th", "2026-12-18"),
    ("empiezo en diciembre 7 y puedo 30 cada semana a partir del 5", "2027-01-05"),
])  # fmt: skip
def test_where_it_begins_lies_behind_the_day_that_was_named_before(text: str, first: str) -> None:
    days = [one.what for one in heard_as(text, "first").all if isinstance(one.what, grammar.Day) and one.what.begins]
    assert str(days[-1].value) == first
