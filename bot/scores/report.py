"""What a manager reads of a scorecard: what it reached, whether what was told still holds, and whether payers have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from bot.core import Session
from bot.scores import measuring, service, store
from bot.scores.model import Part, Score, Target
from bot.scores.service import Trained

WINDOW = 90
"""Days of scores that drift and calibration are looked for in."""
LEAST = 30
"""Fewer scores say nothing about drift."""


@dataclass(frozen=True)
class Drift:
    """`index` None: too few scores. `name` is the feature's, or score."""

    name: str
    index: float | None

    @property
    def is_drifted(self) -> bool:
        return self.index is not None and self.index > measuring.DRIFTED

    @property
    def is_shifting(self) -> bool:
        return self.index is not None and self.index > measuring.SHIFTING


@dataclass(frozen=True)
class Report:
    """Of one target. `lived` is how the scores of the last days that were judged did, as (told, happened, how many)."""

    target: Target
    card: Trained | None
    trainings: Sequence[Trained]
    drift: tuple[Drift, ...]
    scores: int
    judged: int
    told: float
    happened: float
    lived: tuple[tuple[float, float, int], ...]
    first: Sequence[Score]


def report(session: Session, target: Target, today: date) -> Report:
    card, since = service.in_force(session, target), today - timedelta(days=WINDOW)
    table = store.scores
    rows = list(session.execute(sa.select(table).where(table.c.target == target.value, table.c.features_on >= since)))
    judged = [row for row in rows if row.missed is not None]
    chances, missed = [row.chance for row in judged], [row.missed for row in judged]
    return Report(
        target, card, service.trainings(session, target), tuple(_drift(card, rows)) if card is not None else (), len(rows),
        len(judged), sum(chances) / len(judged) if judged else 0.0, sum(missed) / len(judged) if judged else 0.0,
        tuple(measuring.curve(chances, missed)) if judged else (), service.most_likely(session, target),
    )  # fmt: skip


def _drift(trained: Trained, rows: Sequence[Any]) -> list[Drift]:
    card = trained.card
    own = [row.features for row in rows if row.card == trained.number]

    def of(part: Part, values: list[float]) -> Drift:
        return Drift(part.feature, measuring.psi(part, values) if len(values) >= LEAST else None)

    totals = [card.base + sum(part.weight(one[part.feature]) for part in card.parts) for one in own]
    return [of(card.scores, totals), *(of(part, [one[part.feature] for one in own]) for part in card.parts)]
