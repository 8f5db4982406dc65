"""One plain alphabet to read in: lower case, no accents, no apostrophes; every letter keeps its place."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 1000
_KEPT = {"º": "º", "ª": "ª", "€": "€", "£": "£", "¢": "¢", "×": "x", "⁄": "/", "−": "-", "\n": ";", "\r": ";"}
_APOSTROPHES = frozenset("'`´’‘ʼ′＇")
_DASHES = frozenset("‐‑‒–—―")
_UNSAID = frozenset(("Mn", "Me", "Cf"))


@dataclass(frozen=True)
class Folded:
    """`text` to match against; letter i of it stands at `starts[i]:ends[i]` of the message."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def fold(message: str) -> Folded:
    """Reads the first 1,000 characters. "No puedo, ¡mañana!" becomes "no puedo, manana "."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, character in enumerate(message[:LONGEST]):
        for letter in _letters(character):
            if letter == " " and (not letters or letters[-1] == " "):
                continue
            letters.append(letter)
            starts.append(place)
            ends.append(place + 1)
    return Folded("".join(letters), tuple(starts), tuple(ends))


@lru_cache(maxsize=4096)
def _letters(character: str) -> str:
    if character in _APOSTROPHES:
        return ""
    if character in _KEPT:
        return _KEPT[character]
    if character in _DASHES:
        return "-"
    if character.isascii():
        return character.lower() if character.isprintable() else " "
    return "".join(_plain(part) for part in unicodedata.normalize("NFKD", character))


def _plain(part: str) -> str:
    if unicodedata.category(part) in _UNSAID or part in _APOSTROPHES:
        return ""
    if part in _KEPT:
        return _KEPT[part]
    lower = part.lower()
    return lower if len(lower) == 1 and lower.isascii() and lower.isprintable() else " "
