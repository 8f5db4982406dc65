"""What a simulation found, as values: the sections of the report, in minor units where they are money."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from bot.negotiation.fairness import GroupFigures


@dataclass(frozen=True)
class Coverage:
    """Accounts replayed, left out (and why), and those whose draft offer the log has never seen."""

    replayed: int
    excluded: Mapping[str, int]
    with_proposals: int
    unsupported: int


@dataclass(frozen=True)
class Moved:
    """A segment: how many accounts, how many end differently, and what that changes in 180 days (minor units)."""

    segment: str
    accounts: int
    changed: int
    collected_180: int


@dataclass(frozen=True)
class Example:
    """One account that ends differently, for a closer look. Amounts in minor units, `parts` payments of `each`."""

    account: str
    old: str
    new: str
    old_row: str
    new_row: str
    old_total: int
    new_total: int
    old_discount: int
    new_discount: int
    old_parts: int
    new_parts: int
    old_each: int
    new_each: int


@dataclass(frozen=True)
class Estimate:
    """A total under base and under draft, and the change with its 95 per cent interval; money in minor units."""

    name: str
    base: int
    draft: int
    change: int
    low: int
    high: int


@dataclass(frozen=True)
class Share:
    """A share of 0 to 1 under base and under draft, and the change with its 95 per cent interval."""

    base: float
    draft: float
    change: float
    low: float
    high: float


@dataclass(frozen=True)
class Safety:
    """All of it must be empty: offers outside limits, and problems of the draft itself."""

    violations: Mapping[str, int]
    problems: tuple[str, ...]
    caps: Mapping[str, int]

    @property
    def clean(self) -> bool:
        return not self.violations and not self.problems


@dataclass(frozen=True)
class Honesty:
    """What stands behind the figures, and what does not."""

    observed: tuple[str, ...]
    modelled: tuple[str, ...]
    estimator: str
    effective_sample: str
    seed: int
    window: tuple[str, str]
    draft: str
    base: str
    data: str


@dataclass(frozen=True)
class Report:
    """Everything a second manager needs to approve a draft. `currency` holds for every amount.

    `break_rate` is the share of the agreements that are made and have something to pay which is then broken.
    """

    currency: str
    coverage: Coverage
    matrix: Mapping[str, Mapping[str, int]]
    segments: tuple[Moved, ...]
    best: tuple[Moved, ...]
    worst: tuple[Moved, ...]
    examples: tuple[Example, ...]
    money: tuple[Estimate, ...]
    break_rate: Share
    safety: Safety
    fairness: tuple[GroupFigures, ...]
    persons: tuple[int, int]
    turns: tuple[int, int]
    sensitivity: tuple[Estimate, ...]
    honesty: Honesty

    @property
    def sha(self) -> str:
        """SHA-256 of the canonical JSON: what a version is bound to."""
        return hashlib.sha256(to_json(self)).hexdigest()


def to_json(report: Report) -> bytes:
    """Canonical JSON."""
    return msgspec.json.encode(report, order="sorted")
