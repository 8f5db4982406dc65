"""One amount for several debts: it is shared out to the cent, and each gets what it needs first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cache
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.core import Money
from bot.negotiation import (
    Accepted,
    Ask,
    Case,
    Countered,
    Frequency,
    Missing,
    Policy,
    Proposal,
    SettlementStep,
    answer_to,
    decide,
)
from bot.negotiation.settlements import least
from bot.negotiation.several import by_size, divided, in_step
from tests.negotiation import by_hand
from tests.negotiation.bargaining_kit import TODAY, a_case, a_policy, thorough, usd

balances = st.lists(st.integers(1, 2_000_000), min_size=1, max_size=5)


def each_has_what_it_needs(shares: Sequence[Money], amount: int, needs: Sequence[int]) -> None:
    """To the cent, and none below its need where that can be."""
    assert sum(share.minor for share in shares) == amount
    assert all(share.minor >= 0 for share in shares)
    if sum(needs) <= amount:
        assert all(share.minor >= low for share, low in zip(shares, needs, strict=True))


@thorough
@given(balances, st.data())
def test_shares_sum_to_what_was_named_and_none_is_below_what_it_needs(owed: list[int], data: st.DataObject) -> None:
    needs = [data.draw(st.integers(0, one)) for one in owed]
    amount = data.draw(st.integers(1, sum(owed)))
    shares = by_size(Money(amount, "USD"), [Money(o, "USD") for o in owed], [Money(low, "USD") for low in needs])
    each_has_what_it_needs(shares, amount, needs)


@thorough
@given(balances, st.data())
def test_a_payment_in_step_is_shared_to_the_cent_and_none_gets_less_than_it_needs(
    owed: list[int], data: st.DataObject
) -> None:
    needs = [data.draw(st.integers(0, one)) for one in owed]
    amount = data.draw(st.integers(1, sum(owed)))
    shares = in_step(Money(amount, "USD"), [Money(o, "USD") for o in owed], [Money(low, "USD") for low in needs])
    each_has_what_it_needs(shares, amount, needs)
    if not any(needs):  # by balance, but for odd cents
        assert all(abs(share.minor * sum(owed) - amount * one) < len(owed) * sum(owed)
                   for share, one in zip(shares, owed, strict=True))  # fmt: skip


@thorough
@given(st.integers(0, 2**48))
def test_all_that_policy_lets_end_together_end_together(seed: int) -> None:
    """Without a minimum in the way: so much a week for all of them, in as many payments as one debt of that size."""
    chance = Random(seed)
    cases = [a_case(f"{chance.randint(100, 4000)}.{chance.randint(10, 99)}") for _ in range(chance.randint(2, 4))]
    policy = a_policy(min_payment=1, min_payment_pct=Decimal(0), down_payment_pct=Decimal(0), max_term_months=120)
    whole = sum(case.balance.minor for case in cases)
    each = Money(chance.randint(whole // 300 + 1, whole // 2), "USD")
    wish = Proposal(each=each, frequency=Frequency.WEEKLY)
    nothing = [usd(0)] * len(cases)
    shares = divided(wish, [case.balance for case in cases], nothing, nothing)
    assert sum(share.each.minor for share in shares if share.each) == each.minor
    plans = []
    for share, case in zip(shares, cases, strict=True):
        answer = answer_to(share, case, decide(case, policy), ())
        assert isinstance(answer, Accepted), answer
        assert answer.offer.total == case.balance
        assert all(part.amount == share.each for part in answer.offer.schedule[:-1])
        plans.append(answer.offer.schedule)
    full, rest = divmod(whole, each.minor)
    if rest > (full + 1) * len(cases):  # more than odd cents are left for the last time
        assert {len(plan) for plan in plans} == {full + 1}
    assert {len(plan) for plan in plans} <= {full, full + 1}


def test_a_sum_in_all_over_so_many_payments_is_a_pace_and_no_settlement() -> None:
    case, policy = a_case("1687.47"), a_policy(down_payment_pct=Decimal(0))
    decision = decide(case, policy)
    answer = answer_to(Proposal(total=usd(450), count=4, frequency=Frequency.WEEKLY), case, decision, ())
    assert isinstance(answer, Accepted)
    assert answer.offer.regular == usd("112.50") and len(answer.offer.schedule) == 15
    assert answer.offer.total == case.balance and not answer.offer.discount.minor
    settled = answer_to(Proposal(total=usd(1600), count=4, wants="settlement"), case, decide(case, steps(1)), ())
    assert not isinstance(settled, Missing)
    asked = answer_to(Proposal(total=usd(450), frequency=Frequency.WEEKLY), case, decision, ())
    assert asked == Missing(Ask.COUNT)
    assert answer_to(Proposal(total=usd(450)), case, decision, ()) == Missing(Ask.REST)


def test_every_amount_of_a_proposal_is_divided_and_days_are_kept() -> None:
    wish = Proposal(parts=((TODAY, usd(100)), (None, "rest")), total=usd(300), frequency=Frequency.MONTHLY)
    nothing = [usd(0), usd(0)]
    gym, clinic = divided(wish, [usd(100), usd(300)], nothing, nothing)
    assert gym.parts == ((TODAY, usd(25)), (None, "rest")) and clinic.parts == ((TODAY, usd(75)), (None, "rest"))
    assert (gym.total, clinic.total, gym.frequency) == (usd(75), usd(225), Frequency.MONTHLY)


@cache
def steps(number: int) -> Policy:
    """A policy with a floor of its own, or with none."""
    chance = Random(number)
    floor = Decimal(chance.randint(30, 90))
    step = SettlementStep(days_past_due_from=0, opening_pct=min(floor + 8, Decimal(100)), floor_pct=floor)
    return a_policy(settlement=(step,) if chance.random() < 0.8 else (), full_discount_pct=Decimal(0))


@thorough
@given(st.integers(0, 2**48))
def test_one_figure_to_close_all_is_taken_wherever_it_reaches_the_floor_of_each(seed: int) -> None:
    chance = Random(seed)
    policies = [steps(chance.randint(1, 30)) for _ in range(chance.randint(2, 4))]
    cases = [a_case(f"{chance.randint(100, 4000)}.{chance.randint(10, 99)}") for _ in policies]
    wish = Proposal(total=usd(1), wants="settlement", count=chance.choice((None, None, 3)))
    decisions = [decide(case, policy) for case, policy in zip(cases, policies, strict=True)]
    floors = [least(wish, case, decision) for case, decision in zip(cases, decisions, strict=True)]
    by_hand_ = [floor_by_hand(case, policy, wish) for case, policy in zip(cases, policies, strict=True)]
    assert [floor.minor for floor in floors] == by_hand_
    enough, all_owed = sum(by_hand_), sum(case.balance.minor for case in cases)
    named = chance.choice((enough, chance.randint(enough, all_owed), chance.randint(1, enough)))
    shares = divided(replace(wish, total=Money(named, "USD")), [case.balance for case in cases], floors, floors)
    assert sum(share.total.minor for share in shares if share.total) == named
    answers = [answer_to(*given_, ()) for given_ in zip(shares, cases, decisions, strict=True)]
    for answer, floor in zip(answers, by_hand_, strict=True):
        if isinstance(answer, (Accepted, Countered)):
            assert answer.offer.total.minor >= floor
    if named >= enough:
        assert all(isinstance(answer, Accepted) for answer in answers), answers
        assert sum(answer.offer.total.minor for answer in answers if isinstance(answer, Accepted)) <= named


def floor_by_hand(case: Case, policy: Policy, wish: Proposal) -> int:
    floor = by_hand.settlement_floor(case, policy.rows[0].terms, in_parts=bool(wish.count))
    return case.balance.minor if floor is None else floor


@thorough
@given(st.integers(0, 2**48))
def test_parts_that_close_all_give_each_debt_its_share_to_the_cent(seed: int) -> None:
    chance = Random(seed)
    owed = [Money(chance.randint(1_000, 300_000), "USD") for _ in range(chance.randint(2, 4))]
    floors = [Money(chance.randint(1, one.minor), "USD") for one in owed]
    whole = Money(chance.randint(sum(one.minor for one in floors), sum(one.minor for one in owed)), "USD")
    parts = tuple((TODAY + timedelta(days=9 * n), amount) for n, amount in enumerate(whole.split(3)))
    shares = divided(Proposal(parts=parts, wants="settlement"), owed, floors, floors)
    for number, (day, amount) in enumerate(parts):
        assert all(share.parts[number][0] == day for share in shares)
        assert sum(minor(share.parts[number][1]) for share in shares) == amount.minor
    for share, floor, one in zip(shares, floors, owed, strict=True):
        assert floor.minor <= sum(minor(amount) for _, amount in share.parts) <= one.minor + len(owed)
        assert all(minor(amount) >= 0 for _, amount in share.parts)


def minor(amount: Money | str) -> int:
    assert isinstance(amount, Money)
    return amount.minor


def test_where_it_is_not_enough_for_all_it_goes_by_size() -> None:
    assert by_size(usd(40), [usd(100), usd(300)], [usd(20), usd(60)]) == [usd(10), usd(30)]
