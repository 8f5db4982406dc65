"""An account's own number is no sum, and the words that stand around a name."""

from __future__ import annotations

from datetime import datetime

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.left_out import left_out
from bot.dialogue.meaning.naming import debts_named, turns_down_all, without_numbers
from bot.dialogue.meaning.scene import DebtKnown, Scene
from bot.dialogue.nlu.listening import reading
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")
SCENE = Scene(now=NOW, debts=(
    DebtKnown("Bluebird Mobile", "phone", Money(46237, "USD"), ("phone", "8851")),
    DebtKnown("Bluebird Mobile", "phone", Money(20348, "USD"), ("phone", "3712")),
))  # fmt: skip


@each(("text", "sums"), [
    ("lets do 8851 about 60 sat", [6000]), ("60 a week on the 3712", [6000]), ("$8851 is what i make", [885100]),
    ("i can pay 8851.50", [885150]), ("60 on 8,851", [6000, 885100]),
])  # fmt: skip
def test_the_number_of_an_account_is_no_sum(text: str, sums: list[int]) -> None:
    assert [one.minor for one in reading(text, NOW, "en", SCENE).of(grammar.Amount)] == sums
    assert len(without_numbers(text, SCENE)) == len(text)


@each(("text", "out"), [
    ("take the 3712 off.i said just 8851", {2}), ("leave out the 3712, 60 on 8851", {2}), ("mine is the 8851. just that one.", {2}),
    ("la 8851, solo esa", {2}), ("take the 3712 off hold", set()), ("take 60 off the 3712", set()),
])  # fmt: skip
def test_an_account_that_is_taken_off_is_left_out(text: str, out: set[int]) -> None:
    assert left_out(text, SCENE) == out


@each(("text", "is_so"), [
    ("whoa no not both.just want the one line", True), ("solo una, la otra después", True), ("both please", False),
    ("just the 8851", False), ("60 a week", False),
])  # fmt: skip
def test_not_both_and_no_name(text: str, is_so: bool) -> None:
    assert turns_down_all(text, SCENE) is is_so
    assert debts_named("not both, the 8851", SCENE) == (1,)
