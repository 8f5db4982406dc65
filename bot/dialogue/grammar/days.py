"""Readers of days told from another day: "tomorrow", "in two weeks", "nxt fri", "a week from friday"."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from bot.dialogue.grammar import almanac
from bot.dialogue.grammar.dates import ask, promised
from bot.dialogue.grammar.model import Day
from bot.dialogue.grammar.sheet import IGNORED, Found, Heard, Sheet, Sign, Stretch
from bot.dialogue.grammar.words import found, kind_of

_WEEK = timedelta(days=7)
_NEXT = ("next", "nxt", "nex", "the next", "netx")
_GONE = ("last", "past", "this past", "ultimo", "el ultimo", "pasado", "el pasado")


def stretch(m: Heard) -> Found:
    """ "two weeks", "a couple of months", "a week and a half"; "40 mo" is a sum for each month."""
    unit, many = _unit(m), Fraction(2 if m["couple"] else 1)
    if m["n"]:
        many = Fraction(m.number("n").value)
        each = many > 12 and not m[unit].endswith("s") and unit in "wmy" or m.before.endswith("$")
        if each or not 0 < many <= 400 or unit == "q" and many > 1:  # "en 8 quincenas" is how many payments
            return None
    if m["half"]:
        many += Fraction(1, 2)
    article = m["one"] not in ("", "one") and many == 1 and not m["more"]
    return Sign("J" if article else "U", Stretch(float(many), unit))


def half_stretch(m: Heard) -> Found:
    return Sign("U", Stretch(0.5, _unit(m)))


def _unit(m: Heard) -> str:
    return next(unit for unit in "bdwmyqh" if m[unit])


def stretch_sum(m: Heard) -> Found:
    """ "two weeks and three days"."""
    first = m.what("a")
    return Sign("U", replace(first, more=m.what("b"))) if first.unit in "ymwd" else None


def point(m: Heard) -> Found:
    """ "one point five", "dos punto cinco"."""
    number, tenths = m.number("n"), m.whole("tenths")
    if number.whole < 0 or not 0 <= tenths < 100:
        return None
    value = number.value + Decimal(tenths).scaleb(-len(str(tenths)))
    return Sign("N", replace(number, value=value, raw=f"{value}"))


def half_more(m: Heard) -> Found:
    """ "Sixty five and a half"; of small numbers it is as often something else."""
    number = m.number("n")
    return Sign("N", replace(number, value=number.value + Decimal("0.5"))) if 12 < number.whole < 100 else None


def later(sheet: Sheet, day: date, told: Stretch, sign: int = 1) -> date | None:
    """`day` so much later, or earlier; None where the days are not whole: "half a week"."""
    if told.more:
        between = later(sheet, day, replace(told, more=None), sign)
        return between and later(sheet, between, told.more, sign)
    many = told.many * sign
    if told.unit == "h":
        return (sheet.now + timedelta(hours=many)).date() + (day - sheet.today)
    if told.unit in "bmy" and many == int(many):
        if told.unit == "b":
            return almanac.business_days_later(day, int(many))
        return almanac.months_later(day, int(many) * (12 if told.unit == "y" else 1))
    days = {"d": 1, "w": 7, "q": 15}.get(told.unit, 0.3) * many
    return day + timedelta(days=int(days)) if days == int(days) else None


def away(m: Heard, sign: str) -> Found:
    """ "a week from friday", "the day after thanksgiving", "two days before christmas"."""
    told = m.stretch() or Stretch(1, "d")
    near = kind_of(m["day"]) != "D" or (m.day("day") - m.today).days < 2
    if kind_of(m.text) == "J" and found("sum_before", m.before) and (told.unit == "m" and m["day"] or not near):
        return None  # "60 a month from the 10th" is a rhythm and the day on which it begins
    day = later(m.sheet, m.day("day"), told, int(sign))
    return promised(day, m) if day else ask("about_when", m.span)


def weekday_beside(m: Heard) -> Found:
    """ "the friday before christmas", "the second monday after the 15th"."""
    day, weekday = m.day("day"), m.day("weekday").weekday()
    more = (m.whole("nth") - 1) * _WEEK if m["nth"] else timedelta()
    after = almanac.coming_weekday(day, weekday) + more
    before = day - timedelta(days=(day.weekday() - weekday - 1) % 7 + 1) - more
    return promised(after if m["after"] else before, m)


def idiom(m: Heard) -> Found:
    """ "de hoy en ocho" is a week from today, "del viernes en quince" two from friday: Spanish counts both ends."""
    weeks = {8: 1, 15: 2}.get(m.whole("n"))
    return Day(value=m.day("day") + weeks * _WEEK, **m.span) if weeks else None


def within(m: Heard) -> Found:
    """ "in a month" and "within 2 weeks" are days; "a 6 meses" and "after 3 years" are how long.

    "En 15 días" is 15 days; people also say it for two weeks, so that day is the alternative.
    """
    word, told = m.text.split(" ", 1)[0], m.stretch()
    assert told is not None
    spread = word in ("in", "en") and told.unit == "m" and told.many >= 3 and found("paid_off", m.before)
    if spread or word in ("a", "give", "for") or word == "after" and told.unit == "y":
        return None
    day = later(m.sheet, m.today, told)
    idiomatic = day and m.sheet.spanish and told.unit == "d" and told.many in (8, 15)
    other = day - timedelta(days=1) if day and idiomatic else None
    return Day(value=day, alternative=other, **m.span) if day else ask("about_when", m.span)


def after_that(m: Heard) -> Found:
    """ "50 on friday and 50 two weeks later" counts from that friday."""
    told = m.stretch()
    assert told is not None
    day = later(m.sheet, _named_before(m) or m.today, told)
    return Day(value=day, **m.span) if day else ask("about_when", m.span)


def _named_before(m: Heard) -> date | None:
    return next(reversed(_days_before(m)), None)


def _days_before(m: Heard) -> list[date]:
    return [p.what.value for p in m.sheet.placed if p.start < m.match.start() and isinstance(p.what, Day)]


def one_after(m: Heard) -> Found:
    """ "60 this friday, 60 next friday, 60 the one after": as much later as the last day was."""
    before, last = (None, None, *_days_before(m))[-2:]
    weeks = before is not None and last is not None and (last - before).days in (7, 14)
    return Day(value=last + (last - before), **m.span) if weeks and last and before else None


def next_day(m: Heard) -> Found:
    return Day(value=(_named_before(m) or m.today) + timedelta(days=1), **m.span)


def from_today(m: Heard, days: str) -> Found:
    return Day(value=m.today + timedelta(days=int(days)), **m.span)


def work_week(m: Heard) -> Found:
    """ "monday to friday" says when people work; "from friday to monday" moves a payment."""
    return IGNORED if m.what("first") == 0 else None


def weekdays_from(m: Heard) -> Found:
    """ "three mondays from now" is the third monday that comes."""
    many = m.whole("n") if m["n"] else 2 if m["two"] else 1
    value = almanac.coming_weekday(m.today, m.what("weekday")) + (many - 1) * _WEEK
    return Day(value=value, **m.span) if 1 <= many <= 52 else None


def weekday_on(m: Heard, weeks: str) -> Found:
    """ "friday's payment", "friday week", "next week, on friday"."""
    if weeks == "next":
        return Day(value=almanac.next_week(m.today, m.what("weekday")), **m.span)
    return Day(value=almanac.coming_weekday(m.today, m.what("weekday")) + int(weeks) * _WEEK, **m.span)


def nth_weekday(m: Heard) -> Found:
    """ "the third wednesday of april", "last friday of next month", "second friday"; one that has passed is none."""
    nth, weekday = -1 if m["last"] else m.whole("nth"), m.what("weekday")
    if nth == 0 or nth > 5:
        return None
    if m["month"]:
        year = m.whole("year")
        years = (year,) if 1900 < year < 2100 else (m.today.year, m.today.year + 1)
        days = [almanac.nth_weekday(one, m.what("month"), weekday, nth) for one in years]
        return promised(next((day for day in days if day and (len(days) == 1 or day >= m.today)), None), m)
    if m["this"]:
        return promised(almanac.nth_weekday(m.today.year, m.today.month, weekday, nth), m)
    return promised(almanac.coming_nth_weekday(m.today, weekday, nth, 1 if m["next"] else 0), m)


def gone(m: Heard) -> Found:
    """ "Pay it yesterday", "all of it last friday": asked for on a day that is over; elsewhere such a day is only told."""
    return ask("just_passed", m.span) if found("pays_that_day", m.before) else None


def weekday(m: Heard) -> Found:
    """The coming one; with "next" the one of next week, where the coming one is kept as the alternative."""
    weekday, before, after = m.what("weekday"), m["before"].strip(), m["after"].strip(" ,")
    coming = almanac.coming_weekday(m.today, weekday)
    if before in _GONE or after == "pasado":
        return IGNORED
    if after.startswith("after next"):
        return Day(value=coming + _WEEK, alternative=coming + 2 * _WEEK, **m.span)
    again = any(kind_of(letter) == "W" and m.sheet.what(letter) == weekday for letter in m.before)
    if again and (before in _NEXT or "otro" in before):
        return Day(value=coming + _WEEK, **m.span)  # "50 on monday and 50 next monday"
    told = promised(*_this_or_next(m, coming, before, after))
    return told if before or after or not isinstance(told, Day) else Sign("B", told)


def following(m: Heard) -> Found:
    """ "50 on friday and 50 the friday after"; where no day is named, this week's one is passed over."""
    weekday = m.day("weekday").weekday()
    return Day(value=almanac.coming_weekday(_named_before(m) or m.today + _WEEK, weekday), **m.span)


def _this_or_next(m: Heard, coming: date, before: str, after: str) -> tuple[date, Heard, date | None]:
    """The day, and the other day that people may mean."""
    in_next_week = almanac.next_week(m.today, coming.weekday())
    if "not this" in after or "no est" in after:
        return coming + _WEEK, m, None
    if found("is_next_week", after.removeprefix("of ")):
        return in_next_week, m, None
    if "this week" in after or "esta semana" in after:
        return almanac.next_week(m.today, coming.weekday(), 0), m, None
    if before in _NEXT or after == "next" or "otro" in before:
        return in_next_week, m, coming
    if "proximo" in before + after or "que " in after:
        return coming, m, in_next_week
    return coming, m, m.today if coming == m.today + _WEEK else None
