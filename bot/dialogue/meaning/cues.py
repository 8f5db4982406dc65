"""Closed lists of words that mean one thing when nothing else is said: yes, no, all of it, STOP. A lookup, no pattern.

They stand in `data/phrases/cues.yml`, English and Spanish beside each other, and are folded as messages are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

FILLER = "filler"
_LONGEST, _LOOK_AT = 6, 4
_LATIN = 0x24F
_APOSTROPHES = "'`´‘’‛ʼ′＇"


class Cues:
    """`table` holds lists of phrases by name and language, each line several phrases with commas between them."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.table = table
        self._names: dict[str, set[str]] = {}
        for name, languages in table.items():
            for phrase in _phrases(languages):
                self._names.setdefault(phrase, set()).add(name)
        # Chinese and Korean put no space around a word.
        self._unspaced = [phrase for phrase in self._names if max(map(ord, phrase), default=0) > _LATIN]

    @classmethod
    def read(cls, path: Path) -> Cues:
        """None to be found is no cues."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")) or {} if path.is_file() else {})

    def said(self, text: str) -> frozenset[str]:
        """The lists of which the message is made, one at a time, from end to end."""
        words = words_of(text)
        names = {name for phrase in self._found(words) for name in self._names[phrase]} - {FILLER}
        return frozenset(name for name in names if self._says_only(name, words))

    def begins(self, text: str) -> frozenset[str]:
        """The lists of its first word that is not filler: "nooo, I meant" begins with a no."""
        words = [_unstretched(word) for word in words_of(text)]
        for word in words[:_LOOK_AT]:
            names = self._names.get(word, set())
            if FILLER not in names:
                return frozenset(names)
        return frozenset()

    def holds(self, name: str, text: str) -> bool:
        """Whether a phrase of that list stands somewhere in the message."""
        words = words_of(text)
        whole = " ".join(words)
        return any(name in self._names[phrase] for phrase in self._found(words)) or any(
            phrase in whole for phrase in self._unspaced if name in self._names[phrase]
        )

    def _found(self, words: list[str]) -> set[str]:
        sizes = range(1, _LONGEST + 1)
        runs = {" ".join(words[at : at + size]) for at in range(len(words)) for size in sizes}
        return runs & self._names.keys()

    def _says_only(self, name: str, words: list[str]) -> bool:
        place, said = 0, False
        while place < len(words):
            run = self._longest(words, place, {name, FILLER})
            if run is None:
                return False
            said = said or name in self._names[run]
            place += run.count(" ") + 1
        return said

    def _longest(self, words: list[str], place: int, names: set[str]) -> str | None:
        runs = (" ".join(words[place : place + size]) for size in range(_LONGEST, 0, -1))
        return next((run for run in runs if self._names.get(run, set()) & names), None)


def _phrases(languages: Mapping[str, Iterable[str]]) -> Iterable[str]:
    for lines in languages.values():
        for line in lines or ():
            yield from (" ".join(words_of(phrase)) for phrase in str(line).split(","))


def words_of(text: str) -> list[str]:
    """Folded words and signs; letters that stand alone with dots or spaces between them are one word: "S.T.O.P"."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = plain.replace("đ", "d")
    kept = "".join(c for c in plain if not unicodedata.combining(c) and c not in _APOSTROPHES and c != "\ufe0f")
    spaced = "".join(c if c.isalnum() else f" {c} " if _is_picture(c) else " " for c in kept)
    return _spelt_out(spaced.split())


def _unstretched(word: str) -> str:
    """ "nooo" is "no": a letter that stands three times or more stands once."""
    return "".join(letter * (1 if n > 2 else n) for letter, n in ((a, len([*b])) for a, b in groupby(word)))


def _is_picture(letter: str) -> bool:
    return unicodedata.category(letter) == "So"


def _spelt_out(words: list[str]) -> list[str]:
    """Runs of four single letters or more are joined."""
    joined: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        joined += ["".join(run)] if len(run) > 3 else run
        joined += [word] if word else []
        run = []
    return joined
