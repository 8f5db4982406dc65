"""What a simulation says before a draft is live, and what it admits that it does not know."""

from __future__ import annotations

import json
from random import Random

import pytest
from msgspec import structs

from bot.negotiation import (
    Account,
    Frequency,
    Kind,
    Logged,
    Policy,
    Proposal,
    report_json,
    report_text,
    simulate,
)
from bot.negotiation.findings import Share
from tests.negotiation.bargaining_kit import STANDARD, a_case, a_policy, case_of, proposal_of, usd


def accounts(count: int = 200, seed: int = 1) -> list[Account]:
    chance = Random(seed)
    found = []
    for number in range(count):
        case = case_of(chance, counters_made=0, held=chance.random() < 0.05)
        said = tuple(proposal_of(chance, case.today) for _ in range(chance.randint(0, 3)))
        groups = {"language": chance.choice(("en", "es")), "channel": chance.choice(("sms", "web"))}
        found.append(Account(f"acc_{number:05}", case, said, groups))
    return found


def longer(policy: Policy, months: int = 6) -> Policy:
    """The same policy with longer terms in every row."""
    rows = tuple(
        structs.replace(
            row,
            terms=structs.replace(
                row.terms,
                max_term_months=row.terms.max_term_months + months,
                affordable_term_months=row.terms.affordable_term_months + months,
            ),
        )
        for row in policy.rows
    )
    return structs.replace(policy, rows=rows)


def test_a_draft_that_changes_nothing_changes_nothing() -> None:
    report = simulate(STANDARD, STANDARD, accounts(), [])
    assert all(one.change == 0 for one in report.money)
    assert all(set(news) == {old} for old, news in report.matrix.items())
    assert report.examples == () and report.best == () and report.worst == ()


def test_there_is_no_violation_whatever_the_draft() -> None:
    for seed in range(3):
        report = simulate(longer(STANDARD, 3 * seed), STANDARD, accounts(100, seed), [], seed=seed)
        assert report.safety.clean and report.safety.violations == {}


def test_a_draft_with_problems_is_not_clean() -> None:
    report = simulate(a_policy(full_discount_pct=100), STANDARD, accounts(50), [])
    assert not report.safety.clean and report.safety.problems


def test_the_same_seed_gives_the_same_report_and_another_gives_other_intervals() -> None:
    one = simulate(longer(STANDARD), STANDARD, accounts(), [], seed=7)
    again = simulate(longer(STANDARD), STANDARD, accounts(), [], seed=7)
    other = simulate(longer(STANDARD), STANDARD, accounts(), [], seed=8)
    assert one.sha == again.sha != other.sha
    assert [estimate.change for estimate in one.money] == [estimate.change for estimate in other.money]


def test_two_processes_say_the_same_as_one() -> None:
    cases = accounts(300)
    alone = simulate(longer(STANDARD), STANDARD, cases, [])
    together = simulate(longer(STANDARD), STANDARD, cases, [], workers=2)
    assert alone.sha == together.sha


def test_who_offers_thirty_a_month_is_shown_with_old_and_new_terms() -> None:
    account = Account("acc_1", a_case(), (Proposal(each=usd(30), frequency=Frequency.MONTHLY),))
    report = simulate(longer(STANDARD, 20), STANDARD, [account], [])
    assert report.matrix == {"countered plan": {"accepted plan": 1}}
    example = report.examples[0]
    assert (example.old_parts, example.old_each, example.new_parts, example.new_each) == (12, 5104, 21, 3000)
    assert "acc_1" in report_text(report) and "21 parts, usually $30.00" in report_text(report)


def test_who_said_nothing_is_shown_with_the_choice_that_changes() -> None:
    report = simulate(longer(STANDARD, 6), STANDARD, [Account("acc_1", a_case())], [])
    assert report.matrix == {"listed full": {"listed full, other choices": 1}}
    example = report.examples[0]
    assert (example.old, example.new, example.old_parts, example.new_parts) == (
        "listed long_plan", "listed long_plan", 12, 18,
    )  # fmt: skip
    assert report.segments[0].changed == 1


def test_held_accounts_are_left_out_and_counted_with_the_reason() -> None:
    cases = accounts()
    report = simulate(STANDARD, STANDARD, cases, [])
    held = sum(account.case.held for account in cases)
    assert report.coverage.excluded == {"a hold is in force": held}
    assert report.coverage.replayed == len(cases) - held


@pytest.mark.parametrize(("seen", "observed"), [(29, False), (30, True)])
def test_a_rate_is_observed_from_thirty_offers_on(seen: int, observed: bool) -> None:
    log = [Logged(f"acc_{number}", Kind.FULL, "listed", number % 2 == 0, 1) for number in range(seen)]
    report = simulate(STANDARD, STANDARD, [Account("acc_1", a_case())], log)
    name = "agreed to, listed full"
    assert any(line.startswith(name) for line in report.honesty.observed) is observed
    assert any(line.startswith(name) for line in report.honesty.modelled) is not observed


def test_an_offer_that_was_never_logged_is_counted_as_without_support() -> None:
    log = [Logged("acc_1", Kind.FULL, "listed", True)]
    assert simulate(STANDARD, STANDARD, [Account("acc_1", a_case())], log).coverage.unsupported == 0
    assert simulate(STANDARD, STANDARD, [Account("acc_1", a_case())], []).coverage.unsupported == 1


def test_groups_never_decide_and_a_skewed_group_is_flagged() -> None:
    often = [Account(f"a{n}", a_case(broken_plans=4 if n % 2 else 0), (), {"region": "north"}) for n in range(60)]
    never = [Account(f"b{n}", a_case(), (), {"region": "south"}) for n in range(60)]
    report = simulate(STANDARD, STANDARD, often + never, [])
    north, south = report.fairness
    assert (north.value, north.flagged, north.without_person) == ("north", True, 0.5)
    assert not south.flagged
    assert "LOOK" in report_text(report)


def test_progress_reaches_the_end() -> None:
    seen: list[tuple[int, int]] = []
    cases = [Account(f"a{n}", a_case()) for n in range(600)]
    simulate(STANDARD, STANDARD, cases, [], lambda done, all_: seen.append((done, all_)))
    assert seen == [(250, 600), (500, 600), (600, 600)]


def test_the_intervals_hold_the_change_and_the_sensitivity_goes_the_right_way() -> None:
    report = simulate(longer(STANDARD), STANDARD, accounts(400), [])
    for one in report.money:
        assert one.low <= one.change <= one.high and one.draft - one.base == one.change
    fewer, more, breaks = report.sensitivity
    assert fewer.change < more.change and breaks.draft < more.draft


def test_the_break_rate_is_of_what_is_agreed_and_has_an_interval() -> None:
    """Who pays at once breaks with 15 in 100, who pays 12 parts with 1 - 0.93 to the twelfth: both by assumption."""
    thirty = Proposal(each=usd(30), frequency=Frequency.MONTHLY)
    plans = [Account(f"plan_{number}", a_case(), (thirty,)) for number in range(60)]
    at_once = [Account(f"full_{number}", a_case()) for number in range(40)]
    rate = simulate(longer(STANDARD, 20), STANDARD, plans + at_once, []).break_rate
    twelve, all_21, once = 1 - 0.93**12, 1 - 0.93**21, 1 - 0.85
    by_hand = (60 * 0.40 * twelve + 40 * 0.25 * once) / (60 * 0.40 + 40 * 0.25)
    assert rate.base == pytest.approx(by_hand, abs=0.0001)
    assert rate.draft == pytest.approx((60 * 0.80 * all_21 + 40 * 0.25 * once) / (60 * 0.80 + 40 * 0.25), abs=0.0001)
    assert rate.change == pytest.approx(rate.draft - rate.base, abs=0.0002)
    assert 0 < rate.low < rate.change < rate.high


def test_the_break_rate_counts_no_agreement_that_has_nothing_to_pay() -> None:
    pausing = a_policy(offers=(Kind.PAUSE,), pause_days=30, pauses_per_year=1)
    rate = simulate(pausing, STANDARD, [Account("acc_1", a_case())], []).break_rate
    assert rate.draft == 0 < rate.base


def test_nothing_to_replay_is_a_report_too() -> None:
    report = simulate(STANDARD, STANDARD, [], [])
    assert report.break_rate == Share(0, 0, 0, 0, 0)
    assert report.coverage.replayed == 0 and report.safety.clean
    assert report_text(report)


def test_text_and_json_carry_the_same_sections() -> None:
    report = simulate(longer(STANDARD), STANDARD, accounts(), [])
    raw = json.loads(report_json(report))
    assert {"coverage", "matrix", "segments", "money", "safety", "fairness", "honesty"} <= set(raw)
    text = report_text(report)
    assert "\nbreak rate, broken of agreed " in text
    assert "fairness by channel, language only" in text
    for head in (
        "Coverage",
        "What they would get instead",
        "Money",
        "Safety",
        "Workload",
        "Fairness",
        "If we are wrong",
    ):
        assert f"\n{head}" in text
    assert report.honesty.draft[:12] in text and "seed 1" in text
