"""Closed lists of words in `data/phrases/table`, English and Spanish beside each other: what the table and its rows look up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.dialogue.meaning.cues import words_of

TABLE = Path(__file__).parents[3] / "data" / "phrases" / "table"
_LONGEST = 4


@cache
def _read(file: str) -> Mapping[str, Any]:
    return yaml.safe_load((TABLE / f"{file}.yml").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@cache
def phrases(file: str, name: str) -> frozenset[str]:
    """The phrases of one list in both languages, folded as messages are."""
    lines = (line for lines in _read(file)[name].values() for line in lines)
    return frozenset(" ".join(words_of(phrase)) for line in lines for phrase in str(line).split(","))


def runs(words: Sequence[str], longest: int = _LONGEST) -> Iterator[tuple[int, str]]:
    """Every run of up to so many words, with the place of its first."""
    for at in range(len(words)):
        for size in range(1, min(longest, len(words) - at) + 1):
            yield at, " ".join(words[at : at + size])


def holds(file: str, name: str, words: Sequence[str]) -> bool:
    """A phrase of the list stands somewhere in the words."""
    listed = phrases(file, name)
    return any(run in listed for _, run in runs(words))
