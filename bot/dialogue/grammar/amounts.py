"""Sums of money: "$50", "20 bucks", "65 dollars 20 cents", "40 to 50", bare numbers whose neighbours say so.

"two fifty" is 250; "12,50" without a sign and "twelve fifty" are asked back; 7 digits or more need a "$".
"""

from __future__ import annotations

import re
from decimal import Decimal

from bot.dialogue.grammar.model import Amount, Vague
from bot.dialogue.grammar.neighbours import is_money, long, rhythmic
from bot.dialogue.grammar.numbers import Number
from bot.dialogue.grammar.sheet import Finding, N, Sheet, Span, ignore, needing, rule
from bot.dialogue.grammar.wording import CURRENCY, EUROS, POUNDS

# Currencies whose minor unit is not a hundredth (ISO 4217).
_DECIMALS = {
    "JPY": 0,
    "KRW": 0,
    "CLP": 0,
    "PYG": 0,
    "VND": 0,
    "KWD": 3,
    "BHD": 3,
    "OMR": 3,
    "JOD": 3,
    "TND": 3,
}
_MOST = 10**11  # minor units; more is a slip of the finger, not a debt

_SIGN = r"(?:(?:\b(?:us|usd|mx) ?)?\$ ?|usd ?|€ ?|£ ?)"
_UNIT = rf"(?: ?(?:\$|€|£)(?! ?{N})| ?{CURRENCY}(?![a-z]))"
_CENTS = r" ?(?:cents?|centavos|ctvs|¢)"
_TO = r"(?:to|-|a|thru|through|hasta)"
_CUE = r"(?P<cue>\b(?:between|entre|from|de|anywhere from|somewhere between) (?:about |like |unos |unas )?)"


def _amount(sheet: Sheet, value: Decimal, text: str, span: Span) -> Finding:
    """In the debt's currency unless another is named; pesos and varos are said for dollars too."""
    currency = "EUR" if re.search(EUROS, text) else "GBP" if re.search(POUNDS, text) else sheet.currency
    minor = int((value.scaleb(_DECIMALS.get(currency, 2)) + Decimal("0.5")) // 1)
    return Amount(minor=minor, currency=currency, **span) if 0 <= minor <= _MOST else None


def _with_cents(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    whole, cents = sheet.number(match["n"]).value, sheet.number(match["c"]).value
    return _amount(sheet, whole + cents / 100, match[0], span) if 0 <= cents < 100 else None


def _spanish_cents(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """ "36 con 50"; "100 con 5" may be anything."""
    return _with_cents(sheet, match, span) if sheet.whole(match["c"]) >= 10 else None


def _cents(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    return _amount(sheet, sheet.number(match["n"]).value / 100, match[0], span)


def _signed(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    return _amount(sheet, sheet.number(match["n"]).value, match[0], span)


def _named(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    number = sheet.number(match["n"])
    return None if long(number, 7) else _clear(sheet, number, match[0], span)


def _clear(sheet: Sheet, number: Number, text: str, span: Span) -> Finding:
    if number.odd and "," not in number.raw:
        return Vague(kind="unclear_amount", **span, question="amount")
    return _amount(sheet, number.value, text, span)


def _bare(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    start, end = match.span("e")
    number = sheet.number(match["e"])
    if not is_money(number, sheet.rest[:start], _after_its_equals(sheet, number, end)):
        return None
    if number.odd:
        return Vague(kind="unclear_amount", **span, question="amount")
    return _amount(sheet, number.value, match[0], span)


def _after_its_equals(sheet: Sheet, number: Number, end: int) -> str:
    """ "3 payments, 100 100 and 87": what follows the last of them."""
    while re.match(f" {N}", sheet.rest[end:]) and sheet.number(sheet.rest[end + 1]).value == number.value:
        end += 2
    return sheet.rest[end:]


def _range(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """Both ends of "40 to 50": the upper one says whether it is money; "1-2k" are thousands at both ends."""
    low, high = sheet.number(match["low"]), sheet.number(match["high"])
    thousands = high.raw.isdigit() and high.value == Decimal(high.raw) * 1000
    value = low.value * 1000 if thousands and low.value < 100 else low.value
    if low.odd or high.odd or long(high, 7) or not value < high.value:
        return None
    before, after = sheet.rest[: match.start()], sheet.rest[match.end() :]
    told = match["sign"] or match["unit"] or match["unit2"] or rhythmic("", after)
    if not told and not (low.value >= 5 and is_money(high, before, after)):
        return None
    start, end = match.span("upper")
    upper = _amount(sheet, high.value, match[0], sheet.span(start, end))
    if isinstance(upper, Amount):
        sheet.take(start, end, upper)
    return _amount(sheet, value, match[0], span)


_ENDS = (
    rf"(?P<e>(?P<sign>{_SIGN})?(?P<low>{N})(?P<unit>{_UNIT})?)",
    rf"(?P<upper>{_SIGN}?(?P<high>{N})(?P<unit2>{_UNIT})?)",
)

RULES = needing(
    N,
    rule(rf"{_SIGN}?(?P<n>{N}){_UNIT} ?(?:and|y|con|with)? ?(?P<c>{N}){_CENTS}", _with_cents),
    rule(rf"{_SIGN}?(?P<n>{N}) con (?P<c>{N})(?! ?{_UNIT})", _spanish_cents),
    rule(rf"(?P<n>{N}){_CENTS}\b", _cents),
    rule(
        rf"\b(?:an?|un|una) \$? ?{N} (?:dollar|buck) (?!payment|a |deposit|settlement|plan|per |minimum"
        rf"|max|limit|fee)[a-z]+",
        ignore,
    ),
    rule(rf"{_CUE}?{_ENDS[0]} ?{_TO} ?{_ENDS[1]}", _range),
    rule(rf"{_CUE}{_ENDS[0]} (?:and|y|&|or|o) {_ENDS[1]}", _range),
    rule(rf"{_SIGN}(?P<n>{N}){_UNIT}?(?!/{N})", _signed),
    rule(rf"(?P<n>{N}){_UNIT}", _named),
    rule(rf"(?P<e>{N})", _bare),
)
