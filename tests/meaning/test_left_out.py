"""Which debts a message pays nothing for now, and whether it pays one only."""

from __future__ import annotations

from datetime import datetime

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.figures import by_the_grammar
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.left_out import left_out, says_only
from bot.dialogue.meaning.scene import DebtKnown, Scene
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")
SCENE = Scene(now=NOW, debts=(
    DebtKnown("Cell One", "phone", Money(40000, "USD"), ("phone", "telefono")),
    DebtKnown("Lakeside Dental", "dental", Money(40000, "USD"), ("dentist", "dentista")),
))  # fmt: skip


@each(("text", "out"), [
    ("phone later, dentist 40", {1}),
    ("40 for the dentist and zero on the phone", {1}),
    ("dentist 40 nothing phone", {1}),
    ("40 dentist now and later 20 phone", {1}),
    ("el telefono luego, 40 al dentista", {1}),
    ("sin el dentista, 20 al telefono", {2}),
    ("al telefono 20 después del 15 y al dentista 40", set()),
    ("no later than friday, 40 dentist 20 phone", set()),
    ("40 a month for the dentist, and nothing on the other", {1}),
    ("40 al dentista y de la otra nada por ahora", {1}),
    ("40 for the dentist only and leave the other alone", {1}),
    ("both later", set()),
    ("phone 20 dentist 40", set()),
])  # fmt: skip
def test_a_debt_beside_a_nothing_or_a_later_is_left_out(text: str, out: set[int]) -> None:
    assert left_out(text, SCENE) == out


@each(("text", "only"), [
    ("just the dentist 40", True), ("only 40 to the dentist", True), ("solo 40 al dentista", True),
    ("40 al dentista nomás", True), ("just make the dentist 40", False), ("i just want to put like 40 on the dentist", False),
    ("40 to the dentist", False), ("solo quiero cambiar 40 al dentista", False),
])  # fmt: skip
def test_one_is_paid_only_where_a_word_says_so(text: str, only: bool) -> None:
    heard = Heard(text, {}, by_the_grammar(grammar.read(text, now=NOW)))
    assert says_only(heard, SCENE) is only
