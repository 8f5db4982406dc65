"""The promises that no policy, case or proposal may break. Each is tried on at least a thousand of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core import Money
from bot.negotiation import (
    Accepted,
    Case,
    Countered,
    Decision,
    FinalOffer,
    Frequency,
    Kind,
    NoRoom,
    Offer,
    Policy,
    Proposal,
    answer_to,
    banking_day,
    breaches,
    decide,
    policy_version,
    possible_offers,
    record,
    replay,
)
from bot.negotiation.schedule import Rhythm, add_months, last_day, nominal
from tests.negotiation.bargaining_kit import STANDARD, a_case, a_policy, case_of, meetings, proposal_of, reloaded, usd

thorough = settings(
    max_examples=1_000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PLANS = (Kind.PLAN, Kind.SHORT_PLAN, Kind.LONG_PLAN)


def offers_in(case: Case, decision: Decision, proposal: Proposal) -> list[Offer]:
    """Every offer that this case can see: the menu and the answer."""
    answer = answer_to(proposal, case, decision)
    found = list(possible_offers(case, decision))
    if isinstance(answer, (Accepted, Countered, FinalOffer)):
        found.append(answer.offer)
    return found


@thorough
@given(meetings())
def test_the_parts_of_an_offer_sum_to_its_total_to_the_cent(meeting: tuple[Case, Policy, Proposal]) -> None:
    case, policy, proposal = meeting
    for offer in offers_in(case, decide(case, policy), proposal):
        assert sum(part.amount.minor for part in offer.schedule) == offer.total.minor
        assert all(part.amount.is_positive for part in offer.schedule)
        if offer.kind in PLANS:
            assert offer.total == case.balance
        if offer.kind in (Kind.FULL, Kind.SETTLEMENT, Kind.SETTLEMENT_PARTS):
            assert offer.total + offer.discount == case.balance
        else:
            assert offer.discount.is_zero
        if offer.kind not in (Kind.EXTENSION, Kind.REDUCTION):
            assert offer.total <= case.balance


@thorough
@given(meetings())
def test_no_part_of_a_plan_but_the_last_is_below_the_minimum(meeting: tuple[Case, Policy, Proposal]) -> None:
    case, policy, proposal = meeting
    decision = decide(case, policy)
    plan = decision.limits.plan
    for offer in offers_in(case, decision, proposal):
        if offer.kind in PLANS:
            frequency = Frequency.WEEKLY if proposal.parts or not offer.frequency else offer.frequency
            least = min(plan.least(frequency), case.balance.minor)
            assert all(part.amount.minor >= least for part in offer.schedule[:-1])
            assert offer.schedule[0].amount >= min(plan.down_payment, case.balance)


@thorough
@given(meetings())
def test_a_plan_never_outlasts_the_policy(meeting: tuple[Case, Policy, Proposal]) -> None:
    case, policy, proposal = meeting
    decision = decide(case, policy)
    plan = decision.limits.plan
    for offer in offers_in(case, decision, proposal):
        dues = [part.due for part in offer.schedule]
        assert dues == sorted(dues)
        assert not dues or dues[0] >= case.today or offer.kind in (Kind.EXTENSION, Kind.REDUCTION)
        if offer.kind in PLANS:
            assert dues[0] <= plan.latest_first
            assert dues[-1] <= last_day(dues[0], plan.max_term_months)
            assert offer.frequency is None or offer.frequency in plan.frequencies


@thorough
@given(meetings(), st.integers(0, 3))
def test_a_settlement_is_never_below_the_floor(meeting: tuple[Case, Policy, Proposal], step: int) -> None:
    case, policy, proposal = meeting
    decision = decide(case, policy)
    settlement = decision.limits.settlement
    for offer in offers_in(case, decision, proposal):
        if offer.kind in (Kind.SETTLEMENT, Kind.SETTLEMENT_PARTS):
            assert settlement is not None
            in_parts = offer.kind is Kind.SETTLEMENT_PARTS
            extra = settlement.parts_extra if in_parts else Money.zero("USD")
            assert offer.total >= min(settlement.floor + extra, case.balance)
            assert len(offer.schedule) <= (settlement.max_parts if in_parts else 1)
            assert offer.schedule[-1].due <= max(settlement.parts_latest if in_parts else settlement.latest, case.today)


@thorough
@given(meetings(), st.integers(0, 2**32))
def test_offers_never_get_worse_while_the_policy_stays(meeting: tuple[Case, Policy, Proposal], seed: int) -> None:
    case, policy, _ = meeting
    chance = Random(seed)
    decision = decide(case, policy)
    history: tuple[Offer, ...] = ()
    for round_ in range(4):
        proposal = proposal_of(chance, case.today)
        case = replace(case, counters_made=round_)
        answer = answer_to(proposal, case, decision, history)
        if not isinstance(answer, (Countered, FinalOffer)):
            continue
        for earlier in history:
            if earlier.kind is answer.offer.kind and earlier.kind in (Kind.SETTLEMENT, Kind.SETTLEMENT_PARTS):
                assert answer.offer.total <= earlier.total
        history += (answer.offer,)
        for offer in possible_offers(case, decision, history):
            for earlier in history:
                if earlier.kind is offer.kind and earlier.kind in (Kind.SETTLEMENT, Kind.SETTLEMENT_PARTS):
                    assert offer.total <= earlier.total


@thorough
@given(st.integers(0, 2**48))
def test_a_plan_that_was_offered_is_not_taken_back_when_a_part_is_paid(seed: int) -> None:
    """Whatever row the smaller balance falls into: who asks for less again is offered no more a month than before."""
    chance = Random(seed)
    case = case_of(chance, broken_plans=0, counters_made=0, plan=())
    low = Proposal(each=Money(1, "USD"), frequency=Frequency.MONTHLY)
    before = answer_to(low, case, decide(case, STANDARD))
    if not isinstance(before, Countered) or before.offer.kind is not Kind.PLAN or not before.offer.is_even:
        return
    paid = chance.randint(1, case.balance.minor)
    later = replace(
        case, balance=case.balance - Money(paid, "USD"), today=case.today + timedelta(days=chance.randint(0, 6))
    )
    decision = decide(later, STANDARD)
    after = answer_to(low, later, decision, (before.offer,))
    if isinstance(after, Countered) and after.offer.kind is Kind.PLAN:
        assert after.offer.regular is not None and before.offer.regular is not None
        assert after.offer.regular <= before.offer.regular
        assert breaches(after.offer, later, decision, (before.offer,)) == ()


@thorough
@given(meetings(), st.integers(0, 2**32))
def test_what_was_said_before_never_takes_an_offer_outside_the_limits(
    meeting: tuple[Case, Policy, Proposal], seed: int
) -> None:
    case, policy, _ = meeting
    chance, decision = Random(seed), decide(case, policy)
    history: tuple[Offer, ...] = ()
    for _ in range(5):
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


@thorough
@given(meetings(), st.sampled_from(["client", "product", "jurisdiction"]))
def test_equal_facts_get_equal_offers(meeting: tuple[Case, Policy, Proposal], fact: str) -> None:
    case, policy, proposal = meeting
    decision = decide(case, policy)
    again = decide(replace(case), reloaded(policy))
    assert decision == again
    assert offers_in(case, decision, proposal) == offers_in(replace(case), again, replace(proposal))
    if not any(getattr(row.when, fact) for row in policy.rows) and fact == "client":
        other = replace(case, client="another")
        assert offers_in(case, decision, proposal) == offers_in(other, decide(other, policy), proposal)


@thorough
@given(
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    st.sampled_from([one for one in Frequency if one is not Frequency.PAYDAY]),
    st.lists(st.integers(1, 31), max_size=2, unique=True),
)
def test_days_follow_the_calendar_and_move_forward(first: date, frequency: Frequency, days: list[int]) -> None:
    rhythm = Rhythm(frequency, first, tuple(sorted(days)))
    named = [nominal(rhythm, index) for index in range(14)]
    assert named == sorted(named)
    for day in named:
        due = banking_day(day)
        assert due.weekday() < 5 and timedelta(0) <= due - day <= timedelta(days=4)
    if frequency is Frequency.MONTHLY and not days:
        assert named == [add_months(first, index) for index in range(14)]
        assert all(day.day == first.day or (day + timedelta(days=1)).day == 1 for day in named)


@thorough
@given(meetings())
def test_under_a_hold_there_is_no_offer(meeting: tuple[Case, Policy, Proposal]) -> None:
    case, policy, proposal = meeting
    held = replace(case, held=True)
    decision = decide(held, policy)
    assert possible_offers(held, decision) == ()
    assert isinstance(answer_to(proposal, held, decision), NoRoom)


@thorough
@given(meetings())
def test_every_offer_names_its_policy_and_can_be_replayed(meeting: tuple[Case, Policy, Proposal]) -> None:
    case, policy, proposal = meeting
    decision = decide(case, policy)
    for offer in offers_in(case, decision, proposal):
        assert offer.version == policy_version(policy)
        assert offer.row == decision.row
        assert offer.expires >= case.today + timedelta(days=3)
    assert replay(record(case, decision), policy)


@thorough
@given(meetings(), st.integers(0, 30))
def test_accepting_an_answer_again_changes_nothing(meeting: tuple[Case, Policy, Proposal], later: int) -> None:
    """What was accepted, proposed again word for word, is accepted again as the same offer."""
    case, policy, _ = meeting
    decision = decide(case, policy)
    for offer in possible_offers(case, decision):
        if offer.kind not in (Kind.SHORT_PLAN, Kind.LONG_PLAN) or case.in_care:
            continue
        proposal = Proposal(each=offer.regular, frequency=offer.frequency, first_date=offer.schedule[0].due)
        first = answer_to(proposal, case, decision)
        again = answer_to(proposal, case, decision, (offer,))
        assert first == again


@thorough
@given(meetings())
def test_no_answer_carries_a_floor(meeting: tuple[Case, Policy, Proposal]) -> None:
    case, policy, proposal = meeting
    decision = decide(case, policy)
    settlement = decision.limits.settlement
    answer = answer_to(proposal, case, decision)
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
    decision = decide(case, STANDARD)
    least = -(-case.balance.minor // decision.limits.plan.payments(Frequency.MONTHLY))
    each = chance.choice((least, chance.randint(least, case.balance.minor - 1)))
    first = case.today + timedelta(days=chance.randint(0, 40))
    wish = Proposal(each=Money(each, "USD"), frequency=Frequency.MONTHLY, first_date=first)
    answer = answer_to(wish, case, decision)
    assert isinstance(answer, Accepted)
    assert answer.offer.schedule[0].due == (first if first == case.today else banking_day(first))
    assert all(part.amount.minor == each for part in answer.offer.schedule[:-1])


def test_the_worked_example_of_twenty_a_month() -> None:
    """$620 at 20 a month takes 31 months; where 24 is the longest, that is $25.84."""
    case = a_case("620.00")
    decision = decide(case, a_policy(max_term_months=24, down_payment_pct=0, min_payment=500))
    answer = answer_to(Proposal(each=usd("20"), frequency=Frequency.MONTHLY), case, decision)
    assert isinstance(answer, Countered)
    assert answer.values == {"amount": usd("20"), "months": 31, "longest_months": 24}
    assert answer.offer.regular == usd("25.84") and len(answer.offer.schedule) == 24
