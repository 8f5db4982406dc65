"""Proofs of identity taken out of a message once they have been judged: a birth date, a ZIP code, last digits."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from bot.contact.masking.spoken import WORDS, plain

BORN, ZIP, PROOF = "[birth date removed]", "[ZIP code removed]", "[removed]"
CODE = "[code removed]"
_CODE_DIGITS = 6
_MONTHS = {
    name: number
    for names in (
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
    )
    for number, name in enumerate(names, 1)
}
_MONTH = r"(?:" + "|".join(sorted(_MONTHS)) + r")[a-záéíóú]*\.?"
_ORDINAL = r"(?:st|nd|rd|th|º|°|ro|er)?"
DATE = re.compile(
    rf"(?i)(?<![\w$])(?:{_MONTH}\s*\d{{1,2}}{_ORDINAL}[\s,]*(?:de |of |del )?['’]?\d{{2,4}}"
    rf"|\d{{1,2}}{_ORDINAL}[\s,/.\-]*(?:de |of )?{_MONTH}[\s,/.\-]*(?:de |of |del )?['’]?\d{{2,4}}"
    r"|\d{1,4}(?:\s?[/.\-,\\]\s?|\s)\d{1,2}(?:\s?[/.\-,\\]\s?|\s)\d{1,4}|\d{8}|\d{6})(?!\w)"
)
_PLACE = re.compile(r"(?<![\w$])\d(?:[ \-]?\d){4}(?:[ \-]{0,3}\d{4})?(?!\w)")
_LAST = re.compile(
    r"(?i)(\b(?:last|[uú]ltim[oa]s)\s+(?:four|4|cuatro)\b\D{0,40}?|\bending (?:in|with)\b\D{0,10}?)\d{4}(?!\d)"
)
_NAMED = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "setiembre",
        "octubre",
        "noviembre",
        "diciembre",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
        "thirtieth",
    ]
)
_ANY = re.compile(r"[^\W_]+(?:[/.\-]\d+)*")


def without(text: str, born: Collection[date], postcode: str | None, code: str | None = None) -> str:
    """The text without these, where they stand in figures or with the name of a month."""
    text = without_codes(text, code) if code else text
    if born:
        text = DATE.sub(lambda found: BORN if _is_one_of(found[0], born) else found[0], text)
    if postcode:
        wanted = _digits(postcode)[:5]
        text = _PLACE.sub(lambda found: ZIP if _digits(found[0])[:5] == wanted else found[0], text)
    return _LAST.sub(rf"\1{PROOF}", text)


def without_codes(text: str, code: str | None = None) -> str:
    """Without any six digits that stand alone, or without just these, however they are spaced ("482 913")."""
    if code and code in text:
        return text.replace(code, CODE)
    kept, at = [], 0
    for start, end in _digit_runs(text):
        digits = _digits(text[start:end])
        if digits == code if code else len(digits) == _CODE_DIGITS:
            kept += [text[at:start], CODE]
            at = end
    return "".join([*kept, text[at:]])


def _digit_runs(text: str) -> Iterator[tuple[int, int]]:
    """Where digits stand with nothing but single spaces or dashes between them."""
    start = end = -1
    for at, letter in enumerate(text):
        if not letter.isdigit():
            continue
        joins = start >= 0 and (at == end or (at == end + 1 and text[end] in " -"))
        if start >= 0 and not joins:
            yield start, end
        start, end = (start if joins else at), at + 1
    if start >= 0:
        yield start, end


def holds(text: str, born: Collection[date], postcode: str | None) -> bool:
    """True when each of them was found and taken out of this text."""
    return (not born or BORN in text) and (not postcode or ZIP in text)


def unquoted(
    text: str, quotes: Sequence[str], born: Collection[date], postcode: str | None, code: str | None = None
) -> list[str]:
    """Parts of a message that are to be kept somewhere, without these; as the message itself is kept."""
    quotes = [without_codes(quote, code) for quote in quotes] if code else quotes
    if not born and not postcode:
        return list(quotes)
    if holds(without(text, born, postcode), born, postcode):
        return [without(quote, born, postcode) for quote in quotes]
    return [without_figures(without(quote, born, postcode)) for quote in quotes]


def without_figures(text: str) -> str:
    """For what was said in words: no digit, no number word and no month stays."""
    return _ANY.sub(lambda found: PROOF if _is_figure(found[0]) else found[0], text)


def _is_figure(token: str) -> bool:
    word = plain(token)
    return any(letter.isdigit() for letter in token) or word in WORDS or word in _NAMED


def _is_one_of(found: str, born: Collection[date]) -> bool:
    return any(_reads(found, day) for day in born)


def _reads(found: str, day: date) -> bool:
    """The same day, month and year, in any order that people write them."""
    parts = list(parts_of(found))
    if len(parts) == 3:
        years = {day.year, day.year % 100}
        return any(
            parts[y] in years and sorted(parts[:y] + parts[y + 1 :]) == sorted([day.month, day.day]) for y in range(3)
        )
    orders = ("%m%d%Y", "%d%m%Y", "%Y%m%d", "%m%d%y", "%d%m%y", "%y%m%d")
    return _digits(found) in {day.strftime(order) for order in orders}


def parts_of(found: str) -> Iterator[int]:
    for token in re.findall(r"\d+|[^\W\d_]+", found.lower()):
        if token.isdigit():
            yield int(token)
        elif plain(token)[:3] in _MONTHS:
            yield _MONTHS[plain(token)[:3]]


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
