"""Stretches of days that have a name: "in january", "next week", "this weekend", "a principios de mayo".

No day of them is guessed: each is asked back, and where its first and last day are clear, the question carries them.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.dialogue.grammar import almanac
from bot.dialogue.grammar.model import Vague
from bot.dialogue.grammar.sheet import SURE_M, D, F, Finding, M, N, O, Sheet, Span, named, needing, rule
from bot.dialogue.grammar.wording import CURRENCY, either

Period = tuple[date, date]
_PARTS_OF_MONTH = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_WEEK = timedelta(days=6)


def _asked(kind: str, sheet: Sheet, span: Span, period: Period | None) -> Vague:
    if period is not None:
        period = (max(period[0], sheet.today), period[1])
    return Vague(kind=kind, **span, question="which_date", period=period)


def _of_month(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "in january"; "by april" and "after april" are bounds and name no stretch of their own."""
    if match["next"] and sheet.whole(match["next"][-1]) <= 31:
        return None
    bound = match[0].split(" ", 1)[0] in ("by", "before", "after")
    return _asked("some_month", sheet, span, None if bound else _month(sheet.today, named(match["month"])))


def _month(today: date, month: int, first: int = 1, last: int = 31) -> Period:
    """Its next time, the one that has begun included."""
    year = today.year
    if almanac.clamped(year, month, last) < today:
        year += 1
    return date(year, month, first), almanac.clamped(year, month, last)


def _part_of_month(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    return _asked("part_of_month", sheet, span, _part(sheet, match))


def _part(sheet: Sheet, match: re.Match[str]) -> Period | None:
    if match["unit"] in ("week", "year") or match["nth"] and sheet.whole(match["nth"]) > 4:
        return None
    first, last = _days_of_week(sheet.whole(match["nth"])) if match["nth"] else _days_of_part(match)
    if match["month"]:
        return _month(sheet.today, named(match["month"]), first, last)
    ahead = 1 if match["next"] or almanac.day_in(sheet.today, last, 0) < sheet.today else 0
    return almanac.day_in(sheet.today, first, ahead), almanac.day_in(sheet.today, last, ahead)


def _days_of_part(match: re.Match[str]) -> tuple[int, int]:
    return next(days for part, days in _PARTS_OF_MONTH.items() if match[part])


def _days_of_week(nth: int) -> tuple[int, int]:
    """ "the second week of april"."""
    return nth * 7 - 6, nth * 7


def _last_week(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    end = almanac.month_end(sheet.today)
    if match["month"]:
        end = _month(sheet.today, named(match["month"]))[1]
    elif match["next"]:
        end = almanac.month_end(sheet.today, 1)
    return _asked("part_of_month", sheet, span, (end - _WEEK, end))


def _weekend(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "next weekend" may be this one or the one after: it is asked back without its days."""
    sunday = almanac.next_week(sheet.today, 6, 0)
    return _asked("weekend", sheet, span, None if match["next"] else (sunday - timedelta(days=1), sunday))


def _end_of_week(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    return _asked("end_of_week", sheet, span, None)


def _week(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    monday = almanac.next_week(sheet.today, 0, 0 if match["this"] else 1)
    return _asked("some_week", sheet, span, (monday, monday + _WEEK))


def _week_of(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "the week of the 23rd"."""
    number = sheet.whole(match["day"])
    if not 1 <= number <= 31:
        return None
    month = match["month"] or match["month2"]
    day = almanac.month_day(sheet.today, named(month), number) if month else almanac.coming_day(sheet.today, number)
    monday = almanac.next_week(day, 0, 0) if day else None
    return _asked("some_week", sheet, span, (monday, monday + _WEEK) if monday else None)


def _some_month(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "next month", "later this month"."""
    ahead = 0 if match["this"] else 1
    month = (almanac.day_in(sheet.today, 1, ahead), almanac.month_end(sheet.today, ahead))
    return _asked("some_month", sheet, span, None if match["year"] else month)


_HAZY = r"(?:(?:sometime|some time|early|later|late|maybe) )?"
_PART = "(?:" + "|".join((
    f"(?:(?P<nth>{O}) (?:week|wk|semana))",
    r"\b(?P<early>beginning|begining|start|early|first part|principios?|inicios?)",
    r"\b(?P<mid>middle|mid|mediados)",
    r"\b(?P<late>late)",
)) + ")"  # fmt: skip
_OF = r" (?:of |de |del )?(?:the |this |el |este )?(?P<next>next |proximo )?"
_MONTH_WORD = rf"(?:(?P<unit>month|mes|week|year)\b|(?P<month>{M}))"
_NEXT_WEEK = either(
    """(?:next|nxt|the following|the coming) (?:week|wk) | (?:la )?(?:proxima|otra|siguiente) semana
    | la semana (?:que (?:viene|entra)|proxima|entrante)"""
)
_THIS_WEEK = r"(?P<this>(?:(?:later|late|early|sometime) )?this (?:week|wk)|later in the week|esta semana)"
_NEXT_MONTH = either(
    """(?:next|nxt|the following) (?:month|mo|mth) | (?:el |del )?(?:proximo|otro|siguiente) mes
    | (?:el |del )?mes (?:que (?:viene|entra)|proximo|entrante)
    | (?P<this>(?:later|late|sometime) (?:this|in the) month)
    | (?P<year>next year | el (?:proximo ano|ano que (?:viene|entra)))"""
)
_WEEKEND = r"(?:(?:the|this|coming|esta|este|la|el|(?P<next>next|proximo|otra)) )*(?:week ?end|fin de semana|finde)"
_IN = r"(?:in|til|till|until|by|around|after|before|en|hasta|para|pa|a partir de|starting(?: in)?|next|come|during|sometime)"

# Read before the day in them is.
WEEK_RULES = needing(
    f"{O}|{N}",
    rule(
        rf"\b(?:the |la )?(?:week|wk|semana) (?:of|del?) (?:the |el )?(?:(?P<month>{M}) (?:the )?)?(?P<day>{O}|{N})"
        rf"(?: (?:of|de) (?P<month2>{M}))?(?! ?{CURRENCY})",
        _week_of,
    ),
)
RULES = (
    rule(rf"(?:\b(?:the|de|el|la|a|en|by|in|around|for|at) )*{_PART}{_OF}{_MONTH_WORD}", _part_of_month),
    rule(rf"\b(?:the |la )?(?:last week|ultima semana){_OF}{_MONTH_WORD}", _last_week),
    rule(rf"(?<!{D} )\b(?:(?:by|the|end of|de|a|over|on) )*{_HAZY}{_WEEKEND}\b", _weekend),
    rule(
        rf"\b{_HAZY}(?:by |at )?(?:the )?end of (?:the |this |next )?(?:week|wk)\b"
        r"|\ba?l? ?fin(?:es)? de (?:la )?semana\b",
        _end_of_week,
    ),
    rule(rf"\b{_HAZY}(?:{_NEXT_WEEK}|{_THIS_WEEK})\b", _week),
    rule(rf"\b{_HAZY}{_NEXT_MONTH}\b", _some_month),
    rule(
        rf"\b(?P<e>{_IN} (?:(?:like|around|early|late) )?"
        rf"(?P<month>{SURE_M}|(?<=in ){M}|(?<=until ){M}|(?<=till ){M}|(?<=til ){M}|(?<=en ){M}"
        rf"|(?<=hasta ){M}|(?<=partir de ){M}"
        r"))"
        rf"(?! ?(?:{D}|be\b))(?P<next>,? ?{N})?",
        _of_month,
    ),
    rule(
        rf"(?:^|{F} |\b(?:ok|but|yes|yeah|then|start|starting|better|maybe|pero|mejor|si|y|sea|seria|empezar|empezando) )"
        rf"(?P<e>(?:from|desde) (?P<month>{M}))(?P<next>)(?: (?:please|pls|on|por favor|porfa))?[ .!?]*$",
        _of_month,
    ),
    rule(
        rf"(?P<e>(?P<month>{SURE_M}))(?P<next>) (?:is|works?|esta|seria|would be) (?:fine|good|ok|better"
        rf"|best|great|for me|bien|mejor)\b",
        _of_month,
    ),
)
