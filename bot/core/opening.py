"""When people answer: "mon-fri 9:00-18:00, sat 10:00-14:00", in the operator's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from bot.core.errors import Problem

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PART = re.compile(r"([a-z]{3})(?:-([a-z]{3}))? (\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


@dataclass(frozen=True)
class Hours:
    """From the first weekday to the last, both included; 0 is Monday."""

    first: int
    last: int
    opens: time
    closes: time


def read(text: str, problems: list[Problem]) -> tuple[Hours, ...]:
    """None where nothing is said. What is wrong goes into `problems`."""
    found = []
    for part in filter(None, (each.strip().lower() for each in text.split(","))):
        hours = _read(part)
        if hours is None:
            problems.append(Problem("PARLEY_HOURS", "days and hours such as mon-fri 9:00-18:00, sat 10:00-14:00", repr(part[:40])))
        else:
            found.append(hours)
    return tuple(found)


def _read(part: str) -> Hours | None:
    match = _PART.fullmatch(part)
    if match is None or not {match[1], match[2] or match[1]} <= set(DAYS):
        return None
    first, last = DAYS.index(match[1]), DAYS.index(match[2] or match[1])
    try:
        opens, closes = time(int(match[3]), int(match[4])), time(int(match[5]), int(match[6]))
    except ValueError:
        return None
    return Hours(first, last, opens, closes) if first <= last and opens < closes else None
