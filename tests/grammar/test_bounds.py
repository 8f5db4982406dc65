"""A day on which something begins, or before or after which it must not be."""

from __future__ import annotations

from bot.dialogue.grammar import Day, read
from tests.examples import each
from tests.grammar.cases import NOW


@each(("message", "role", "after", "begins"), [
    ("40 a month beginning after the twentieth", "at_least", True, True),
    ("let it start on the 20th", None, False, True),
    ("20 por semana a partir del 20", None, False, True),
    ("que empiece después del 20", "at_least", True, True),
    ("after the 20th works", "at_least", True, False),
    ("nothing until the 20th", "at_least", False, False),
    ("never after the 20th", "at_most", False, False),
    ("que no sea después del 20", "at_most", False, False),
    ("dont begin on the 20th", None, False, False),
    ("no quiero empezar el 20", None, False, False),
    ("20 cada semana desde el viernes 20 de marzo, sale", None, False, False),
])  # fmt: skip
def test_the_words_before_a_day_say_whether_it_bounds_or_begins(
    message: str, role: str | None, after: bool, begins: bool
) -> None:
    (day,) = read(message, now=NOW).of(Day)
    assert (day.value.day, day.role, day.after, day.begins) == (20, role, after, begins)
