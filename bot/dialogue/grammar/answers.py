"""Single answers that prove who somebody is: a date of birth in any form, a postcode with a slip."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.dialogue.grammar.dictated import in_figures, zips
from bot.dialogue.grammar.folding import fold
from bot.dialogue.grammar.numbers import Number, find
from bot.dialogue.grammar.words import pattern, spread, table

_OLDEST = 105  # years
_YOUNGEST = 16  # years; only for a year of two digits
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})[ ]?[-/. ][ ]?(\d{1,2})[ ]?[-/. ][ ]?(\d{4}|\d{2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(?:\d{8}|\d{3}(?:19|20)\d{2}|\d{6})(?!\d)")
_OTHER_PROOF = re.compile(r"\b[a-z]{1,4}-?\d{3,8}\b(?![-/.]\d)|(?<![\d-])\d{5}(?:-\d{4})?(?![\d/-])")
"""A reference such as NW-1000, a ZIP code: what people send in the same message."""
_MONTH = spread(table("days")["months"])
_MONTH_NAME = re.compile(rf"\b(?:{'|'.join(_MONTH)})(?![a-z])")

_SIDE_BY_SIDE = re.compile(r"[ ,.-]*(?:(?:of|the|de|del|el|in|year|ano)\b[ ,.-]*){0,3}")


def date_of_birth(text: str, now: datetime) -> date | None:
    """The likeliest reading: month before day where both are possible, as in the US."""
    return next(iter(dates_of_birth(text, now)), None)


def dates_of_birth(text: str, now: datetime) -> tuple[date, ...]:
    """Every reading, none after `now`: "4/12/1985" is in April or in December, "25/12/1979" only in December. Of
    several dates the last is meant, and one with all of its year before any other.
    """
    told = pattern("sum").sub(" ", fold(text).text)  # no year: "el 14 de julio y 75 dolares"
    return _born(in_figures(told), now) or _born(told, now)


def _born(told: str, now: datetime) -> tuple[date, ...]:
    folded = _OTHER_PROOF.sub(" ", told)
    named = _MONTH_NAME.search(folded)
    written = _written(_COMPACT.sub(_apart, folded), now)
    if written:
        return max(written, key=lambda one: (one.is_whole, one.end)).readings
    if named:
        beside = f"{folded[: named.start()]} {folded[named.end() :]}"
        return _possible([_by_name(beside, _MONTH[named[0]], now)], now)
    return _possible(_by_digits(folded, now), now)


def _possible(days: Iterable[date | None], now: datetime) -> tuple[date, ...]:
    today = now.date()
    return tuple(dict.fromkeys(day for day in days if day and day <= today and today.year - day.year <= _OLDEST))


@dataclass(frozen=True)
class _Written:
    """A date whose parts stand side by side; `is_whole` with a year of four figures or in words."""

    readings: tuple[date, ...]
    is_whole: bool
    end: int


def _written(text: str, now: datetime) -> list[_Written]:
    """Those on which somebody can have been born who has a debt; a later one only where it is all there is."""
    every = [one for one in (*_in_figures(text, now), *_with_month(text, now)) if one.readings]
    grown = [one for one in every if one.readings[0].year <= now.year - _YOUNGEST]
    return grown or every


def _in_figures(text: str, now: datetime) -> Iterable[_Written]:
    for match in _NUMERIC.finditer(_with_zeros(text)):
        first, second, third = match.groups()
        is_whole = 4 in (len(first), len(third))
        yield _Written(_possible(_of_parts(first, second, third, now), now), is_whole, match.end())


def _with_month(text: str, now: datetime) -> Iterable[_Written]:
    """ "April 12th 1985", "the fourth of december nineteen eighty"; words in between are no part of a date."""
    plain = re.sub(r"(?<=\d)[,.](?=\d{4})", " ", text)
    numbers, _ = find(plain, spanish=True)
    for month in _MONTH_NAME.finditer(plain):
        before = [n for n in numbers if n.end <= month.start() and _SIDE_BY_SIDE.fullmatch(plain, n.end, month.start())]
        behind = _run(plain, month.end(), numbers)
        for day, rest in ((behind[:1], behind[1:]), (before[-1:], behind)):
            year = _spelt_year(rest, now) if day and 1 <= day[0].whole <= 31 else None
            if year:
                is_whole = len(rest) > 1 or rest[0].whole > 99
                yield _Written(_possible([_day(year, _MONTH[month[0]], day[0].whole)], now), is_whole, rest[0].end)
                break


def _run(text: str, at: int, numbers: Sequence[Number]) -> list[Number]:
    """The numbers that follow each other from there on, three at most."""
    found: list[Number] = []
    for number in numbers:
        if number.start >= at and len(found) < 3 and _SIDE_BY_SIDE.fullmatch(text, at, number.start):
            found.append(number)
            at = number.end
    return found


def _by_digits(text: str, now: datetime) -> list[date | None]:
    parts = _NUMERIC.search(_COMPACT.sub(_apart, _with_zeros(text)))
    return _of_parts(parts[1], parts[2], parts[3], now) if parts else []


def _with_zeros(text: str) -> str:
    """Typed letters o among figures."""
    return re.sub(r"(?<=[\d/. -])o|o(?=\d)", "0", text)


def _of_parts(first: str, second: str, third: str, now: datetime) -> list[date | None]:
    if len(first) == 4:
        return [_day(first, second, third)]
    return _either(_full_year(third, now), first, second) if len(first) <= 2 else []


def _apart(compact: re.Match[str]) -> str:
    """ "19800102", "01021980", "1021980", "010280"; the year is the half that can be one."""
    digits = compact[0].zfill(8) if len(compact[0]) == 7 else compact[0]
    if len(digits) == 8 and digits[:2] in ("19", "20") and 1 <= int(digits[4:6]) <= 12:
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    return f"{digits[:2]}-{digits[2:4]}-{digits[4:]}"


def _either(year: int | str, first: str, second: str) -> list[date | None]:
    """Month before day, then day before month."""
    return [_day(year, first, second), _day(year, second, first)]


def _full_year(year: str, now: datetime) -> int:
    """Two digits are the last such year in which somebody can have been born who has a debt: "45" is 1945."""
    number = int(year)
    if len(year) == 4:
        return number
    this_century = now.year // 100 * 100 + number
    return this_century if this_century <= now.year - _YOUNGEST else this_century - 100


def _day(year: int | str, month: int | str, day: int | str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _by_name(text: str, month: int, now: datetime) -> date | None:
    """ "jan 2 1980", "2 de enero del 80", "march third nineteen eighty"."""
    numbers, _ = find(re.sub(r"(?<=\d)[,.](?=\d{4})", " ", text), spanish=True)
    days = [n for n in numbers if 1 <= n.whole <= 31]
    if not days:
        return None
    rest = [n for n in numbers if n is not days[0]]
    year = _spelt_year(rest, now)
    return _day(year, month, days[0].whole) if year else None


def _spelt_year(numbers: list[Number], now: datetime) -> int | None:
    """ "1980", "80", "nineteen eighty (five)", "two thousand one", "mil novecientos ochenta"."""
    values = [n.whole for n in numbers]
    if len(values) >= 2 and values[0] in (19, 20) and 0 <= values[1] <= 99:
        return values[0] * 100 + values[1]
    if not values:
        return None
    if values[0] == 2000 and len(values) > 1 and values[1] <= 99 and numbers[1].start <= numbers[0].end + 1:
        return 2000 + values[1]  # "two thousand 1"
    if 1900 <= values[0] <= now.year:
        return values[0]
    return _full_year(f"{values[0]:02}", now) if 0 <= values[0] <= 99 else None


_ZIP = re.compile(r"(?:(?<![\w/.-])|(?<=\bzip))([\do]{5})(?:[- ]?([\do]{4}))?(?![\w/]|[.-]\d)")
_DIGITS = {"oh": "0", **{word: str(value) for word, value in spread(table("numbers")["units"]).items()}}
_DIGIT_WORD = re.compile(rf"\b(?:{'|'.join(_DIGITS)})\b")
_ONE_BY_ONE = re.compile(r"(?<![\w/.-])(?<!\d[ ,-])\d(?:[ ,-]{1,2}\d){4}(?![\w/]|[ ,.-]{1,2}\d)")


def postcode(text: str) -> str | None:
    """A US ZIP or ZIP+4, with typed letters mended ("7870l"), also as it is dictated ("seven 22 one two").

    None when there is none, or several.
    """
    told = fold(text).text
    spelt = _DIGIT_WORD.sub(lambda word: _DIGITS[word[0]], told)
    joined = _ONE_BY_ONE.sub(lambda run: re.sub(r"\D", "", run[0]), spelt)
    mended = re.sub(r"(?<=\d)[li](?=\d|\b)|\b[li](?=\d{4}\b)", "1", joined)
    found = {match.groups() for match in _ZIP.finditer(mended) if sum(c.isdigit() for c in match[0]) >= 3}
    if not found:
        spoken = zips(told)
        found = {(one[:5], one[5:]) for one in spoken}
    if len(found) != 1:
        return None
    first, more = (part.replace("o", "0") if part else "" for part in found.pop())
    return f"{first}-{more}" if more else first
