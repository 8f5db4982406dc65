"""Readers of days by their number: "april 15th", "1/2/27", "el 15", "friday the 20th", "the last business day".

Every day is resolved into the future; one that has passed is no promise and is left out. What may be two days, or is no
day of any calendar, is asked back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.dialogue.grammar import almanac
from bot.dialogue.grammar.model import Day, Vague
from bot.dialogue.grammar.sheet import IGNORED, Found, Heard, Span
from bot.dialogue.grammar.words import found, kind_of

_SHARES = ([1, 2], [1, 3], [1, 4], [2, 3], [3, 4])


def promised(day: date | None, m: Heard, alternative: date | None = None) -> Found:
    """A day from today on; one that has passed is understood and forgotten."""
    if day is None:
        return None
    other = alternative if alternative and alternative != day and alternative >= m.today else None
    return Day(value=day, alternative=other, **m.span) if day >= m.today else IGNORED


def ask(kind: str, span: Span, *candidates: date, period: tuple[date, date] | None = None) -> Vague:
    return Vague(kind=kind, **span, question="which_date", candidates=tuple(sorted(candidates)), period=period)


def asked(m: Heard, kind: str) -> Found:
    return ask(kind, m.span)


def ignored(m: Heard) -> Found:
    return IGNORED


def numeric(m: Heard) -> Found:
    """Month first, as in the US. In Spanish "5/6" may be either, so it is asked back."""
    parts = [int(part) for part in re.split(r"[-/.]", m.number("g").raw)]
    if len(parts) == 2 and parts in _SHARES and not found("reads_as_day", m.before):
        return None
    iso = parts[0] > 31
    year = _year(parts.pop(0 if iso else 2), m.today) if len(parts) == 3 else None
    us, other = _on(m.today, parts[0], parts[1], year), _on(m.today, parts[1], parts[0], year)
    spanish = m.sheet.spanish or m.match.string[: m.match.start("g")].endswith("el ")
    if us and other and us != other and spanish and not iso and max(us, other) >= m.today:
        return ask("day_or_month", m.span, us, other)
    if us or other and not iso:
        return _just_passed(us or other, year, m) or promised(us or other, m)
    return _no_such_day(parts[0], parts[1], m) or _no_such_day(parts[1], parts[0], m)


def _just_passed(value: date | None, year: int | None, m: Heard) -> Vague | None:
    """ "november 6", said on the 20th, may be a slip: nobody promises something for next November so."""
    close = value and year is None and 335 < (value - m.today).days < 366
    return ask("just_passed", m.span) if close else None


def _no_such_day(month: int, day: int, m: Heard) -> Vague | None:
    """ "6/31" and "june 31" are days that people mean and no calendar has."""
    return ask("no_such_day", m.span) if 1 <= month <= 12 and 29 <= day <= 31 else None


def _on(today: date, month: int, day: int, year: int | None = None) -> date | None:
    return almanac.month_day(today, month, day, year) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _year(number: int, today: date) -> int:
    """Two digits are a coming year, or one long past: a date of birth."""
    return number if number >= 100 else number + (2000 if number <= today.year % 100 + 10 else 1900)


def figures(m: Heard) -> Found:
    """ "on 11-30" is a day, "del 20-30" may be a range."""
    a, b = m.whole("a"), m.whole("b")
    return promised(_on(m.today, a, b) or (_on(m.today, b, a) if m.sheet.spanish else None), m)


def dated(m: Heard) -> Found:
    """ "april 15th", "fri, jul 18", "15 de abril de 2027". A number that can be no year is not taken as one."""
    day, month, year = m.whole("day") if m["day"] else 1, m.what("month"), m.whole("year") if m["year"] else None
    if re.search(r"[^\W\d_]\. ", m.text) and not _abbreviated(m) or not 1 <= day <= 31 or _is_of_next(m):
        return None
    if year is not None and not 1900 <= year <= 2100:
        if not _short_year(m, year):
            return None
        year += 1900
    value = almanac.month_day(m.today, month, day, year)
    if value is None:
        return _no_such_day(month, day, m)
    weekday = "wd" if m["wd"] else "wd2"
    if m[weekday] and value.weekday() != m.what(weekday) and value >= m.today:
        return _differs(m, m.what(weekday), value)
    past = year is None and (value - m.today).days > 300 and found("told_of", m.before)
    return IGNORED if past else _just_passed(value, year, m) or promised(value, m)


def _abbreviated(m: Heard) -> bool:
    """ "jan. 20" is a day; "i lost my job in january. 20 a month" is not."""
    span = m.sheet.span(*m.match.span("month"))
    return span["end"] - span["start"] <= 4 and m.what("month") != 5


def _is_of_next(m: Heard) -> bool:
    """ "send 20 april 2": the 2 is the day of that april, and the 20 is money."""
    after = m.after.lstrip()[:1]
    if not m["day"] or m["year"] or m.match.start("day") > m.match.start("month") or kind_of(m["day"]) != "N":
        return False
    return kind_of(after) in ("N", "O") and 1 <= m.sheet.what(after).whole <= 31


def _short_year(m: Heard, told: int) -> bool:
    """ "nov 3rd 72" with nothing of money after it is a date of birth; "april 5 60 and may 5 60" are two days."""
    if m.match.start("year") < m.match.start("month"):
        return False
    one_month = sum(kind_of(letter) in ("M", "R") for letter in m.match.string) == 1
    return m.today.year % 100 + 10 < told < 100 and found("ends_there", m.after) and one_month


def _differs(m: Heard, weekday: int, value: date) -> Vague:
    return ask("weekday_differs", m.span, value, almanac.coming_weekday(m.today, weekday))


def dated_weekday(m: Heard) -> Found:
    """ "friday the 20th" is asked back when no coming 20th is a Friday; then the 20 of "friday 20" may be money."""
    number, weekday, told = m.number("day"), m.what("wd"), found("says_day", m.text)
    day = number.whole
    if not 1 <= day <= 31 or not told and not number.raw[:1].isdigit():
        return None
    value = almanac.coming_day(m.today, day)
    if value.weekday() != weekday:
        value = almanac.coming_day(value + timedelta(days=1), day)
    if value.weekday() == weekday:
        return promised(value, m)
    alone = m.sheet.spanish and sum(kind_of(letter) == "N" for letter in m.match.string) == 1
    if number.kind == "N" and not told and not alone:
        return None
    return _differs(m, weekday, almanac.coming_day(m.today, day))


def ordinal(m: Heard, surely: str = "", months: str = "0") -> Found:
    """ "the 31st" is the last day of a shorter month; `surely` says what else must hold."""
    day, sure = m.whole("day"), found("sure_day", m.text)
    half = day <= 2 and m.after.startswith(" half") and not sure  # "the second half"
    if not 1 <= day <= 31 or half or surely and not _IS_A_DAY[surely](m, m.number("day").raw[0].isdigit(), sure):
        return None
    value = almanac.day_in(m.today, day, 1) if months == "1" else almanac.coming_day(m.today, day)
    return Day(value=value, any_month=months == "0", **m.span)


_IS_A_DAY: dict[str, Callable[[Heard, bool, bool], object]] = {
    "any": lambda m, figure, sure: True,
    # "on the fifth" is a day; "from the first question" and "this is the 4th letter" are none
    "preposed": lambda m, figure, sure: figure and sure or found("followed", m.after),
    # "20th ok" is a day; "2nd" alone, and any spelt ordinal, may be a choice or a place in a row
    "loose": lambda m, figure, sure: m.whole("day") > 4 and (figure or m["the"]) or figure and m["the"],
}


def month_end(m: Heard, ahead: str = "0") -> Found:
    """ "the end of the month", "last day of october 2027"."""
    if not m["month"]:
        return Day(value=almanac.month_end(m.today, int(ahead)), **m.span)
    year = m.whole("year")
    if m["year"] and not 1900 < year < 2100:
        return None
    return promised(almanac.clamped(year, m.what("month"), 31) if m["year"] else _in_month(m, 31), m)


def _in_month(m: Heard, day: int) -> date:
    month = m.what("month")
    return almanac.clamped(m.today.year + (month < m.today.month), month, day)


def month_start(m: Heard) -> Found:
    ahead = m.today.day > 1 or bool(m["next"])
    return Day(value=almanac.day_in(m.today, 1, int(ahead)), **m.span)


def edge_business(m: Heard) -> Found:
    """ "the first business day of next month", "el último día hábil del mes"."""
    nth = -1 if m["last"] else 1 if m["first"] else m.whole("nth")
    first = _in_month(m, 1) if m["month"] else m.today.replace(day=1)
    months = range(1, 2) if m["next"] else range(2)
    days = (almanac.business_day_of_month(almanac.months_later(first, ahead), nth) for ahead in months)
    day = next((day for day in days if day and day >= m.today), None)
    return Day(value=day, **m.span) if day and -1 <= nth <= 10 else None


def quincena(m: Heard) -> Found:
    """The 15th or the last day of the month, whichever is next; "esta" may be today."""
    return Day(value=almanac.quincena(m.today, after="esta" not in m.text), **m.span)


def half_of_month(m: Heard) -> Found:
    nth = m.whole("half")
    return promised(_in_month(m, 15 if nth == 1 else 31), m) if nth in (1, 2) else None


def mothers_day(m: Heard) -> Found:
    """10 May in Mexico and Guatemala, the second Sunday of May in the United States."""
    days = {almanac.feast(m.today, {"us": "Mother's Day"}), almanac.month_day(m.today, 5, 10)}
    sure = [day for day in days if day]
    return Day(value=sure[0], **m.span) if len(sure) == 1 else ask("mothers_day", m.span, *sure)


def feast(m: Heard) -> Found:
    """ "thanksgiving", "christmas of next year", "easter 2027"; "last christmas" is no promise."""
    if m["last"] or m["gone"]:
        return IGNORED
    year = m.whole("year") if m["year"] else m.today.year + 1 if m["next"] else None
    if year is not None and not 1900 < year < 2100:
        return None
    return promised(almanac.feast(m.today, m.what("h"), year), m)
