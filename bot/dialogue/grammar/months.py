"""A bare day of the month takes the month that was named before it: "January 1st or the 8th", "50 el 4 de mayo y 50 el 18"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from bot.dialogue.grammar import almanac
from bot.dialogue.grammar.corrections import is_past
from bot.dialogue.grammar.model import Day, Vague
from bot.dialogue.grammar.sheet import FEAST, Placed, Sheet
from bot.dialogue.grammar.words import found, pattern, spread, table

_MONTHS = frozenset(spread(table("days")["months"]))
_FIGURES = re.compile(r"\d ?[-/.] ?\d")


def carried(sheet: Sheet, placed: list[Placed]) -> list[Placed]:
    """`placed` with such days in their months. A month counts also where its own day was taken back; one without a day has
    no other question left then.
    """
    months: list[Placed] = []
    moved: dict[int, Placed] = {}
    kept = {p.start for p in placed}
    for p in sheet.placed:
        before = months[-1] if months else None
        if isinstance(p.what, Day) and p.what.any_month and before is not None and _goes_on(sheet, before, p):
            p = _in_month(sheet, before, p, is_other=before.start not in kept)
            moved[p.start] = p
            kept -= {before.start} if isinstance(before.what, Vague) and not before.what.rest else set()
        if p.start in moved or _names_a_month(sheet, p):
            months.append(p)
    return [moved.get(p.start, p) for p in placed if p.start in kept]


def _names_a_month(sheet: Sheet, p: Placed) -> bool:
    """Not one that is told of as past."""
    if isinstance(p.what, Vague):
        return p.what.kind == "some_month" and p.what.period is not None
    words = sheet.words(p.what)
    named = _MONTHS & set(re.findall(r"[^\W\d_]+", words)) or _FIGURES.search(words) or FEAST.search(words)
    return isinstance(p.what, Day) and bool(named) and not is_past(sheet.text, p)


def _goes_on(sheet: Sheet, month: Placed, day: Placed) -> bool:
    between = sheet.text[month.end : day.start]
    way = "goes_on_in" if isinstance(month.what, Vague) else "same_breath"
    return pattern(way).fullmatch(between) is not None


def _in_month(sheet: Sheet, month: Placed, day: Placed, *, is_other: bool) -> Placed:
    """The next month where a payment follows upon a later day: "40 on april 20 and 40 on the 4th". As it was where that
    month has no such day, or it has passed.
    """
    named = _first_day(month)
    assert isinstance(day.what, Day) and named is not None
    number = _number(sheet, day.what)
    value = almanac.exact(named.year, named.month, number)
    follows = not is_other and isinstance(month.what, Day) and found("follows", sheet.text[month.end : day.start])
    if value is not None and value < named and follows:
        value = almanac.day_in(named, number, 1)
    if value is None or value < sheet.today:
        return day
    return replace(day, what=replace(day.what, value=value, any_month=False))


def _number(sheet: Sheet, day: Day) -> int:
    """Of "the 31st", said in November, not 30."""
    told = re.search(r"\d+", sheet.words(day))
    return int(told[0]) if told else day.value.day


def _first_day(month: Placed) -> date | None:
    what = month.what
    return what.value if isinstance(what, Day) else what.period[0] if isinstance(what, Vague) and what.period else None
