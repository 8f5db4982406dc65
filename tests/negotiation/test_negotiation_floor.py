"""The floor to the cent: what reaches it is taken as it is, one cent less is answered with something at or above it."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.core import Money
from bot.negotiation import (
    Accepted,
    Answer,
    Case,
    Countered,
    FinalOffer,
    Kind,
    Policy,
    Proposal,
    SettlementStep,
    answer_to,
    decide,
)
from tests.negotiation import by_hand
from tests.negotiation.bargaining_kit import a_policy, case_of, thorough


def forgiving(chance: Random) -> Policy:
    """Settlements at once and in parts, with percentages that seldom come out at whole cents."""
    floor = Decimal(chance.randint(2_000, 9_000)) / 100
    above = Decimal(chance.randint(0, 999)) / 100
    step = SettlementStep(days_past_due_from=0, opening_pct=floor + above, floor_pct=floor)
    return a_policy(
        offers=(Kind.SETTLEMENT, Kind.SETTLEMENT_PARTS),
        settlement=(step,),
        min_settlement=chance.choice((0, 0, 10_001)),
        max_forgiven=chance.choice((None, None, 20_003)),
        settlement_parts_points=Decimal(chance.choice((0, 3, 7))) / 10,
        settlement_max_parts=4,
        counter_offers=9,
    )


def answered(minor: int, parts: int, case: Case, policy: Policy) -> Answer:
    wish = Proposal(total=Money(minor, "USD"), count=parts, lump=parts == 1, wants="settlement")
    return answer_to(wish, case, decide(case, policy))


@thorough
@given(st.integers(0, 2**48))
def test_a_total_exactly_at_the_floor_is_taken_and_one_cent_below_is_not(seed: int) -> None:
    chance = Random(seed)
    owed = Money(chance.randint(20_000, 2_000_000), "USD")
    case = case_of(
        chance, balance=owed, product="gym", jurisdiction="US-TX", broken_plans=0, counters_made=0,
        hardship=False, vulnerable=False, monthly_income=None, monthly_surplus=None,
    )  # fmt: skip
    policy, parts = forgiving(chance), chance.choice((1, 2, 3, 4))
    floor = by_hand.settlement_floor(case, by_hand.terms_for(case, policy)[1], in_parts=parts > 1)
    assert floor is not None and 0 < floor < owed.minor
    taken = answered(floor, parts, case, policy)
    assert isinstance(taken, Accepted)
    assert taken.offer.total.minor == floor and len(taken.offer.schedule) == parts
    assert taken.offer.discount.minor == owed.minor - floor
    refused = answered(floor - 1, parts, case, policy)
    assert isinstance(refused, (Countered, FinalOffer))
    assert refused.offer.total.minor >= floor
