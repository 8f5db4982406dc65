"""A scorecard from what was known and what became of it: bins that go one way, weight of evidence, logistic regression.

Trained on the earlier dues. A due counts only when its day is past: of younger ones only the quick payers are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from bot.scores.features import FEATURES
from bot.scores.model import Card, Known, Part, Target

BINS = 16
"""Equal parts at first; neighbours that do not go the right way become one."""
EVIDENCE = 50.0
"""So many dues as a smooth curve would have them are added to each bin: a few dues bend it little, many as they will."""
_SCORE_BINS = 10


def fit(target: Target, known: Sequence[Known], missed: Sequence[bool], until: date) -> Card:
    """Raises ValueError where all were missed, or none."""
    outcome = np.array(missed, float)
    if not 0 < outcome.sum() < len(outcome):
        raise ValueError("some must be missed and some not")
    bins = [_bins(one.name, np.array([each.values[one.name] for each in known]), outcome) for one in FEATURES]
    evidence = np.array([[part.weight(each.values[part.feature]) for part in bins] for each in known])
    learned = LogisticRegression(C=1.0).fit(evidence, outcome)
    parts, base = [], float(learned.intercept_[0])
    for part, slope in zip(bins, np.maximum(learned.coef_[0], 0.0)):
        mean = float(np.dot(part.weights, part.shares) * slope)
        parts.append(Part(part.feature, part.cuts, tuple(float(w * slope) - mean for w in part.weights), part.shares))
        base += mean
    card = Card(target, base, tuple(parts), Part("score", (), (0.0,), (1.0,)), until)
    totals = np.array([card.total(each) for each in known])
    cuts = _cuts(totals, _SCORE_BINS)
    scores = Part("score", cuts, (0.0,) * (len(cuts) + 1), _shares(totals, cuts))
    return Card(target, base, tuple(parts), scores, until)


def _bins(name: str, values: Any, outcome: Any) -> Part:
    """With weight of evidence: the logarithm of the odds of missing in the bin over those of all."""
    cuts, usual = _cuts(values, BINS), float(outcome.mean())
    at = np.searchsorted(cuts, values, side="right")
    count, missed, smooth = (np.bincount(at, one, len(cuts) + 1) for one in (np.ones_like(outcome), outcome, _smooth(values, outcome)))
    share = (missed + EVIDENCE * smooth / np.maximum(count, 1)) / (count + EVIDENCE)
    order = np.arange(len(share))
    rising = IsotonicRegression(increasing=True).fit(order, share, sample_weight=count + 0.01).predict(order)
    first = [0, *(i for i in range(1, len(rising)) if rising[i] > rising[i - 1] + 1e-12)]
    kept = tuple(cuts[i - 1] for i in first[1:])
    odds = np.clip(rising[first], 0.005, 0.995)
    weights = np.log(odds / (1 - odds)) - np.log(usual / (1 - usual))
    return Part(name, kept, tuple(map(float, weights)), _shares(values, kept))


def _smooth(values: Any, outcome: Any) -> Any:
    """The share that is missed, as a curve of one feature alone."""
    scaled = ((values - values.mean()) / (values.std() or 1.0)).reshape(-1, 1)
    return LogisticRegression().fit(scaled, outcome).predict_proba(scaled)[:, 1]


def _cuts(values: Any, count: int) -> tuple[float, ...]:
    found = np.unique(np.quantile(values, np.linspace(0, 1, count + 1)[1:-1]))
    return tuple(float(one) for one in found if one > values.min())


def _shares(values: Any, cuts: Sequence[float]) -> tuple[float, ...]:
    at = np.searchsorted(cuts, values, side="right") if len(cuts) else np.zeros(len(values), int)
    return tuple(float(one) for one in np.bincount(at, minlength=len(cuts) + 1) / len(values))
