"""In which direction a proposal should go when no figure is named: "can i pay more", "a bit less", "start later".

Only where the words say nothing else: "i need more time to find work" is a matter of its own.
"""

from __future__ import annotations

import re
from typing import Literal

from bot.dialogue.grammar.folding import fold
from bot.dialogue.grammar.numbers import find
from bot.dialogue.grammar.words import filled, table

Direction = Literal["more", "less", "least", "later", "sooner", "longer", "fewer"]
_AROUND = frozenset(table("talk")["around_directions"].split())
_NUMBER = re.compile(r"(?<![\d.,$%/:])\b(\d{1,2})\b(?![\d.,$%/:]\d|%)")
_FOUND: dict[Direction, re.Pattern[str]] = {
    name: re.compile(filled(rf"\b(?:{words})\b")) for name, words in table("talk")["directions"].items()
}


def direction(text: str) -> Direction | None:
    """Which way, when nothing but that is said."""
    folded = fold(text).text
    for name, words in _FOUND.items():
        left, times = words.subn(" ", folded)
        around = re.findall(r"\w+", left)
        if times and all(word in _AROUND for word in around):
            return None if name == "more" and "no" in around else name
    return None


def bare_number(text: str) -> int | None:
    """ "Can you make that 4": the one number of a message that says nothing else."""
    folded = fold(text).text
    found = _NUMBER.findall(folded)
    words = re.findall(r"[a-z]+", folded)
    return int(found[0]) if len(found) == 1 and all(word in _AROUND for word in words) else None


def number_said(text: str, *, spanish: bool, most: int = 60) -> int | None:
    """The one whole number up to `most` of an answer to how many: "tres nomas", "a dozen"."""
    numbers, _ = find(fold(text).text, spanish=spanish)
    values = {one.whole for one in numbers if 1 <= one.whole <= most and one.kind == "N"}
    return values.pop() if len(values) == 1 else None
