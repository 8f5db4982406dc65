"""Digits in words, English and Spanish: "four two", "forty-two", "double four", "cuarenta y dos", "mil doscientos"."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

LONGEST = 12
"""Words of one number that are looked at."""
_UNITS = {
    **{word: n for n, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])},
    **{word: n for n, word in enumerate(["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"])},
    "oh": 0, "nought": 0,
}  # fmt: skip
_TEENS = {
    **{word: n for n, word in enumerate(
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"], 10)},
    **{word: n for n, word in enumerate(
        ["diez", "once", "doce", "trece", "catorce", "quince", "dieciseis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno", "veintidos", "veintitres", "veinticuatro", "veinticinco", "veintiseis", "veintisiete", "veintiocho", "veintinueve"], 10)},
}  # fmt: skip
_TENS = {
    **{word: n * 10 for n, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)},
    **{word: n * 10 for n, word in enumerate(["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"], 3)},
    "fourty": 40,
}  # fmt: skip
_HUNDREDS = {
    "cien": 100, "ciento": 100, "quinientos": 500, "setecientos": 700, "novecientos": 900,
    **{f"{word}cientos": n * 100 for word, n in
       (("dos", 2), ("tres", 3), ("cuatro", 4), ("seis", 6), ("ocho", 8))},
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4, "doble": 2, "cuadruple": 4}
WORDS = frozenset({*_UNITS, *_TEENS, *_TENS, *_HUNDREDS, "hundred", "thousand", "mil"})
_FIRST = WORDS.union(_TIMES)


def digits(tokens: Sequence[str]) -> tuple[str, int]:
    """The digits that the first of these words are, and how many words that takes; ("", 0) when they are none."""
    if not tokens or plain(tokens[0]) not in _FIRST:
        return "", 0
    words = [plain(token) for token in tokens]
    if words[0] in _TIMES and len(words) > 1:
        one = str(_UNITS[words[1]]) if words[1] in _UNITS else words[1]
        return (one * _TIMES[words[0]], 2) if len(one) == 1 and one.isdigit() else ("", 0)
    value, used = _below_hundred(words)
    if used and value < 10 and words[0] in _UNITS:
        text = str(value)
    elif used:
        text = f"{value:02d}"
    else:
        text = ""
    return _with_hundreds(words, value, used, text)


def plain(word: str) -> str:
    """Small letters without accents."""
    if word.isascii():
        return word.lower()
    split = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in split if unicodedata.category(letter) != "Mn")


def _below_hundred(words: Sequence[str]) -> tuple[int, int]:
    if not words:
        return 0, 0
    first = words[0]
    if first in _UNITS:
        return _UNITS[first], 1
    if first in _TEENS:
        return _TEENS[first], 1
    if first not in _TENS:
        return 0, 0
    rest = 2 if len(words) > 2 and words[1] == "y" else 1
    if len(words) > rest and _UNITS.get(words[rest], 0):
        return _TENS[first] + _UNITS[words[rest]], rest + 1
    return _TENS[first], 1


def _with_hundreds(words: Sequence[str], value: int, used: int, text: str) -> tuple[str, int]:
    """ "forty-two hundred", "four thousand two hundred forty-two", "cuatro mil doscientos cuarenta y dos"."""
    total, at, plural = 0, used, False
    if at < len(words) and words[at] in ("thousand", "mil"):
        total, at, plural = (value if used else 1) * 1000, at + 1, True
        value, used = _below_hundred(words[at:])
        at += used
    if at < len(words) and words[at] == "hundred" and used:
        total, at, value, plural = total + value * 100, at + 1, 0, True
    elif at < len(words) and words[at] in _HUNDREDS and (not used or plural):
        total, at, value, plural = total + value + _HUNDREDS[words[at]], at + 1, 0, True
    if not plural:
        return text, used
    at += 1 if at < len(words) and words[at] == "and" else 0
    if value == 0:
        value, used = _below_hundred(words[at:])
        at += used
    return str(total + value), at
