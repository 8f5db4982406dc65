"""What may be read from a running experiment at any moment: an interval that holds under peeking, and a check of the split.

Each debtor gives one score, (A - p)(Y - m): A is 1 for the challenger, p the share that the challenger had when they were
exposed, Y the outcome, and m the mean outcome of those before them. Its expectation is p(1 - p) times the effect, whatever
p was, so that a ramp that grows cannot pass for an effect.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ALPHA = 0.05
LEAST_EACH = 30
"""Debtors of each version before anything is read: the interval is exact for many."""
UNEVEN = 0.001
"""A split that is less likely than this by chance is a mistake somewhere, and nothing is read from it."""


@dataclass(frozen=True)
class Seen:
    """One debtor, in the order in which they were exposed. `share` is the challenger's then, above 0 and below 1."""

    challenger: bool
    share: float
    outcome: float


@dataclass(frozen=True)
class Interval:
    """The challenger's mean less the champion's, in the outcome's unit. `information` is the sum of p(1 - p)."""

    estimate: float
    lower: float
    upper: float
    information: float


def boundary(variance: float, tuned: float, alpha: float = ALPHA) -> float:
    """How far a sum of independent scores with this variance may ever stray, but with probability `alpha`.

    The two-sided normal mixture, equation 14 of Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric,
    nonasymptotic confidence sequences", Annals of Statistics 49(2), 2021.
    """
    return math.sqrt((variance + tuned) * math.log((variance + tuned) / (tuned * alpha**2)))


def tuning(variance: float, alpha: float = ALPHA) -> float:
    """The parameter of `boundary` that makes it nearly narrowest at this variance; to be fixed before the start.

    Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence
    sequences", 2021 (arXiv 2103.06476), appendix B.2, with the first terms of the Lambert function.
    """
    return variance / _steepness(alpha)


def _steepness(alpha: float) -> float:
    return 2 * math.log(1 / alpha) + math.log(1 + 2 * math.log(1 / alpha))


def width(alpha: float = ALPHA) -> float:
    """`boundary` at the variance that it is tuned for, in standard deviations: 3.04 where a single look has 1.96."""
    return boundary(1.0, tuning(1.0, alpha), alpha)


def interval(seen: Sequence[Seen], tuned: float, alpha: float = ALPHA) -> Interval | None:
    """None while there are too few of either version, or all outcomes are the same.

    An asymptotic confidence sequence: the variance is estimated from the same scores, which theorem 2.5 of Waudby-Smith
    et al. 2021 allows. The mean of those before is fixed before the debtor's own outcome, so the scores stay a martingale.
    """
    challengers = sum(one.challenger for one in seen)
    if min(challengers, len(seen) - challengers) < LEAST_EACH:
        return None
    scores = list(_scores(seen))
    weights = [one.share * (1 - one.share) for one in seen]
    information = math.fsum(weights)
    estimate = math.fsum(scores) / information
    variance = math.fsum((score - weight * estimate) ** 2 for score, weight in zip(scores, weights, strict=True))
    if variance <= 0:
        return None
    margin = boundary(variance, tuned, alpha) / information
    return Interval(estimate, estimate - margin, estimate + margin, information)


def _scores(seen: Iterable[Seen]) -> Iterable[float]:
    total, count = 0.0, 0
    for one in seen:
        mean = total / count if count else 0.0
        yield (one.challenger - one.share) * (one.outcome - mean)
        total, count = total + one.outcome, count + 1


def split_by_chance(assigned: Iterable[tuple[bool, float]]) -> float:
    """How likely a split this uneven is by chance: a chi-square test with one degree of freedom over (A, p) of everybody.

    Fabijan et al., "Diagnosing sample ratio mismatch in online controlled experiments", KDD 2019.
    """
    challengers = expected = variance = 0.0
    for challenger, share in assigned:
        challengers, expected, variance = challengers + challenger, expected + share, variance + share * (1 - share)
    if variance <= 0:
        return 1.0
    return math.erfc(abs(challengers - expected) / math.sqrt(2 * variance))
