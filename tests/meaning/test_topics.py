"""Which account a sentence is about, that a question wishes for nothing, and two payments on two days."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Part
from bot.dialogue.meaning.figures import by_the_grammar
from bot.dialogue.meaning.heard import Clause, Heard
from bot.dialogue.meaning.left_out import left_out
from bot.dialogue.meaning.proposed import proposals
from bot.dialogue.meaning.scene import DebtKnown, Scene
from bot.dialogue.meaning.topics import topic
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")
SCENE = Scene(now=NOW, debts=(
    DebtKnown("Cell One", "phone", Money(40000, "USD"), ("phone", "telefono")),
    DebtKnown("Lakeside Dental", "dental", Money(90000, "USD"), ("dentist", "dentista")),
))  # fmt: skip


def heard(text: str, *clauses: Clause) -> Heard:
    return Heard(text, {}, by_the_grammar(grammar.read(text, now=NOW)), clauses=clauses)


@each(("text", "place"), [
    ("As for the dentist: nothing is wrong there, unlike the phone", 2),
    ("and about my dentist, the phone can wait", 2),
    ("dentist: 40", 2),
    ("En cuanto al dentista, el telefono no", 2),
    ("la del teléfono: 40 al mes", 1),
    ("dentist: 40, phone: 20", None),
    ("40 on the phone and 20 on the dentist", None),
    ("the phone and the dentist: 40 each", None),
])  # fmt: skip
def test_a_name_at_the_head_is_the_topic(text: str, place: int | None) -> None:
    assert topic(text, SCENE) == place


@each(("text", "out"), [
    ("the dentist: I am not disputing it", set()),
    ("the phone I did not cancel, 40 dentist", set()),
    ("40 dentist, not the phone", {1}),
    ("40 dentist, not on my phone", {1}),
    ("40 dentist, phone not now", {1}),
])  # fmt: skip
def test_a_not_of_another_verb_leaves_nobody_out(text: str, out: set[int]) -> None:
    assert left_out(text, SCENE) == out


@each(("asks", "wishes"), [
    ("Is the $15 late fee the phone's?", "As for the dentist, nothing is wrong with it. Three payments, December 1."),
    ("¿Los $15 son del teléfono?", "La del dentista: no la disputo. 3 pagos, el 1 de diciembre."),
])  # fmt: skip
def test_a_sentence_that_only_asks_wishes_for_nothing(asks: str, wishes: str) -> None:
    found = proposals(heard(f"{asks} {wishes}", Clause(asks, {"ask_fees": 0.8}), Clause(wishes, {"propose": 0.6})), SCENE)
    assert [(one.debts, one.count, one.each) for one in found] == [((2,), 3, None)]


def test_a_question_that_proposes_is_a_wish() -> None:
    asks = "Can I do 50 a month on the phone?"
    found = proposals(heard(f"{asks} And 20 on the dentist.", Clause(asks, {"propose": 0.8})), SCENE)
    assert [one.debts for one in found] == [(1,), (2,)]


@each(("text", "parts"), [
    ("two equal payments, December 15 and January 1",
     (Part(date(2026, 12, 15), percent=Decimal(50)), Part(date(2027, 1, 1)))),
    ("en dos pagos, el 5 de diciembre y el 20 de diciembre",
     (Part(date(2026, 12, 5), percent=Decimal(50)), Part(date(2026, 12, 20)))),
    ("2 payments of $60, December 4 and December 18",
     (Part(date(2026, 12, 4), Money(6000, "USD")), Part(date(2026, 12, 18), Money(6000, "USD")))),
    ("3 payments starting December 15", ()),
    ("3 payments, December 15 and January 1", ()),
])  # fmt: skip
def test_as_many_days_as_payments_are_parts_on_these_days(text: str, parts: tuple[Part, ...]) -> None:
    one = SCENE.debts[:1]
    assert proposals(heard(text), Scene(now=NOW, debts=one))[0].parts == parts
