"""What a message changes while an offer for several debts waits: "34" is for all of them, "on Fridays" only the day.

One of them is meant where its name stands with the sum: "34 for the gym". "34, I pay my rent on the first" is for all.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Debts
from bot.dialogue.meaning.by_debt import is_only
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.disputed import debts_said_of
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.naming import debts_named, place_of_name
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.spans import clauses

_TURNS = frozenset({"but", "because", "cuz", "coz", "since", "pero", "porque"})
_TURNS_WITH = frozenset(
    {
        ("so", "that"),
        ("and", "i"),
        ("and", "not"),
        ("and", "dont"),
        ("ya", "que"),
        ("y", "que"),
        ("y", "yo"),
        ("y", "no"),
    }
)
"""What goes on behind these is said beside the sum."""
_NAME_ALONE = 5
"""Words of a clause that says for which: "for the phone one, 35"."""
_EVERY = frozenset(
    {"every", "each", "cada", "todos", "todas", "week", "weeks", "weekly", "semana", "semanas", "semanal"}
)


def debts_of_sum(heard: Heard, scene: Scene) -> Debts | None:
    """As they name them; of an offer for several, only those that are named with the sum."""
    named = debts_said_of("propose", heard, scene)
    is_for_several = scene.asked == "accept" and len(scene.talking_of) > 1
    if not isinstance(named, tuple) or not is_for_several or len(named) >= len(scene.talking_of):
        return named
    sums = heard.figures.of(grammar.Amount)
    if not sums or any(is_only(heard.text, at) for at in place_of_name(heard.text, scene).values()):
        return named
    beside = {place for one in sums for place in _named_with(one, heard.text, scene)}
    return tuple(sorted(beside)) or None


def _named_with(one: grammar.Amount, text: str, scene: Scene) -> Iterator[int]:
    """In its own clause, or in a short one right before it."""
    before = ""
    for begins, clause in _spans(text):
        if begins <= one.start < begins + len(clause):
            told = debts_named(clause, scene) or (debts_named(before, scene) if _is_name_alone(before) else None)
            yield from told if isinstance(told, tuple) else ()
            return
        before = clause


def _is_name_alone(clause: str) -> bool:
    return len(words_of(clause)) <= _NAME_ALONE


def _spans(text: str) -> Iterator[tuple[int, str]]:
    """Where each clause begins, and the clause; it ends where they turn to something else."""
    for begins, clause in clauses(text):
        at = 0
        for turn in _turns(clause):
            yield begins + at, clause[at:turn]
            at = turn
        yield begins + at, clause[at:]


def _turns(clause: str) -> Iterator[int]:
    places, words, at = [], [], 0
    for word in clause.split(" "):
        places.append(at)
        words.append("".join(words_of(word)))
        at += len(word) + 1
    for place, word, behind in zip(places, words, [*words[1:], ""]):
        if word in _TURNS or (word, behind) in _TURNS_WITH:
            yield place


def is_day_alone(rhythm: grammar.Frequency, heard: Heard, scene: Scene) -> bool:
    """ "Los viernes", of a single payment, says no rhythm: what they named before stays. "Every Friday" is one."""
    if rhythm.value != "weekly" or rhythm.weekday is None or scene.asked != "accept":
        return False
    if scene.waiting > len(scene.offers) or _EVERY & set(words_of(heard.text[rhythm.start : rhythm.end])):
        return False
    return scene.offers[scene.waiting - 1].kind == "promise"
