"""What debtors write means what it says: each line of the tables is one sentence of theirs."""

from __future__ import annotations

from tests.examples import each
from tests.grammar.cases import in_order, meaning, table


@each(("message", "told"), table("english.txt"))
def test_an_english_message_means_what_it_says(message: str, told: str) -> None:
    assert meaning(message) == in_order(told)


@each(("message", "told"), table("spanish.txt"))
def test_a_spanish_message_means_what_it_says(message: str, told: str) -> None:
    assert meaning(message) == in_order(told)


@each(("message", "told"), table("second.txt") + table("third.txt") + table("fourth.txt"))
def test_a_message_by_another_hand_means_what_it_says(message: str, told: str) -> None:
    assert meaning(message) == in_order(told)


@each(("message", "told"), table("corpus_english.txt"))
def test_an_english_message_of_the_corpus_means_what_it_says(message: str, told: str) -> None:
    assert meaning(message) == in_order(told)


@each(("message", "told"), table("corpus_spanish.txt"))
def test_a_spanish_message_of_the_corpus_means_what_it_says(message: str, told: str) -> None:
    assert meaning(message) == in_order(told)


@each(("message", "told"), table("kinds.txt"))
def test_sums_and_days_beside_each_other_are_told_apart(message: str, told: str) -> None:
    assert meaning(message) == in_order(told)


@each(("message", "told"), table("every_second.txt"))
def test_every_second_one_and_the_month_that_was_named_are_heard(message: str, told: str) -> None:
    assert meaning(message) == in_order(told)
