"""A policy file: what cannot be stored, what is stored but wrong, and what the decision says about itself."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec import structs

from bot.core import Problems
from bot.negotiation import (
    Kind,
    SettlementStep,
    When,
    banking_day,
    decide,
    dump_policy,
    load_policy,
    policy_problems,
    policy_version,
    record,
    replay,
)
from bot.negotiation.caps import CAPS
from tests.examples import each
from tests.negotiation.bargaining_kit import STANDARD, TODAY, a_case, a_policy, usd

PLANTED = Path(__file__).with_name("planted_mistakes.json").read_bytes()
EXPECTED = {
    "last_row_not_everybody", "same_name", "unknown_word", "unreachable_row", "overlap", "gap", "tier_twice",
    "tier_shrinks", "no_reference", "pause_of_nothing", "token_above_minimum", "band_upside_down",
    "short_above_long", "minimum_beats_term", "min_settlement_too_high", "concessions_grow",
    "concession_reveals_floor", "floor_above_opening", "no_room_to_bargain", "step_unreachable",
    "floor_of_nothing", "empty_offers", "person_only_with_offers", "offer_twice", "no_counter_offers",
    "discount_outlives_full", "discount_beats_settlement", "payday_frequency", "affordable_below_long",
    "surplus_of_nothing", "frequency_beyond_gap", "parts_too_tight", "extension_of_nothing",
    "reduction_of_nothing", "promise_of_nothing", "no_changes", "ends_at_once", "kept_threshold_low",
    "down_payment_too_high", "settlement_without_step", "no_frequency", "minimum_of_nothing",
    "parts_without_settlement", "parts_below_two",
}  # fmt: skip


def kinds(policy: object) -> set[str]:
    return {problem.kind for problem in policy_problems(policy)}  # type: ignore[arg-type]


def malformed(**changes: object) -> list[str]:
    """The problems of the standard file with these top-level changes."""
    raw = json.loads(dump_policy(STANDARD)) | changes
    with pytest.raises(Problems) as raised:
        load_policy(json.dumps(raw).encode())
    return [str(problem) for problem in raised.value.problems]


def test_the_standard_policy_has_no_problem() -> None:
    assert policy_problems(STANDARD) == ()


def test_every_planted_mistake_gets_its_sentence() -> None:
    found = policy_problems(load_policy(PLANTED))
    assert {problem.kind for problem in found} >= EXPECTED
    assert len(found) >= 25
    for problem in found:
        assert problem.where.startswith(("row ", "approval", "policy"))
        assert problem.expected and problem.got
        assert "expected" in str(problem) and len(str(problem)) < 250


ONE_BY_ONE = [
    ("Benefits are the only income", "token_months", 0, "token_payment"),
    ("Benefits are the only income", "surplus_share_pct", 0, "surplus_share_pct"),
    ("Benefits are the only income", "full_discount_days", 60, "full_discount_days"),
    ("Benefits are the only income", "reduction_pct", 100, "reduction_pct"),
    ("Hardship or vulnerable", "offers", ["full", "long_plan", "settlement", "settlement_parts"], "offers"),
    ("Hardship or vulnerable", "down_payment_pct", 15, "care-no-down-payment"),
    ("Hardship or vulnerable", "reduction_months", 0, "reduction_pct"),
    ("Hardship or vulnerable", "pauses_per_year", 0, "pause_days"),
    ("Hardship or vulnerable", "max_days_between_payments", 30, "max_days_between_payments"),
    ("Four broken plans in a year", "offers", ["full"], "offers"),
    ("Two broken plans in a year", "short_term_months", 9, "short_term_months"),
    ("Two broken plans in a year", "promise_days", 0, "promise_days"),
    ("Two broken plans in a year", "missed_in_a_row_ends", 1, "missed_in_a_row_ends"),
    ("Medical and dental bills", "settlement_parts_days", 20, "settlement_parts_days"),
    ("Medical and dental bills", "settlement_max_parts", 1, "settlement_max_parts"),
    ("Below $500", "min_settlement", "500.00", "min_settlement"),
    ("Below $500", "max_forgiven", "0.00", "max_forgiven"),
    ("Below $500", "concessions_pct", [20, 30], "concessions_pct"),
    ("Below $500", "kept_threshold_pct", 20, "kept_threshold_pct"),
    ("Below $500", "offer_valid_days", 2, "time-to-think"),
    ("Benefits are the only income", "full_discount_pct", 20, "full_discount_pct"),
    ("$500 to $2,500", "counter_offers", 0, "counter_offers"),
    ("$500 to $2,500", "extension_days", 0, "extension_days"),
    ("$500 to $2,500", "changes_per_year", 0, "changes_per_year"),
    ("$500 to $2,500", "offers", ["full", "full", "long_plan", "settlement"], "offers"),
    ("Everybody else", "concessions_pct", [100], "concessions_pct"),
    ("Everybody else", "settlement_days", 0, "settlement_days"),
    ("Everybody else", "max_days_to_first_payment", 3, "time-to-first-payment"),
    ("Everybody else", "affordable_term_months", 6, "affordable_term_months"),
]


@each(("row", "cell", "value", "column"), ONE_BY_ONE)
def test_one_mistake_is_one_sentence_with_its_row_and_column(row: str, cell: str, value: object, column: str) -> None:
    raw = json.loads(dump_policy(STANDARD))
    number, wrong = next((n, one) for n, one in enumerate(raw["rows"], 1) if one["name"] == row)
    wrong["terms"][cell] = value
    found = policy_problems(load_policy(json.dumps(raw).encode()))
    assert [problem.where for problem in found] == [f'row {number} "{row}", {column}'], [str(one) for one in found]


def test_malformed_cells_are_all_named_at_once_with_row_and_field() -> None:
    raw = json.loads(dump_policy(STANDARD))
    raw["rows"][0]["terms"]["min_payment"] = 25
    raw["rows"][1]["terms"]["full_discount_pct"] = 140
    raw["rows"][2]["when"]["hardship"] = "maybe"
    raw["rows"][3]["terms"]["offers"] = ["full", "free_lunch"]
    raw["rows"][4]["terms"]["settlement"][0].pop("floor_pct")
    raw["rows"][5]["when"]["postcode"] = ["10001"]
    del raw["rows"][6]["terms"]["grace_days"]
    raw["effective_from"] = "soon"
    found = malformed(**raw)
    assert found == [
        'policy, effective_from: expected a date such as 2026-12-01, got "soon"',
        'row 1 "Benefits are the only income", terms, min_payment: '
        'expected an amount in quotes such as "25.00", got 25',
        'row 2 "Hardship or vulnerable", terms, full_discount_pct: expected a percentage from 0 to 100, got 140',
        'row 3 "Four broken plans in a year", when, hardship: expected true or false, got "maybe"',
        'row 4 "Two broken plans in a year", terms, offers 2: expected full or short_plan or long_plan or plan or '
        'settlement or settlement_parts or extension or reduction or pause or token or promise, got "free_lunch"',
        'row 5 "Medical and dental bills", terms, settlement 1, floor_pct: expected a value, got nothing',
        'row 6 "Below $500", when, postcode: expected a field of the policy, got a name that it does not have',
        'row 7 "$500 to $2,500", terms, grace_days: expected a value, got nothing',
    ]


@each("data", [b"", b"[]", b"{", b'{"rows": 1}', b'{"name": "a", "name": "b"}', b"[" * 5_000])
def test_what_is_no_policy_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Problems):
        load_policy(data)


def test_a_row_takes_what_it_leaves_out_from_the_defaults_never_a_blank() -> None:
    by_name = {row.name: row.terms for row in STANDARD.rows}
    assert by_name["$500 to $2,500"].min_payment == 2500
    assert by_name["Hardship or vulnerable"].min_payment == 1000
    assert by_name["Hardship or vulnerable"].counter_offers == 3


def test_the_version_changes_with_any_cell_and_only_with_a_cell() -> None:
    same = load_policy(dump_policy(STANDARD))
    assert policy_version(same) == policy_version(STANDARD)
    raw = json.loads(dump_policy(STANDARD))
    raw["rows"][-1]["terms"]["grace_days"] = 4
    assert policy_version(load_policy(json.dumps(raw).encode())) != policy_version(STANDARD)


def test_the_decision_says_why_each_row_before_was_passed_over() -> None:
    decision = decide(a_case("612.40"), STANDARD)
    assert decision.row == "$500 to $2,500"
    assert [str(passed) for passed in decision.passed_over][-2:] == [
        '"Medical and dental bills" is for product medical or dental; here it is electricity',
        '"Below $500" is for balance below 500.00; here it is 612.40',
    ]


def test_a_decision_is_replayed_byte_for_byte_and_another_policy_is_noticed() -> None:
    case = a_case("612.40")
    stored = record(case, decide(case, STANDARD))
    assert replay(stored, STANDARD)
    assert not replay(stored, a_policy())


@pytest.mark.parametrize(
    ("balance", "row"),
    [
        ("499.99", "Below $500"),
        ("500.00", "$500 to $2,500"),
        ("2499.99", "$500 to $2,500"),
        ("2500.00", "Everybody else"),
    ],
)
def test_a_band_holds_its_lower_end_and_not_its_upper(balance: str, row: str) -> None:
    assert decide(a_case(balance), STANDARD).row == row


def test_a_hardship_that_is_put_down_crosses_a_cap() -> None:
    problems = policy_problems(a_policy(down_payment_pct=10))
    assert "legal_cap_crossed" in {problem.kind for problem in problems}
    case = a_case("1000.00", hardship=True)
    decision = decide(case, a_policy(down_payment_pct=10))
    assert decision.limits.plan.down_payment.is_zero and decision.caps == ("care-no-down-payment",)


def test_a_medical_plan_in_new_york_takes_at_most_a_twentieth_of_income() -> None:
    case = a_case("1200.00", product="medical", jurisdiction="US-NY", monthly_income=a_case("800.00").balance)
    decision = decide(case, STANDARD)
    assert decision.limits.plan.min_payment.minor <= 4_000 and "ny-medical-5-percent" in decision.caps
    assert decision.limits.plan.max_term_months == 30


def test_a_medical_plan_in_california_takes_at_most_a_tenth_of_what_is_left_after_living_expenses() -> None:
    told = {"product": "medical", "jurisdiction": "US-CA", "monthly_income": usd(3000)}
    of_income = decide(a_case("7200.00", **told), STANDARD)
    assert of_income.limits.plan.max_term_months == 24, "300 a month at most, which the terms allow anyway"
    of_the_rest = decide(a_case("7200.00", **told, monthly_surplus=usd(1000)), STANDARD)
    assert of_the_rest.limits.plan.max_term_months == 72 and "ca-medical-10-percent" in of_the_rest.caps
    nothing_left = decide(a_case("7200.00", **told, monthly_surplus=usd(0)), STANDARD)
    assert nothing_left.limits.person_only


def test_every_cap_says_where_it_was_read_and_from_when_on_it_holds() -> None:
    for cap in CAPS:
        assert cap.citation and cap.says and cap.read and cap.effective_from <= date(2026, 1, 1)
        assert cap.basis == "house" or "to be confirmed by counsel" in cap.read.lower()


def test_nobody_is_pressed_to_pay_today_or_to_answer_today() -> None:
    decision = decide(a_case(), a_policy(max_days_to_first_payment=0, offer_valid_days=1))
    assert set(decision.caps) == {"time-to-first-payment", "time-to-think"}
    assert decision.limits.plan.latest_first == banking_day(TODAY + timedelta(days=7))
    assert decision.limits.offer_valid_days == 3


def test_a_settlement_in_parts_stays_below_the_credit_rules() -> None:
    decision = decide(a_case(), a_policy(settlement_max_parts=9))
    assert decision.limits.settlement is not None and decision.limits.settlement.max_parts == 4
    assert decision.caps == ("settlement-parts-below-credit",)


def test_a_medical_plan_that_income_cannot_carry_goes_to_a_person() -> None:
    case = a_case("9000.00", product="medical", jurisdiction="US-NY", monthly_income=usd(10))
    assert decide(case, STANDARD).limits.person_only


def test_an_older_account_must_not_pay_a_larger_part() -> None:
    steps = (
        SettlementStep(days_past_due_from=365, opening_pct=95, floor_pct=85),  # type: ignore[arg-type]
        SettlementStep(days_past_due_from=90, opening_pct=90, floor_pct=80),  # type: ignore[arg-type]
    )
    assert "older_gets_worse" in kinds(a_policy(settlement=steps))


def test_somebody_in_hardship_must_not_find_nothing() -> None:
    assert "dead_end" in kinds(a_policy(offers=(Kind.FULL, Kind.LONG_PLAN)))
    assert "dead_end" not in kinds(a_policy(offers=(Kind.FULL, Kind.LONG_PLAN, Kind.PAUSE, Kind.TOKEN)))


def test_a_row_hidden_by_two_others_together_is_unreachable() -> None:
    terms = STANDARD.rows[-1]
    rows = tuple(
        structs.replace(terms, name=name, when=when)
        for name, when in [
            ("low", When(balance_below=50_000)),
            ("high", When(balance_from=50_000)),
            ("hidden", When(days_past_due_from=90)),
            ("all", When()),
        ]
    )
    found = policy_problems(structs.replace(STANDARD, rows=rows))
    assert [problem.where for problem in found if problem.kind == "unreachable_row"] == [
        'row 3 "hidden"',
        'row 4 "all"',
    ]
