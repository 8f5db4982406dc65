"""What was to be paid and what became of it, and a card that says how likely the next one is missed. Values only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from math import exp, log

from bot.core import Money

DOUBLE = 20
"""So many points double the odds of missing."""


class Target(str, Enum):
    """What is asked. The two are never mixed: one is of accounts that are not late yet, the other of what was agreed on."""

    MISS = "miss"
    KEEP = "keep"


@dataclass(frozen=True)
class Due:
    """One payment that is to come by `due_on`. `begun_on` is when that was settled: an invoice's day, or for a part of a
    plan the day of the part before. `paid` are the days on which it became paid in full (True), or was so no more (False).
    `judged_on` is the first day on which everybody knows whether it was missed. `missed` None: it counts for nothing, or
    that day has not come.
    """

    key: str
    party_id: str
    debt_id: str
    target: Target
    amount: Money
    begun_on: date
    due_on: date
    judged_on: date
    paid: tuple[tuple[date, bool], ...]
    missed: bool | None
    disputed: bool = False

    def ended(self, day: date) -> date | None:
        """When it was paid in full, as it stood at the beginning of `day`."""
        last = next((step for step in reversed(self.paid) if step[0] < day), None)
        return last[0] if last is not None and last[1] else None

    def known_late(self, day: date) -> bool | None:
        """Whether it was late, as far as was known at the beginning of `day`; None where it was not."""
        if self.missed is None:
            return None
        if self.judged_on <= day:
            return self.missed
        return None if self.ended(day) is None else False

    def days_after(self, day: date) -> int:
        """Days from the due day until it was paid, or until `day` where it was not yet."""
        return ((self.ended(day) or day) - self.due_on).days

    def known_on(self, day: date) -> date:
        """From when on it was known how it ended, as seen from `day`."""
        ended = self.ended(day)
        return min(ended + timedelta(days=1), self.judged_on) if ended is not None else self.judged_on


@dataclass(frozen=True)
class Known:
    """What is known of a payer on a day: figures by feature, and the same in words."""

    on: date
    values: Mapping[str, float]
    words: Mapping[str, str]


@dataclass(frozen=True)
class Part:
    """One feature of a card. Values up to `cuts[0]` have `weights[0]`, and so on; `shares` are those of the training.
    A weight is a logarithm of odds, from the average of the training on.
    """

    feature: str
    cuts: tuple[float, ...]
    weights: tuple[float, ...]
    shares: tuple[float, ...]

    def bin(self, value: float) -> int:
        return bisect_right(self.cuts, value)

    def weight(self, value: float) -> float:
        return self.weights[self.bin(value)]


@dataclass(frozen=True)
class Card:
    """What was learned of dues until `until`. `scores` are the cuts and shares of its own sum, to see drift by."""

    target: Target
    base: float
    parts: tuple[Part, ...]
    scores: Part
    until: date

    def total(self, known: Known) -> float:
        return self.base + sum(part.weight(known.values[part.feature]) for part in self.parts)

    def reasons(self, known: Known, most: int = 3) -> list[tuple[str, int]]:
        """(words, points) of what moves it most, from the average; what moves it by less than a point is none."""
        moved = [(known.words[part.feature], points(part.weight(known.values[part.feature]))) for part in self.parts]
        return sorted((one for one in moved if one[1]), key=lambda one: -abs(one[1]))[:most]


@dataclass(frozen=True)
class Figures:
    """How well it did on dues that it had not seen: each told with what was known before it. `chance_ece` is the ECE that a
    perfect card would not exceed in 19 of 20 such windows; `history` the Brier score of the payer's own share alone.
    """

    count: int
    missed: int
    first: date
    last: date
    auc: float
    ece: float
    chance_ece: float
    brier: float
    history: float
    curve: tuple[tuple[float, float, int], ...]
    """(told, happened, how many) of each tenth."""


@dataclass(frozen=True)
class Score:
    """Of one due: the chance that it is missed, as of a day."""

    key: str
    party_id: str
    debt_id: str
    target: Target
    card: int
    features_on: date
    due_on: date
    chance: float
    reasons: Sequence[tuple[str, int]]


def points(weight: float) -> int:
    return round(weight * DOUBLE / log(2))


def chance(total: float) -> float:
    """Of the logarithm of odds."""
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))
