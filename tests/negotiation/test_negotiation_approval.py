"""What a person at the desk may grant beyond the table, and where their authority ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core import Money
from bot.negotiation import (
    Accepted,
    Case,
    Countered,
    Frequency,
    Instalment,
    Kind,
    Offer,
    Proposal,
    answer_to,
    decide,
    role_for,
)
from tests.negotiation.bargaining_kit import STANDARD, a_case, usd


def settlement_of(case: Case, total: str) -> Offer:
    """A lump sum in a week, whatever policy says."""
    decision = decide(case, STANDARD)
    answer = answer_to(Proposal(wants="settlement"), case, decision)
    assert isinstance(answer, Countered)
    part = Instalment(case.today + timedelta(days=7), usd(total))
    return replace(answer.offer, total=usd(total), discount=case.balance - usd(total), schedule=(part,))


def plan_of(case: Case, months: int) -> Offer:
    """Equal monthly payments, whatever policy says."""
    answer = answer_to(Proposal(count=2, frequency=Frequency.MONTHLY), case, decide(case, STANDARD))
    assert isinstance(answer, Accepted) and answer.offer.kind is Kind.PLAN
    parts = case.balance.split(months)
    start = case.today
    schedule = tuple(Instalment(start + timedelta(days=30 * n), amount) for n, amount in enumerate(parts))
    return replace(answer.offer, schedule=schedule)


@pytest.mark.parametrize(
    ("total", "role"),
    [
        ("700", ""),
        ("699.99", "agent"),
        ("650", "agent"),
        ("649.99", "supervisor"),
        ("550", "supervisor"),
        ("549.99", "manager"),
    ],
)
def test_each_role_reaches_as_far_below_the_floor_as_its_points(total: str, role: str) -> None:
    case = a_case("1000.00")
    assert role_for(settlement_of(case, total), case, decide(case, STANDARD), STANDARD) == role


@pytest.mark.parametrize(("months", "role"), [(12, ""), (15, "agent"), (20, "supervisor"), (40, "manager")])
def test_each_role_reaches_as_far_beyond_the_term_as_its_months(months: int, role: str) -> None:
    case = a_case("1000.00")
    assert role_for(plan_of(case, months), case, decide(case, STANDARD), STANDARD) == role


def test_an_agent_grants_nothing_on_a_large_balance() -> None:
    case = a_case("5000.00")
    assert role_for(settlement_of(case, "3490"), case, decide(case, STANDARD), STANDARD) == "supervisor"


def test_nobody_grants_anything_under_a_hold_or_more_than_is_owed() -> None:
    case = a_case("1000.00")
    offer = settlement_of(case, "700")
    decision = decide(case, STANDARD)
    assert role_for(offer, replace(case, held=True), decision, STANDARD) is None
    assert role_for(replace(offer, total=Money(100_001, "USD")), case, decision, STANDARD) is None
