"""The words and patterns of the grammar: data in `data/phrases/grammar_*.yml`, English and Spanish beside each other.

What stands in `data/grammar` goes before them. In a pattern `<name>` stands for the words of that name and `{D}` for the sign of one thing that is understood already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_DATA = Path(__file__).parents[3] / "data"
_MORE = "more"
_BLOCK = 0x1000
_FIRST = 0xF0000
# One block of private letters for each kind of thing; a pair stands beside each other where one letter asks for both.
BLOCKS = tuple("NOGWSMRHUJDBFPCTAVX")
_SIGN = re.compile(r"\{([A-Z]+)\}")
_BOTH = {"M": "MR", "K": "M", "U": "UJ", "D": "DB"}


@dataclass(frozen=True)
class Rule:
    """`reader` works out what was said, with `words` of its own."""

    reader: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]


@cache
def table(name: str) -> Mapping[str, Any]:
    """One of the files, as it is written."""
    folder = "grammar" if name == _MORE else "phrases"
    loaded = yaml.safe_load((_DATA / folder / f"grammar_{name}.yml").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def spread(lists: Mapping[Any, Mapping[str, str]]) -> dict[str, Any]:
    """Each word with what it stands for."""
    return {word: key for key, sides in lists.items() for words in sides.values() for word in words.split()}


@cache
def _named() -> dict[str, str]:
    """Every list of words as an alternation; a list may use those that stand before it."""
    found: dict[str, str] = {}
    for name in ("words", "days", "money", "talk", _MORE):
        for word, sides in table(name).get("words", {}).items():
            texts = sides.values() if isinstance(sides, dict) else [sides]
            phrases = [phrase for text in texts for phrase in re.split(r"\s+\|\s+", text)]
            found[word] = "(?:" + "|".join(_filled(phrase, found) for phrase in phrases) + ")"
    return found


def _filled(pattern: str, names: Mapping[str, str]) -> str:
    return re.sub(r"(?<!\?P)<([a-z_]+)>", lambda match: names[match[1]], re.sub(r"\n *", "", pattern))


def signs(kinds: str) -> str:
    """The letters of these kinds, to stand inside brackets."""
    every = [kind for given in kinds for kind in _BOTH.get(given, given)]
    return "".join(f"{sign(kind, 0)}-{sign(kind, _BLOCK - 1)}" for kind in every)


def sign(kind: str, place: int) -> str:
    return chr(_FIRST + BLOCKS.index(kind) * _BLOCK + place)


def kind_of(letter: str) -> str:
    """The kind of a sign; "" for any other text."""
    block = (ord(letter[0]) - _FIRST) // _BLOCK if letter else -1
    return BLOCKS[block] if 0 <= block < len(BLOCKS) else ""


def filled(pattern: str) -> str:
    """With the names of words and the signs put in; a pattern may stand on several lines."""
    inside = re.sub(r"\[[^]]*\]", lambda match: _SIGN.sub(lambda m: signs(m[1]), match[0]), _filled(pattern, _named()))
    return _SIGN.sub(lambda match: f"[{signs(match[1])}]", inside)


@cache
def pattern(name: str) -> re.Pattern[str]:
    """One of the `patterns` of the files."""
    files = (table(file)["patterns"] for file in (_MORE, "days", "money", "talk"))
    return next(re.compile(filled(patterns[name])) for patterns in files if name in patterns)


def found(name: str, text: str) -> bool:
    """Whether a pattern of that name is in a text."""
    return pattern(name).search(text) is not None


@cache
def rules(file: str, level: str) -> tuple[Rule, ...]:
    """In the order of the files."""
    read = []
    for entry in (*table(_MORE).get(level, ()), *table(file)[level]):
        ((reader, text),) = entry.items()
        name, *words = reader.split()
        read.append(Rule(name, tuple(words), re.compile(filled(text))))
    return tuple(read)
