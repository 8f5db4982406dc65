"""Days by their number: "the 15th", "april 1st", "1/2/27", "el 15", "friday the 20th", "15 de abril".

Every day is resolved into the future; a written day that has passed is no promise and is left out.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.dialogue.grammar import almanac
from bot.dialogue.grammar.model import Day, Vague
from bot.dialogue.grammar.neighbours import DAY_FOLLOWERS
from bot.dialogue.grammar.sheet import (
    D,
    F,
    Finding,
    G,
    Ignore,
    M,
    N,
    O,
    Sheet,
    Span,
    W,
    named,
    needing,
    rule,
)
from bot.dialogue.grammar.wording import CURRENCY, NEXT_MONTH, PROXIMO_MES, either


def promised(day: date | None, sheet: Sheet, span: Span) -> Finding:
    """A day from today on; one that has passed is understood and forgotten."""
    if day is None:
        return None
    return Day(value=day, **span) if day >= sheet.today else Ignore()


def _numeric(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """Month first, as in the US. In Spanish "5/6" may be either, so it is asked back."""
    raw = sheet.number(match["g"]).raw
    parts = [int(part) for part in re.split(r"[-/.]", raw)]
    if len(parts) == 2 and _is_share(sheet, match, parts):
        return None
    iso, year = parts[0] > 31, None
    if len(parts) == 3:
        year = _year(parts.pop(0 if iso else 2), sheet.today)
    us, other = _on(sheet, parts[0], parts[1], year), _on(sheet, parts[1], parts[0], year)
    spanish = sheet.spanish or sheet.rest[: match.start("g")].endswith("el ")
    if us and other and us != other and spanish and not iso and max(us, other) >= sheet.today:
        candidates = (min(us, other), max(us, other))
        return Vague(kind="day_or_month", **span, question="which_date", candidates=candidates)
    return promised(us or (None if iso else other), sheet, span)


def _on(sheet: Sheet, month: int, day: int, year: int | None) -> date | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return almanac.month_day(sheet.today, month, day, year)


def _year(number: int, today: date) -> int:
    """Two digits are a coming year, or one long past: a date of birth."""
    if number >= 100:
        return number
    return number + (2000 if number <= today.year % 100 + 10 else 1900)


_SHARES = ([1, 2], [1, 3], [1, 4], [2, 3], [3, 4])
_BEFORE_A_DAY = re.compile(r"\b(?:on|by|until|til|till|before|b4|after|from|starting|el|del|al|due|dated|around) ?$")


def _is_share(sheet: Sheet, match: re.Match[str], parts: list[int]) -> bool:
    """ "1/2" is half unless a word before it says that it is a day."""
    return parts in _SHARES and not _BEFORE_A_DAY.search(sheet.rest[: match.start("g")])


def _of_month(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "april 15th", "3rd of june 2026", "15 de abril". A number that can be no year is not taken as one."""
    if _FULL_STOP.search(match[0]) and not _abbreviated(sheet, match):
        return None
    day, year = sheet.whole(match["day"]), match.groupdict().get("year")
    told = sheet.whole(year) if year else None
    if told is not None and _short_year(sheet, match, told):
        told = 1900 + told
    if not 1 <= day <= 31 or (told is not None and not 1900 <= told <= 2100):
        return None
    if told is None and _TOLD_OF.search(sheet.rest[: match.start()]):
        day_told = almanac.month_day(sheet.today, named(match["month"]), day)
        return Ignore() if day_told and (day_told - sheet.today).days > 300 else promised(day_told, sheet, span)
    return promised(almanac.month_day(sheet.today, named(match["month"]), day, told), sheet, span)


_FULL_STOP = re.compile(rf"{M}\. ")


def _abbreviated(sheet: Sheet, match: re.Match[str]) -> bool:
    """ "jan. 20" is a day; "i lost my job in january. 20 a month" is not."""
    span = sheet.span(*match.span("month"))
    return span["end"] - span["start"] <= 4 and named(match["month"]) != 5


def _short_year(sheet: Sheet, match: re.Match[str], told: int) -> bool:
    """ "nov 3rd 72" with nothing of money after it is a date of birth."""
    ends = re.match(r" ?(?:$|[.,;!?\uf000]|(?:and|n|y|zip|my|mi)\b)", sheet.rest[match.end() :])
    other_months = len(re.findall(M, sheet.said)) > 1  # "april 5 60 and may 5 60"
    return sheet.today.year % 100 + 10 < told < 100 and ends is not None and not other_months


_TOLD_OF = re.compile(r"\b(?:of|from|dated|on|del|de)(?: the| el)? ?$")  # "the payment of March 4"


def _ordinal(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "the 31st" is the last day of a shorter month."""
    day = sheet.whole(match["day"])
    half = day <= 2 and sheet.said.startswith(" half", match.end())  # "the second half"
    return promised(almanac.coming_day(sheet.today, day), sheet, span) if 1 <= day <= 31 and not half else None


def _ordinal_next_month(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    day = sheet.whole(match["day"])
    return promised(almanac.day_in(sheet.today, day, 1), sheet, span) if 1 <= day <= 31 else None


def _loose_ordinal(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "20th ok" is a day; "2nd" alone, and any spelt ordinal, may be a choice or a place in a row."""
    number = sheet.number(match["day"])
    if number.raw[0].isdigit():
        sure = number.whole > 4 or match["the"] is not None
    else:
        sure = number.whole > 4 and match["the"] is not None
    return _ordinal(sheet, match, span) if sure else None


def _preposed(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "on the fifth" is a day; "from the first question" and "this is the 4th letter" are none."""
    sure = sheet.number(match["day"]).raw[0].isdigit() and _SURE.match(match[0])
    if not sure and not _DAY_BEFORE.match(sheet.rest, match.end()):
        return None
    return _ordinal(sheet, match, span)


_SAID_AS_DAY = re.compile(r"\b(?:the|el|dia)\b")


def _dated_weekday(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "friday the 20th" is asked back when the 20th is no Friday."""
    month, day = match.groupdict().get("month"), sheet.whole(match["day"])
    if not month and not _SAID_AS_DAY.search(match[0]) and not sheet.number(match["day"]).raw[0].isdigit():
        return None  # "friday, first payment"
    if not 1 <= day <= 31:
        return None
    value = _on(sheet, named(month), day, None) if month else almanac.coming_day(sheet.today, day)
    weekday = named(match["name"])
    if value and not month and value.weekday() != weekday:
        later = almanac.coming_day(value + timedelta(days=1), day)
        value = later if later and later.weekday() == weekday else value
    if value is None or value.weekday() == weekday:
        return promised(value, sheet, span)
    coming = almanac.coming_weekday(sheet.today, weekday)
    candidates = (min(value, coming), max(value, coming))
    return Vague(kind="weekday_differs", **span, question="which_date", candidates=candidates)


def _spanish_weekday(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "el viernes 20" is a day when the 20th is a Friday; else the 20 may be money."""
    day = sheet.whole(match["day"])
    spanish = sheet.spanish or sheet.rest[: match.start()].endswith("el ")
    if not spanish or not 1 <= day <= 31:
        return None
    value = almanac.coming_day(sheet.today, day)
    return promised(value, sheet, span) if value.weekday() == named(match["name"]) else None


_PREPOSITION = either(
    """on | by | b4 | before | after | until | untill | till | til | from | starting | start | beginning | for
    | around | is | its | to | past | and | or | not"""
)
_SURE = re.compile(r"(?:on|by|b4|before|after|until|untill|till|til|from|starting|start|beginning|around|past)\b")
_THIS_MONTH = r"(?:(?:of|del?) (?:the |this |el |este |cada )?(?:month|mes)|this month|este mes)\b"
_NOT_A_DAY = (
    r"(?! ?-?"
    + either(
        rf"""payment | pmt | one | option | time | installment | grade | floor | street | st | ave | avenue
        | birthday
        | month | week | pago | opcion | cuota | abono | try | attempt | notice | letter | call | message
        | text
        | choice | offer | account | loan | job | shift | bill | person | cousin | mortgage | party | class
        | circuit | vez | semana | quincena | mes | parte | persona | thing | two | few | paycheck | check
        | plan
        | amount | hand | of all | {N}"""
    )
    + r"s?\b)"
)
_AFTER_A_DAY = (
    rf"(?= ?(?:$|[.,;:!?)\uf000-\uf0ff]|-|de {F}|"
    + either(
        """y | e | o | u | de cada | de este | del | le | les | puedo | pago | pagare | te | me | mi | si
        | sin | no
        | por favor | porfavor | para | en | a | con | que | cuando | ya | hasta | al | el | la | lo | los
        | doy
        | mando | cobro | seria | esta | es | ok | como | porque | pero | mejor | otro | cada | and | is | i
        | can
        | depositan | abono | ahi | osea | gracias | yo | todo | mas | nomas | cae | llega | entra | otro
        | otros | otra | otras"""
    )
    + "(?![a-z])))"
)
# After "el 15" only what is counted makes it no day: "el 15 cause im broke" is one.
_COUNTED_THING = (
    rf"\$|{N}|/|(?:mil|pagos?|cuotas?|abonos?|opcion|veces|horas?|minutos?|anos|meses|semanas?|dias|cientos?"
    rf"|y media|am|pm)"
    r"\b"
)
_FOLLOWED = rf" ?(?:$|[.,;:!?)\"*+~]|-(?! ?[a-z])|[{N[1:-1]}$\uf000-\uf0ff]|[a-z]+ly\b|{DAY_FOLLOWERS}(?![a-z]))"
_DAY_BEFORE = re.compile(_FOLLOWED)
_MONEY = rf"(?: ?(?:{CURRENCY}\b|%|a month|a week|per ))"

# A weekday with its date; read before a weekday alone is.
WEEKDAY_RULES = needing(
    W,
    rule(rf"{W},? (?:on )?(?P<g>{G})", _numeric),
    rule(
        rf"(?P<name>{W}),? (?:on )?(?:the )?(?P<month>{M})\.? (?:the )?(?P<day>{N}|{O})(?!{_MONEY})",
        _dated_weekday,
    ),
    rule(
        rf"(?P<name>{W}),? (?:the |on the |el )?(?:dia )?(?P<day>{O}) (?:of|de) (?P<month>{M})",
        _dated_weekday,
    ),
    rule(rf"(?P<name>{W}),? (?:el )?(?:dia )?(?P<day>{N}) de (?P<month>{M})", _dated_weekday),
    rule(rf"(?P<name>{W}),? (?:the |on the |el )?(?:dia )?(?P<day>{O}){_NOT_A_DAY}", _dated_weekday),
    rule(rf"(?P<name>{W}) (?:dia )?(?P<day>{N}){_AFTER_A_DAY}", _spanish_weekday),
)

_NAMED_MONTH = needing(
    M,
    rule(
        rf"(?P<day>{N}|{O}) (?:day )?(?:of|de) (?P<month>{M}),? ?(?:of |del? )?(?P<year>{N})(?! ?{CURRENCY})",
        _of_month,
    ),
    rule(rf"(?P<day>{N}|{O}) (?:day )?(?:of|de) (?P<month>{M})", _of_month),
    rule(
        rf"(?<!i )(?P<month>{M})\.? ?(?:the )?(?P<day>{N}|{O}),? ?(?P<year>{N})(?!{_MONEY}| ?(?:x|now))",
        _of_month,
    ),
    rule(rf"(?<!i )(?P<month>{M})\.? ?(?:the )?(?P<day>{N}|{O})(?!{_MONEY})", _of_month),
    rule(rf"(?<!\$)(?P<day>{N}|{O}) (?P<month>{M}),? ?(?P<year>{N})(?!{_MONEY}| ?(?:x|now))", _of_month),
    rule(rf"(?<!\$)(?P<day>{N}|{O}) (?P<month>{M})", _of_month),
)
_ORDINALS = needing(
    O,
    rule(rf"(?P<day>{O}),? {NEXT_MONTH}", _ordinal_next_month),
    rule(
        rf"\b(?:next|the following) month,? (?:on |by )?(?:the )?(?P<day>{O}){_NOT_A_DAY}",
        _ordinal_next_month,
    ),
    rule(rf"(?P<day>{O}) (?:day )?(?:{_THIS_MONTH}|(?:of|del?) (?={F}))", _ordinal),
    rule(rf"\b{_PREPOSITION} (?:the |like the |about the )(?P<e>(?P<day>{O})){_NOT_A_DAY}", _preposed),
    rule(rf"\bdia (?P<e>(?P<day>{O}))", _ordinal),
    rule(rf"\bel (?P<e>(?P<day>{O})) (?:me|le|les) (?:cae|llega|pag|deposit|doy|mand|abon)", _ordinal),
    rule(
        rf"(?:{N}(?: ?{CURRENCY})?|\b(?:cobr|pag|deposit|mand)[a-z]+(?: le| me"
        rf"| lo)?) el (?P<e>(?P<day>{O})){_NOT_A_DAY}",
        _preposed,
    ),
    rule(rf"(?P<the>\bthe )?(?P<e>(?P<day>{O}))(?={_FOLLOWED}){_NOT_A_DAY}", _loose_ordinal),
    rule(rf"{D} (?:or|o) (?:the |el )?(?P<e>(?P<day>{O})){_NOT_A_DAY}", _ordinal),
)
_CARDINALS = needing(
    N,
    rule(rf"(?P<day>{O}|{N}) {PROXIMO_MES}", _ordinal_next_month),
    rule(rf"\b(?:el |dia |del |al )(?P<e>(?P<day>{N}) {_THIS_MONTH})", _ordinal),
    rule(
        rf"\b(?:on|by|b4|before|after|until|till|til|from|starting"
        rf"|around) the (?P<e>(?P<day>{N}))(?! ?-?[a-z]{{3}})(?!{_MONEY})",
        _ordinal,
    ),
    rule(
        rf"\b(?:el dia|los dias|dias|dia|el|del|al) (?P<e>(?P<day>{N}))(?! ?(?:{CURRENCY}\b|%|por ?ciento"
        rf"|x ciento|{_COUNTED_THING}))",
        _ordinal,
    ),
    rule(rf"{D} o (?:el )?(?P<e>(?P<day>{N}))(?! ?{CURRENCY}){_AFTER_A_DAY}", _ordinal),
)

RULES = (
    *needing(G, rule(rf"(?P<g>{G})", _numeric)),
    *_NAMED_MONTH,
    *_ORDINALS,
    *_CARDINALS,
)
