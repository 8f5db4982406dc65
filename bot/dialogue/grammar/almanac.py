"""Which day is meant, from today on. Nothing here knows a word of any language."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta


def clamped(year: int, month: int, day: int) -> date:
    """The 31st of a shorter month is its last day."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def exact(year: int, month: int, day: int) -> date | None:
    """None for 30 February."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def coming_day(today: date, day: int) -> date:
    """The next such day of a month, today included."""
    first = today.replace(day=1)
    this_month = clamped(first.year, first.month, day)
    if this_month >= today:
        return this_month
    following = first + relativedelta(months=1)
    return clamped(following.year, following.month, day)


def day_in(today: date, day: int, months_ahead: int) -> date:
    month = today.replace(day=1) + relativedelta(months=months_ahead)
    return clamped(month.year, month.month, day)


def month_day(today: date, month: int, day: int, year: int | None = None) -> date | None:
    """With no year, its next time; a 29 February waits for a leap year. None when there is no such day."""
    if year is not None:
        return exact(year, month, day)
    years = (today.year + ahead for ahead in range(9))
    return next((found for y in years if (found := exact(y, month, day)) and found >= today), None)


def coming_weekday(today: date, weekday: int) -> date:
    """The first one after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def next_week(today: date, weekday: int, weeks: int = 1) -> date:
    """That weekday of the next calendar week; weeks begin on Monday."""
    return today - timedelta(days=today.weekday()) + timedelta(days=weekday, weeks=weeks)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date | None:
    """The `nth` (1..5, or -1 for the last) such weekday of a month; None when there is no fifth."""
    if nth == -1:
        last = clamped(year, month, 31)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    found = first + timedelta(days=(weekday - first.weekday()) % 7, weeks=nth - 1)
    return found if found.month == month else None


def coming_nth_weekday(today: date, weekday: int, nth: int, skip_months: int = 0) -> date | None:
    """The next time that a month has it, from `skip_months` months ahead on."""
    for ahead in range(skip_months, skip_months + 13):
        month = today.replace(day=1) + relativedelta(months=ahead)
        found = nth_weekday(month.year, month.month, weekday, nth)
        if found and found >= today:
            return found
    return None


def month_end(today: date, months_ahead: int = 0) -> date:
    return day_in(today, 31, months_ahead)


def quincena(today: date, *, after: bool) -> date:
    """The 15th or the last day of a month, whichever is next; `after` today, or today itself."""
    start = today + timedelta(days=1 if after else 0)
    return min(coming_day(start, 15), month_end(start))


def later(today: date, *, days: int = 0, weeks: int = 0, months: int = 0) -> date:
    return today + relativedelta(days=days, weeks=weeks, months=months)


_FIXED = {
    "christmas eve": (12, 24),
    "christmas": (12, 25),
    "new years eve": (12, 31),
    "new years": (1, 1),
    "valentines": (2, 14),
    "halloween": (10, 31),
    "independence day": (7, 4),
    "veterans day": (11, 11),
    "juneteenth": (6, 19),
    "three kings": (1, 6),
}
# Month, weekday and which one of the month (5 U.S.C. 6103).
_MOVING = {
    "thanksgiving": (11, 3, 4),
    "labor day": (9, 0, 1),
    "memorial day": (5, 0, -1),
    "mothers day": (5, 6, 2),
    "fathers day": (6, 6, 3),
}


def feast(today: date, name: str) -> date | None:
    """The next time of a feast that people name as a date; None for a name not known here."""
    for year in (today.year, today.year + 1):
        found = _feast(year, name)
        if found is not None and found >= today:
            return found
    return None


def _feast(year: int, name: str) -> date | None:
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in _MOVING:
        return nth_weekday(year, *_MOVING[name])
    return easter(year) if name == "easter" else None
