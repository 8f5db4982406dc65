"""Readers of days: every day is resolved into the future; one that has passed is no promise and is left out.

What may be two days, or is no day of the calendar, is asked back with its candidates.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from bot.dialogue.grammar import almanac
from bot.dialogue.grammar.model import Day, Frequency, Vague
from bot.dialogue.grammar.sheet import IGNORED, Found, Reader, Sheet, Sign, Span, Stretch
from bot.dialogue.grammar.words import kind_of, pattern

Match = re.Match[str]
READERS: dict[str, Reader] = {}
_WEEK = timedelta(days=7)


def reads(reader: Reader) -> Reader:
    """Rules find a reader by its name."""
    READERS[reader.__name__] = reader
    return reader


def _promised(day: date | None, sheet: Sheet, span: Span, alternative: date | None = None) -> Found:
    """A day from today on; one that has passed is understood and forgotten."""
    if day is None:
        return None
    other = alternative if alternative and alternative != day and alternative >= sheet.today else None
    return Day(value=day, alternative=other, **span) if day >= sheet.today else IGNORED


def _asked(kind: str, span: Span, *candidates: date, period: tuple[date, date] | None = None) -> Vague:
    return Vague(kind=kind, **span, question="which_date", candidates=tuple(sorted(candidates)), period=period)


@reads
def ignored(sheet: Sheet, match: Match, span: Span) -> Found:
    return IGNORED


@reads
def work_week(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "monday to friday" says when people work; "from friday to monday" moves a payment."""
    return IGNORED if sheet.what(match["first"]) == 0 else None


# stretches


def _unit(match: Match) -> str:
    return next(unit for unit in "bdwmyqh" if match[unit])


@reads
def stretch(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "two weeks", "a couple of months", "a week and a half"; "40 mo" is a sum for each month."""
    told = match.groupdict()
    unit, many = _unit(match), Fraction(2 if told.get("couple") else 1)
    if told["n"]:
        many = Fraction(sheet.number(told["n"]).value)
        if unit == "q" and many > 1:  # "en 8 quincenas" is how many payments
            return None
        singular = many > 12 and not match[unit].endswith("s") and unit in "wmy"
        if singular or match.string[: match.start()].endswith("$") or not 0 < many <= 400:
            return None
    if told.get("half"):
        many += Fraction(1, 2)
    return Sign("J" if told.get("one") not in (None, "one") and many == 1 else "U", Stretch(float(many), unit))


@reads
def stretch_sum(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "two weeks and three days"."""
    first, second = sheet.what(match["a"]), sheet.what(match["b"])
    return Sign("U", replace(first, more=second)) if "mwdy".find(first.unit) >= 0 else None


@reads
def point(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "one point five", "dos punto cinco"."""
    number, tenths = sheet.number(match["n"]), sheet.whole(match["tenths"])
    if number.whole < 0 or not 0 <= tenths < 100:
        return None
    value = number.value + Decimal(tenths).scaleb(-len(str(tenths)))
    return Sign("N", replace(number, value=value, raw=f"{value}"))


@reads
def half_stretch(sheet: Sheet, match: Match, span: Span) -> Found:
    return Sign("U", Stretch(0.5, _unit(match)))


def later(sheet: Sheet, day: date, stretch: Stretch, sign: int = 1) -> date | None:
    """`day` so much later, or earlier; None where the days are not whole, and "half a week" is none."""
    if stretch.more:
        between = later(sheet, day, replace(stretch, more=None), sign)
        return between and later(sheet, between, stretch.more, sign)
    many, unit = stretch.many * sign, stretch.unit
    if unit == "b":
        return almanac.business_days_later(day, int(many)) if many == int(many) else None
    if unit == "h":
        return (sheet.now + timedelta(hours=many)).date() + (day - sheet.today)
    if unit in "my" and many == int(many):
        return almanac.later(day, months=int(many) * (12 if unit == "y" else 1))
    days = {"d": 1, "w": 7, "q": 15}.get(unit, 0.3) * many
    return day + timedelta(days=int(days)) if days == int(days) else None


def _stretch_in(sheet: Sheet, match: Match) -> Stretch:
    letters = [letter for letter in match[0] if isinstance(sheet_what(sheet, letter), Stretch)]
    found = sheet.what(letters[0])
    assert isinstance(found, Stretch)
    return found


def sheet_what(sheet: Sheet, letter: str) -> object:
    return sheet.what(letter) if letter >= "\U000f0000" else None


@reads
def ahead_of(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "a week from friday", "10 days after the 15th", "the day after thanksgiving", "two weeks out"."""
    anchor = sheet.day(match["day"]) if match["day"] else sheet.today
    told = Stretch(1, "d") if "one" in match.groupdict() else _stretch_in(sheet, match)
    day = later(sheet, anchor, told)
    return _promised(day, sheet, span) if day else _asked("about_when", span)


@reads
def before_day(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "two days before christmas", "la víspera de navidad"."""
    has = any(isinstance(sheet_what(sheet, letter), Stretch) for letter in match[0])
    told = _stretch_in(sheet, match) if has else Stretch(1, "d")
    day = later(sheet, sheet.day(match["day"]), told, -1)
    return _promised(day, sheet, span) if day else _asked("about_when", span)


@reads
def weekday_beside(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "the friday before christmas", "the monday after the 15th"."""
    day, weekday = sheet.day(match["day"]), sheet.day(match["weekday"]).weekday()
    after = almanac.coming_weekday(day, weekday)
    return _promised(after if match["after"] else after - _WEEK - _WEEK * (after - _WEEK == day), sheet, span)


@reads
def week_beside(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "the week after thanksgiving"."""
    weeks = 1 if match["after"] else 0 if re.search(r"\b(?:of|de) ", match[0]) else -1
    monday = almanac.next_week(sheet.day(match["day"]), 0, weeks)
    return _period("some_week", sheet, span, (monday, monday + timedelta(days=6)))


@reads
def idiom(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "de hoy en ocho" is a week from today, "del viernes en quince" two from friday: Spanish counts both ends."""
    weeks = {8: 1, 15: 2}.get(sheet.whole(match["n"]))
    day = sheet.day(match["day"]) if match["day"] else sheet.today
    return Day(value=day + weeks * _WEEK, **span) if weeks else None


@reads
def within(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "in a month" and "within 2 weeks" are days; "a 6 meses" and "after 3 years" are how long."""
    word, told = match[0].split(" ", 1)[0], _stretch_in(sheet, match)
    spread = word in ("in", "en") and told.unit == "m" and told.many >= 3
    if told.unit == "q" and told.many > 1 or word in ("a", "give", "for") or word == "after" and told.unit == "y":
        return None
    if spread and pattern("paid_off", "days").search(match.string[: match.start()]):
        return None
    return _in(sheet, told, span)


def _in(sheet: Sheet, told: Stretch, span: Span) -> Found:
    """ "en 15 días" is 15 days; people also say it for two weeks, so that day is the alternative."""
    day = later(sheet, sheet.today, told)
    if day is None:
        return _asked("about_when", span)
    idiom = sheet.spanish and told.unit == "d" and told.many in (8, 15)
    return Day(value=day, alternative=day - timedelta(days=1) if idiom else None, **span)


@reads
def later_on(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "50 on friday and 50 two weeks later" counts from that friday."""
    days = [p.what.value for p in sheet.placed if p.end <= match.start() and isinstance(p.what, Day)]
    day = later(sheet, days[-1] if days else sheet.today, _stretch_in(sheet, match))
    return Day(value=day, **span) if day else _asked("about_when", span)


@reads
def about_when(sheet: Sheet, match: Match, span: Span) -> Found:
    return _asked("about_when", span)


# a day and a month


@reads
def numeric(sheet: Sheet, match: Match, span: Span) -> Found:
    """Month first, as in the US. In Spanish "5/6" may be either, so it is asked back."""
    parts = [int(part) for part in re.split(r"[-/.]", sheet.number(match["g"]).raw)]
    if len(parts) == 2 and parts in _SHARES and not pattern("before_day", "days").search(match.string[: match.start()]):
        return None
    iso = parts[0] > 31
    year = _year(parts.pop(0 if iso else 2), sheet.today) if len(parts) == 3 else None
    us, other = _on(sheet, parts[0], parts[1], year), _on(sheet, parts[1], parts[0], year)
    spanish = sheet.spanish or match.string[: match.start("g")].endswith("el ")
    if us and other and us != other and spanish and not iso and max(us, other) >= sheet.today:
        return _asked("day_or_month", span, us, other)
    if us or other and not iso:
        return _promised(us or other, sheet, span)
    return _no_such_day(parts[0], parts[1], span) or _no_such_day(parts[1], parts[0], span)


_SHARES = ([1, 2], [1, 3], [1, 4], [2, 3], [3, 4])


def _no_such_day(month: int, day: int, span: Span) -> Vague | None:
    """ "6/31" and "june 31" are days that people mean and no calendar has."""
    return _asked("no_such_day", span) if 1 <= month <= 12 and 29 <= day <= 31 else None


def _on(sheet: Sheet, month: int, day: int, year: int | None) -> date | None:
    return almanac.month_day(sheet.today, month, day, year) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _year(number: int, today: date) -> int:
    """Two digits are a coming year, or one long past: a date of birth."""
    return number if number >= 100 else number + (2000 if number <= today.year % 100 + 10 else 1900)


@reads
def figures(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "on 11-30" is a day, "del 20-30" may be a range."""
    day = _on(sheet, sheet.whole(match["a"]), sheet.whole(match["b"]), None)
    if day is None and sheet.spanish:
        day = _on(sheet, sheet.whole(match["b"]), sheet.whole(match["a"]), None)
    return Day(value=day, **span) if day else None


@reads
def dated(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "april 15th", "fri, jul 18", "15 de abril de 2027". A number that can be no year is not taken as one."""
    told = match.groupdict()
    day, month = sheet.whole(told["day"]), sheet.what(told["month"])
    year = sheet.whole(told["year"]) if told.get("year") else None
    if re.search(r"[^\W\d_]\. ", match[0]) and not _abbreviated(sheet, match) or not 1 <= day <= 31:
        return None
    if year is not None and not 1900 <= year <= 2100:
        if not _short_year(sheet, match, year):
            return None
        year += 1900
    value = almanac.month_day(sheet.today, month, day, year)
    if value is None:
        return _no_such_day(month, day, span)
    weekday = told.get("wd") or told.get("wd2")
    if weekday and value.weekday() != sheet.what(weekday) and value >= sheet.today:
        return _differs(sheet, sheet.what(weekday), value, span)
    past = year is None and (value - sheet.today).days > 300 and _TOLD_OF.search(match.string[: match.start()])
    return IGNORED if past else _promised(value, sheet, span)


_TOLD_OF = re.compile(r"\b(?:of|from|dated|del|de)(?: the| el)? ?$")  # "the payment of March 4"


def _abbreviated(sheet: Sheet, match: Match) -> bool:
    """ "jan. 20" is a day; "i lost my job in january. 20 a month" is not."""
    span = sheet.span(*match.span("month"))
    return span["end"] - span["start"] <= 4 and sheet.what(match["month"]) != 5


def _short_year(sheet: Sheet, match: Match, told: int) -> bool:
    """ "nov 3rd 72" with nothing of money after it is a date of birth."""
    ends = re.match(r" ?(?:$|[.,;!?]|(?:and|n|y|zip|my|mi)\b)", match.string[match.end() :])
    one_month = sum(kind_of(letter) in ("M", "R") for letter in match.string) == 1  # "april 5 60 and may 5 60"
    return sheet.today.year % 100 + 10 < told < 100 and ends is not None and one_month


@reads
def first_of(sheet: Sheet, match: Match, span: Span) -> Found:
    return Day(value=_in_month_or_next(sheet, sheet.what(match["month"])), **span)


def _in_month_or_next(sheet: Sheet, month: int) -> date:
    day = almanac.month_day(sheet.today, month, 1)
    assert day is not None
    return day


@reads
def year_first(sheet: Sheet, match: Match, span: Span) -> Found:
    year, day = sheet.whole(match["year"]), sheet.whole(match["day"])
    if not 1900 <= year <= 2100:
        return None
    return _promised(almanac.month_day(sheet.today, sheet.what(match["month"]), day, year), sheet, span)


def _differs(sheet: Sheet, weekday: int, value: date, span: Span) -> Vague:
    return _asked("weekday_differs", span, value, almanac.coming_weekday(sheet.today, weekday))


@reads
def dated_weekday(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "friday the 20th" is asked back when no coming 20th is a Friday; then the 20 of "friday 20" may be money."""
    number, weekday = sheet.number(match["day"]), sheet.what(match["wd"])
    day, told = number.whole, re.search(r"\b(?:the|el|dia)\b", match[0])
    if not 1 <= day <= 31 or not told and not number.raw[:1].isdigit():
        return None
    value = almanac.coming_day(sheet.today, day)
    if value.weekday() != weekday:
        value = almanac.coming_day(value + timedelta(days=1), day)
    if value.weekday() == weekday:
        return _promised(value, sheet, span)
    alone = sheet.spanish and sum(kind_of(letter) == "N" for letter in match.string) == 1
    if number.kind == "N" and not told and not alone:
        return None
    return _differs(sheet, weekday, almanac.coming_day(sheet.today, day), span)


@reads
def day_of_months(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "el 17 del 11"."""
    day = _on(sheet, sheet.whole(match["mm"]), sheet.whole(match["day"]), None)
    return Day(value=day, **span) if day else None


# a day of this month or the next


@reads
def ordinal(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "the 31st" is the last day of a shorter month."""
    day = sheet.whole(match["day"])
    half = day <= 2 and match.string.startswith(" half", match.end())  # "the second half"
    return Day(value=almanac.coming_day(sheet.today, day), **span) if 1 <= day <= 31 and not half else None


@reads
def next_months(sheet: Sheet, match: Match, span: Span) -> Found:
    day = sheet.whole(match["day"])
    return Day(value=almanac.day_in(sheet.today, day, 1), **span) if 1 <= day <= 31 else None


@reads
def loose_ordinal(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "20th ok" is a day; "2nd" alone, and any spelt ordinal, may be a choice or a place in a row."""
    number = sheet.number(match["day"])
    sure = number.whole > 4 if number.raw[0].isdigit() else number.whole > 4 and match["the"] is not None
    return ordinal(sheet, match, span) if sure or number.raw[0].isdigit() and match["the"] else None


@reads
def preposed(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "on the fifth" is a day; "from the first question" and "this is the 4th letter" are none."""
    sure = sheet.number(match["day"]).raw[0].isdigit() and pattern("sure_day", "days").match(match[0])
    followed = pattern("followed", "days").match(match.string, match.end())
    return ordinal(sheet, match, span) if sure or followed else None


@reads
def next_day(sheet: Sheet, match: Match, span: Span) -> Found:
    days = [p.what.value for p in sheet.placed if p.end <= match.start() and isinstance(p.what, Day)]
    return Day(value=(days[-1] if days else sheet.today) + timedelta(days=1), **span)


# first and last days


@reads
def month_end(sheet: Sheet, match: Match, span: Span) -> Found:
    return Day(value=almanac.month_end(sheet.today), **span)


@reads
def next_month_end(sheet: Sheet, match: Match, span: Span) -> Found:
    return Day(value=almanac.month_end(sheet.today, 1), **span)


def _in_month(sheet: Sheet, month: int, day: int) -> date:
    return almanac.clamped(sheet.today.year + (month < sheet.today.month), month, day)


@reads
def named_month_end(sheet: Sheet, match: Match, span: Span) -> Found:
    month, year = sheet.what(match["month"]), sheet.whole(match["year"])
    if 1900 < year < 2100:
        return _promised(almanac.clamped(year, month, 31), sheet, span)
    return Day(value=_in_month(sheet, month, 31), **span) if year == -1 else None


@reads
def month_start(sheet: Sheet, match: Match, span: Span) -> Found:
    return Day(value=almanac.day_in(sheet.today, 1, 1) if sheet.today.day > 1 or match["next"] else sheet.today, **span)


@reads
def edge_business(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "the first business day of next month", "el último día hábil del mes"."""
    told = match.groupdict()
    nth = -1 if told.get("last") else 1 if told.get("first") else sheet.whole(told["nth"])
    first = sheet.today.replace(day=1)
    if told["month"]:
        first = _in_month(sheet, sheet.what(told["month"]), 1)
    months = range(1, 2) if told["next"] else range(2)
    days = (almanac.business_day_of_month(almanac.later(first, months=ahead), nth) for ahead in months)
    day = next((day for day in days if day and day >= sheet.today), None)
    return Day(value=day, **span) if day and -1 <= nth <= 10 else None


@reads
def quincena(sheet: Sheet, match: Match, span: Span) -> Found:
    """The 15th or the last day of the month, whichever is next; "esta" may be today."""
    return Day(value=almanac.quincena(sheet.today, after="esta" not in match[0]), **span)


@reads
def half_of_month(sheet: Sheet, match: Match, span: Span) -> Found:
    nth = sheet.whole(match["half"])
    day = _in_month(sheet, sheet.what(match["month"]), 15 if nth == 1 else 31)
    return _promised(day, sheet, span) if nth in (1, 2) else None


# from today


def _in_days(days: int) -> Reader:
    def read(sheet: Sheet, match: Match, span: Span) -> Found:
        return Day(value=sheet.today + timedelta(days=days), **span)

    return read


# weekdays


@reads
def weekdays_from(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "three mondays from now" is the third monday that comes."""
    many = sheet.whole(match["n"]) if match["n"] >= "\U000f0000" else 2 if "couple" in match["n"] or "par" in match["n"] else 1
    if not 1 <= many <= 52:
        return None
    return Day(value=almanac.coming_weekday(sheet.today, sheet.what(match["weekday"])) + (many - 1) * _WEEK, **span)


@reads
def week_after(sheet: Sheet, match: Match, span: Span) -> Found:
    return Day(value=almanac.coming_weekday(sheet.today, sheet.what(match["weekday"])) + _WEEK, **span)


@reads
def of_next_week(sheet: Sheet, match: Match, span: Span) -> Found:
    return Day(value=almanac.next_week(sheet.today, sheet.what(match["weekday"])), **span)


@reads
def coming(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "friday's payment"."""
    return Day(value=almanac.coming_weekday(sheet.today, sheet.what(match["weekday"])), **span)


@reads
def nth_weekday(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "the third wednesday of april", "last friday of next month", "second friday"; one that has passed is none."""
    nth, weekday = -1 if match["last"] else sheet.whole(match["nth"]), sheet.what(match["weekday"])
    if nth == 0 or nth > 5:
        return None
    this = match["this2"] or re.search(r"\b(?:this|este)\b", match[0])
    if match["month"]:
        year, month = sheet.whole(match["year"] or None), sheet.what(match["month"])
        years = (year,) if 1900 < year < 2100 else (sheet.today.year, sheet.today.year + 1)
        days = [almanac.nth_weekday(one, month, weekday, nth) for one in years]
        day = next((day for day in days if day and (len(days) == 1 or day >= sheet.today)), None)
    elif this:
        day = almanac.nth_weekday(sheet.today.year, sheet.today.month, weekday, nth)
    else:
        day = almanac.coming_nth_weekday(sheet.today, weekday, nth, 1 if match["next"] or match["next2"] else 0)
    return _promised(day, sheet, span)


_NEXT = ("next", "nxt", "nex", "the next", "netx")
_FOLLOWING = ("the following", "following", "el siguiente", "siguiente", "after", "after that")


@reads
def weekday(sheet: Sheet, match: Match, span: Span) -> Found:
    """The coming one; with "next" the one of next week, where the coming one is kept as the alternative."""
    weekday = sheet.what(match["weekday"])
    before, after = (match["before"] or "").strip(), (match["after"] or "").strip(" ,")
    coming = almanac.coming_weekday(sheet.today, weekday)
    if before in ("last", "past", "this past", "ultimo", "el ultimo", "pasado", "el pasado") or after == "pasado":
        return IGNORED
    if after.startswith("after next"):
        return Day(value=coming + _WEEK, alternative=coming + 2 * _WEEK, **span)
    if after in _FOLLOWING or before in _FOLLOWING:
        days = [p.what.value for p in sheet.placed if p.start < match.start() and isinstance(p.what, Day)]
        return Day(value=almanac.coming_weekday(days[-1] if days else sheet.today + _WEEK, weekday), **span)
    again = any(kind_of(c) == "W" and sheet.what(c) == weekday for c in match.string[: match.start()])
    if again and (before in _NEXT or "otro" in before):
        return Day(value=coming + _WEEK, **span)  # "50 on monday and 50 next monday"
    value, other = _this_or_next(sheet.today, coming, before, after)
    told = _promised(value, sheet, span, other)
    return told if before or after or not isinstance(told, Day) else Sign("B", told)


def _this_or_next(today: date, coming: date, before: str, after: str) -> tuple[date, date | None]:
    """The day, and the other day that people may mean."""
    in_next_week = almanac.next_week(today, coming.weekday())
    if "not this" in after or "no est" in after:
        return coming + _WEEK, None
    if after and pattern("next_week", "days").fullmatch(after.removeprefix("of ")):
        return in_next_week, None
    if "this week" in after or "esta semana" in after:
        return almanac.next_week(today, coming.weekday(), 0), None
    if before in _NEXT or after == "next" or "otro" in before:
        return in_next_week, coming
    if "proximo" in before + after or "que " in after:
        return coming, in_next_week
    return coming, today if coming == today + _WEEK else None


# feasts


@reads
def mothers_day(sheet: Sheet, match: Match, span: Span) -> Found:
    """10 May in Mexico and Guatemala, the second Sunday of May in the United States."""
    us = almanac.feast(sheet.today, {"us": "Mother's Day"})
    mexican = almanac.month_day(sheet.today, 5, 10)
    assert us and mexican
    if us == mexican:
        return Day(value=us, **span)
    return _asked("mothers_day", span, us, mexican)


@reads
def feast(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "thanksgiving", "christmas of next year", "easter 2027"; "last christmas" is no promise."""
    told = sheet.what(match["h"])
    if match["last"] or match["gone"]:
        return IGNORED
    year = sheet.whole(match["year"])
    if year != -1 and not 1900 < year < 2100:
        return None
    if match["next"]:
        year = sheet.today.year + 1
    return _promised(almanac.feast(sheet.today, told, year if year > 0 else None), sheet, span)


# stretches of days that have a name: no day of them is guessed

Period = tuple[date, date]
_PARTS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}


def _period(kind: str, sheet: Sheet, span: Span, period: Period | None) -> Vague:
    return _asked(kind, span, period=(max(period[0], sheet.today), period[1]) if period else None)


def _month(today: date, month: int, first: int = 1, last: int = 31) -> Period:
    """Its next time, the one that has begun included."""
    year = today.year + (almanac.clamped(today.year, month, last) < today)
    return date(year, month, first), almanac.clamped(year, month, last)


@reads
def of_month(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "in january"; "by april" and "after april" are bounds and name no stretch of their own."""
    if match["next"] and sheet.whole(match["next"][-1]) <= 31:
        return None
    bound = match[0].split(" ", 1)[0] in ("by", "before", "after")
    return _period("some_month", sheet, span, None if bound else _month(sheet.today, sheet.what(match["month"])))


@reads
def part_of_month(sheet: Sheet, match: Match, span: Span) -> Found:
    return _period("part_of_month", sheet, span, _part(sheet, match))


def _part(sheet: Sheet, match: Match) -> Period | None:
    nth = sheet.whole(match["nth"])
    if match["unit"] in ("week", "year") or nth > 4:
        return None
    first, last = (nth * 7 - 6, nth * 7) if nth > 0 else next(days for part, days in _PARTS.items() if match[part])
    if match["month"]:
        return _month(sheet.today, sheet.what(match["month"]), first, last)
    ahead = 1 if match["next"] or almanac.day_in(sheet.today, last, 0) < sheet.today else 0
    return almanac.day_in(sheet.today, first, ahead), almanac.day_in(sheet.today, last, ahead)


@reads
def last_week(sheet: Sheet, match: Match, span: Span) -> Found:
    end = almanac.month_end(sheet.today, 1 if match["next"] else 0)
    if match["month"]:
        end = _month(sheet.today, sheet.what(match["month"]))[1]
    return _period("part_of_month", sheet, span, (end - timedelta(days=6), end))


@reads
def weekend(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "next weekend" may be this one or the one after: it is asked back without its days."""
    sunday = almanac.next_week(sheet.today, 6, 0)
    return _period("weekend", sheet, span, None if match["next"] else (sunday - timedelta(days=1), sunday))


@reads
def end_of_week(sheet: Sheet, match: Match, span: Span) -> Found:
    return _asked("end_of_week", span)


@reads
def some_week(sheet: Sheet, match: Match, span: Span) -> Found:
    monday = almanac.next_week(sheet.today, 0, 0 if match["this"] else 1)
    return _period("some_week", sheet, span, (monday, monday + timedelta(days=6)))


@reads
def week_of(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "the week of the 23rd"."""
    number, month = sheet.whole(match["day"]), match["month"] or match["month2"]
    if not 1 <= number <= 31:
        return None
    day = _on(sheet, sheet.what(month), number, None) if month else almanac.coming_day(sheet.today, number)
    monday = almanac.next_week(day, 0, 0) if day else None
    return _period("some_week", sheet, span, (monday, monday + timedelta(days=6)) if monday else None)


@reads
def some_month(sheet: Sheet, match: Match, span: Span) -> Found:
    """ "next month", "later this month"."""
    ahead = 0 if match["this"] else 1
    month = (almanac.day_in(sheet.today, 1, ahead), almanac.month_end(sheet.today, ahead))
    return _period("some_month", sheet, span, None if match["year"] else month)


READERS |= {f"in_days_{days}": _in_days(days) for days in range(3)}
