"""Every golden case in tests/policy_cases holds under the standard policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core import Problems
from bot.negotiation import Situation, read_situations, run_situation
from tests.examples import each
from tests.negotiation.bargaining_kit import STANDARD, a_policy

FILES = sorted(Path("tests/policy_cases").glob("*.yaml"))
SITUATIONS = [one for file in FILES for one in read_situations(file.read_text(), file.name)]


@each("situation", SITUATIONS, named=lambda situation: situation.it)
def test_golden(situation: Situation) -> None:
    outcome = run_situation(situation, STANDARD)
    assert outcome.differences == (), dict(outcome.got)


def test_there_are_enough_of_them_and_each_has_its_own_sentence() -> None:
    names = [situation.it for situation in SITUATIONS]
    assert len(names) >= 80 and len(set(names)) == len(names)


def test_another_policy_turns_some_of_them_red_and_says_where() -> None:
    shorter = a_policy(max_term_months=6)
    red = [outcome for one in SITUATIONS if (outcome := run_situation(one, shorter)).differences]
    assert red and all("expected" in str(difference) for outcome in red for difference in outcome.differences)


def test_a_case_with_a_misspelt_fact_is_refused_by_number() -> None:
    text = "today: 2026-11-20\nsituations:\n- {it: a, case: {balanse: '1'}, gets: {}}\n- {it: b, gets: {}}"
    with pytest.raises(Problems) as raised:
        read_situations(text, "typo.yaml")
    assert [problem.where for problem in raised.value.problems] == [
        "typo.yaml, situation 1",
        "typo.yaml, situation 2",
    ]
