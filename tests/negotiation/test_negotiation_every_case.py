"""`policy check` decides for every possible case: what it says is what trying every one of them finds."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from msgspec import structs

from bot.negotiation import When, decide, load_policy, policy_problems
from tests.examples import NEW
from tests.negotiation import every_case
from tests.negotiation.bargaining_kit import STANDARD, a_policy
from tests.negotiation.every_case import Found


def test_what_is_said_of_a_policy_is_what_trying_every_case_finds() -> None:
    """No problem too many, none missing, each with somebody who shows it; rows that are dead, people left out."""
    chance, kinds = Random(17), set[str]()
    for number in range(1_000 if NEW else 40):  # each is tried with every debtor there could be
        policy = every_case.small_policy(chance)
        problems = policy_problems(policy)
        whole = structs.replace(policy, rows=(*policy.rows[:-1], structs.replace(policy.rows[-1], when=When())))
        said = {found_in(problem) for problem in problems if problem.kind in every_case.DEALS}
        tried = every_case.everything_wrong(whole)
        assert said == tried, (number, sorted(said - tried), sorted(tried - said))
        assert dead_rows(problems) == dead_rows_tried(policy), number
        left_out = [one.example for one in problems if one.kind == "last_row_not_everybody" and one.example]
        assert bool(left_out) == any(every_case.row_of(who, policy) is None for who in every_case.everybody())
        for case in left_out:
            assert every_case.row_of(every_case.of_example(case), policy) is None
        for problem in problems:
            if problem.kind in every_case.DEALS:
                assert found_in(problem) in shown_by(problem, whole), (number, str(problem))
        kinds |= {kind for kind, _, _ in said}
    assert kinds >= every_case.DEALS - {"bargaining"}, "every kind came up"


def found_in(problem: object) -> Found:
    row, field = str(problem.where).split(", ", 1)  # type: ignore[attr-defined]
    return problem.kind, row.split('"')[1], field  # type: ignore[attr-defined]


def shown_by(problem: object, policy: object) -> set[Found]:
    """What is wrong for the one debtor whom the problem names, beside the other where there is one."""
    who = every_case.of_example(problem.example)  # type: ignore[attr-defined]
    found = set(every_case.wrong_alone(who, policy))  # type: ignore[arg-type]
    if problem.beside is not None:  # type: ignore[attr-defined]
        beside = every_case.of_example(problem.beside)  # type: ignore[attr-defined]
        assert beside.balance == who.balance
        found |= set(every_case.wrong_beside(beside, who, policy))  # type: ignore[arg-type]
    return found


def dead_rows(problems: object) -> set[str]:
    return {one.where.split('"')[1] for one in problems if one.kind == "unreachable_row"}  # type: ignore[attr-defined]


def dead_rows_tried(policy: object) -> set[str]:
    reached = {every_case.row_of(who, policy) for who in every_case.everybody()}  # type: ignore[arg-type]
    return {row.name for number, row in enumerate(policy.rows) if number not in reached}  # type: ignore[attr-defined]


def test_a_mistake_that_one_balance_in_a_thousand_shows_is_found_with_that_balance() -> None:
    """Only between $37.00 and $37.49 does a minimum settlement cost an older account more than it did before."""
    raw = json.loads(Path("data/policies/standard.json").read_bytes())
    terms = {"min_settlement": "29.61", "full_discount_pct": 0}
    for name, when in (("younger", {"days_past_due_below": 400}), ("older", {"days_past_due_from": 400})):
        cells = terms | ({"min_settlement": "29.62"} if name == "older" else {})
        raw["rows"].insert(2, {"name": name, "reference": "x", "when": when, "terms": cells})
    found = [one for one in policy_problems(load_policy(json.dumps(raw).encode())) if one.kind == "older_gets_worse"]
    assert [one.where for one in found] == ['row 3 "older", settlement']
    assert found[0].example is not None and found[0].beside is not None
    older, younger = found[0].example, found[0].beside
    assert (younger.days_past_due, older.days_past_due) == (399, 400)
    policy = load_policy(json.dumps(raw).encode())
    floors = [decide(case, policy).limits.settlement.floor.minor for case in (younger, older)]  # type: ignore[union-attr]
    assert floors[1] == floors[0] + 1


def test_a_hundred_rows_are_decided_without_trying_a_case_for_each_of_their_corners() -> None:
    """Twelve products by four sizes by two ages: what is looked at grows with the rows, not with their product."""
    raw = json.loads(Path("data/policies/standard.json").read_bytes())
    sizes = (None, "500.00", "2500.00", "10000.00", None)
    rows = [
        {
            "name": f"{product} {size} {age}", "reference": "x", "terms": {},
            "when": {"product": [product], "balance_from": sizes[size], "balance_below": sizes[size + 1], **ages},
        }
        for product in raw["products"][:12] for size in range(4)
        for age, ages in enumerate(({"days_past_due_below": 180}, {"days_past_due_from": 180}))
    ]  # fmt: skip
    raw["rows"] = [*raw["rows"][:4], *rows, raw["rows"][-1]]
    policy = load_policy(json.dumps(raw).encode())
    assert len(policy.rows) == 101
    kinds = {(one.kind, one.where.split('"')[1].split()[-1]) for one in policy_problems(policy)}
    assert not kinds, kinds


def test_a_settlement_that_costs_more_than_paying_in_full_is_seen_though_the_percentages_are_right() -> None:
    found = [one for one in policy_problems(a_policy(min_settlement=5_000)) if one.kind == "full_costs_less"]
    assert len(found) == 1 and found[0].example is not None
    assert 5_000 < found[0].example.balance.minor < 6_000
    assert not [one for one in policy_problems(STANDARD) if one.kind == "full_costs_less"]
