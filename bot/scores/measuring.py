"""How good a card is and whether the world it learned from is still there: AUC, calibration, drift. Pure, no library.

A window is told as it would have been: the level of each day is set by what was known when it began, as the worker does it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from math import log
from random import Random

from bot.scores.features import History
from bot.scores.model import Card, Due, Figures, Part, chance

LEVEL_FROM = 300
"""The level is set by so many of the newest dues that are judged."""
_NEWTON = 60
DRIFTED, SHIFTING = 0.2, 0.1
"""A population stability index above which a card is not to be trusted, and above which it is to be watched."""
_TENTHS = 10


def level(totals: Sequence[float], missed: Sequence[bool]) -> float:
    """What is added to sums of a card so that as many are expected to be missed as were. Nothing where all ended alike."""
    count, found = sum(missed), 0.0
    if not 0 < count < len(missed):
        return found
    for _ in range(_NEWTON):
        chances = [chance(total + found) for total in totals]
        step = (count - sum(chances)) / sum(one * (1 - one) for one in chances)
        found += max(-1.0, min(1.0, step))
        if abs(step) < 1e-9:
            break
    return found


def newest(judged: Sequence[Due], until: int, count: int = LEVEL_FROM) -> Sequence[Due]:
    """Of the first `until`, which are in order of the day, the last so many; and all others of the day of the first of them."""
    first = max(0, until - count)
    while 0 < first < until and judged[first - 1].judged_on == judged[first].judged_on:
        first -= 1
    return judged[first:until]


def told(card: Card, dues: Sequence[Due], history: History, first: date) -> Iterator[tuple[Due, float]]:
    """Each due that began from `first` on with the chance that was told of it; only of dues that are judged."""
    judged = sorted((due for due in dues if due.missed is not None), key=lambda due: (due.judged_on, due.key))
    totals, days = {due.key: card.total(history.known(due)) for due in judged}, [due.judged_on for due in judged]
    window = sorted((due for due in judged if due.begun_on >= first), key=lambda due: (due.begun_on, due.key))
    for day, some in groupby(window, key=lambda due: due.begun_on):
        known = newest(judged, bisect_right(days, day))
        shift = level([totals[due.key] for due in known], [bool(due.missed) for due in known])
        for due in some:
            yield due, chance(totals[due.key] + shift)


def figures(card: Card, dues: Sequence[Due], history: History, first: date) -> Figures | None:
    """Of the window from `first` on; None where nothing of it is judged, or all ended the same way."""
    found = list(told(card, dues, history, first))
    chances, missed = [one for _, one in found], [bool(due.missed) for due, _ in found]
    if not 0 < sum(missed) < len(missed):
        return None
    own = [history.known(due).values["late_share"] for due, _ in found]
    begun = [due.begun_on for due, _ in found]
    return Figures(
        len(found), sum(missed), min(begun), max(begun), auc(chances, missed), ece(chances, missed), by_chance(chances),
        brier(chances, missed), brier(own, missed), tuple(curve(chances, missed)),
    )  # fmt: skip


def auc(chances: Sequence[float], missed: Sequence[bool]) -> float:
    """How often one that was missed was given more than one that was not; the same counts half."""
    order = sorted(range(len(chances)), key=lambda i: chances[i])
    rank, at = [0.0] * len(order), 0
    while at < len(order):
        end = at
        while end < len(order) and chances[order[end]] == chances[order[at]]:
            end += 1
        for i in order[at:end]:
            rank[i] = (at + 1 + end) / 2
        at = end
    bad = sum(missed)
    good = len(missed) - bad
    return (sum(one for one, late in zip(rank, missed) if late) - bad * (bad + 1) / 2) / (bad * good)


def brier(chances: Sequence[float], missed: Sequence[bool]) -> float:
    return sum((one - late) ** 2 for one, late in zip(chances, missed)) / len(chances)


def curve(chances: Sequence[float], missed: Sequence[bool]) -> Iterator[tuple[float, float, int]]:
    """(told, happened, how many) of each tenth, from the least likely on. Those of whom the same was told stay together."""
    counts, sums, late = [0] * _TENTHS, [0.0] * _TENTHS, [0] * _TENTHS
    for tenth, one, is_missed in zip(_tenths(chances), chances, missed):
        counts[tenth], sums[tenth], late[tenth] = counts[tenth] + 1, sums[tenth] + one, late[tenth] + is_missed
    for count, total, some in zip(counts, sums, late):
        if count:
            yield total / count, some / count, count


def _tenths(chances: Sequence[float]) -> list[int]:
    """Of each the tenth in which it lies."""
    order, found, done = sorted(range(len(chances)), key=lambda i: chances[i]), [0] * len(chances), 0
    for _, group in groupby(order, key=lambda i: chances[i]):
        same = list(group)
        tenth = int((done + len(same) / 2) * _TENTHS / len(chances))
        for i in same:
            found[i] = tenth
        done += len(same)
    return found


def ece(chances: Sequence[float], missed: Sequence[bool]) -> float:
    """Expected calibration error: how far what was told lies from what happened, over the tenths."""
    return sum(abs(one - happened) * count for one, happened, count in curve(chances, missed)) / len(chances)


def by_chance(chances: Sequence[float], tries: int = 200) -> float:
    """The ECE that 95 of 100 perfect cards would stay under with so few dues."""
    dice, placed, sums = Random(0).random, list(zip(_tenths(chances), chances)), [0.0] * _TENTHS
    for tenth, one in placed:
        sums[tenth] += one
    found = []
    for _ in range(tries):
        late = [0] * _TENTHS
        for tenth, one in placed:
            late[tenth] += dice() < one
        found.append(sum(abs(total - some) for total, some in zip(sums, late)) / len(chances))
    return sorted(found)[int(tries * 0.95)]


def psi(part: Part, values: Iterable[float]) -> float | None:
    """Population stability index of these values against the training; None of nothing."""
    counts = [0] * len(part.shares)
    for value in values:
        counts[part.bin(value)] += 1
    total = sum(counts)
    if not total:
        return None
    pairs = [(max(count / total, 1e-4), max(share, 1e-4)) for count, share in zip(counts, part.shares)]
    return sum((now - then) * log(now / then) for now, then in pairs)
