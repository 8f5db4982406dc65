"""When a guardrail stops an experiment: as soon as it is certain that the challenger does more harm than its limit allows,
or more than the champion does and the margin besides.

The evidence against "the rate is at most the limit" is a mean of likelihood ratios, each of a rate above it; that against
"the challenger is worse by at most the margin" is the mean of what bets against it have won, each debtor a bet that is
fair at the margin. While what is bet against is true either ever passes 1 / alpha with probability alpha, looked at
however often (Ville's inequality; Ramdas, Gruenwald, Vovk and Shafer, "Game-theoretic statistics and safe anytime-valid
inference", 2023). Both are exact, so that they may stop after few people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.experiments.statistics import Seen

ALPHA = 0.05
WITHIN = (7, 30, 60)
"""Days within which harm is compared with the champion's, each by itself, of those whose days are over: what comes at
once is seen at once, and a plan has time to break.
"""
_RATES = 20
_STAKES = tuple(0.5**step for step in range(1, 8))
"""Of what a debtor can lose at most: large ones see much harm soon, small ones a little harm late."""
_PRECISION = 0.0005


def evidence(harmed: int, of: int, limit: float) -> float:
    """How many times better rates above the limit explain `harmed` of so many than the limit itself does. Whoever was
    exposed and has done no harm yet counts as harmless, which can only make it stop later, never wrongly.
    """
    highest = min(5 * limit, (1 + limit) / 2)
    rates = [limit + (highest - limit) * step / _RATES for step in range(1, _RATES + 1)]
    ratios = (_log_ratio(harmed, of, rate, limit) for rate in rates)
    return sum(math.exp(min(one, 700.0)) for one in ratios) / _RATES


def _log_ratio(harmed: int, of: int, rate: float, limit: float) -> float:
    return harmed * math.log(rate / limit) + (of - harmed) * math.log((1 - rate) / (1 - limit))


def is_crossed(harmed: int, of: int, limit: float) -> bool:
    return evidence(harmed, of, limit) >= 1 / ALPHA


def evidence_beside(seen: Sequence[Seen], margin: float) -> float:
    """What bets against "the challenger does harm to at most `margin` more of its debtors than the champion" have made
    of 1. In the order of exposure; an outcome of 1 is harm.

    Waudby-Smith and Ramdas, "Estimating means of bounded random variables by betting", JRSS B 86(1), 2024.
    """
    return _won(list(_scores(seen)), margin)


def at_least(seen: Sequence[Seen], alpha: float = ALPHA) -> float:
    """By how much more of its debtors the challenger does harm at least: the lower end of the confidence sequence of the
    difference. It is the largest margin that is refuted; -1 says that nothing is known.
    """
    scores, lower, upper = list(_scores(seen)), -1.0, 1.0
    while upper - lower > _PRECISION:
        middle = (lower + upper) / 2
        lower, upper = (middle, upper) if _won(scores, middle) >= 1 / alpha else (lower, middle)
    return lower


def _scores(seen: Sequence[Seen]) -> list[tuple[float, float]]:
    """Of each debtor a figure whose expectation is the difference, whatever the share was, and how low it can be."""
    found, harmed = [], 0.0
    for number, one in enumerate(seen):
        usual = harmed / number if number else 0.0  # of those before: it keeps the bets fair and makes them steadier
        weight = 1 / one.share if one.challenger else -1 / (1 - one.share)
        lowest = max((1 - usual) / (1 - one.share), usual / one.share)
        found.append((weight * (one.outcome - usual), lowest))
        harmed += one.outcome
    return found


def _won(scores: Sequence[tuple[float, float]], margin: float) -> float:
    """Of no bet more is lost than its stake of what there is."""
    bets = [(score - margin) / (lowest + margin) if lowest + margin > 0 else 0.0 for score, lowest in scores]
    logs = (math.fsum(math.log1p(stake * bet) for bet in bets) for stake in _STAKES)
    return sum(math.exp(min(one, 700.0)) for one in logs) / len(_STAKES)
