"""A birth date as people type it into a field: "4/12/1985", "1985-04-12", "april 12, 1985", "12 de abril del 85". Pure.

Less than a message of the chat may hold, and without anything beside it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

from babel.dates import get_month_names

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_WRITTEN = re.compile(r"(\d{1,2})[/.\- ]+(\d{1,2})[/.\- ]+(\d{4}|\d{2})")
_COMPACT = re.compile(r"(\d\d)(\d\d)((?:19|20)\d\d)")
_NAMED = re.compile(r"(?:(\d{1,2})(?:st|nd|rd|th|o|º)?\s+)?(?:de |of )?([a-z]+)\.?(?:\s+(\d{1,2})(?:st|nd|rd|th)?)?,?\s+(?:del? )?(\d{4}|\d{2})")  # fmt: skip
_YOUNGEST = 16
"""Years; only for a year of two digits."""
_LONGEST = 40


def birth_dates(words: str, spoken: str, today: date) -> tuple[date | None, date | None]:
    """How it reads in that language, and the other way round where "4/12/1985" reads so too; None where it does not."""
    known = [day for day in dict.fromkeys(_readings(_plain(words[:_LONGEST]), spoken, today)) if day is not None]
    return (known + [None])[0], (known + [None, None])[1]


def _readings(words: str, spoken: str, today: date) -> list[date | None]:
    if (iso := _ISO.fullmatch(words)) is not None:
        return [_day(iso[1], iso[2], iso[3], today)]
    if (named := _NAMED.fullmatch(words)) is not None:
        before, month, after, year = named.groups()
        number = next((place for place, name in _months() if len(month) >= 3 and name.startswith(month)), None)
        is_one = number is not None and (before is None) != (after is None)
        return [_day(year, str(number), before or after, today)] if is_one else []
    found = _COMPACT.fullmatch(words) or _WRITTEN.fullmatch(words)
    if found is None:
        return []
    first, second, year = found.groups()
    readings = [_day(year, first, second, today), _day(year, second, first, today)]
    return readings[::-1] if spoken == "es" else readings


def _plain(words: str) -> str:
    """Small letters without accents, one space between two words."""
    parted = unicodedata.normalize("NFKD", words.casefold())
    return " ".join("".join(letter for letter in parted if not unicodedata.combining(letter)).split())


@lru_cache(maxsize=1)
def _months() -> tuple[tuple[int, str], ...]:
    """January to December in both languages, with their number."""
    return tuple(
        (number, _plain(name)) for spoken in ("en", "es") for number, name in get_month_names(locale=spoken).items()
    )


def _day(year: str, month: str, day: str, today: date) -> date | None:
    """Two digits are the last such year in which somebody can have been born who owes anything."""
    full = int(year)
    if len(year) == 2:
        full += today.year // 100 * 100
        full -= 100 if full > today.year - _YOUNGEST else 0
    try:
        return date(full, int(month), int(day))
    except ValueError:
        return None
