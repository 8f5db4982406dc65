"""Reviewed phrases for what must never be missed. A phrase that fires is enough, whatever the model says.

`not` phrases are figures of speech: they are cut out, for their intent, before the others are looked for. A
`check` phrase fires only when no other does, and asks that the assistant makes sure first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import yaml

from bot.core import Problem, Problems
from bot.dialogue.meaning.heard import Alarm
from bot.dialogue.nlu.intents import PRECEDENCE, rank
from bot.dialogue.nlu.needles import needles
from bot.dialogue.nlu.wording import bare

_LISTS = ("en", "es", "not", "check")
_BEGINNING = 3
_BEFORE, _RIGHT_BEFORE = 4, 2
_NO, _DENIED_BY = "no", frozenset(
    ["soy", "es", "fue", "era", "estoy", "esta", "he", "ha", "tengo", "hay", "creo", "digo", "dije", "quiero", "puse"]
)  # fmt: skip
"""In Spanish one word is "no" and "not": before one of these it is "not"."""
_DENIES = frozenset(
    ["not", "isnt", "wasnt", "arent", "aint", "never", "nobody", "havent", "hasnt", "didnt", "dont", "nunca", "nadie",
     "tampoco"]
)  # fmt: skip
_CAN_BE_DENIED = frozenset(
    ["wrong_person", "deceased", "bankruptcy", "attorney", "identity_theft", "military", "third_party", "complaint",
     "legal_threat", "wrong_amount", "already_paid", "too_old"]
)  # fmt: skip
"""Where a denial is no part of what is said, and nobody is in danger if it is asked about first."""


Caught = Alarm
"""`by` is its place in `en`, `es` and `check` taken together, from 0."""


@dataclass(frozen=True)
class _Phrase:
    """`told` is what it says where it is found; None of a figure of speech."""

    intent: str
    pattern: re.Pattern[str]
    told: Caught | None


@dataclass(frozen=True)
class SafetyPhrases:
    """Raises Problems, all at once, when the table is malformed."""

    table: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems: list[Problem] = []
        found = [phrase for intent, lists in self.table.items() for phrase in _compiled(intent, lists, problems)]
        if problems:
            raise Problems(problems)
        object.__setattr__(self, "_worth", lru_cache(maxsize=8)(partial(_worth, found, _by_beginning(found))))

    @classmethod
    def read(cls, path: Path) -> SafetyPhrases:
        """None to be found is no phrases: the model stands alone."""
        return cls(yaml.safe_load(path.read_text(encoding="utf-8")) or {}) if path.is_file() else cls()

    def caught(self, text: str) -> list[Caught]:
        """The most pressing first, at most one an intent."""
        folded, left = bare(text), self.literal(text)
        found: dict[str, Caught] = {}
        for phrase in self._worth(folded):  # type: ignore[attr-defined]
            rest = left.get(phrase.intent, folded)
            if phrase.told and phrase.intent not in found and (match := phrase.pattern.search(rest)):
                told = phrase.told
                found[phrase.intent] = (
                    replace(told, needs_check=True, is_denied=True) if _denied(phrase, match) else told
                )
        return sorted(found.values(), key=lambda caught: rank(caught.intent))

    def literal(self, text: str) -> dict[str, str]:
        """Each intent that has figures of speech here, with what the message says without them."""
        folded = bare(text)
        left: dict[str, str] = {}
        for phrase in self._worth(folded):  # type: ignore[attr-defined]
            if phrase.told is None:
                left[phrase.intent] = phrase.pattern.sub(" . ", left.get(phrase.intent, folded))
        return {intent: rest for intent, rest in left.items() if rest != folded}


def _denied(phrase: _Phrase, match: re.Match[str]) -> bool:
    """ "It is not a wrong number": the words before take it back, so it is asked about."""
    before = re.split(r"[,.;:!?]", match.string[: match.start()])[-1].split()[-_BEFORE:]
    is_not = any(pair[0] == _NO and pair[1] in _DENIED_BY for pair in zip(before, before[1:]))
    return phrase.intent in _CAN_BE_DENIED and (is_not or any(word in _DENIES for word in before[-_RIGHT_BEFORE:]))


def _by_beginning(phrases: Sequence[_Phrase]) -> dict[str, dict[str, list[int]]]:
    """By the first letters of a needle: the needle, and the places of the phrases that may be found where it is."""
    found: dict[str, dict[str, list[int]]] = {}
    for place, phrase in enumerate(phrases):
        for needle in needles(phrase.pattern.pattern) or ("",):
            found.setdefault(needle[:_BEGINNING], {}).setdefault(needle, []).append(place)
    return found


def _worth(
    phrases: Sequence[_Phrase], by_beginning: Mapping[str, Mapping[str, Sequence[int]]], folded: str
) -> list[_Phrase]:
    """Phrases that may be found in the text, in their order."""
    beginnings = {folded[i : i + size] for i in range(len(folded)) for size in range(1, _BEGINNING + 1)} | {""}
    places = {
        place
        for beginning in by_beginning.keys() & beginnings
        for needle, places in by_beginning[beginning].items()
        if needle in folded
        for place in places
    }
    return [phrases[place] for place in sorted(places)]


def _compiled(intent: str, lists: Any, problems: list[Problem]) -> list[_Phrase]:
    """Figures of speech, then the sure ones, then those to ask about."""
    if intent not in PRECEDENCE:
        problems.append(Problem(intent, "an intent of the assistant", intent))
    if not isinstance(lists, dict) or set(lists) - set(_LISTS):
        problems.append(Problem(intent, f"lists named {', '.join(_LISTS)}", repr(lists)[:60]))
        return []
    figures = [_Phrase(intent, pattern, None) for pattern in _patterns(intent, "not", lists, problems)]
    sure = [*_patterns(intent, "en", lists, problems), *_patterns(intent, "es", lists, problems)]
    firing = [*sure, *_patterns(intent, "check", lists, problems)]
    told = [Caught(intent, f"phrase:{intent}:{place}", place >= len(sure)) for place in range(len(firing))]
    return [*figures, *(_Phrase(intent, *pair) for pair in zip(firing, told))]


def _patterns(intent: str, name: str, lists: Mapping[str, Any], problems: list[Problem]) -> list[re.Pattern[str]]:
    found: list[re.Pattern[str]] = []
    for index, phrase in enumerate(lists.get(name) or ()):
        try:
            found.append(re.compile(str(phrase)))
        except re.error as error:
            problems.append(Problem(f"{intent}.{name}[{index}]", "a regular expression", f"{phrase!r}: {error}"))
    return found
