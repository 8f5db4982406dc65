"""Debts that a message pays nothing for now: "nothing to the gym", "the rent later", "just the clinic"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.dialogue import grammar
from bot.dialogue.meaning import lists
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.naming import place_of_name
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.spans import clauses

_LISTS = "accounts"
_NOT = frozenset({"not", "no"})
_NEAR, _IN_REACH = 2, 6
"""Words between "only" and what it is said of; and between "later" and the debt."""


def left_out(text: str, scene: Scene) -> frozenset[int]:
    """Places of those that they name beside a nothing or a later; none where that would leave nothing to pay."""
    if len(scene.debts) < 2:
        return frozenset()
    out = frozenset(place for _, clause in clauses(text) for place in _out_of(clause, scene)) | _other_out(text, scene)
    return out if len(out) < len(scene.debts) else frozenset()


def _other_out(text: str, scene: Scene) -> frozenset[int]:
    """ "67 on the clinic, and nothing on the other one", of two; "mine is the 8851. Just that one", of any."""
    named = set(place_of_name(text, scene)) or set(scene.talking_of)
    if len(named) != 1:
        return frozenset()
    words = [words_of(clause) for _, clause in clauses(text)]
    only_it = any(lists.holds(_LISTS, "only that", one) for one in words)
    none_for_other = any(
        lists.holds(_LISTS, "other", one) and _holds(one, "nothing", "later", "alone") for one in words
    )
    others = frozenset(range(1, len(scene.debts) + 1)) - named
    return others if only_it or none_for_other and len(scene.debts) == 2 else frozenset()


def _holds(words: Sequence[str], *names: str) -> bool:
    return any(not lists.phrases(_LISTS, name).isdisjoint(words) for name in names)


def _out_of(clause: str, scene: Scene) -> Iterator[int]:
    named, words = place_of_name(clause, scene), words_of(clause)
    for at, word in enumerate(words):
        if word in _NOT:
            yield from _denied(words, named, at)
        elif word in lists.phrases(_LISTS, "takes"):
            yield from _taken_off(words, named, at)
        is_later = word in lists.phrases(_LISTS, "later") and not _holds(words[at + 1 : at + 2], "than")
        if is_later or word in lists.phrases(_LISTS, "nothing"):
            # "gym later": the nearest; "nothing to the gym": the one that follows, if one does
            behind = {place: where for place, where in named.items() if at < where <= at + _NEAR + 1}
            near = {place: abs(where - at) for place, where in (not is_later and behind or named).items()}
            nearest = min(near, key=lambda place: (near[place], named[place] > at), default=None)
            if nearest is not None and near[nearest] <= (_IN_REACH if is_later else _NEAR + 1):
                yield nearest


def _denied(words: Sequence[str], named: Mapping[int, int], at: int) -> Iterator[int]:
    """ "Not the gym", "not on the gym"; "the gym not now"; of "the gym, I am not disputing it" nothing is left out."""
    between, behind = lists.phrases(_LISTS, "to a name"), lists.phrases(_LISTS, "after not")
    for place, where in named.items():
        is_next = at < where <= at + _NEAR + 1 and between.issuperset(words[at + 1 : where])
        if is_next or where == at - 1 and behind.issuperset(words[at + 1 :]):
            yield place


def _taken_off(words: Sequence[str], named: Mapping[int, int], at: int) -> Iterator[int]:
    """ "Take the 3712 off", "leave out the gym"; a hold that is to be lifted is no account: "take the clinic off hold"."""
    away, beside = lists.phrases(_LISTS, "away"), lists.phrases(_LISTS, "to a name")
    for place, where in named.items():
        between = words[at + 1 : where]
        if at < where and (away | beside).issuperset(between):
            ends_with_it = not away.isdisjoint(words[where + 1 :]) and len(words) == where + 2
            if not away.isdisjoint(between) or ends_with_it:
                yield place


def says_only(heard: Heard, scene: Scene) -> bool:
    """ "Just the clinic", "only 60 to the rent", "60 a la renta nomás": with a word for it beside the name or the sum."""
    words = words_of(heard.text)
    sums = (len(words_of(heard.text[: one.start])) for one in heard.figures.of(grammar.Amount))
    return any(_is_only(words, at) for at in (*place_of_name(heard.text, scene).values(), *sums))


def _is_only(words: Sequence[str], at: int) -> bool:
    only = lists.phrases(_LISTS, "only")
    before, behind = words[max(0, at - _NEAR - 1) : at], words[at + 1 : at + 2]
    said = next((place for place, word in enumerate(before) if word in only), None)
    if said is not None and not _holds(before[said:], "changes"):
        return True
    return not only.isdisjoint(behind) and at + 2 == len(words)
