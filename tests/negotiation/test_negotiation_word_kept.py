"""Our word is kept while the policy stays: offers come down by shrinking steps, end with a last word, never get worse."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import zip_longest
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.core import Money
from bot.negotiation import (
    Accepted,
    Case,
    Countered,
    FinalOffer,
    Frequency,
    Kind,
    NoRoom,
    Offer,
    Policy,
    Proposal,
    Reason,
    SettlementLimits,
    answer_to,
    breaches,
    decide,
    possible_offers,
)
from tests.negotiation.bargaining_kit import (
    SETTLING,
    STANDARD,
    a_case,
    a_policy,
    case_of,
    meetings,
    proposal_of,
    thorough,
    usd,
)

Meeting = tuple[Case, Policy, Proposal]
LOW = Proposal(each=Money(1, "USD"), frequency=Frequency.MONTHLY)


def settling_case(chance: Random) -> Case:
    """Somebody for whom the ordinary terms forgive something."""
    sizes = (chance.randint(20_000, 90_000), chance.randint(1_000, 2_000_000))
    balance = Money(chance.choice(sizes), "USD")
    days = chance.randint(90, 900)
    return case_of(chance, balance=balance, days_past_due=days, broken_plans=0, counters_made=0, product="gym")


@thorough
@given(meetings(), st.integers(0, 2**32))
def test_offers_never_get_worse_while_the_policy_stays(meeting: Meeting, seed: int) -> None:
    case, policy, _ = meeting
    chance = Random(seed)
    case = replace(case, days_past_due=case.days_past_due % 400 + 90)
    decision = decide(case, policy)
    history: tuple[Offer, ...] = ()
    for round_ in range(5):
        proposal = proposal_of(chance, case.today, **chance.choice(({}, {"wants": "settlement", "count": None})))
        case = replace(case, counters_made=round_)
        answer = answer_to(proposal, case, decision, history)
        shown = [answer.offer] if isinstance(answer, (Accepted, Countered, FinalOffer)) else []
        for offer in [*shown, *possible_offers(case, decision, (*history, *shown))]:
            same = [earlier.total for earlier in history if earlier.kind is offer.kind]
            assert offer.kind not in SETTLING or offer.total <= min(same, default=offer.total)
        history += tuple(shown)


@cache
def haggling(number: int) -> tuple[int, tuple[int, ...], Policy]:
    """How many counter-offers, the shares of the gap that they give, and a policy that says so."""
    chance = Random(number)
    rounds = chance.randint(1, 5)
    shares = tuple(sorted((chance.randint(1, 95) for _ in range(chance.randint(1, 4))), reverse=True))
    return rounds, shares, a_policy(counter_offers=rounds, concessions_pct=tuple(map(Decimal, shares)))


@thorough
@given(st.integers(0, 2**48))
def test_a_lowballer_gets_smaller_and_smaller_steps_then_a_last_word_then_a_person(seed: int) -> None:
    chance = Random(seed)
    case, history = settling_case(chance), list[Offer]()
    rounds, shares, policy = haggling(chance.randint(1, 60))
    decision = decide(case, policy)
    for number in range(rounds + 3):
        case = replace(case, counters_made=len(history))
        answer = answer_to(Proposal(total=Money(1, "USD"), wants="settlement"), case, decision, tuple(history))
        if number > rounds:
            assert answer == NoRoom(Reason.ROUNDS_USED)
            continue
        assert type(answer) is (FinalOffer if number == rounds else Countered)
        assert isinstance(answer, (Countered, FinalOffer))
        history.append(answer.offer)
    assert decision.limits.settlement is not None
    assert_shrinking([offer.total.minor for offer in history], shares, decision.limits.settlement)


def assert_shrinking(totals: list[int], shares: tuple[int, ...], limits: SettlementLimits) -> None:
    """From the opening, each step gives its share of what is left above the floor, to the whole unit above."""
    left = Fraction(limits.opening.minor - limits.floor.minor)
    assert totals[0] == limits.opening.minor
    for share, total in zip_longest(shares[: len(totals) - 1], totals[1:]):
        left *= 1 - Fraction(share or 0, 100)
        assert 0 <= total - limits.floor.minor - left < 101
    steps = [before - after for before, after in zip(totals, totals[1:], strict=False)]
    assert all(step >= 0 for step in steps)
    assert all(later <= earlier + 100 for earlier, later in zip(steps, steps[1:], strict=False))


@thorough
@given(st.integers(0, 2**48))
def test_the_best_of_two_ways_stands_for_both(seed: int) -> None:
    """Steps that were given on one way of settling are not taken back on the menu of the other."""
    chance = Random(seed)
    case, history = settling_case(chance), tuple[Offer, ...]()
    decision = decide(case, haggling(1)[2])
    for _ in range(4):
        ask = Proposal(total=Money(1, "USD"), wants="settlement", count=chance.choice((None, 3)))
        answer = answer_to(ask, replace(case, counters_made=0), decision, history)
        assert isinstance(answer, Countered)
        history += (answer.offer,)
        steps = [offer.step for offer in history]
        assert steps == sorted(steps)
        listed = possible_offers(case, decision, history)
        assert all(offer.step == steps[-1] for offer in listed if offer.kind in SETTLING)


@thorough
@given(st.integers(0, 2**48))
def test_a_plan_that_was_offered_is_not_taken_back_when_a_part_is_paid(seed: int) -> None:
    """Whatever row the smaller balance falls into: who asks for less again is offered no more a month than before."""
    chance = Random(seed)
    case = case_of(
        chance, balance=Money(chance.randint(5_000, 400_000), "USD"), broken_plans=0, counters_made=0, plan=(),
        product="gym", hardship=False, vulnerable=False, income_only_benefits=False,
    )  # fmt: skip
    before = answer_to(LOW, case, decide(case, STANDARD))
    assert isinstance(before, Countered) and before.offer.kind in (Kind.PLAN, Kind.FULL)
    if before.offer.kind is Kind.FULL or not before.offer.is_even:
        return
    paid = chance.randint(1, case.balance.minor - 1)
    days = chance.choice((0, chance.randint(0, 7), 7))
    later = replace(case, balance=case.balance - Money(paid, "USD"), today=case.today + timedelta(days=days))
    decision, history = decide(later, STANDARD), (_stiffer(before.offer), before.offer)
    after = answer_to(LOW, later, decision, history[:: chance.choice((1, -1))])
    if isinstance(after, Countered) and after.offer.kind is Kind.PLAN:
        assert after.offer.regular is not None and before.offer.regular is not None
        assert after.offer.regular <= before.offer.regular
        assert breaches(after.offer, later, decision, history) == ()


def _stiffer(offer: Offer) -> Offer:
    """An earlier plan that asked for more at a time."""
    more = Money(1_000, "USD")
    parts = tuple(replace(part, amount=part.amount + more) for part in offer.schedule)
    return replace(offer, schedule=parts, total=offer.total + more * len(parts))


@thorough
@given(meetings(), st.integers(0, 2**32))
def test_what_was_said_before_never_takes_an_offer_outside_the_limits(meeting: Meeting, seed: int) -> None:
    case, policy, _ = meeting
    chance, decision = Random(seed), decide(case, policy)
    history: tuple[Offer, ...] = ()
    for _ in range(4):
        answer = answer_to(proposal_of(chance, case.today), case, decision, history)
        if isinstance(answer, (Accepted, Countered, FinalOffer)):
            assert breaches(answer.offer, case, decision) == ()
            history += (answer.offer,)


def test_a_payment_into_a_shorter_row_keeps_the_instalment_that_was_offered() -> None:
    case = a_case("612.40")
    low = Proposal(each=usd("20"), frequency=Frequency.MONTHLY)
    before = answer_to(low, case, decide(case, STANDARD))
    assert isinstance(before, Countered) and before.offer.regular == usd("51.04")
    paid = replace(case, balance=usd("462.40"))
    alone = answer_to(low, paid, decide(paid, STANDARD))
    after = answer_to(low, paid, decide(paid, STANDARD), (before.offer,))
    assert isinstance(alone, Countered) and alone.offer.regular == usd("77.07")
    assert isinstance(after, Countered) and after.offer.regular == usd("51.04")
