"""How long it takes, before it is begun: from the operator's own traffic and own outcomes.

Sized for an interval that may be looked at every day, which needs about 1.9 times as many debtors as a single look.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.experiments.model import Design, Step
from bot.experiments.statistics import tuning, width

POWER_QUANTILE = 0.8416
"""Of the standard normal at 80 %: so often a difference of the smallest size is seen in time."""
LIMIT_WEEKS = 8
SHORTEST_DAYS = 14
"""Two weeks, so that each weekday and a pay day are in it."""
_LONGEST_DAYS = 3 * 365


@dataclass(frozen=True)
class Past:
    """What the operator's own data say. `weekly` debtors begin to negotiate; of `known` the outcome is known, with this
    mean and variance.
    """

    weekly: float
    known: int
    mean: float
    variance: float


@dataclass(frozen=True)
class Size:
    """`debtors` of both versions and `weeks` until the last outcome is known; None: more than three years, or nobody can
    say. `in_limit` is the smallest difference that eight weeks would show. `tuned` is for `statistics.interval`.
    """

    weekly: float
    known: int
    mean: float
    debtors: int | None
    weeks: int | None
    in_limit: float | None
    tuned: float

    @property
    def is_decided_in_time(self) -> bool:
        return self.weeks is not None and self.weeks <= LIMIT_WEEKS


def information_needed(variance: float, smallest: float) -> float:
    """The sum of p(1 - p) over all debtors with which a difference of `smallest` is told from none in 80 % of cases."""
    return variance * ((width() + POWER_QUANTILE) / smallest) ** 2


def variance_of(design: Design, past: Past) -> float:
    """Of an outcome, halfway between both versions: of a share it follows from the mean."""
    if design.is_money:
        return past.variance
    challenger = min(max(past.mean + design.smallest, 0.0), 1.0)
    return max((past.mean * (1 - past.mean) + challenger * (1 - challenger)) / 2, 1e-4)


def size(design: Design, past: Past) -> Size:
    """`design.smallest` and the outcome of `past` are in the same unit: a share of one, or minor units of money."""
    variance = variance_of(design, past) if past.known else (0.25 if not design.is_money else 0.0)
    needed = information_needed(variance, design.smallest)
    tuned = tuning(max(variance * needed, 1e-9))
    days = _days(needed, design.ramp, past.weekly) if past.known else None
    in_limit = _smallest_in(LIMIT_WEEKS * 7 - design.days, design.ramp, past.weekly, variance) if past.known else None
    if days is None:
        return Size(past.weekly, past.known, past.mean, None, None, in_limit, tuned)
    days = max(days, SHORTEST_DAYS)
    weeks = math.ceil((days + design.days) / 7)
    return Size(past.weekly, past.known, past.mean, math.ceil(days * past.weekly / 7), weeks, in_limit, tuned)


def _days(needed: float, ramp: Sequence[Step], weekly: float) -> int | None:
    found = 0.0
    for day in range(_LONGEST_DAYS):
        share = share_on(ramp, day)
        found += weekly / 7 * share * (1 - share)
        if found >= needed:
            return day + 1
    return None


def _smallest_in(days: int, ramp: Sequence[Step], weekly: float, variance: float) -> float | None:
    shares = (share_on(ramp, day) for day in range(days))
    information = sum(weekly / 7 * share * (1 - share) for share in shares)
    return (width() + POWER_QUANTILE) * math.sqrt(variance / information) if information > 0 else None


def share_on(ramp: Sequence[Step], day: int) -> float:
    """The challenger's share so many days after the start, from 0 to 1."""
    for step in ramp[:-1]:
        if day < step.days:
            return step.share_pct / 100
        day -= step.days
    return ramp[-1].share_pct / 100
