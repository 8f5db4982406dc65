"""Their clear word about an account by name: that what holds it should not, or that they dispute it. The cue stands in a
clause about that account.

Closed lists in `data/phrases/table/holds.yml`. What was learned hears most of it; this joins what is certain: the
account, that something holds it, and the word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.dialogue.meaning.cues import Cues, words_of
from bot.dialogue.meaning.naming import place_of_name
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.spans import clauses, sentences
from bot.dialogue.meaning.topics import named_in

PHRASES = Path(__file__).parents[3] / "data" / "phrases" / "table" / "holds.yml"
_ASKS_WHEN = frozenset({"when", "how", "why", "what", "who", "cuando", "como", "quien"})
"""How a clause begins that asks about a hold and wants nothing lifted."""
_SUPPOSES = frozenset({"if", "can", "could", "should", "would", "may", "might", "si", "puedo", "podria", "puede"})
_FIRST_WORDS, _BEFORE = 3, 4


@dataclass(frozen=True)
class Released:
    """`plainly`: they deny that anything is wrong with it, or say it twice."""

    places: tuple[int, ...]
    plainly: bool


@lru_cache(maxsize=1)
def _cues() -> Cues:
    return Cues.read(PHRASES)


def released(text: str, scene: Scene) -> Released | None:
    """None where no such word is said of an account that is held."""
    if not scene.verified or not any(debt.held for debt in scene.debts):
        return None
    said: dict[int, list[str]] = {}
    for clause, about, _ in _clauses(text, scene):
        held = [place for place in sorted(about) if scene.debts[place - 1].held]
        for cue in _said(clause) if held else ():
            for place in held:
                said.setdefault(place, []).append(cue)
    if not said:
        return None
    return Released(tuple(sorted(said)), all("denies" in cues or len(cues) > 1 for cues in said.values()))


def says_release(clause: str) -> bool:
    """That what holds an account should be lifted, or that there is nothing to dispute."""
    return any(_said(clause))


def disputed_in_words(text: str, scene: Scene) -> dict[int, bool]:
    """The accounts of which they say in the law's own words that they dispute them (12 CFR 1006.38), beside whatever else
    the message says: "the hospital one I contest. On the gym I could do 25". {place: whether it is only asked or supposed}
    """
    found: dict[int, bool] = {}
    for clause, about, is_question in _clauses(text, scene):
        if len(about) == 1 and _disputes(clause):
            (place,) = about
            found[place] = found.get(place, True) and (is_question or _supposes(clause))
    return found


def _disputes(clause: str) -> bool:
    words = words_of(clause)
    return not _cues().holds("denies", clause) and any(not _is_turned(words, at) for at in _places("disputes", words))


def _supposes(clause: str) -> bool:
    return not (_ASKS_WHEN | _SUPPOSES).isdisjoint(words_of(clause)[:_FIRST_WORDS])


def _clauses(text: str, scene: Scene) -> Iterator[tuple[str, set[int], bool]]:
    """Each with the accounts that it is about (those that it names, else those that were named last, else of the talk), and
    whether its sentence asks.
    """
    about = set(scene.talking_of) or ({1} if len(scene.debts) == 1 else set())
    for begins, ends in sentences(text):
        sentence = text[begins:ends]
        about = named_in(sentence, scene) or about
        for _, clause in clauses(sentence):
            yield clause, set(place_of_name(clause, scene)) or about, sentence.rstrip().endswith("?")


def _said(clause: str) -> Iterator[str]:
    words = words_of(clause)
    if not _ASKS_WHEN.isdisjoint(words[:_FIRST_WORDS]):
        return
    if _cues().holds("denies", clause):
        yield "denies"
    if any(not _is_turned(words, at) for at in _places("release", words)):
        yield "release"


def _places(cue: str, words: list[str]) -> Iterator[int]:
    """Where a phrase of that list begins."""
    rest = [_cues().holds(cue, " ".join(words[at:])) for at in range(len(words) + 1)]
    return (at for at in range(len(words)) if rest[at] and not rest[at + 1])


def _is_turned(words: list[str], at: int) -> bool:
    """ "Do not lift it", "don't take the clinic off hold"."""
    return _cues().holds("turned", " ".join(words[max(0, at - _BEFORE) : at]))
