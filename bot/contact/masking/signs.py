"""A text read as digits, however they were written: figures of any script, O and l for 0 and 1, words.

What stands between two digits of one number may be anything that is no letter, up to five characters, or a word
such as "dash". Any other word ends the number, and so do a currency sign and a whole date.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.contact.masking import spoken

LONGEST_GAP = 5
_LIKE = {**dict.fromkeys("OoОоΟοՕօ", "0"), **dict.fromkeys("liIІі", "1")}
_TOKEN = re.compile(r"[^\W_]+")
_BREAKS = re.compile(r"[$€£¥₡%]")
_FILLERS = frozenset(
    [
        "x",
        "dash",
        "hyphen",
        "space",
        "dot",
        "point",
        "comma",
        "slash",
        "then",
        "and",
        "guion",
        "guión",
        "espacio",
        "punto",
        "coma",
        "barra",
        "raya",
        "luego",
        "y",
    ]
)
_DATE = re.compile(
    r"(?<![^\s(,;:])(?:(?:0?[1-9]|[12]\d|3[01])([/.-])(?:0?[1-9]|[12]\d|3[01])\1(?:19|20)\d\d"
    r"|(?:19|20)\d\d([/.-])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01]))(?![^\s),;:.!?])"
)


@dataclass(frozen=True)
class Group:
    """Digits that were written without anything between them; `places` are where each stands in the text."""

    digits: str
    places: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        return self.places[0][0]

    @property
    def end(self) -> int:
        return self.places[-1][1]


@dataclass(frozen=True)
class _Piece:
    start: int
    end: int
    group: Group | None
    is_filler: bool = False
    is_like: bool = False


def runs(text: str) -> list[list[Group]]:
    """Groups that may belong to one number, in order."""
    found: list[list[Group]] = []
    last: int | None = None
    for piece in _settled(list(_pieces(text))):
        gap = text[last : piece.start] if last is not None else ""
        if last is None or len(gap) > LONGEST_GAP or _BREAKS.search(gap):
            found.append([])
        if piece.group is not None:
            found[-1].append(piece.group)
        last = piece.end if piece.group is not None or piece.is_filler else None
    return [run for run in found if run]


def _settled(pieces: list[_Piece]) -> list[_Piece]:
    """O and l alone are digits only beside a digit; elsewhere they are words."""
    beside = {at + by for at, p in enumerate(pieces) if p.group is not None and not p.is_like for by in (-1, 1)}
    grown = True
    while grown:
        more = {at + by for at in beside if 0 <= at < len(pieces) and pieces[at].is_like for by in (-1, 1)}
        grown, beside = bool(more - beside), beside | more
    return [_Piece(p.start, p.end, None) if p.is_like and at not in beside else p for at, p in enumerate(pieces)]


def _pieces(text: str) -> Iterator[_Piece]:
    dates = [(m.start(), m.end()) for m in _DATE.finditer(text)]
    tokens = [(m.start(), m.end()) for m in _TOKEN.finditer(text)]
    at = 0
    while at < len(tokens):
        start, end = tokens[at]
        if any(begin <= start < over for begin, over in dates):
            yield _Piece(start, end, None)
            at += 1
            continue
        said, used = spoken.digits([text[s:e] for s, e in tokens[at : at + spoken.LONGEST]])
        if said:
            whole = (start, tokens[at + used - 1][1])
            yield _Piece(*whole, Group(said, (whole,) * len(said)))
            at += used
            continue
        yield from _written(text, start, end)
        at += 1


def _written(text: str, start: int, end: int) -> Iterator[_Piece]:
    """A token cut into digits and the rest: "card4242" is both."""
    token = text[start:end]
    figures = [_figure(letter) for letter in token]
    if not any(letter.isdigit() for letter in token):
        whole = all(figure is not None for figure in figures) and len(token) <= 4
        group = _group(figures, start) if whole else None
        yield _Piece(start, end, group, token.casefold() in _FILLERS, is_like=whole)
        return
    at = 0
    while at < len(token):
        over = at + 1
        while over < len(token) and (figures[over] is None) == (figures[at] is None):
            over += 1
        part = token[at:over]
        is_number = figures[at] is not None and any(letter.isdigit() for letter in part)
        group = _group(figures[at:over], start + at) if is_number else None
        yield _Piece(start + at, start + over, group, part.casefold() in _FILLERS)
        at = over


def _group(figures: list[str | None], start: int) -> Group:
    digits = "".join(figure or "" for figure in figures)
    return Group(digits, tuple((start + n, start + n + 1) for n in range(len(digits))))


def _figure(letter: str) -> str | None:
    value = unicodedata.digit(letter, None)
    return str(value) if value is not None else _LIKE.get(letter)
