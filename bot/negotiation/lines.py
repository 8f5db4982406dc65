"""Amounts as functions of the balance, exactly: the least of the most of straight lines, rounded up to the cent.

Everything that a row makes of a balance has this shape, so that "is it ever more?" is decided for every balance.
Two such figures change places only where two of their lines cross; between, rounding is all that is left to try.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import combinations

_SCALE = 10_000
"""A percentage has two decimals, so a line rises by whole ten-thousandths of a cent for each cent of balance."""
Line = tuple[int, int]
"""Its rise in ten-thousandths, and where it begins, in minor units."""
Figure = tuple[tuple[Line, ...], ...]
"""The least, over groups, of the most in a group."""
_NICE = (100_000, 50_000, 200_000, 25_000, 500_000, 10_000, 1_000_000, 5_000, 1_000)


def rising(percent: Decimal, start: int = 0) -> Line:
    """`percent` of the balance."""
    return int(percent * 100), start


def fixed(minor: int) -> Line:
    return 0, minor


BALANCE: Line = (_SCALE, 0)


def value(figure: Figure, balance: int) -> int:
    """In minor units."""
    return -(-_exact(figure, balance) // _SCALE)


def _exact(figure: Figure, balance: int) -> int:
    return min(max(rise * balance + start * _SCALE for rise, start in group) for group in figure)


def inside(low: int, below: int | None) -> int:
    """A balance from `low` on and less than `below`, a round one where there is one."""
    return next((one for one in _NICE if low <= one and (below is None or one < below)), low)


@lru_cache(maxsize=65_536)
def where_more(one: Figure, other: Figure, low: int, below: int | None) -> int | None:
    """A balance from `low` on and less than `below` at which `other` is more than `one`; None when there is none."""
    if one == other:
        return None
    edges = _edges(one, other, low, below)
    tried = (*(nice for nice in _NICE if low <= nice <= edges[-1]), *edges)
    found = next((balance for balance in tried if value(other, balance) > value(one, balance)), None)
    if found is not None:
        return found
    between = (
        balance for start, end in zip(edges, edges[1:], strict=False) for balance in _near(one, other, start, end)
    )
    return next((balance for balance in between if value(other, balance) > value(one, balance)), None)


def _edges(one: Figure, other: Figure, low: int, below: int | None) -> list[int]:
    """Both ends, and the balances around every crossing: between two of them each figure is one line.

    Beyond the last crossing what is more stays so and grows by a ten-thousandth at least, to a cent and over.
    """
    lines = sorted({line for figure in (one, other) for group in figure for line in group})
    around = {low}
    for (rise, start), (steeper, from_) in combinations(lines, 2):
        if rise != steeper:
            crossing = (start - from_) * _SCALE // (steeper - rise)
            around |= {crossing, crossing + 1}
    last = max(around) + 2 * _SCALE if below is None else below - 1
    return sorted({balance for balance in around if low <= balance <= last} | {last})


def _near(one: Figure, other: Figure, start: int, end: int) -> Iterator[int]:
    """Where `other` is more by less than a cent, so that rounding decides: never more than 10,000 balances."""
    gaps = [_exact(other, balance) - _exact(one, balance) for balance in (start, end)]
    if max(gaps) <= 0:
        return
    upwards = gaps[1] >= gaps[0]
    for balance in range(end - 1, start, -1) if upwards else range(start + 1, end):
        if _exact(other, balance) <= _exact(one, balance):
            return
        yield balance
