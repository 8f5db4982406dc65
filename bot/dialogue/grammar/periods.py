"""Readers of stretches of days that have a name: "in january", "next week", "this weekend", "a principios de mayo".

No day of them is guessed: each is asked back, and where its first and last day are clear, the question carries them.
"""

from __future__ import annotations

from datetime import date, timedelta

from bot.dialogue.grammar import almanac
from bot.dialogue.grammar.dates import ask
from bot.dialogue.grammar.model import Vague
from bot.dialogue.grammar.sheet import Found, Heard

Period = tuple[date, date]
_PARTS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}


def _period(kind: str, m: Heard, period: Period | None) -> Vague:
    return ask(kind, m.span, period=(max(period[0], m.today), period[1]) if period else None)


def _week(monday: date) -> Period:
    return monday, monday + timedelta(days=6)


def _month(today: date, month: int, first: int = 1, last: int = 31) -> Period:
    """Its next time, the one that has begun included."""
    year = today.year + (almanac.clamped(today.year, month, last) < today)
    return date(year, month, first), almanac.clamped(year, month, last)


def of_month(m: Heard) -> Found:
    """ "in january"; "by april" and "after april" are bounds and name no stretch of their own; "not before january" is."""
    if m["next"] and m.sheet.what(m["next"][-1]).whole <= 31:
        return None
    bound = m.text.split(" ", 1)[0] in ("by", "before", "after")
    return _period("some_month", m, None if bound else _month(m.today, m.what("month")))


def part_of_month(m: Heard) -> Found:
    nth = m.whole("nth")
    if m["unit"] in ("week", "year") or nth > 4:
        return ask("part_of_month", m.span)
    first, last = (nth * 7 - 6, nth * 7) if nth > 0 else next(days for part, days in _PARTS.items() if m[part])
    if m["month"]:
        return _period("part_of_month", m, _month(m.today, m.what("month"), first, last))
    ahead = 1 if m["next"] or almanac.day_in(m.today, last, 0) < m.today else 0
    return _period("part_of_month", m, (almanac.day_in(m.today, first, ahead), almanac.day_in(m.today, last, ahead)))


def last_week(m: Heard) -> Found:
    end = almanac.month_end(m.today, 1 if m["next"] else 0)
    if m["month"]:
        end = _month(m.today, m.what("month"))[1]
    return _period("part_of_month", m, _week(end - timedelta(days=6)))


def weekend(m: Heard) -> Found:
    """ "next weekend" may be this one or the one after: it is asked back without its days."""
    sunday = almanac.next_week(m.today, 6, 0)
    return _period("weekend", m, None if m["next"] else (sunday - timedelta(days=1), sunday))


def some_week(m: Heard, ahead: str = "1") -> Found:
    return _period("some_week", m, _week(almanac.next_week(m.today, 0, 0 if m["this"] else int(ahead))))


def week_of(m: Heard) -> Found:
    """ "the week of the 23rd"."""
    number, month = m.whole("day"), "month" if m["month"] else "month2"
    if not 1 <= number <= 31:
        return None
    day = almanac.month_day(m.today, m.what(month), number) if m[month] else almanac.coming_day(m.today, number)
    return _period("some_week", m, _week(almanac.next_week(day, 0, 0)) if day else None)


def week_beside(m: Heard) -> Found:
    """ "the week after thanksgiving"."""
    weeks = 1 if m["after"] else 0 if m["of"] else -1
    return _period("some_week", m, _week(almanac.next_week(m.day("day"), 0, weeks)))


def some_month(m: Heard) -> Found:
    """ "next month", "later this month"."""
    ahead = 0 if m["this"] else 1
    month = (almanac.day_in(m.today, 1, ahead), almanac.month_end(m.today, ahead))
    return _period("some_month", m, None if m["year"] else month)
