"""The first payment is one rhythm later than the day that is named."""

from __future__ import annotations

from datetime import date, datetime

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Propose
from bot.dialogue.meaning.fields import act_for
from bot.dialogue.meaning.figures import by_the_grammar
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import DebtKnown, Scene
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")
SCENE = Scene(now=NOW, debts=(DebtKnown("Cedar", "medical", Money(90000, "USD")),))


def wish(text: str) -> Propose:
    act = act_for("propose", Heard(text, {}, by_the_grammar(grammar.read(text, now=NOW))), SCENE)
    assert isinstance(act, Propose)
    return act


@each(("text", "first"), [
    ("i get paid friday, its every two weeks, so start the one after", date(2026, 12, 11)),
    ("every week, this wednesday. no wait not this one, the next one please", date(2026, 12, 2)),
    ("every month on the 5th but skip the first, start the one after that", date(2027, 1, 5)),
    ("cada dos semanas, cobro el viernes, pero este no, el siguiente", date(2026, 12, 11)),
    ("cada semana, el lunes, empezando el que sigue", date(2026, 12, 7)),
])  # fmt: skip
def test_one_rhythm_later_than_the_day_of_the_message(text: str, first: date) -> None:
    told = wish(text)
    assert (told.first, told.one_later) == (first, False)


@each("text", ["start the one after", "not this one, the next", "el que sigue", "este no, la siguiente porfa"])
def test_the_day_that_is_known_decides_where_it_names_none(text: str) -> None:
    assert wish(text).one_later and wish(text).first is None


@each("text", ["every week, start the one after christmas", "the next one is too early", "30 a week starting friday",
               "el siguiente pago cuánto es"])  # fmt: skip
def test_another_day_is_no_such_wish(text: str) -> None:
    assert not wish(text).one_later
