"""Which day is meant, from today on. Nothing here knows a word of any language."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

import holidays
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
    this_month = day_in(today, day, 0)
    return this_month if this_month >= today else day_in(today, day, 1)


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


def months_later(day: date, months: int) -> date:
    return day + relativedelta(months=months)


def feast(today: date, told: Mapping[str, Any], year: int | None = None) -> date | None:
    """The next time of a feast as the data tell it, or the one of a year."""
    years = (year,) if year else (today.year, today.year + 1)
    found = (feast_of(one, told) for one in years)
    return next((day for day in found if day and (year or day >= today)), None)


def feast_of(year: int, told: Mapping[str, Any]) -> date | None:
    """Easter and so many days, a fixed day, or a holiday by its name in the library."""
    if "easter" in told:
        return easter(year) + timedelta(days=told["easter"])
    if "day" in told:
        return date(year, *map(int, told["day"].split("-")))
    days = (day for day, names in _holidays(year).items() if told["us"] in names)
    return next((day + timedelta(days=told.get("plus", 0)) for day in days), None)


@cache
def _holidays(year: int) -> Mapping[date, list[str]]:
    named = holidays.country_holidays("US", years=year, observed=False, categories=("public", "unofficial"))
    return {day: name.split("; ") for day, name in named.items()}


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("US", years=year))


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def business_days_later(day: date, many: int) -> date:
    step = timedelta(days=1 if many > 0 else -1)
    for _ in range(abs(many)):
        day += step
        while not is_business_day(day):
            day += step
    return day


def business_day_of_month(first: date, nth: int) -> date | None:
    """The `nth` business day of the month that begins on `first`, or its last one (-1)."""
    last = clamped(first.year, first.month, 31)
    if nth == -1:
        return business_days_later(last + timedelta(days=1), -1)
    found = business_days_later(first - timedelta(days=1), nth)
    return found if found <= last else None
