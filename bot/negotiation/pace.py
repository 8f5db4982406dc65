"""How an agreement goes on: its rhythm, read from its days, and the days that come after them.

Weekends and bank holidays have moved some of the days, so the rhythm is the one that explains most of them. A
rhythm of Saturdays or Sundays is their own, and goes on like that; other new days move past weekends and holidays.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from bot.negotiation.kept import Kept
from bot.negotiation.limits import PER_YEAR
from bot.negotiation.model import Frequency
from bot.negotiation.schedule import Rhythm, add_months, after, banking_day, nominal, nth_weekday

_BY_WEEK = (Frequency.WEEKLY, Frequency.BIWEEKLY, Frequency.EVERY_4_WEEKS)
_SHORTEST_GAP = 7
_SATURDAY = 5


def days_from(kept: Kept, count: int, today: date, since: date | None = None) -> list[date]:
    """`count` days: those of what is left from `since` on, then on in the same rhythm; new ones never before today."""
    days = [part.due for part in kept.left if since is None or part.due >= since][:count]
    last = max(kept.left[-1].due, (since or today) - timedelta(days=1), today - timedelta(days=1))
    rhythm = after(_rhythm(kept), last)
    theirs = (rhythm.nth or rhythm.frequency in _BY_WEEK) and rhythm.first.weekday() >= _SATURDAY
    new = (nominal(rhythm, index) for index in range(count - len(days)))
    return [*days, *(new if theirs else map(banking_day, new))]


def _rhythm(kept: Kept) -> Rhythm:
    """Its `first` is no later than one period after the last day that was agreed."""
    days = [part.due for part in kept.schedule]
    frequency, last = kept.frequency or _by_gap(days), days[-1]
    if frequency in _BY_WEEK:
        weekday = _usual([day.weekday() for day in days])[0]
        return Rhythm(frequency, last - timedelta(days=(last.weekday() - weekday) % 7))
    if frequency is Frequency.SEMIMONTHLY:
        usual = _usual([day.day for day in days])
        return Rhythm(frequency, last, tuple(sorted(usual[:2])) if len(usual) > 1 else ())
    anchor, weekday = _day_of_month(days), _usual([day.weekday() for day in days])[0]
    if not all(_follows(day, anchor) for day in days) and (nth := _nth(days, weekday)):
        return Rhythm(frequency, nth_weekday(last, weekday, nth), nth=nth)
    return Rhythm(frequency, add_months(last, 0, anchor), (anchor,))


def _nth(days: list[date], weekday: int) -> int:
    """Which such weekday of its month each of them is, -1 for the last; 0 where they are not."""
    for nth in (1, 2, 3, 4, -1):
        nominals = (nth_weekday(day, weekday, nth) for day in days)
        if all(day in (one, banking_day(one)) for day, one in zip(days, nominals)):
            return nth
    return 0


def _by_gap(days: list[date]) -> Frequency:
    """For parts without a rhythm: the frequency that is nearest to the last gap."""
    gap = (days[-1] - days[-2]).days if len(days) > 1 else 30
    return min(PER_YEAR, key=lambda one: abs(365 // PER_YEAR[one] - max(gap, _SHORTEST_GAP)))


def _day_of_month(days: list[date]) -> int:
    """The day from which most of the days follow; of equally good ones the one that was seen most often."""
    usual = _usual([day.day for day in days])
    candidates = [*usual, *(day for day in range(1, 32) if day not in usual)]
    return max(candidates, key=lambda anchor: sum(_follows(day, anchor) for day in days))


def _follows(day: date, anchor: int) -> bool:
    nominals = (add_months(day, months, anchor) for months in (0, -1))
    return any(day in (one, banking_day(one)) for one in nominals)


def _usual(numbers: list[int]) -> list[int]:
    """The most common first; of equally common ones the first that came."""
    return [number for number, _ in Counter(numbers).most_common()]
