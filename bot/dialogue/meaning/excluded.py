"""The weekdays that a message takes out of an offer that waits: "not mondays", "any day but sundays", "los lunes no puedo"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import yaml

from bot.dialogue.grammar.model import WEEKDAYS
from bot.dialogue.grammar.words import spread, table
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.spans import clauses

_WORDS = Path(__file__).parents[3] / "data" / "grammar" / "excluded.yml"
_NAMED: Mapping[str, int] = spread(table("days")["weekdays"])


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    told = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in told.items()}


def weekdays_out(text: str) -> tuple[str, ...]:
    """Empty where they speak of when to be written to, or name no such day."""
    if _lists()["not_so"] & set(words_of(text)):
        return ()
    found = {day for _, clause in clauses(text) for day in _out_of(words_of(clause))}
    return tuple(WEEKDAYS[day] for day in sorted(found))


def _out_of(words: Sequence[str]) -> Iterator[int]:
    """Of days that stand together ("not mondays or fridays") all are taken out with the first."""
    is_out = False
    for at, word in enumerate(words):
        day = _NAMED.get(word, _NAMED.get(word.removesuffix("s")))
        if day is None:
            is_out = is_out and word in ("or", "and", "o", "y", "ni", "nor", *_lists()["between"])
            continue
        is_out = is_out or _is_before(words[:at]) or _is_behind(words[at + 1 :])
        if is_out:
            yield day


def _is_before(words: Sequence[str]) -> bool:
    lists = _lists()
    left = list(words)
    while left and left[-1] in lists["between"]:
        left.pop()
    if not left:
        return False
    return left[-1] in lists["before"] or left[-1] in lists["but"] and bool(lists["any_day"] & set(left[-2:-1]))


def _is_behind(words: Sequence[str]) -> bool:
    lists = _lists()
    return next((word in lists["behind"] for word in words if word not in lists["between"]), False)
