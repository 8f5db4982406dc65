"""Debts that a message pays nothing for now: "nothing to the gym", "the rent later", "just the clinic"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.dialogue import grammar
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.naming import names_other, place_of_name
from bot.dialogue.meaning.scene import Scene

_ENDS = frozenset(".,;!?\n")
_NOTHING = frozenset({"nothing", "none", "zero", "0", "nada", "cero", "skip", "without", "sin"})
_NOT = "not"
_TO_A_NAME = frozenset({"the", "my", "on", "to", "for", "that", "a", "towards", "any"})
"""Between "not" and the name that it leaves out; else the "not" belongs to a verb."""
_AFTER_NOT = frozenset({"now", "yet", "today"})
_LATER = frozenset({"later", "afterwards", "luego", "despues", "waits", "wait", "waiting", "aside", "espera", "espere"})
_ALONE = frozenset({"alone", "forget", "leave", "deje", "deja", "olvide"})
"""Of the other one of two."""
_THAN = frozenset({"de", "del", "than", "of", "que"})
"""Behind "later" or "después" they make it a bound: "después del 15"."""
_ONLY = frozenset({"only", "just", "solo", "solamente", "nomas"})
_CHANGES = frozenset({"make", "change", "do", "cambia", "cambie", "ponga", "haga", "haz", "want", "quiero", "need"})
_NEAR, _IN_REACH = 2, 6
"""Words between "only" and what it is said of; and between "later" and the debt."""


def clauses(text: str) -> Iterator[str]:
    """A point or a comma inside a figure ends nothing."""
    begins = 0
    for at, c in enumerate(text):
        if c in _ENDS and (at + 1 == len(text) or text[at + 1].isspace() or not text[at + 1].isdigit()):
            yield text[begins:at]
            begins = at + 1
    yield text[begins:]


def left_out(text: str, scene: Scene) -> frozenset[int]:
    """Places of those that they name beside a nothing or a later; none where that would leave nothing to pay."""
    if len(scene.debts) < 2:
        return frozenset()
    out = frozenset(place for clause in clauses(text) for place in _out_of(clause, scene)) | _other_out(text, scene)
    return out if len(out) < len(scene.debts) else frozenset()


def _other_out(text: str, scene: Scene) -> frozenset[int]:
    """ "67 on the clinic, and nothing on the other one", of two."""
    named = set(place_of_name(text, scene)) or set(scene.talking_of)
    if len(scene.debts) != 2 or len(named) != 1:
        return frozenset()
    says_it = any(names_other(clause) and {*words_of(clause)} & (_NOTHING | _LATER | _ALONE) for clause in clauses(text))
    return frozenset({3 - named.pop()}) if says_it else frozenset()


def _out_of(clause: str, scene: Scene) -> Iterator[int]:
    named, words = place_of_name(clause, scene), words_of(clause)
    for at, word in enumerate(words):
        if word == _NOT:
            yield from _denied(words, named, at)
            continue
        is_later = word in _LATER and not _THAN & set(words[at + 1 : at + 2])
        if is_later or word in _NOTHING:
            # "gym later": the nearest; "nothing to the gym": the one that follows, if one does
            behind = {place: where for place, where in named.items() if at < where <= at + _NEAR + 1}
            near = {place: abs(where - at) for place, where in (not is_later and behind or named).items()}
            nearest = min(near, key=lambda place: (near[place], named[place] > at), default=None)
            if nearest is not None and near[nearest] <= (_IN_REACH if is_later else _NEAR + 1):
                yield nearest


def _denied(words: Sequence[str], named: Mapping[int, int], at: int) -> Iterator[int]:
    """ "Not the gym", "not on the gym"; "the gym not now"; of "the gym, I am not disputing it" nothing is left out."""
    for place, where in named.items():
        is_next = at < where <= at + _NEAR + 1 and _TO_A_NAME.issuperset(words[at + 1 : where])
        if is_next or where == at - 1 and _AFTER_NOT.issuperset(words[at + 1 :]):
            yield place


def says_only(heard: Heard, scene: Scene) -> bool:
    """ "Just the clinic", "only 60 to the rent", "60 a la renta nomás": with a word for it beside the name or the sum."""
    words = words_of(heard.text)
    sums = (len(words_of(heard.text[: one.start])) for one in heard.figures.of(grammar.Amount))
    return any(_is_only(words, at) for at in (*place_of_name(heard.text, scene).values(), *sums))


def _is_only(words: Sequence[str], at: int) -> bool:
    before, behind = words[max(0, at - _NEAR - 1) : at], words[at + 1 : at + 2]
    said = next((place for place, word in enumerate(before) if word in _ONLY), None)
    if said is not None and not _CHANGES & set(before[said:]):
        return True
    return bool(_ONLY & set(behind)) and at + 2 == len(words)
