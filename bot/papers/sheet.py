"""What a document says in one language: values that page, PDF and signed file are made of. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

LANGUAGES = ("en", "es")
_DAY = {"en": "EEEE, MMMM d, y", "es": "EEEE d 'de' MMMM 'de' y"}
_SHORT_DAY = {"en": "MMM d, y", "es": "d MMM y"}
_MOMENT = {"en": "EEEE, MMMM d, y 'at' h:mm a z", "es": "EEEE d 'de' MMMM 'de' y 'a las' h:mm a z"}
_LOCALE = {"en": "en_US", "es": "es_US"}
Lines = tuple[str, ...]


@dataclass(frozen=True)
class Section:
    heading: str
    lines: Lines


@dataclass(frozen=True)
class Table:
    """The payments: `rows` are (number, day, amount), and `total` (label, amount) stands under them."""

    heading: str
    columns: tuple[str, str, str]
    rows: tuple[tuple[str, str, str], ...]
    total: tuple[str, str]


@dataclass(frozen=True)
class Sheet:
    """A document in one language. `payments` is None where nothing is to pay; `small` stands at the very end."""

    title: str
    intro: Lines
    facts: tuple[tuple[str, str], ...]
    payments: Table | None
    sections: tuple[Section, ...]
    small: Lines = ()


@dataclass(frozen=True)
class Content:
    """The canonical content: its JSON is what the hash is over. `facts` are for machines, amounts in minor units."""

    facts: Mapping[str, object]
    sheets: Mapping[str, Sheet]


def written_day(day: date, language: str, *, short: bool = False) -> str:
    """ "Friday, December 4, 2026", or "Dec 4, 2026"."""
    return _plain(format_date(day, (_SHORT_DAY if short else _DAY)[language], locale=_LOCALE[language]))


def written_moment(moment: datetime, time_zone: str, language: str) -> str:
    """With the time of the day and its zone."""
    return _plain(format_datetime(moment.astimezone(ZoneInfo(time_zone)), _MOMENT[language], locale=_LOCALE[language]))


def _plain(words: str) -> str:
    return words.replace("\u202f", " ").replace("\u00a0", " ")
