"""A bare number beside the name of a debt is a sum; beside anything else it stays what it is."""

from __future__ import annotations

from bot.dialogue.grammar import read
from tests.examples import each
from tests.grammar.cases import NOW, in_order, shown

NAMES = frozenset({"dentist", "phone", "renta", "hospital", "gimnasio"})


@each(("message", "told"), [
    ("dentist 45, phone 15", "$45 ; $15"),
    ("45dentist 15phone a month", "$45 ; $15 each ; monthly"),
    ("the phone gets 20 and the dentist gets 55", "$20 ; $55"),
    ("phone: 20", "$20"),
    ("35 goes to the hospital", "$35"),
    ("hospital seventy phone twenty", "$70 ; $20"),
    ("35 a la renta y 10 al gimnasio", "$35 ; $10"),
    ("a la renta le doy 45 y al gimnasio 15", "$45 ; $15"),
    ("renta 45 gimnasio 15 cada quincena", "$45 ; $15 each ; semimonthly"),
])  # fmt: skip
def test_a_number_beside_the_name_of_a_debt_is_a_sum(message: str, told: str) -> None:
    assert shown(read(message, now=NOW, names=NAMES)) == in_order(told)


@each("message", [
    "20 dentist visits", "the phone ends in 88", "nothing 2 phone", "dentist 30318", "my phone broke in 2024",
    "el gimnasio abre 24 horas",
])  # fmt: skip
def test_what_counts_or_names_something_else_is_none(message: str) -> None:
    assert shown(read(message, now=NOW, names=NAMES)) == "-"


def test_without_the_names_it_is_no_sum() -> None:
    assert shown(read("45 dentist 15 phone", now=NOW)) == "-"
