"""Equal facts get equal offers: whoever asks, however often, and whoever else was answered in between."""

from __future__ import annotations

from dataclasses import fields, replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot import accounts
from bot.negotiation import Answer, Case, Decision, Offer, Policy, Proposal, answer_to, decide, possible_offers
from tests.negotiation.bargaining_kit import STANDARD, a_case, case_of, meetings, proposal_of, reloaded, thorough

Meeting = tuple[Case, Policy, Proposal]
Seen = tuple[Decision, tuple[Offer, ...], Answer, Answer]
STATES_WITH_CAPS = ("US-NY", "US-CA")


def everything(case: Case, policy: Policy, proposal: Proposal) -> Seen:
    """All that this case can see of us in two turns."""
    decision = decide(case, policy)
    menu = possible_offers(case, decision)
    answer = answer_to(proposal, case, decision)
    return decision, menu, answer, answer_to(proposal, case, decision, menu)


@thorough
@given(meetings(), st.integers(0, 2**48))
def test_equal_facts_get_equal_offers_whoever_was_answered_in_between(meeting: Meeting, seed: int) -> None:
    case, policy, proposal = meeting
    chance = Random(seed)
    first = everything(case, policy, proposal)
    for _ in range(chance.randint(0, 2)):
        other = case_of(chance)
        everything(other, policy, proposal_of(chance, other.today))
    twins = [replace(case) for _ in range(2)]
    assert [everything(twin, reloaded(policy), replace(proposal)) for twin in twins] == [first, first]


@thorough
@given(meetings(), st.integers(0, 2**48))
def test_a_fact_that_no_row_and_no_law_names_changes_nothing(meeting: Meeting, seed: int) -> None:
    """Where somebody lives, what they bought and from whom: only what the table says about it counts."""
    case, policy, proposal = meeting
    other = stranger(case, policy, Random(seed))
    mine, theirs = everything(case, policy, proposal), everything(other, policy, proposal)
    assert mine[0].limits == theirs[0].limits and mine[0].row == theirs[0].row
    assert mine[1:] == theirs[1:]


def stranger(case: Case, policy: Policy, chance: Random) -> Case:
    """The same facts with other words where no row and no cap has a word of its own."""
    changed: dict[str, str] = {"client": chance.choice(("another", "abc", "zz-top"))}
    named = {word for row in policy.rows for word in row.when.product} | {"medical"}
    if case.product not in named:
        changed["product"] = chance.choice([word for word in policy.products if word not in named])
    if not any(row.when.jurisdiction for row in policy.rows) and case.product != "medical":
        changed["jurisdiction"] = chance.choice(("US-TX", "US-FL", *STATES_WITH_CAPS))
    return replace(case, **changed)  # type: ignore[arg-type]


def test_no_fact_of_a_case_can_stand_for_a_protected_class() -> None:
    """Whoever adds one looks here first: no language, name, postcode, age, sex, channel or hour."""
    assert {one.name for one in fields(Case)} == {
        "balance", "days_past_due", "today", "product", "jurisdiction", "client", "broken_plans", "hardship",
        "income_only_benefits", "vulnerable", "held", "counters_made", "pauses_used", "changes_this_year", "plan",
        "plan_frequency", "monthly_income", "monthly_surplus", "open_until",
    }  # fmt: skip
    assert {one.name for one in fields(accounts.CaseFacts)} == {
        "debt_id", "client", "product", "jurisdiction", "balance", "days_past_due", "closed",
    }  # fmt: skip


def test_the_words_that_are_exchanged_here_do_differ_where_a_row_names_them() -> None:
    phone, bill = (decide(a_case(product=product), STANDARD) for product in ("phone", "medical"))
    assert phone.row != bill.row
