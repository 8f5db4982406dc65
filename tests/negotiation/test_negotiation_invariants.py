"""The limits that no case, policy or proposal may break. Each is tried on a thousand of them, in
`make test` on a hundred.

What the limits are is worked out from the policy's cells by hand, not taken from the decision.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from bot.core import Money
from bot.negotiation import (
    Accepted,
    Case,
    Countered,
    FinalOffer,
    Frequency,
    Kind,
    NoRoom,
    Policy,
    Proposal,
    answer_to,
    decide,
    policy_version,
    possible_offers,
    record,
    replay,
)
from tests.negotiation import by_hand
from tests.negotiation.bargaining_kit import (
    PLANS,
    SETTLING,
    STANDARD,
    a_case,
    a_policy,
    case_of,
    meetings,
    offers_in,
    policy_of,
    proposal_of,
    thorough,
    usd,
)

Meeting = tuple[Case, Policy, Proposal]


@thorough
@given(meetings())
def test_the_parts_of_an_offer_sum_to_its_total_to_the_cent(meeting: Meeting) -> None:
    case, policy, proposal = meeting
    for offer in offers_in(case, decide(case, policy), proposal):
        assert sum(part.amount.minor for part in offer.schedule) == offer.total.minor
        assert all(part.amount.is_positive for part in offer.schedule)
        if offer.kind in PLANS:
            assert offer.total == case.balance
        if offer.kind in (Kind.FULL, *SETTLING):
            assert offer.total + offer.discount == case.balance
        else:
            assert offer.discount.is_zero
        if offer.kind not in (Kind.EXTENSION, Kind.REDUCTION):
            assert offer.total <= case.balance


@cache
def changing(kind: Kind, months: int) -> Policy:
    """A policy that has this change and nothing else."""
    return a_policy(offers=(kind,), reduction_months=months, changes_per_year=1)


@thorough
@given(st.integers(0, 2**48))
def test_a_changed_plan_asks_for_what_was_left_of_it_to_the_cent(seed: int) -> None:
    chance = Random(seed)
    case = case_of(chance, broken_plans=0, counters_made=0, changes_this_year=0, product="gym", running=True)
    kind = chance.choice((Kind.EXTENSION, Kind.REDUCTION))
    policy = changing(kind, chance.randint(1, 6))
    offers = offers_in(case, decide(case, policy), proposal_of(chance, case.today, wants=kind.value))
    assert offers
    left = sum(part.amount.minor for part in case.plan)
    for offer in offers:
        assert offer.kind is kind and sum(part.amount.minor for part in offer.schedule) == left
        assert all(part.amount.is_positive for part in offer.schedule)
        if kind is Kind.EXTENSION:
            assert sorted(part.amount.minor for part in offer.schedule) == sorted(
                part.amount.minor for part in case.plan
            )


@thorough
@given(meetings())
def test_no_part_of_a_plan_but_the_last_is_below_the_minimum(meeting: Meeting) -> None:
    case, policy, proposal = meeting
    decision, (_, terms) = decide(case, policy), by_hand.terms_for(case, policy)
    if by_hand.INCOME_CAPS & set(decision.caps):
        case = replace(case, product="gym")
        decision = decide(case, policy)
        _, terms = by_hand.terms_for(case, policy)
    for offer in offers_in(case, decision, proposal):
        if offer.kind in PLANS:
            pace = Frequency.WEEKLY if proposal.parts or not offer.frequency else offer.frequency
            least = min(by_hand.least_payment(case, terms, pace), case.balance.minor)
            assert all(part.amount.minor >= least for part in offer.schedule[:-1])
            assert offer.schedule[0].amount.minor >= min(by_hand.down_payment(case, terms), case.balance.minor)


@thorough
@given(meetings())
def test_a_plan_never_outlasts_the_policy(meeting: Meeting) -> None:
    case, policy, proposal = meeting
    decision, (_, terms) = decide(case, policy), by_hand.terms_for(case, policy)
    months = decision.limits.plan.max_term_months
    if not by_hand.INCOME_CAPS & set(decision.caps):
        assert months == by_hand.longest_months(case, terms)
    latest = case.today + timedelta(days=max(terms.max_days_to_first_payment, 7) + 4)
    for offer in offers_in(case, decision, proposal):
        dues = [part.due for part in offer.schedule]
        assert dues == sorted(dues)
        assert not dues or dues[0] >= case.today or offer.kind in (Kind.EXTENSION, Kind.REDUCTION)
        if offer.kind in PLANS:
            assert dues[0] <= latest
            assert dues[-1] <= by_hand.plus_months(dues[0], months) + timedelta(days=4)
            assert offer.frequency is None or offer.frequency in terms.frequencies
        if offer.frequency in by_hand.A_YEAR and offer.kind in PLANS and not proposal.parts:
            assert len(dues) <= max(1, months * by_hand.A_YEAR[offer.frequency] // 12)


@cache
def patient(months: int) -> Policy:
    """A policy with so short a term that payments of their own can use it up."""
    return a_policy(max_term_months=months, short_term_months=1, min_payment=500, max_days_between_payments=90)


@thorough
@given(st.integers(0, 2**48))
def test_payments_of_their_own_do_not_make_a_plan_longer(seed: int) -> None:
    """50 on Friday, 80 in six weeks, then 10 a week: it ends when any other plan would."""
    chance = Random(seed)
    owed = Money(chance.randint(2_000, 200_000), "USD")
    case, months = case_of(chance, broken_plans=0, counters_made=0, product="gym", balance=owed), chance.randint(1, 5)
    day, parts = case.today, list[tuple[date, Money | Literal["rest"]]]()
    for _ in range(chance.randint(1, 5)):
        day += timedelta(days=chance.randint(1, 60))
        parts.append((day, Money(chance.randint(100, max(200, case.balance.minor // 8)), "USD")))
    if chance.random() < 0.5:
        parts[-1] = (day, "rest")
    each, frequency = Money(chance.randint(1, 2_000), "USD"), chance.choice((Frequency.WEEKLY, Frequency.MONTHLY, None))
    wish = Proposal(parts=tuple(parts), each=each if frequency else None, frequency=frequency, wants="plan")
    decision = decide(case, patient(months))
    answer = answer_to(wish, case, decision)
    if isinstance(answer, (Accepted, Countered, FinalOffer)) and answer.offer.kind in PLANS:
        dues = [part.due for part in answer.offer.schedule]
        longest = decision.limits.plan.max_term_months
        assert dues[-1] <= by_hand.plus_months(dues[0], longest) + timedelta(days=4)
        assert answer.offer.total == case.balance


@thorough
@given(meetings())
def test_a_settlement_is_never_below_the_floor(meeting: Meeting) -> None:
    case, policy, proposal = meeting
    case = replace(case, days_past_due=case.days_past_due % 400 + 90)
    decision, (_, terms) = decide(case, policy), by_hand.terms_for(case, policy)
    for offer in offers_in(case, decision, replace(proposal, wants="settlement")):
        if offer.kind in SETTLING:
            in_parts = offer.kind is Kind.SETTLEMENT_PARTS
            least = by_hand.settlement_floor(case, terms, in_parts=in_parts)
            assert least is not None and offer.total.minor >= least
            assert len(offer.schedule) <= (min(terms.settlement_max_parts, 4) if in_parts else 1)
            days = terms.settlement_parts_days if in_parts else terms.settlement_days
            assert offer.schedule[-1].due <= case.today + timedelta(days=days + 4)


@thorough
@given(meetings())
def test_paying_in_full_costs_all_of_it_or_less_the_discount_in_its_days(meeting: Meeting) -> None:
    case, policy, proposal = meeting
    decision, (_, terms) = decide(case, policy), by_hand.terms_for(case, policy)
    for offer in offers_in(case, decision, replace(proposal, wants="full", parts=())):
        if offer.kind is Kind.FULL:
            days = (offer.schedule[0].due - case.today).days
            discount = int(by_hand.percent(case, terms.full_discount_pct)) if Kind.FULL in terms.offers else 0
            assert offer.discount.minor in (0, discount)
            assert days <= terms.full_discount_days + 4 or offer.discount.is_zero
            assert days > terms.full_discount_days or offer.discount.minor == discount


@thorough
@given(meetings())
def test_under_a_hold_there_is_no_offer(meeting: Meeting) -> None:
    case, policy, proposal = meeting
    held = replace(case, held=True)
    decision = decide(held, policy)
    assert possible_offers(held, decision) == ()
    assert isinstance(answer_to(proposal, held, decision), NoRoom)


@thorough
@given(meetings(), st.integers(0, 2**48))
def test_every_offer_names_its_policy_and_its_row_and_can_be_replayed(meeting: Meeting, seed: int) -> None:
    case, policy, proposal = meeting
    decision = decide(case, policy)
    for offer in offers_in(case, decision, proposal):
        assert offer.version == decision.version == policy_version(policy)
        assert offer.row == by_hand.terms_for(case, policy)[0]
        assert offer.expires >= case.today + timedelta(days=3)
    before = [row.name for row in policy.rows][: [row.name for row in policy.rows].index(decision.row)]
    assert [passed.row for passed in decision.passed_over] == before
    stored = record(case, decision)
    assert replay(stored, policy) and decision.version.encode() in stored
    other = another(policy, Random(seed))
    assert policy_version(other) != policy_version(policy) and not replay(stored, other)


def another(policy: Policy, chance: Random) -> Policy:
    """A policy that differs in one cell, or any other one."""
    row = chance.randrange(len(policy.rows))
    terms = structs.replace(policy.rows[row].terms, grace_days=policy.rows[row].terms.grace_days + 1)
    rows = (*policy.rows[:row], structs.replace(policy.rows[row], terms=terms), *policy.rows[row + 1 :])
    changed = structs.replace(policy, rows=rows)
    other = policy_of(chance)
    return changed if other == policy or chance.random() < 0.5 else other


@thorough
@given(meetings())
def test_no_answer_carries_a_floor(meeting: Meeting) -> None:
    case, policy, proposal = meeting
    case = replace(case, days_past_due=case.days_past_due % 400 + 90)
    decision = decide(case, policy)
    settlement = decision.limits.settlement
    answer = answer_to(replace(proposal, wants="settlement"), case, decision)
    if settlement is None or not isinstance(answer, (Countered, FinalOffer, NoRoom)):
        return
    if settlement.opening.minor - settlement.floor.minor <= 1_000:
        return
    named = {proposal.total, proposal.payment, case.balance}
    if proposal.percent:
        named.add(case.balance.percent(proposal.percent))
    if answer.reason.value.startswith(("settlement", "our")):
        assert settlement.floor not in [value for value in answer.values.values() if value not in named]
        if isinstance(answer, Countered) and answer.offer.kind is Kind.SETTLEMENT:
            assert answer.offer.total > settlement.floor


@thorough
@given(st.integers(0, 2**32))
def test_what_policy_allows_is_accepted_exactly(seed: int) -> None:
    """Any monthly payment inside the term and above the minimum is taken as it is, on their own day."""
    chance = Random(seed)
    case = a_case(chance.choice(("612.40", "1000.00", "2499.99")))
    _, terms = by_hand.terms_for(case, STANDARD)
    least = max(-(-case.balance.minor // terms.max_term_months), by_hand.least_a_month(case, terms))
    each = chance.choice((least, chance.randint(least, case.balance.minor - 1)))
    first = case.today + timedelta(days=chance.randint(0, 40))
    wish = Proposal(each=Money(each, "USD"), frequency=Frequency.MONTHLY, first_date=first)
    answer = answer_to(wish, case, decide(case, STANDARD))
    assert isinstance(answer, Accepted)
    assert answer.offer.schedule[0].due == first
    assert all(part.amount.minor == each for part in answer.offer.schedule[:-1])


def test_the_worked_example_of_twenty_a_month() -> None:
    """$620 at 20 a month takes 31 months; where 24 is the longest, that is $25.84."""
    case = a_case("620.00")
    decision = decide(case, a_policy(max_term_months=24, down_payment_pct=0, min_payment=500))
    answer = answer_to(Proposal(each=usd("20"), frequency=Frequency.MONTHLY), case, decision)
    assert isinstance(answer, Countered)
    assert answer.values == {"amount": usd("20"), "months": 31, "longest_months": 24}
    assert answer.offer.regular == usd("25.84") and len(answer.offer.schedule) == 24
