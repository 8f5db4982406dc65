"""A line of the bill that is disputed by its sum: only that is held, and the rest can be paid and agreed on."""

from __future__ import annotations

import pytest

from bot.core import Money
from bot.dialogue.meaning.acts import Plain, Propose
from tests.dialogue.acting import usd
from tests.dialogue.conftest import Begin

FEES = Money(7240, "USD")


def _about_fees(part: Money | None = FEES) -> Plain:
    return Plain(name="wrong_amount", part=part)


def test_a_line_that_is_named_by_its_sum_is_held_alone(begin: Begin) -> None:
    talk = begin(known=True)
    answer = talk.write("the 72.40 late fees are wrong", _about_fees())
    assert "$72.40" in answer.text and "D-" in answer.text
    (debt,) = talk.debts()
    assert debt.disputed == FEES and debt.rest == debt.balance - FEES
    talk.write("i can pay 60 a month on the rest", Propose(each=usd(60), frequency="monthly"))
    assert talk.asked == "accept"


def test_who_disputed_all_of_it_may_say_which_line(begin: Begin) -> None:
    talk = begin(known=True)
    assert "Which part" in talk.write("the amount is wrong", _about_fees(None)).text
    (before,) = talk.debts()
    assert before.disputed is None
    opened = len(talk.facts("DisputeOpened"))
    talk.write("the 72.40", _about_fees())
    (debt,) = talk.debts()
    assert debt.disputed == FEES
    assert len(talk.facts("DisputeOpened")) == opened


@pytest.mark.parametrize("named", [Money(30000, "USD"), Money(7240, "MXN")])
def test_any_other_sum_may_be_what_they_think_is_right(begin: Begin, named: Money) -> None:
    talk = begin(known=True)
    assert "Which part" in talk.write("it should be 300", _about_fees(named)).text
    (debt,) = talk.debts()
    assert debt.disputed is None


def test_who_is_not_known_learns_nothing_about_the_bill(begin: Begin) -> None:
    talk = begin()
    answer = talk.write("the 72.40 late fees are wrong", _about_fees())
    assert "72.40" not in answer.text
