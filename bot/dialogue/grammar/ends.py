"""Days that have a name and no number: the end of a month, the quincena (15th or last day), feasts."""

from __future__ import annotations

import re
from datetime import date

from bot.dialogue.grammar import almanac
from bot.dialogue.grammar.dates import promised
from bot.dialogue.grammar.model import Day, Vague
from bot.dialogue.grammar.sheet import F, Finding, M, O, Reader, Sheet, Span, W, named, needing, rule
from bot.dialogue.grammar.wording import NEXT_MONTH, PROXIMO_MES, either


def _end_of_month(months_ahead: int) -> Reader:
    def read(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
        return Day(value=almanac.month_end(sheet.today, months_ahead), **span)

    return read


def _end_of_named_month(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    return Day(value=_in_month(sheet, named(match["month"]), 31), **span)


def _in_month(sheet: Sheet, month: int, day: int) -> date:
    return almanac.clamped(sheet.today.year + (month < sheet.today.month), month, day)


def _quincena(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """The 15th or the last day of the month, whichever is next; "esta" may be today."""
    return Day(value=almanac.quincena(sheet.today, after="esta" not in match[0]), **span)


def _half_of_month(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    nth = sheet.whole(match["half"])
    if nth not in (1, 2):
        return None
    return promised(_in_month(sheet, named(match["month"]), 15 if nth == 1 else 31), sheet, span)


_FEASTS = {
    "christmas eve": r"christmas eve|nochebuena",
    "christmas": r"christmas(?: day)?|xmas|navidad",
    "new years eve": r"new years eve|fin de ano|(?:the )?end of (?:the |this )?year",
    "new years": r"new years(?: day)?|ano nuevo",
    "valentines": r"valentines(?: day)?",
    "halloween": r"halloween",
    "independence day": r"independence day",
    "veterans day": r"veterans day",
    "juneteenth": r"juneteenth",
    "three kings": r"dia de (?:los )?reyes",
    "thanksgiving": r"thanksgiving|dia de (?:accion de )?gracias",
    "labor day": r"labor day",
    "memorial day": r"memorial day",
    "mothers day": r"mothers day",
    "fathers day": r"fathers day",
    "easter": r"easter|semana santa|pascua",
}


def _feast(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    name = next(name for name, words in _FEASTS.items() if re.fullmatch(words, match[0]))
    return promised(almanac.feast(sheet.today, name), sheet, span)


def _mothers_day(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """10 May in Mexico and Guatemala, the second Sunday of May in the United States."""
    days = [almanac.month_day(sheet.today, 5, 10), almanac.feast(sheet.today, "mothers day")]
    candidates = tuple(sorted({day for day in days if day}))
    if len(candidates) == 1:
        return Day(value=candidates[0], **span)
    return Vague(kind="mothers_day", **span, question="which_date", candidates=candidates)


def _weekday_after(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "the monday after easter"."""
    name = next(name for name, words in _FEASTS.items() if re.fullmatch(words, match["feast"]))
    day = almanac.feast(sheet.today, name)
    return Day(value=almanac.coming_weekday(day, named(match["weekday"])), **span) if day else None


_ANY_FEAST = "|".join(_FEASTS.values())
_LAST = r"(?:end|last day|last|ultimo dia|ultimo|fin|fines|finales|final|last of)"
_THIS = either(
    rf"""{_LAST} (?:of |del? |de el )?(?:the |this |el |este )?(?:month|mes) | months? ?-?end | eom
    | (?<=el )dia ultimo | (?<=el )ultimo(?= ?$) | (?:cuando )?(?:acabe|termine) el mes"""
)
_QUINCENA = either(
    """(?:la )?(?:proxima|siguiente|esta|misma) quincena | la quincena(?: que (?:viene|entra))?
    | quincena que (?:viene|entra) | (?<=en )quincena | (?<=la )quincena"""
)

RULES = (
    *needing(
        M,
        rule(rf"\b{_LAST} (?:of |de )(?P<month>{M})", _end_of_named_month),
        rule(rf"(?P<half>{O}) quincena (?:de |del mes de )(?P<month>{M})", _half_of_month),
    ),
    rule(
        rf"\b{_LAST} (?:{NEXT_MONTH}|(?:de )?{PROXIMO_MES}|(?:de )?mes que (?:viene|entra))",
        _end_of_month(1),
    ),
    rule(rf"\b{_THIS}\b", _end_of_month(0)),
    rule(rf"(?<!cada )(?<!por )(?<!a la )\b{_QUINCENA}\b", _quincena),
    rule(rf"\b(?P<e>{_LAST}) (?:of |de )(?={F})", _end_of_month(0)),
    rule(rf"\b(?:{_ANY_FEAST})\b", _feast),
    rule(r"\b(?:el )?dia de (?:las? )?madres?\b", _mothers_day),
)

# Read before a weekday alone is.
WEEKDAY_RULES = needing(
    W,
    rule(
        rf"(?P<weekday>{W}) (?:right )?(?:after|following|despues del?) (?:la )?(?P<feast>{_ANY_FEAST})\b",
        _weekday_after,
    ),
)
