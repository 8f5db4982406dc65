"""The mathematics against figures by hand and against worlds whose truth is known."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import datetime, timezone

import pytest

from bot.experiments import (
    Design,
    Guard,
    Past,
    Reading,
    Seen,
    Step,
    beside,
    guarding,
    interval,
    problems,
    read,
    size,
    sizing,
    split_by_chance,
    verdict,
)
from bot.experiments import statistics as stats

NOW = datetime(2026, 11, 18, 15, tzinfo=timezone.utc)
EVEN = (Step(50),)
LIMITS = dict.fromkeys(("opted_out", "disputed", "complained", "broken"), 0.05)


def design(smallest: float = 0.05, ramp: tuple[Step, ...] = EVEN, outcome: str = "agreed", days: int = 14) -> Design:
    return Design(outcome, days, smallest, ramp, LIMITS, margins=LIMITS)


def growing(part: float) -> float:
    """5 % of the first fifth, 25 % of the second, then half."""
    return 0.05 if part < 0.2 else 0.25 if part < 0.4 else 0.5


def world(
    seed: int, many: int, base: Callable[[float], float], effect: float, share: Callable[[float], float] = growing
) -> list[Seen]:
    chance, seen = random.Random(seed), []
    for at in range(many):
        here = share(at / many)
        challenger = chance.random() < here
        seen.append(Seen(challenger, here, float(chance.random() < base(at / many) + effect * challenger)))
    return seen


def tuned_for(seen: list[Seen], variance: float) -> float:
    return stats.tuning(variance * sum(one.share * (1 - one.share) for one in seen))


def test_the_scores_by_hand() -> None:
    seen = [Seen(True, 0.5, 1.0), Seen(False, 0.5, 1.0), Seen(True, 0.25, 0.0)]
    assert list(stats._scores(seen)) == [0.5, 0.0, -0.75]


def test_the_interval_is_as_wide_as_the_reference_says() -> None:
    """1.57 times a single look with 12,000 of each version when it was tuned for 5,000."""
    once = 1.959964 * math.sqrt(12_000)
    assert stats.boundary(12_000, stats.tuning(5_000)) / once == pytest.approx(1.57, abs=0.005)
    assert stats.width() == pytest.approx(3.035, abs=0.001)


def test_looked_at_twenty_times_it_errs_in_one_of_twenty_worlds_at_most_and_a_usual_test_does_not() -> None:
    wrong = usual = 0
    for seed in range(150):
        seen = world(seed, 2_000, lambda _: 0.2, 0.0)
        tuned = tuned_for(seen, 0.16)
        looks = [found for upto in range(100, 2_001, 100) if (found := interval(seen[:upto], tuned))]
        wrong += any(not one.lower <= 0 <= one.upper for one in looks)
        once = [1.96 * math.sqrt(0.16 / one.information) for one in looks]
        usual += any(abs(one.estimate) > half for one, half in zip(looks, once))
    assert wrong <= 0.05 * 150
    assert usual >= 0.15 * 150, "looking again and again misleads a test that is made for one look"


def test_cash_that_few_pay_and_some_a_lot_misleads_nobody_either() -> None:
    wrong = 0
    for seed in range(40):
        chance, seen = random.Random(seed), list[Seen]()
        for at in range(1_500):
            share = growing(at / 1_500)
            paid = math.exp(chance.gauss(8, 1)) if chance.random() < 0.1 else 0.0
            seen.append(Seen(chance.random() < share, share, paid))
        mean = sum(one.outcome for one in seen) / len(seen)
        tuned = tuned_for(seen, sum((one.outcome - mean) ** 2 for one in seen) / len(seen))
        looks = [found for upto in range(100, 1_501, 100) if (found := interval(seen[:upto], tuned))]
        wrong += not looks or any(not one.lower <= 0 <= one.upper for one in looks)
    assert wrong <= 2


def test_a_true_effect_lies_within_at_every_look() -> None:
    outside = 0
    for seed in range(100):
        seen = world(seed, 2_000, lambda _: 0.3, 0.1)
        looks = [found for upto in range(100, 2_001, 100) if (found := interval(seen[:upto], tuned_for(seen, 0.23)))]
        outside += any(not one.lower <= 0.1 <= one.upper for one in looks)
    assert outside <= 5


def test_a_ramp_and_a_season_do_not_pass_for_an_effect() -> None:
    """The challenger's share grows while everybody agrees more often: the plain difference of means is far off."""
    seen = world(1, 4_000, lambda part: 0.1 + 0.5 * part, 0.0)
    found = interval(seen, tuned_for(seen, 0.22))
    means = [
        sum(one.outcome for one in seen if one.challenger is arm) / sum(one.challenger is arm for one in seen)
        for arm in (True, False)
    ]
    assert means[0] - means[1] > 0.08
    assert found is not None and found.lower <= 0 <= found.upper and abs(found.estimate) < 0.04


def test_nothing_is_read_from_few_or_from_what_is_all_the_same() -> None:
    few = [Seen(at % 2 == 0, 0.5, float(at % 3 == 0)) for at in range(2 * stats.LEAST_EACH)]
    assert interval(few[:-1], 10.0) is None and interval(few, 10.0) is not None
    assert interval([Seen(one.challenger, 0.5, 0.0) for one in few], 10.0) is None


@pytest.mark.parametrize(("challengers", "by_chance"), [(500, 1.0), (550, 0.00157), (560, 0.000148)])
def test_a_split_by_hand(challengers: int, by_chance: float) -> None:
    """Of 1,000 at even shares the standard deviation is 15.81."""
    assigned = [(at < challengers, 0.5) for at in range(1_000)]
    assert split_by_chance(assigned) == pytest.approx(by_chance, rel=0.01)


def test_a_loss_of_one_version_is_noticed_and_a_ramp_is_not() -> None:
    seen = [(one.challenger, one.share) for one in world(3, 40_000, lambda _: 0.0, 0.0)]
    assert split_by_chance(seen) > stats.UNEVEN
    chance = random.Random(4)
    lossy = [one for one in seen if not one[0] or chance.random() > 0.06]
    assert split_by_chance(lossy) < stats.UNEVEN


def test_nothing_is_read_of_a_split_that_is_not_by_chance() -> None:
    seen = world(3, 1_000, lambda _: 0.3, 0.2)
    lossy = [one for at, one in enumerate(seen) if not one.challenger or at % 3]
    whole, broken = (
        read([(one.challenger, one.share) for one in these], these, (), tuned_for(these, 0.2), NOW)
        for these in (seen, lossy)
    )
    assert not whole.is_uneven and whole.estimate is not None
    assert broken.is_uneven and broken.estimate is None and verdict(broken, design()) == "uneven"


@pytest.mark.parametrize(
    ("lower", "upper", "says"),
    [
        (0.01, 0.2, "better"),
        (-0.2, -0.01, "worse"),
        (-0.04, 0.049, "small"),
        (-0.04, 0.05, "open"),
        (None, None, "early"),
    ],
)
def test_what_an_interval_says(lower: float | None, upper: float | None, says: str) -> None:
    reading = Reading(NOW, (50, 40), (50, 40), 50.0, 1.0, (), lower, lower, upper)
    assert verdict(reading, design(smallest=0.05)) == says and verdict(None, design()) == "nothing"


def test_the_evidence_by_hand() -> None:
    """Twenty rates from 2.4 to 10 per cent against a limit of 2: of each, (rate / .02)^3 ((1 - rate) / .98)^17."""
    by_hand = sum((r / 0.02) ** 3 * ((1 - r) / 0.98) ** 17 for r in (0.02 + 0.004 * step for step in range(1, 21))) / 20
    assert guarding.evidence(3, 20, 0.02) == pytest.approx(by_hand)
    assert guarding.evidence(0, 200, 0.02) < 0.5
    assert not guarding.is_crossed(3, 20, 0.02) and guarding.is_crossed(5, 50, 0.02)


def stopped_after(rate: float, seed: int, limit: float = 0.05, most: int = 400) -> int | None:
    chance, harmed = random.Random(seed), 0
    for of in range(1, most + 1):
        harmed += chance.random() < rate
        if guarding.is_crossed(harmed, of, limit):
            return of
    return None


def test_a_guardrail_that_is_looked_at_after_each_person_seldom_stops_what_keeps_its_limit() -> None:
    assert sum(stopped_after(0.05, seed) is not None for seed in range(100)) <= 5


def test_a_guardrail_stops_what_harms_three_times_as_often_within_two_hundred_people() -> None:
    found = [stopped_after(0.15, seed) for seed in range(40)]
    assert sum(one is not None and one <= 200 for one in found) >= 38


def test_the_bets_by_hand() -> None:
    """A fair bet at a margin of nothing: the first cannot lose, the second loses its stake, the third wins a third of it."""
    seen = [Seen(True, 0.5, 0.0), Seen(False, 0.5, 1.0), Seen(True, 0.25, 1.0)]
    assert guarding._scores(seen) == [(0.0, 2.0), (-2.0, 2.0), (2.0, pytest.approx(2.0))]
    by_hand = sum((1 - stake) * (1 + stake) for stake in (0.5**step for step in range(1, 8))) / 7
    assert guarding.evidence_beside(seen, 0.0) == pytest.approx(by_hand)
    assert guarding.evidence_beside(seen, 0.5) < by_hand, "the more is allowed, the less says against it"


def harmed(seed: int, base: float, more: float, many: int = 800, share: Callable[[float], float] = growing) -> list[Seen]:
    return world(seed, many, lambda _: base, more, share)


def worse_after(seen: list[Seen], margin: float) -> int | None:
    """How many people it took, looked at after each."""
    won = [1.0] * len(guarding._STAKES)
    for number, (score, lowest) in enumerate(guarding._scores(seen), 1):
        won = [one * (1 + stake * (score - margin) / (lowest + margin)) for one, stake in zip(won, guarding._STAKES)]
        if sum(won) / len(won) >= 1 / guarding.ALPHA:
            return number
    return None


def test_looked_at_after_each_person_is_the_same_as_looked_at_once() -> None:
    seen = harmed(1, 0.05, 0.2)
    at = worse_after(seen, 0.03)
    assert at is not None
    assert guarding.evidence_beside(seen[:at], 0.03) >= 1 / guarding.ALPHA > guarding.evidence_beside(seen[: at - 1], 0.03)


@pytest.mark.parametrize(("base", "margin"), [(0.01, 0.02), (0.05, 0.03), (0.3, 0.05)])
def test_a_challenger_that_is_worse_by_just_the_margin_is_seldom_stopped(base: float, margin: float) -> None:
    """Looked at after each of 800 people on a ramp from 5 % on."""
    assert sum(worse_after(harmed(seed, base, margin), margin) is not None for seed in range(100)) <= 5


def test_a_season_of_harm_for_both_stops_nothing() -> None:
    """Three times as many complain at its end as at its beginning, of both: a limit would be crossed, a margin is not."""
    worlds = [world(seed, 800, lambda part: 0.05 + 0.1 * part, 0.0) for seed in range(60)]
    assert sum(worse_after(seen, 0.03) is not None for seen in worlds) <= 3


def test_a_challenger_that_does_much_more_harm_is_stopped() -> None:
    """Four times as much harm as the champion, half of the people each."""
    found = [worse_after(harmed(seed, 0.05, 0.15, 1_000, lambda _: 0.5), 0.03) for seed in range(40)]
    assert sum(one is not None for one in found) >= 36


def test_the_least_difference_lies_under_the_truth_and_comes_near_it() -> None:
    seen = harmed(2, 0.1, 0.2, 3_000, lambda _: 0.5)
    least = guarding.at_least(seen)
    assert 0.1 < least < 0.2
    assert guarding.evidence_beside(seen, least) >= 1 / guarding.ALPHA > guarding.evidence_beside(seen, least + 0.001)
    assert guarding.at_least(seen[:3]) < -0.5, "of three people nothing is known"


def test_the_days_that_say_most_are_told_and_held_to_more() -> None:
    seen = harmed(3, 0.05, 0.2, 600, lambda _: 0.5)
    early = {7: seen, 30: seen[:200], 60: []}
    found = beside(0.03, early)
    assert (found.days, found.known) == (7, 600)
    assert found.evidence == pytest.approx(guarding.evidence_beside(seen, 0.03) / 3)
    guard = Guard("disputed", 0.9, 1, 10, 1, 10, found)
    assert guard.is_worse and guard.is_crossed and not guard.is_over
    assert not Guard("disputed", 0.9, 1, 10, 1, 10).is_crossed


def test_the_size_by_hand() -> None:
    """Mean 20 %, 5 points: variance (0.16 + 0.1875) / 2, information 15.03 times it over 0.0025, four times that many."""
    found = size(design(), Past(weekly=1_000, known=900, mean=0.2, variance=0.16))
    assert found.debtors is not None and found.debtors == pytest.approx(15.03 * 0.17375 / 0.0025 * 4, abs=1_000 / 7)
    assert found.weeks == 7 and found.is_decided_in_time  # 30 days for 4,178 debtors, and 14 until the last is known


def test_a_single_look_needs_what_the_tables_say() -> None:
    """Base 5 %, a tenth more, 80 %: 31,231 of each version; ours is 15.03 / 7.85 times that, to be looked at daily."""
    variance = (0.05 * 0.95 + 0.055 * 0.945) / 2
    needed = sizing.information_needed(variance, 0.005)
    assert needed * 4 / 2 * 7.849 / 15.03 == pytest.approx(31_231, rel=0.002)


def test_little_traffic_cannot_decide_in_eight_weeks_and_says_what_could_be_seen() -> None:
    found = size(design(), Past(weekly=40, known=200, mean=0.2, variance=0.16))
    assert found.weeks is not None and found.weeks > 8 and not found.is_decided_in_time
    assert found.in_limit is not None
    larger = size(design(smallest=found.in_limit), Past(weekly=40, known=200, mean=0.2, variance=0.16))
    assert larger.weeks is not None and larger.weeks <= 9
    assert size(design(), Past(0.0, 200, 0.2, 0.16)).weeks is None
    assert size(design(), Past(100.0, 0, 0.0, 0.0)).weeks is None, "without a past nobody can say"


def test_a_slow_ramp_takes_longer() -> None:
    past = Past(weekly=1_000, known=900, mean=0.2, variance=0.16)
    at_once, slowly = size(design(), past), size(design(ramp=(Step(5, 14), Step(25, 14), Step(50))), past)
    assert at_once.weeks is not None and slowly.weeks is not None and slowly.weeks > at_once.weeks


def test_with_the_size_that_was_said_the_difference_is_found_in_four_of_five_worlds() -> None:
    found = size(design(smallest=0.1), Past(weekly=700, known=900, mean=0.2, variance=0.16))
    needed = sizing.information_needed(0.185, 0.1) * 4
    assert found.debtors is not None and found.debtors >= needed
    seen = [world(seed, math.ceil(needed), lambda _: 0.2, 0.1, lambda _: 0.5) for seed in range(150)]
    told = [interval(one, found.tuned) for one in seen]
    assert sum(one is not None and one.lower > 0 for one in told) >= 0.74 * 150


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (design(outcome="happy"), "Outcome"), (design(days=3), "Days"), (design(smallest=0), "Smallest difference"),
        (design(ramp=(Step(25, 7), Step(5))), "Ramp"), (design(ramp=(Step(60),)), "Ramp"),
        (design(ramp=(Step(5, 0), Step(50))), "Ramp"), (Design("agreed", 14, 0.1, EVEN, {}, margins=LIMITS), "Guardrails"),
        (Design("agreed", 14, 0.1, EVEN, LIMITS), "Margins"),
        (Design("agreed", 14, 0.1, EVEN, LIMITS, margins={**LIMITS, "broken": 0.0}), "Margins"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_design_is_said(wrong: Design, where: str) -> None:
    assert [one.where for one in problems(wrong)] == [where]
    assert problems(design()) == []
