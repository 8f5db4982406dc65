"""Messages by people who had not seen the training messages: the floors below which we do not go.

One writing is small, so the writings count together. Figures only: what was missed is not printed, or the next one who
tunes would read it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.dialogue.nlu import Understanding
from bot.dialogue.report import Blind, Share, read_blind
from bot.dialogue.report.figures import Set, blind_sets, matters, values

HERE = Path(__file__).parent / "blind"


@pytest.fixture(scope="module")
def blind() -> Blind:
    return read_blind(HERE)


@pytest.fixture(scope="module")
def sets(understanding: Understanding, blind: Blind) -> list[Set]:
    return blind_sets(understanding, blind, also_noised=False)


def share(sets: list[Set], figure: str, language: str = "", kind: str = "writing") -> float:
    told = [one.figures[figure] for one in sets if one.name.startswith(kind) and language in one.name]
    return Share(sum(one.hits for one in told), sum(one.of for one in told)).value


@pytest.mark.parametrize(("language", "least"), [("English", 0.92), ("Spanish", 0.88)])
def test_strangers_are_understood(sets: list[Set], language: str, least: float) -> None:
    assert share(sets, "intent right", language) >= least


def test_what_strangers_say_of_safety_and_disputes_is_noticed_and_not_imagined(sets: list[Set]) -> None:
    assert share(sets, "safety and disputes noticed") >= 0.98
    assert share(sets, "of those raised, really so") >= 0.9


def test_what_is_none_of_our_business_is_turned_away_and_little_else(sets: list[Set]) -> None:
    assert share(sets, "out of scope turned away") >= 0.9
    assert share(sets, "ours turned away") <= 0.05


def test_an_alarm_is_told_from_a_figure_of_speech(sets: list[Set]) -> None:
    assert share(sets, "safety and disputes noticed", kind="alarms") >= 0.9
    assert share(sets, "of those raised, really so", kind="alarms") >= 0.85


def test_money_and_days_are_read_exactly_or_asked_about(understanding: Understanding, blind: Blind) -> None:
    told = values(understanding, [one for writing in blind.money.values() for one in writing], "all")
    assert told.exact.value >= 0.95
    assert told.wrong.value <= 0.01


def test_of_several_things_the_most_pressing_comes_first_and_the_others_are_kept(
    understanding: Understanding, blind: Blind
) -> None:
    told = matters(understanding, [one for writing in blind.several.values() for one in writing], "all")
    assert told.first_right.value >= 0.88
    assert told.all_heard.value >= 0.8
    assert told.imagined.value <= 0.05
