"""Figures as they are dictated: "seven too two one two", "seven 22 one two", "june ninth nineteen 83", "siete dos dos uno dos".

Only for answers to who somebody is. A homophone ("too", "for", "ate") is a figure only between two others of one run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.dialogue.grammar.words import spread, table

_TOLD = table("more")["dictated"]
_NUMBERS = table("numbers")
_ARTICLES = frozenset({"un", "una"})


def _worth(*lists: str) -> dict[str, str]:
    return {w: str(n) for name in lists for w, n in spread(_NUMBERS[name]).items() if w not in _ARTICLES}


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _words(sides: dict[str, str]) -> str:
    return _any(word.replace("-", " ") for side in sides.values() for word in side.split())


_UNITS = _worth("units")
_TENS = {word: worth[0] for word, worth in _worth("tens").items()}
_PAIRS = _worth("teens", "twenties") | {word: f"{worth}0" for word, worth in _TENS.items()}
_HOMOPHONES = {word: str(figure) for word, figure in spread(_TOLD["homophones"]).items()}
_ZERO = _words(_TOLD["zero"])

# A spelt figure ends with "_", so that it is known for one.
_SPELT = (
    (re.compile(rf"\b(?:{_words(_TOLD['slash'])})\b"), "/"),
    (re.compile(rf"\b(?:{_words(_TOLD['century'])})[ -](?=(?:{_any(_PAIRS)}|\d\d)\b)"), "19_ "),
    (re.compile(rf"\b({_any(_TENS)})(?:[ -]| y )([1-9])\b(?!\d)"), lambda m: f"{_TENS[m[1]]}{m[2]}_"),
    (re.compile(rf"\b({_any(_TENS)})(?:[ -]| y )({_any(_UNITS)})\b"), lambda m: f"{_TENS[m[1]]}{_UNITS[m[2]]}_"),
    (re.compile(rf"\b({_any(_PAIRS)})\b"), lambda m: f"{_PAIRS[m[1]]}_"),
    (re.compile(rf"\b({_any(_UNITS)})\b"), lambda m: f"{_UNITS[m[1]]}_"),
    (re.compile(rf"(?<![a-z])(?:{_ZERO})\b(?=[ -]\d)|(?<=\d_ )(?:{_ZERO})\b"), "0_"),
)  # fmt: skip
_MIXED = re.compile(rf"\b(?:{_any(_TENS)})(?:[ -]| y )[1-9]\b(?!\d)")
_S = r"_?[ ,/-]{1,3}"
_YEAR = re.compile(r"\b(19|20)_ (\d\d)_?(?!\d)|\b1_? 9_? (\d)_? (\d)_?(?!\d)|\b2_? 0_? ([01])_? (\d)_?(?!\d)")
_BY_NUMBER = re.compile(
    rf"(?<![\d_/-])(?<!\d )(0_? ?\d|1_? [0-2]|\d\d?){_S}([0-3]_? \d|\d\d?){_S}((?:19|20)\d\d|\d\d)_?(?![\d_/])"
)
_MONTHS = "|".join(spread(table("days")["months"]))
_JOINT = r"(?:[ ,.-]|\b(?:of|the|de|del|el|in)\b)*"
_DAY = r"\d{1,2}_?(?:st|nd|rd|th)?|[a-z]+(?:st|nd|rd|th)"
_DATE = re.compile(
    rf"\b(?:{_MONTHS})\b{_JOINT}(?:{_DAY}){_JOINT}(?:(?:19|20)\d\d|\d\d_?(?!\d))"
    rf"|\b(?:{_DAY}){_JOINT}\b(?:{_MONTHS})\b{_JOINT}(?:(?:19|20)\d\d|\d\d_?(?!\d))"
    r"|\b\d{1,4} ?[-/.] ?\d{1,2} ?[-/.] ?\d{2,4}\b"
)
_FIGURE = rf"(?:\d{{1,5}}_?|{_any(_HOMOPHONES)})"
_RUN = re.compile(rf"(?<![\w$#./-])(?<!\d[ ,-]){_FIGURE}(?:[ ,-]{{1,2}}{_FIGURE})+(?![\w/%]|[.-]\d)")
_NAMED = re.compile(rf"\b(?:{_words(_TOLD['zip'])})\b(?:[ ,.:-]|\b(?:{_words(_TOLD['small'])})\b)*$")
_COUNTS = re.compile(rf"^ ?(?:{_any(word.replace('-', ' ') for word in _TOLD['counts'].split())})\b")
_FEWEST_SINGLE, _MOST_HOMOPHONES = 3, 2


def in_figures(folded: str) -> str:
    """A folded text with its dictated dates as figures: "june ninth 1983", "6/9/1983"; any other as it is."""
    spelt = _spelt(folded)
    dated = _with_dates(spelt)
    return dated.replace("_", "") if dated != spelt or _MIXED.search(folded) else folded


def zips(folded: str) -> set[str]:
    """Runs of five figures, or nine, with a word among them, that are no part of a date."""
    text = _DATE.sub(" ; ", _with_dates(_spelt(folded)))
    found = (_digits(run[0]) for run in _RUN.finditer(text) if _is_dictated(text, run))
    return {one for one in found if len(one) in (5, 9)}


def _spelt(text: str) -> str:
    for way, figure in _SPELT:
        text = way.sub(figure, text)
    return text


def _with_dates(text: str) -> str:
    text = _YEAR.sub(lambda m: f"{m[1]}{m[2]}" if m[1] else f"19{m[3]}{m[4]}" if m[3] else f"20{m[5]}{m[6]}", text)
    return _BY_NUMBER.sub(_date_by_number, text)


def _date_by_number(told: re.Match[str]) -> str:
    """ "6 9 1983"; two figures are a year only between strokes: "0 6/0 9/83"."""
    parts = [re.sub(r"\D", "", told[place]) for place in (1, 2, 3)]
    if "_" not in told[0] or len(parts[2]) == 2 and told[0].count("/") < 2:
        return told[0]
    return "/".join(parts) + " "


def _is_dictated(text: str, run: re.Match[str]) -> bool:
    """Spoken figures, single ones for the most part or behind the word for it, and nothing that is counted."""
    tokens = _tokens(run[0])
    heard = [at for at, one in enumerate(tokens) if one in _HOMOPHONES]
    plain = [at for at in range(len(tokens)) if at not in heard]
    single = [at for at in plain if len(tokens[at].rstrip("_")) == 1]
    together = any(b - a == 1 for a, b in zip(plain, plain[1:]))
    spoken = any("_" in one for one in tokens) or len(single) == len(tokens)
    sure = len(single) >= _FEWEST_SINGLE or _NAMED.search(text[: run.start()]) is not None
    counted = _COUNTS.search(text[run.end() :]) if tokens[-1] not in _HOMOPHONES else None
    return spoken and sure and together and not counted and len(heard) <= _MOST_HOMOPHONES + 1


def _tokens(run: str) -> list[str]:
    return re.split(r"[ ,-]+", run)


def _digits(run: str) -> str:
    """Without homophones at either end: "seven two two one two for you"."""
    tokens = _tokens(run)
    while tokens and tokens[-1] in _HOMOPHONES:
        tokens.pop()
    while tokens and tokens[0] in _HOMOPHONES:
        tokens.pop(0)
    return "".join(_HOMOPHONES.get(one, one.rstrip("_")) for one in tokens)
