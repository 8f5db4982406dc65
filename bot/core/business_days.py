"""Days on which offices work: no Saturday, no Sunday, no federal holiday of the United States."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and not is_holiday(day)


def is_holiday(day: date) -> bool:
    """Of the federation; a weekday before or after stands for one on a weekend."""
    return day in _federal(day.year)


def after(day: date, count: int) -> date:
    """The last of so many business days, the first of them the one after `day`."""
    left = count
    while left:
        day += timedelta(days=1)
        left -= is_business_day(day)
    return day


@lru_cache(maxsize=8)
def _federal(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("US", years=year))
