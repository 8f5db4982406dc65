"""When a guardrail stops an experiment: as soon as it is certain that the challenger does more harm than its limit allows.

The evidence is a betting score against "the rate is at most the limit": a mean of likelihood ratios, each of a rate above
it. While the rate is at most the limit it ever passes 1 / alpha with probability alpha, looked at however often (Ville's
inequality; Ramdas, Gruenwald, Vovk and Shafer, "Game-theoretic statistics and safe anytime-valid inference", 2023). Exact,
so that it may stop after five people.

Whoever was exposed and has done no harm yet counts as harmless, which can only make it stop later, never wrongly.
"""

from __future__ import annotations

import math

ALPHA = 0.05
_RATES = 20


def evidence(harmed: int, of: int, limit: float) -> float:
    """How many times better rates above the limit explain `harmed` of so many than the limit itself does."""
    highest = min(5 * limit, (1 + limit) / 2)
    rates = [limit + (highest - limit) * step / _RATES for step in range(1, _RATES + 1)]
    ratios = (_log_ratio(harmed, of, rate, limit) for rate in rates)
    return sum(math.exp(min(one, 700.0)) for one in ratios) / _RATES


def _log_ratio(harmed: int, of: int, rate: float, limit: float) -> float:
    return harmed * math.log(rate / limit) + (of - harmed) * math.log((1 - rate) / (1 - limit))


def is_crossed(harmed: int, of: int, limit: float) -> bool:
    return evidence(harmed, of, limit) >= 1 / ALPHA
