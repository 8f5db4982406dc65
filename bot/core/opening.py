"""When people answer: "mon-fri 9:00-18:00, sat 10:00-14:00", in the operator's time zone; "holidays 10:00-14:00" too.

A federal holiday is closed unless it has hours of its own. Where nothing is said somebody always answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from bot.core.business_days import is_holiday
from bot.core.errors import Problem

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAYS = "holidays"
ON_HOLIDAYS = len(DAYS)
_PART = re.compile(rf"(?:([a-z]{{3}})(?:-([a-z]{{3}}))?|({HOLIDAYS})) (\d{{1,2}}):(\d{{2}})-(\d{{1,2}}):(\d{{2}})")
_FARTHEST = timedelta(days=400)
"""Days looked ahead: more than a year of holidays only."""


@dataclass(frozen=True)
class Hours:
    """From the first weekday to the last, both included; 0 is Monday, 7 a holiday."""

    first: int
    last: int
    opens: time
    closes: time


@dataclass(frozen=True)
class Opening:
    """A target of half an hour, set ten minutes before they close, ends twenty minutes after they open again."""

    hours: tuple[Hours, ...] = ()
    zone: str = "UTC"

    def after(self, start: datetime, length: timedelta) -> datetime:
        """When so much of their time has passed."""
        left = length
        for opens, closes in self._spans(start, start + _FARTHEST):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        return start + length

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of their time passes; nothing where the end comes first."""
        if end <= start:
            return timedelta(0)
        return sum((min(closes, end) - opens for opens, closes in self._spans(start, end)), timedelta(0))

    def _spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is open from `start` on, until a span that reaches `end`; in order, no moment twice, in UTC."""
        if not self.hours:
            yield start, max(end, start + _FARTHEST)
            return
        day, done = start.astimezone(ZoneInfo(self.zone)).date() - timedelta(days=1), start
        while self._at(day, time(0)) < end:
            for hours in sorted(self._on(day), key=lambda each: each.opens):
                opens, closes = max(self._at(day, hours.opens), done), self._at(day, hours.closes)
                if opens < closes and opens < end:
                    yield opens, closes
                    done = closes
            day += timedelta(days=1)

    def _on(self, day: date) -> list[Hours]:
        weekday = ON_HOLIDAYS if is_holiday(day) else day.weekday()
        return [hours for hours in self.hours if hours.first <= weekday <= hours.last]

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=ZoneInfo(self.zone)).astimezone(timezone.utc)


ALWAYS = Opening()


def read(text: str, problems: list[Problem]) -> tuple[Hours, ...]:
    """None where nothing is said. What is wrong goes into `problems`."""
    found = []
    for part in filter(None, (each.strip().lower() for each in text.split(","))):
        hours = _read(part)
        if hours is None:
            expected = "days and hours such as mon-fri 9:00-18:00, sat 10:00-14:00, holidays 10:00-14:00"
            problems.append(Problem("PARLEY_HOURS", expected, repr(part[:40])))
        else:
            found.append(hours)
    return tuple(found)


def _read(part: str) -> Hours | None:
    match = _PART.fullmatch(part)
    if match is None:
        return None
    days = (match[1], match[2] or match[1]) if match[3] is None else (HOLIDAYS, HOLIDAYS)
    known = (*DAYS, HOLIDAYS)
    if not set(days) <= set(known):
        return None
    first, last = map(known.index, days)
    try:
        opens, closes = time(int(match[4]), int(match[5])), time(int(match[6]), int(match[7]))
    except ValueError:
        return None
    return Hours(first, last, opens, closes) if first <= last and opens < closes else None
