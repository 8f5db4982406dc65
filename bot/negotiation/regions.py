"""Who a row is for, as a region of facts: which rows meet, cross, or leave nobody to a later one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Union

from bot.negotiation.terms import Policy, When

_FAR = 10**15
DIMENSIONS = (
    "balance",
    "days past due",
    "broken plans",
    "product",
    "jurisdiction",
    "client",
    "hardship",
    "benefits only",
)


@dataclass(frozen=True)
class Band:
    """Whole numbers from `low` up to but not including `below`."""

    low: int
    below: int
    ALL: ClassVar[Band]

    def __and__(self, other: Band) -> Band:
        return Band(max(self.low, other.low), min(self.below, other.below))

    def crosses(self, other: Band) -> bool:
        """Whether both share something and neither holds the other."""
        shared = self & other
        return bool(shared) and shared not in (self, other)

    def __bool__(self) -> bool:
        return self.low < self.below


Band.ALL = Band(0, _FAR)


@dataclass(frozen=True)
class Choice:
    """Some of a fixed list of words or answers."""

    of: frozenset[Union[str, bool]]

    def __and__(self, other: Choice) -> Choice:
        return Choice(self.of & other.of)

    def __bool__(self) -> bool:
        return bool(self.of)


Side = Union[Band, Choice]


@dataclass(frozen=True)
class Region:
    """One side for each dimension; somebody is inside when they are inside every side."""

    sides: Mapping[str, Side]

    def band(self, name: str) -> Band:
        side = self.sides[name]
        assert isinstance(side, Band)
        return side

    def meets(self, other: Region) -> bool:
        return all(_both(self.sides[name], other.sides[name]) for name in DIMENSIONS)


def words_of(policy: Policy) -> Mapping[str, frozenset[str]]:
    """Every word that rows or the lists name, and "" for any other."""
    listed = {"product": policy.products, "jurisdiction": policy.jurisdictions, "client": policy.clients}
    return {
        field: frozenset(["", *known, *(word for row in policy.rows for word in getattr(row.when, field))])
        for field, known in listed.items()
    }


def region_of(when: When, words: Mapping[str, frozenset[str]]) -> Region:
    """The conditions of a row as a region."""
    sides: dict[str, Side] = {
        "balance": _band(when.balance_from, when.balance_below),
        "days past due": _band(when.days_past_due_from, when.days_past_due_below),
        "broken plans": _band(when.broken_plans_from, when.broken_plans_below),
        "hardship": _answers(when.hardship),
        "benefits only": _answers(when.income_only_benefits),
    }
    for field, known in words.items():
        sides[field] = Choice(frozenset(getattr(when, field)) or frozenset(known))
    return Region(sides)


def _band(low: int | None, below: int | None) -> Band:
    return Band(low or 0, _FAR if below is None else below)


def _answers(wanted: bool | None) -> Choice:
    return Choice(frozenset([True, False] if wanted is None else [wanted]))


def _both(one: Side, other: Side) -> Side:
    if isinstance(one, Band) and isinstance(other, Band):
        return one & other
    assert isinstance(one, Choice) and isinstance(other, Choice)
    return one & other
