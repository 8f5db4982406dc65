"""Everybody whom a policy can meet, in finitely many boxes: the thresholds of its own rows cut them out.

Within a box one row and one settlement step hold for every balance and age. People are alike where the same rows
would take them, so that each sort of them is looked at once. Income is no fact that is kept: no box knows of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

from bot.negotiation.regions import words_of
from bot.negotiation.terms import Policy, Row, When

CARE = ((False, False), (True, False), (False, True), (True, True))
"""Hardship, and benefits as the only income."""


@dataclass(frozen=True)
class Box:
    """Balances from `low` on and less than `below`; `row` and `step` count from 0, None where there is none."""

    low: int
    below: int | None
    row: int | None
    step: int | None


@dataclass(frozen=True)
class Age:
    """An age band by its first day; it ends where the next one begins. `boxes` rise without a hole."""

    days: int
    boxes: tuple[Box, ...]


Table = tuple[Age, ...]


@dataclass(frozen=True)
class Sort:
    """People who differ only in balance, age and care. `tables` has one for each of CARE."""

    facts: Mapping[str, str | int]
    tables: tuple[Table, ...]


def sorts(policy: Policy) -> Iterator[Sort]:
    """Each sort once; of those who meet the same rows only the first."""
    rows, words = policy.rows, words_of(policy)
    tables = _Tables(rows)
    care = [_taking(rows, partial(_answers, *told)) for told in CARE]
    seen: set[tuple[int, ...]] = set()
    for chosen in product(*_alike(rows, words)):
        mask = _both(accepted for _, _, accepted in chosen)
        keys = tuple(tables.key(mask & one) for one in care)
        if keys not in seen:
            seen.add(keys)
            facts = {field: fact for field, fact, _ in chosen}
            yield Sort(facts, tuple(tables.of(key) for key in keys))


def reached(policy: Policy) -> frozenset[int]:
    """The rows, counted from 0, that somebody is left for."""
    tables = (table for sort in sorts(policy) for table in sort.tables)
    return frozenset(box.row for table in tables for age in table for box in age.boxes if box.row is not None)


def pairs(one: Sequence[Box], other: Sequence[Box]) -> Iterator[tuple[Box, Box, int, int | None]]:
    """Boxes of both that share balances, with those balances."""
    first = second = 0
    while first < len(one) and second < len(other):
        a, b = one[first], other[second]
        ends = [end for end in (a.below, b.below) if end is not None]
        below = min(ends, default=None)
        yield a, b, max(a.low, b.low), below
        first += a.below == below
        second += b.below == below


def together(one: Table, other: Table) -> Iterator[tuple[int, Sequence[Box], Sequence[Box]]]:
    """Both tables cut at the ages of either."""
    for days in sorted({age.days for table in (one, other) for age in table}):
        yield days, _at(one, days), _at(other, days)


def _at(table: Table, days: int) -> Sequence[Box]:
    return next(age.boxes for age in reversed(table) if age.days <= days)


_Chosen = tuple[str, "str | int", int]


def _alike(rows: Sequence[Row], words: Mapping[str, Iterable[str]]) -> Iterator[list[_Chosen]]:
    """For each side one fact of those that the same rows take, with these rows as bits: no word before a word."""
    plans: list[str | int] = sorted({0, *_ends(rows, "broken_plans")})
    yield _first_of(rows, "broken_plans", plans, _within)
    for field, known in words.items():
        facts: list[str | int] = sorted(known)
        yield _first_of(rows, field, facts, _named)


def _first_of(
    rows: Sequence[Row], field: str, facts: list[str | int], fits: Callable[[str, str | int, When], bool]
) -> list[_Chosen]:
    found: dict[int, str | int] = {}
    for fact in facts:
        found.setdefault(_taking(rows, partial(fits, field, fact)), fact)
    return [(field, fact, mask) for mask, fact in found.items()]


def _taking(rows: Sequence[Row], fits: Callable[[When], bool]) -> int:
    return sum(1 << number for number, row in enumerate(rows) if fits(row.when))


def _both(masks: Iterable[int]) -> int:
    shared = -1
    for mask in masks:
        shared &= mask
    return shared


def _answers(hardship: bool, benefits: bool, when: When) -> bool:
    return when.hardship in (None, hardship) and when.income_only_benefits in (None, benefits)


def _named(field: str, word: str | int, when: When) -> bool:
    return word in (getattr(when, field) or (word,))


def _within(band: str, number: str | int, when: When) -> bool:
    low, below = getattr(when, f"{band}_from"), getattr(when, f"{band}_below")
    return (low is None or number >= low) and (below is None or number < below)


def _ends(rows: Iterable[Row], band: str) -> Iterator[int]:
    for row in rows:
        yield from (end for end in (getattr(row.when, f"{band}_from"), getattr(row.when, f"{band}_below")) if end)


class _Tables:
    """Who gets which row by balance and age, for each set of rows that come into question."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.plain = _taking(rows, _is_for_all)
        self.known: dict[int, Table] = {}

    def key(self, mask: int) -> int:
        """The same rows as bits, but none behind the first that takes every balance and age."""
        ends = mask & self.plain
        return mask & ((ends & -ends) * 2 - 1) if ends else mask

    def of(self, key: int) -> Table:
        if key not in self.known:
            self.known[key] = tuple(self._ages([number for number in range(len(self.rows)) if key >> number & 1]))
        return self.known[key]

    def _ages(self, numbers: list[int]) -> Iterator[Age]:
        rows = [self.rows[number] for number in numbers]
        steps = [step for row in rows for step in row.terms.settlement]
        ages = sorted({0, *_ends(rows, "days_past_due"), *(step.days_past_due_from for step in steps)})
        sizes = sorted({1, *_ends(rows, "balance"), *(step.balance_from for step in steps if step.balance_from)})
        by_size = [_taking(rows, partial(_within, "balance", size)) for size in sizes]
        for days in ages:
            by_age = _taking(rows, partial(_within, "days_past_due", days))
            boxes: list[Box] = []
            for size, below, mask in zip(sizes, [*sizes[1:], None], by_size, strict=True):
                taken = mask & by_age
                row = numbers[(taken & -taken).bit_length() - 1] if taken else None
                box = Box(size, below, row, None if row is None else self._step(row, days, size))
                if boxes and (boxes[-1].row, boxes[-1].step) == (box.row, box.step):
                    box = Box(boxes.pop().low, below, box.row, box.step)
                boxes.append(box)
            yield Age(days, tuple(boxes))

    def _step(self, row: int, days: int, size: int) -> int | None:
        steps = enumerate(self.rows[row].terms.settlement)
        fitting = (n for n, step in steps if days >= step.days_past_due_from and size >= step.balance_from)
        return next(fitting, None)


def _is_for_all(when: When) -> bool:
    """Balances begin at a cent and ages at the due day."""
    return (
        (when.balance_from or 0) <= 1
        and when.balance_below is None
        and not when.days_past_due_from
        and when.days_past_due_below is None
    )
