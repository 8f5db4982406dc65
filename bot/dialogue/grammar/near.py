"""Days told from today: "tomorrow", "in two weeks", "nxt fri", "a week from friday", "third wednesday"."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.dialogue.grammar import almanac
from bot.dialogue.grammar.model import Day, Vague
from bot.dialogue.grammar.sheet import (
    WS,
    Finding,
    Ignore,
    M,
    N,
    O,
    Reader,
    Sheet,
    Span,
    W,
    ignore,
    named,
    needing,
    rule,
)
from bot.dialogue.grammar.wording import CURRENCY, HOW_MANY, PLAIN_UNIT, UNIT, either

_WEEK = timedelta(days=7)


def _in_days(days: int) -> Reader:
    def read(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
        return Day(value=sheet.today + timedelta(days=days), **span)

    return read


def _unclear(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    return Vague(kind="about_when", **span, question="which_date")


def _many(sheet: Sheet, match: re.Match[str]) -> int | None:
    many = sheet.whole(match["n"]) if match["n"] else 2 if match["couple"] else 1
    return many if 0 < many <= 400 else None


def _added(day: date, match: re.Match[str], many: int) -> date:
    if match["months"] or match["years"]:
        return almanac.later(day, months=many * (12 if match["years"] else 1))
    each = 1 if match["days"] else 7 if match["weeks"] else 15
    return almanac.later(day, days=each * many)


def _ahead(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "en 15 días" is 15 days; people also say it for two weeks, so that day is the alternative."""
    many = _many(sheet, match)
    if many is None:
        return None
    value = _added(sheet.today, match, many)
    idiom = sheet.spanish and match["days"] and many in (8, 15)
    return Day(value=value, alternative=value - timedelta(days=1) if idiom else None, **span)


def _later(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    many = _many(sheet, match)
    if many is None:
        return None
    days = [p.what.value for p in sheet.placed if p.end <= match.start() and isinstance(p.what, Day)]
    return Day(value=_added(days[-1] if days else sheet.today, match, many), **span)


def _within(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "in a month" and "within 2 weeks" are days; "a 6 meses" and "after 3 years" are how long."""
    word = match[0].split(" ", 1)[0]
    spread = word in ("in", "en") and match["months"] and (_many(sheet, match) or 0) >= 3
    if match["halves"] and (_many(sheet, match) or 0) > 1:
        return None
    if spread and _PAID_OFF.search(sheet.rest[: match.start()]):
        return None
    if word in ("a", "for") or (word == "after" and match["years"]):
        return None
    return _ahead(sheet, match, span)


_PAID_OFF = re.compile(
    rf"(?:{N}|{CURRENCY}|\b(?:pagar|off|out|it all|pay it|pay this|rest|resto|demas|whole thing|liquidar\w*"
    rf"|pagarl[oa]|todo|saldarl[oa])) ?$"
)


def _ahead_of(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "a week from friday", "2 weeks from tomorrow", "10 days after the 15th"."""
    many = _many(sheet, match)
    if many is None:
        return None
    anchor = sheet.today + timedelta(days=1 if match["tomorrow"] else 0)
    if match["weekday"]:
        anchor = almanac.coming_weekday(sheet.today, named(match["weekday"]))
    elif match["day"]:
        anchor = _coming_day(sheet, match["day"])
    return Day(value=_added(anchor, match, many), **span)


def _coming_day(sheet: Sheet, sign: str) -> date:
    return almanac.coming_day(sheet.today, min(max(sheet.whole(sign), 1), 31))


def _idiom(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "de hoy en ocho" is a week from today, "del viernes en quince" two from friday; Spanish counts both ends."""
    weeks = {8: 1, 15: 2}.get(sheet.whole(match["n"]))
    day = sheet.today + timedelta(days=1 if match["tomorrow"] else 0)
    if match["weekday"]:
        day = almanac.coming_weekday(sheet.today, named(match["weekday"]))
    return Day(value=day + weeks * _WEEK, **span) if weeks else None


def _week_after(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    weekday = named(match["weekday"] or match["weekday2"])
    return Day(value=almanac.coming_weekday(sheet.today, weekday) + _WEEK, **span)


def _of_next_week(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    return Day(value=almanac.next_week(sheet.today, named(match["weekday"])), **span)


def _nth_weekday(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    groups = match.groupdict()
    nth = -1 if groups.get("last") else sheet.whole(groups["nth"])
    if nth == 0 or nth > 5:
        return None
    weekday, month = named(match["weekday"]), groups.get("month")
    if month:
        years = (sheet.today.year, sheet.today.year + 1)
        options = (almanac.nth_weekday(year, named(month), weekday, nth) for year in years)
        value = next((day for day in options if day and day >= sheet.today), None)
    else:
        value = almanac.coming_nth_weekday(sheet.today, weekday, nth, 1 if groups.get("next") else 0)
    return Day(value=value, **span) if value else None


def _after_ordinal(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "the friday after the 15th"."""
    value = almanac.coming_weekday(_coming_day(sheet, match["day"]), named(match["weekday"]))
    return Day(value=value, **span)


def _coming(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "friday's payment"."""
    return Day(value=almanac.coming_weekday(sheet.today, named(match["weekday"])), **span)


_FOLLOWING = ("the following", "following", "el siguiente", "siguiente", "after", "after that")


def _weekday(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """The coming one; with "next" the one of next week, where the coming one is kept as the alternative."""
    weekday = named(match["weekday"])
    before, after = (match["before"] or "").strip(), (match["after"] or "").strip(" ,")
    coming = almanac.coming_weekday(sheet.today, weekday)
    if before in ("last", "past", "this past") or after == "pasado":
        return Ignore()
    if after.startswith("after next"):
        candidates = (coming + _WEEK, coming + 2 * _WEEK)
        return Vague(kind="after_next", **span, question="which_date", candidates=candidates)
    if after in _FOLLOWING or before in _FOLLOWING:
        return Day(value=almanac.coming_weekday(_anchor(sheet, match.start()), weekday), **span)
    again = [p.what.value for p in sheet.placed if isinstance(p.what, Day) and p.what.value.weekday() == weekday]
    if again and again[-1] == coming and (before in _NEXT or "otro" in before):
        return Day(value=coming + _WEEK, **span)  # "50 on monday and 50 next monday"
    value, alternative = _this_or_next(sheet.today, coming, before, after)
    return Day(value=value, alternative=alternative if alternative != value else None, **span)


def _anchor(sheet: Sheet, start: int) -> date:
    """The last day named before; where there is none, this week's one is passed over."""
    days = [p.what.value for p in sheet.placed if p.start < start and isinstance(p.what, Day)]
    return days[-1] if days else sheet.today + _WEEK


def _this_or_next(today: date, coming: date, before: str, after: str) -> tuple[date, date | None]:
    """The day, and the other day that people may mean."""
    in_next_week = almanac.next_week(today, coming.weekday())
    if "not this" in after or "no est" in after:
        return coming + _WEEK, None
    if after and re.fullmatch(_NEXT_WEEK, after):
        return in_next_week, None
    if before in _NEXT or after == "next":
        return in_next_week, coming
    if "otro" in before:
        return in_next_week, coming
    if "proximo" in before + after or "que " in after:
        return coming, in_next_week
    return coming, today if coming == today + _WEEK else None


_NEXT = ("next", "nxt", "nex", "the next", "netx")
_TODAY = either(
    """today | 2day | todays date | tonight | tonite | 2nite | 2night | this (?:afternoon|evening)
    | later today
    | esta (?:tarde|noche) | hoy(?: mismo| dia)?"""
)
_TOMORROW = (
    either(
        """tomm?orr?ows? | tomorows? | tmrw | tmrrw | tmrow | tmr | tmw | tomoro | 2morrow | 2moro | 2mrw
        | tomrrow
        | tomorrw | manana"""
    )
    + r"\b(?: (?:morning|afternoon|evening|night|(?:en|por|a) la (?:manana|tarde|noche)|temprano|mismo))?"
)
_NEXT_WEEK = either(
    """(?:of )?next (?:week|wk) | (?:de |en )?la (?:proxima|otra|siguiente) semana
    | (?:de )?la semana que (?:viene|entra)"""
)
_AFTER = either(
    rf"""after next(?: week)? | after that | after(?! (?:the |my |i |we |a |{O}|{N})) | que (?:viene|entra)
    | proximo
    | siguiente | pasado | {_NEXT_WEEK} | this week | de esta semana | next(?! (?:month|year|week))
    | not this (?:coming )?(?:one|week) | no est[ea]"""
)
_BEFORE = either(
    """this coming | this past | this | coming | upcoming | the next | next | nxt | nex | netx | the following
    | following | el proximo | proximo | el siguiente | el otro | este | last | past"""
)
_FROM = r"(?:from|after|past|a partir del?|despues del?|de)"
_ANCHOR = (
    rf"(?:now|today|hoy|ahora|(?P<tomorrow>{_TOMORROW})"
    rf"|(?:the |el |this |coming )*(?:(?P<weekday>{W})|(?P<day>{O})))"
)
_ABOUT = either(
    """about | like | just | maybe | another | other | como | unos | unas | around | the next | otros | otras
    | mas o menos"""
)
_IN = r"(?:in|en|dentro de|within|w/in|after|de aqui a|despues de|for another|a)"
_MONTH_OF = (
    r"(?:(?:of|in|de|del) (?:the |this |el |este )?(?:(?P<next>next month|proximo mes|mes que viene"
    r"|following month)"
    rf"|month|mes|(?P<month>{M}))|next month)"
)

_WEEKDAYS = needing(
    f"{W}|{WS}",
    rule(
        rf"(?P<weekday>{W}) (?:week|wk)\b(?! of)|\b(?:a |1 )?(?:week|wk) (?:from|on|after) (?P<weekday2>{W})",
        _week_after,
    ),
    rule(rf"(?:(?P<nth>{O})|\b(?P<last>last|ultimo)) (?P<weekday>{W}) {_MONTH_OF}", _nth_weekday),
    rule(rf"(?P<nth>{O}) (?P<weekday>{W})", _nth_weekday),
    rule(rf"(?P<weekday>{W}) (?:right )?(?:after|following) (?:the )?(?P<day>{O})", _after_ordinal),
    rule(rf"\b{_NEXT_WEEK},? (?:on |el |like |maybe )?(?P<weekday>{W})", _of_next_week),
    rule(rf"(?P<e>(?P<weekday>{WS})) (?=payment|pmt|check|paycheck|installment|pago)", _coming),
    rule(rf"(?:\b(?P<before>{_BEFORE}) )?(?P<weekday>{W})(?P<after>,? (?:{_AFTER}\b|not this {W}))?", _weekday),
)

RULES = (
    rule(
        r"\b(?:in|en|por|de|a|todas) (?:la|las) mananas?\b(?! siguiente)|\besta manana\b|\bthis morning\b"
        r"|\bthe other day\b",
        ignore,
    ),
    rule(rf"\bdel? (?:hoy|aqui|(?P<tomorrow>manana)|(?:este |el )?(?P<weekday>{W})) en (?P<n>{N})(?: dias)?", _idiom),
    rule(
        rf"\bdel? (?:hoy|aqui|(?P<tomorrow>manana)|(?:este |el )?(?P<weekday>{W})) en {HOW_MANY} ?{UNIT}(?P<day>)",
        _ahead_of,
    ),
    rule(r"\b(?:the )?day after (?:tom[a-z]*|2morrow|tmrw)\b|\bpasado manana\b", _in_days(2)),
    rule(rf"{HOW_MANY} ?{UNIT} {_FROM} {_ANCHOR}", _ahead_of),
    rule(rf"\b{_TOMORROW}", _in_days(1)),
    rule(rf"\b{_TODAY}\b(?! ?is\b(?! (?:that|it|this|ok|fine)\b))", _in_days(0)),
    rule(rf"{N} ?(?:-|to|or|o|a|y) ?{N} ?{PLAIN_UNIT}(?! (?:ago|old))", _unclear),
    rule(
        rf"\b{_IN} (?:{_ABOUT} )?(?P<e>{HOW_MANY}(?: more| mas)? ?{UNIT})(?! (?:plan|payment|ago|old|late"
        rf"|behind|from))",
        _within,
    ),
    rule(rf"{HOW_MANY} ?{UNIT} (?:de hoy|hence)\b", _ahead),
    *_WEEKDAYS,
)
# Read when all other days are: "50 on friday and 50 two weeks later" counts from that friday.
COUNTED_RULES = (
    rule(
        rf"{HOW_MANY} ?{UNIT} (?:later|mas tarde|despues(?! de)|after(?= ?(?:that|$|[.,;!?])))"
        r"(?! (?:there|they|i|he|she|it|we|the|my|a)\b)",
        _later,
    ),
)
