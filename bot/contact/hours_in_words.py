"""Barred hours as a sentence holds them: "before 5:00 PM from Monday to Friday or every Sunday"."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from babel.dates import format_time, get_day_names
from babel.lists import format_list

from bot.contact import texts
from bot.contact.hours import Barred

_LOCALES = {"en": "en_US", "es": "es_US"}
_NARROW = "\u202f"
"""A space that turns an SMS into two."""
_EVERY_DAY, _WORK_DAYS = frozenset(range(1, 8)), frozenset(range(1, 6))


def in_words(barred: Iterable[Barred], language: str) -> str:
    return str(format_list([_one(window, language) for window in barred], style="or", locale=_LOCALES[language]))


def _one(window: Barred, language: str) -> str:
    days = _days(window.weekdays, language)
    values = {"begins": _clock(window.begins, language), "ends": _clock(window.ends, language), "weekdays": days}
    if window.begins == window.ends == time(0):
        return days
    name = "before" if window.begins == time(0) else "after" if window.ends == time(0) else "between"
    return _text(f"utter_law_hours_{name}", language, values).strip()


def _days(weekdays: frozenset[int], language: str) -> str:
    if weekdays == _EVERY_DAY:
        return ""
    if weekdays == _WORK_DAYS:
        return _text("utter_law_days_of_work", language, {})
    names = get_day_names("wide", locale=_LOCALES[language])
    listed = format_list([names[day - 1] for day in sorted(weekdays)], locale=_LOCALES[language])
    return _text("utter_law_days_every", language, {"weekdays": listed})


def _clock(at: time, language: str) -> str:
    return str(format_time(at, "short", locale=_LOCALES[language])).replace(_NARROW, " ")


def _text(name: str, language: str, values: dict[str, str]) -> str:
    return texts.render(name, language, values, today=date.min).text
