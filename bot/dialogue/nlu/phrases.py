"""Reviewed phrases for what must never be missed. A phrase that fires is enough, whatever the model says.

`not` phrases are figures of speech: they are cut out, for their intent, before the others are looked for. A
`check` phrase fires only when no other does, and asks that the assistant makes sure first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import yaml

from bot.core import Problem, Problems
from bot.dialogue.nlu.intents import PRECEDENCE, rank
from bot.dialogue.nlu.needles import needles
from bot.dialogue.nlu.wording import bare

_LISTS = ("en", "es", "not", "check")


@dataclass(frozen=True)
class Caught:
    """`by` names the phrase for the audit log: its place in `en`, `es` and `check` taken together, from 0."""

    intent: str
    by: str
    needs_check: bool


@dataclass(frozen=True)
class _Phrases:
    intent: str
    firing: tuple[tuple[re.Pattern[str], bool], ...]
    figurative: tuple[re.Pattern[str], ...] = ()

    def literal(self, folded: str, worth: Set[int]) -> str:
        """Without the figures of speech. Only patterns whose `id` is in `worth` are tried: hashing one takes long."""
        for figure in self.figurative:
            folded = figure.sub(" . ", folded) if id(figure) in worth else folded
        return folded

    def caught(self, folded: str, worth: Set[int]) -> Caught | None:
        folded = self.literal(folded, worth)
        for index, (phrase, check) in enumerate(self.firing):
            if id(phrase) in worth and phrase.search(folded):
                return Caught(self.intent, f"phrase:{self.intent}:{index}", check)
        return None


@dataclass(frozen=True)
class SafetyPhrases:
    """Raises Problems, all at once, when the table is malformed."""

    table: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems: list[Problem] = []
        found = [_compiled(intent, lists, problems) for intent, lists in self.table.items()]
        if problems:
            raise Problems(problems)
        object.__setattr__(self, "_phrases", found)
        object.__setattr__(self, "_worth", lru_cache(maxsize=8)(partial(_worth, _by_needle(found))))

    @classmethod
    def read(cls, path: Path) -> SafetyPhrases:
        """None to be found is no phrases: the model stands alone."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.is_file() else cls()

    def caught(self, text: str) -> list[Caught]:
        """The most pressing first, at most one an intent."""
        folded = bare(text)
        phrases: Sequence[_Phrases] = self._phrases  # type: ignore[attr-defined]
        worth = self._worth(folded)  # type: ignore[attr-defined]
        found = [caught for one in phrases if (caught := one.caught(folded, worth)) is not None]
        return sorted(found, key=lambda caught: rank(caught.intent))

    def literal(self, text: str) -> dict[str, str]:
        """Each intent that has figures of speech here, with what the message says without them."""
        folded = bare(text)
        phrases: Sequence[_Phrases] = self._phrases  # type: ignore[attr-defined]
        worth = self._worth(folded)  # type: ignore[attr-defined]
        left = {one.intent: one.literal(folded, worth) for one in phrases}
        return {intent: rest for intent, rest in left.items() if rest != folded}


def _by_needle(phrases: Sequence[_Phrases]) -> dict[str, set[int]]:
    """The patterns to try where a needle is in the text; the empty one is in every text."""
    found: dict[str, set[int]] = {}
    for one in phrases:
        for pattern in (*one.figurative, *(phrase for phrase, _ in one.firing)):
            for needle in needles(pattern.pattern) or ("",):
                found.setdefault(needle, set()).add(id(pattern))
    return found


def _worth(by_needle: Mapping[str, Set[int]], folded: str) -> set[int]:
    """Patterns that may be found in the text."""
    return set().union(*(patterns for needle, patterns in by_needle.items() if needle in folded))


def _compiled(intent: str, lists: Any, problems: list[Problem]) -> _Phrases:
    if intent not in PRECEDENCE:
        problems.append(Problem(intent, "an intent of the assistant", intent))
    if not isinstance(lists, dict) or set(lists) - set(_LISTS):
        problems.append(Problem(intent, f"lists named {', '.join(_LISTS)}", repr(lists)[:60]))
        return _Phrases(intent, ())
    sure = [*_patterns(intent, "en", lists, problems), *_patterns(intent, "es", lists, problems)]
    check = _patterns(intent, "check", lists, problems)
    firing = [*((phrase, False) for phrase in sure), *((phrase, True) for phrase in check)]
    return _Phrases(intent, tuple(firing), tuple(_patterns(intent, "not", lists, problems)))


def _patterns(intent: str, name: str, lists: Mapping[str, Any], problems: list[Problem]) -> list[re.Pattern[str]]:
    found: list[re.Pattern[str]] = []
    for index, phrase in enumerate(lists.get(name) or ()):
        try:
            found.append(re.compile(str(phrase)))
        except re.error as error:
            problems.append(Problem(f"{intent}.{name}[{index}]", "a regular expression", f"{phrase!r}: {error}"))
    return found
