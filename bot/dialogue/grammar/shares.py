"""Parts of the whole: "half", "la mitad", "a third", "30%", "1/2", "50 cents on the dollar"."""

from __future__ import annotations

import re
from fractions import Fraction

from bot.dialogue.grammar.model import Percentage
from bot.dialogue.grammar.sheet import F, Finding, G, Ignore, N, O, Reader, Sheet, Span, ignore, needing, rule
from bot.dialogue.grammar.wording import CURRENCY


def _share(share: Fraction) -> Reader:
    def read(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
        return Percentage(share=share, **span)

    return read


def _percent(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "100%" alone is how sure they are."""
    value = sheet.number(match["n"]).value
    if _TAKEN.search(sheet.rest[: match.start()]):
        return Ignore()
    if value == 100 and not _ALL_OF_IT.match(sheet.rest, match.end()):
        return Ignore()
    return Percentage(share=Fraction(value) / 100, **span) if 0 < value <= 100 else None


_TAKEN = re.compile(
    r"\b(?:sueldo|salario|my pay|wages|hours|horas)(?: (?:was|were|got|cut|reduced|by|un|el|en))* ?$"
    r"|\b(?:garnish\w*|they (?:already )?(?:take|took|get)|(?<!si )(?:me|nos) (?:quitan|descuentan"
    r"|sacan))(?: (?:el|un|like|about))* ?$"
)
_ALL_OF_IT = re.compile(r" ?(?:of|off|now|today|del|de|hoy|ahora|by|on|down)\b")


def _slashed(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "1/2", "2/3"; in "50/50" each part is half."""
    over, under = (int(part) for part in re.findall(r"\d+", sheet.number(match[0]).raw)[:2])
    if (over, under) == (50, 50):
        return Percentage(share=Fraction(1, 2), **span)
    return Percentage(share=Fraction(over, under), **span) if 0 < over < under <= 4 else None


def _fifty_fifty(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    values = {sheet.whole(letter) for letter in match[0] if letter >= "\ue000"}
    return Percentage(share=Fraction(1, 2), **span) if values == {50} else None


def _thirds(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "two thirds", "3 quarters"."""
    over = 2 if match["n"] == "two" else sheet.whole(match["n"])
    under = {"t": 3, "q": 4, "c": 4}.get(match["of"][0], 5)
    return Percentage(share=Fraction(over, under), **span) if 0 < over < under else None


def _ordinal_share(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "a third", "la tercera parte"; "a second" is none."""
    nth = sheet.whole(match["nth"] or match["nth2"])
    return Percentage(share=Fraction(1, nth), **span) if nth in (3, 4, 5, 10) else None


_PERCENT = r"(?:%|percent\b|per ?cent\b|precent\b|pct\b|prcnt\b|por ?ciento\b|x ciento\b)"
_NO_THING = r"(?! (?:payment|pago|one|time|option|job|party|person|thing|semana|quincena|vez|opcion|of the month))"

RULES = (
    *needing(
        N,
        rule(rf"(?P<n>{N}) ?{_PERCENT}(?: off\b)?", _percent),
        rule(rf"(?P<n>{N}) ?(?:cents|c) on the dollar\b", _percent),
    ),
    rule(
        r"\bhalf (?:an? )?(?:hour|day|week|month|year|time|brother|sister)\b|\bmedi[oa] (?:hora|dia"
        r"|tiempo)\b",
        ignore,
    ),
    *needing(G, rule(G, _slashed)),
    rule(
        r"\b(?:(?:the |an? )?(?:other )?(?:half|haf|hlaf)\b(?: off\b)?|(?:la )?(?:otra )?(?:mitad|mita)\b)",
        _share(Fraction(1, 2)),
    ),
    *needing(O, rule(rf"\b(?:the )?(?P<nth>{O}) half\b", _share(Fraction(1, 2)))),
    rule(rf"{N}[ -]{N}(?! ?(?:\$|{CURRENCY}))", _fifty_fifty),
    rule(rf"(?P<n>\btwo|{N}) (?P<of>thirds|tercios|terceras partes|quarters|cuartas partes|fifths)\b", _thirds),
    *needing(O, rule(rf"\b(?:(?:a|one) (?P<nth>{O})|(?:una?|la) (?P<nth2>{O}) parte\b){_NO_THING}", _ordinal_share)),
    rule(r"\b(?:un )?tercio\b", _share(Fraction(1, 3))),
    *needing(
        O,
        rule(
            rf"(?:\bun |\bla )?(?P<nth>{O})(?P<nth2>) (?=de (?:la|mi|lo|el|toda la)(?: deuda| saldo"
            rf"| total| cuenta| que debo))",
            _ordinal_share,
        ),
    ),
    rule(
        rf"\b(?:a |one )?quarter (?:of(?: it| that| the)?\b|(?=now|today|down|upfront|up front|{F}))",
        _share(Fraction(1, 4)),
    ),
)
