"""That no person is wanted any more, in a clause of its own: "no need for a colleague now, i'll go on here".

Closed lists in `data/phrases/table/person.yml`. What was learned hears the wish for a person in it, and now and then
somebody in danger ("i don't want a person anymore"): both fall to what stands there, but for a danger that is sure.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bot.dialogue.meaning.cues import Cues, words_of
from bot.dialogue.meaning.spans import clauses

PHRASES = Path(__file__).parents[3] / "data" / "phrases" / "table" / "person.yml"
_APART, _NEAR = 5, 3
"""Words from a want to the person, and from the not to the want: another want would stand farther off."""


@lru_cache(maxsize=1)
def _cues() -> Cues:
    return Cues.read(PHRASES)


def wants_no_person(text: str) -> bool:
    if "?" in text:
        return False
    return any(_says_it(words_of(clause)) for _, clause in clauses(text))


def _says_it(words: list[str]) -> bool:
    return any(
        _is_unwanted(words[:at], words[at + 1 :], is_person=_is("person", [word]))
        for at, word in enumerate(words)
        if _is("person", [word]) or _is("anybody", [word])
    )


def _is_unwanted(before: list[str], behind: list[str], *, is_person: bool) -> bool:
    """Of two wants the last one counts: "i don't need a bot i need a person" wants one."""
    if is_person and behind and _is("needed", behind[:1]) and all(_is("besides", [one]) for one in behind[1:]):
        return _last(before, "not", _APART) is not None
    if not all(_is("besides", [one]) for one in behind):
        return False
    if is_person and _last(before, "leave", _APART) is not None:
        return True
    wanted = max(
        (at for name in ("want", "talk") if (at := _last(before, name, _APART)) is not None and (is_person or name == "talk")),
        default=None,
    )
    return wanted is not None and _last(before[:wanted], "not", _NEAR) is not None


def _last(words: list[str], name: str, within: int) -> int | None:
    """Where the last phrase of that list begins, if it ends so few words before the end."""
    for end in range(len(words), max(len(words) - within, 0), -1):
        for size in (3, 2, 1):
            if size <= end and _is(name, words[end - size : end]):
                return end - size
    return None


def _is(name: str, words: list[str]) -> bool:
    return name in _cues().said(" ".join(words))
