"""Cards: bins that go one way, points, a level that follows what happens, and the measures against figures by hand."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from math import log

import pytest

from bot import scores
from bot.scores import Card, Due, Figures, History, Known, Part, Target, measuring, training
from bot.scores.model import chance
from tests.scores.kit import due

HALF = Part("late_share", (0.5,), (-log(2), log(4)), (0.5, 0.5))
REST = tuple(Part(one.name, (), (0.0,), (1.0,)) for one in scores.FEATURES[1:])
CARD = Card(Target.MISS, 0.0, (HALF, *REST), Part("score", (0.0,), (0.0, 0.0), (0.5, 0.5)), date(2026, 1, 1))


def known(late_share: float) -> Known:
    values = {one.name: 0.0 for one in scores.FEATURES} | {"late_share": late_share}
    return Known(date(2026, 1, 1), values, {name: name for name in values})


def test_twenty_points_double_the_odds() -> None:
    assert [scores.points(weight) for weight in HALF.weights] == [-20, 40]
    assert chance(CARD.total(known(0.4))) == pytest.approx(1 / 3), "odds of one to two"
    assert chance(CARD.total(known(0.6))) == pytest.approx(4 / 5)
    assert CARD.reasons(known(0.6)) == [("late_share", 40)], "what moves nothing is no reason"


def test_measures_by_hand() -> None:
    chances, missed = [0.1, 0.4, 0.35, 0.8], [False, False, True, True]
    assert measuring.auc(chances, missed) == 0.75
    assert measuring.auc([0.5] * 4, missed) == 0.5
    assert measuring.brier(chances, missed) == pytest.approx((0.01 + 0.16 + 0.4225 + 0.04) / 4)
    tenths = [(each / 10 + 0.05) for each in range(10) for _ in range(10)]
    happened = [number < round(told * 10) for told in tenths[::10] for number in range(10)]
    assert measuring.ece(tenths, happened) == pytest.approx(0.05)
    assert list(measuring.curve([0.2] * 10, [True] * 2 + [False] * 8)) == [(pytest.approx(0.2), 0.2, 10)], "the same stays together"


def test_stability_by_hand() -> None:
    assert measuring.psi(HALF, [0.1, 0.2, 0.7, 0.8]) == pytest.approx(0.0)
    three_of_four = measuring.psi(HALF, [0.1, 0.6, 0.7, 0.8])
    assert three_of_four == pytest.approx((0.25 - 0.5) * log(0.25 / 0.5) + (0.75 - 0.5) * log(0.75 / 0.5))
    assert measuring.psi(HALF, []) is None


def test_the_level_is_that_of_what_was_missed() -> None:
    total = CARD.total(known(0.4))
    assert chance(total + measuring.level([total] * 4, [False, False, False, True])) == pytest.approx(0.25)
    for mixed in ([-9.0, 9.0, 0.1], [-25.0, -24.0, 24.0]):
        shift = measuring.level(mixed, [True, True, False])
        assert sum(chance(one + shift) for one in mixed) == pytest.approx(2.0, abs=1e-3)
    assert measuring.level([total] * 3, [False] * 3) == 0.0, "all ended the same way: nothing to go by"


def world(seed: int = 1, payers: int = 160) -> list[Due]:
    """Payers who each have a habit; one after the other comes, with twelve invoices in a year."""
    dice, dues = random.Random(seed), []
    for payer in range(payers):
        habit, came = dice.gauss(-4, 12), date(2023, 1, 1) + timedelta(days=dice.randrange(900))
        for month in range(12):
            begun = came + timedelta(days=30 * month + dice.randrange(28))
            due_on = begun + timedelta(days=30)
            paid = max(begun, due_on + timedelta(days=round(dice.gauss(habit, 6))))
            dues.append(due(f"{payer}-{month}", begun.isoformat(), due_on.isoformat(), paid.isoformat(), party=f"p{payer:03}"))
    return dues


@pytest.fixture(scope="module")
def dues() -> list[Due]:
    return world()


@pytest.fixture(scope="module")
def trained(dues: list[Due]) -> tuple[Card, Figures, int]:
    return training.train(Target.MISS, dues, History(dues))


def test_a_card_learns_a_habit_and_says_so_honestly(dues, trained) -> None:
    card, found, learned = trained
    assert found.auc > 0.85 and found.ece < 0.06 and found.brier < found.history
    assert learned + found.count < len(dues), "between both lie those that set the level"
    assert card.until < found.first


def test_points_go_one_way_so_that_a_better_record_is_never_worse(trained) -> None:
    for part in trained[0].parts:
        assert list(part.weights) == sorted(part.weights) and len(part.weights) == len(part.cuts) + 1
        assert sum(part.shares) == pytest.approx(1.0)
        assert sum(w * share for w, share in zip(part.weights, part.shares)) == pytest.approx(0.0, abs=1e-9), "from the average on"


def test_only_dues_whose_day_is_past_teach(dues, trained) -> None:
    """Of those that are not due yet only the quick payers are known: with them it would look better than it is."""
    card, _, learned = trained
    assert sum(one.judged_on <= card.until for one in dues) == learned


def test_the_order_in_which_they_come_changes_nothing(dues, trained) -> None:
    mixed = list(dues)
    random.Random(3).shuffle(mixed)
    again = training.train(Target.MISS, mixed, History(mixed))
    assert again[1].ece == pytest.approx(trained[1].ece) and again[1].auc == pytest.approx(trained[1].auc)


def test_a_card_that_is_worse_on_the_last_window_is_not_taken(trained) -> None:
    found = trained[1]
    assert training.judge(found, None)[0]
    assert training.judge(found, found)[0], "as good: the newer one"
    is_taken, why = training.judge(found, replace(found, brier=found.brier - 0.0001))
    assert not is_taken and why.startswith("the card in force is better there")
    assert not training.judge(replace(found, history=found.brier), None)[0]


def test_too_little_teaches_nothing_and_says_how_much_it_takes(dues) -> None:
    for few in ([], dues[:90], [one for one in dues if not one.missed]):
        with pytest.raises(training.TooLittle):
            training.train(Target.MISS, few, History(few))
