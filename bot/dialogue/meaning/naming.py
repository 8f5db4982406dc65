"""Which debts and which offers a message names: by creditor, product, other words of the scene, or by their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.dialogue.meaning import lists
from bot.dialogue.meaning.acts import Debts
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.scene import DebtKnown, Scene

_LISTS = "accounts"
_IN_TURN = ("first", "second", "third")
_SHORTEST_MENDED = 5
_SHORTEST_NUMBER = 4


def debts_named(text: str, scene: Scene) -> Debts | None:
    """Places from 1, in the order of the scene; "all"; None when none is named, or there is only one."""
    if len(scene.debts) < 2:
        return None
    words = words_of(text)
    if lists.holds(_LISTS, "all", words) and not _not_all(words):
        return "all"
    sized = {*_by_size(words, scene), *_by_balance(words, scene)}
    named = tuple(
        place for place, debt in enumerate(scene.debts, 1) if place in sized or _is_named(debt, scene.debts, words)
    )
    if named:
        return "all" if len(named) == len(scene.debts) > 2 else named
    if len(scene.debts) == 2 and names_other(text):
        free = [place for place, debt in enumerate(scene.debts, 1) if not debt.held]
        if len(scene.talking_of) == 1 or len(free) == 1:
            return (3 - scene.talking_of[0],) if len(scene.talking_of) == 1 else (free[0],)
    return None


def _not_all(words: Sequence[str]) -> bool:
    """ "One of them, not both"; "that is both of them again, I only want the one": all are named to be turned down."""
    denied, only = lists.phrases(_LISTS, "not"), lists.phrases(_LISTS, "only")
    for at, run in lists.runs(words):
        if run in lists.phrases(_LISTS, "both"):
            before, behind = words[max(0, at - 2) : at], words[at + run.count(" ") + 1 :]
            if not denied.isdisjoint(before) or not only.isdisjoint(behind):
                return True
    return False


def turns_down_all(text: str, scene: Scene) -> bool:
    """ "Not both, just the one": one of them is meant, and they do not say which."""
    words = words_of(text)
    return debts_named(text, scene) is None and (_not_all(words) or lists.holds(_LISTS, "only one", words))


def names_other(text: str) -> bool:
    """ "The other one"."""
    return lists.holds(_LISTS, "other", words_of(text))


def _by_size(words: Sequence[str], scene: Scene) -> dict[int, int]:
    """ "The small one", "la grande": the debt, and where its name stands in the words."""
    if len(scene.debts) != 2 or scene.debts[0].balance == scene.debts[1].balance:
        return {}
    small = 1 if scene.debts[0].balance.minor < scene.debts[1].balance.minor else 2
    found = {}
    for size, place in (("small", small), ("big", 3 - small)):
        at = next((at for at, run in lists.runs(words) if run in lists.phrases(_LISTS, size)), None)
        if at is not None:
            found[place] = at
    return found


def _by_balance(words: Sequence[str], scene: Scene) -> dict[int, int]:
    """ "The 203 one", "the one for 203", "la de 203": by what is owed on it; in answer to which one, by the figure alone."""
    whole = [str(debt.balance.minor // 100) for debt in scene.debts]
    found: dict[int, int] = {}
    for at, word in enumerate(words):
        before, behind = words[max(0, at - 2) : at], words[at + 1 : at + 3]
        is_noun = not lists.phrases(_LISTS, "noun").isdisjoint(behind)
        names = is_noun or " ".join(before) in lists.phrases(_LISTS, "noun for") or scene.asked == "debt"
        if names and whole.count(word) == 1:
            found.setdefault(whole.index(word) + 1, at)
    return found


def _in_turn(words: Sequence[str], scene: Scene) -> dict[int, int]:
    """ "20 on one and 30 on the other", of two: in the order in which they are always read."""
    last = {run: at for at, run in lists.runs(words)}
    one, other = (
        max((last[run] for run in lists.phrases(_LISTS, name) if run in last), default=None)
        for name in ("one", "other")
    )
    return {1: one, 2: other} if len(scene.debts) == 2 and one is not None and other is not None and one < other else {}


def debts_or_place(text: str, scene: Scene) -> Debts | None:
    """The same, and by a place in the list that was read ("the second one", "2")."""
    named = debts_named(text, scene)
    if named is not None:
        return named
    words = words_of(text)
    places = [place for place, name in enumerate(_IN_TURN, 1) if lists.holds(_LISTS, name, words)]
    places += [int(word) for word in words if word.isdigit() and 1 <= int(word) <= len(scene.debts)]
    return (places[0],) if places and places[0] <= len(scene.debts) else None


def place_of_name(text: str, scene: Scene) -> dict[int, int]:
    """Where each debt that is named stands in the words of the text: {place of the debt: place of the word}."""
    words = words_of(text)
    found = _by_size(words, scene) or _by_balance(words, scene) or _in_turn(words, scene)
    for place, debt in enumerate(scene.debts, 1):
        at = next((i for i, word in enumerate(words) if _is_named(debt, scene.debts, [word])), None)
        if at is not None:
            found[place] = at
    return found


def words_naming(text: str, scene: Scene) -> frozenset[str]:
    """The words of the text that name a debt, folded and without figures that are glued to them: "70clinic"."""
    words = {_unglued(word) for word in words_of(text)} - {""}
    return frozenset(word for word in words if any(_is_named(debt, scene.debts, [word]) for debt in scene.debts))


def without_numbers(text: str, scene: Scene) -> str:
    """Of the same length, with letters for the digits by which an account is named: "8851" is no sum."""
    numbers = {word for debt in scene.debts for word in debt.words if len(word) >= _SHORTEST_NUMBER and word.isdigit()}
    for number in numbers:
        for at in (at for at in range(len(text)) if text.startswith(number, at) and _stands_alone(text, at, len(number))):
            text = text[:at] + "x" * len(number) + text[at + len(number) :]
    return text


def _stands_alone(text: str, at: int, length: int) -> bool:
    """No sign of money, letter or further figure beside it."""
    before, behind = text[max(0, at - 1) : at], text[at + length : at + length + 2]
    has_cents = behind[:1] in (".", ",") and behind[1:].isdigit()
    return not (before.isalnum() or before in ("$", ".", ",") or behind[:1].isalnum() or behind[:1] == "$" or has_cents)


def _unglued(word: str) -> str:
    """ "70clinic" without the figure."""
    return word.strip("0123456789")


def _is_named(debt: DebtKnown, debts: Sequence[DebtKnown], words: Sequence[str]) -> bool:
    shared = _shared(debts)
    tokens = _tokens((debt.name, debt.product, *debt.words)) - shared
    return any(_alike(one, token) for word in words for one in {word, _unglued(word)} for token in tokens)


def _tokens(names: Iterable[str]) -> set[str]:
    return {
        word
        for name in names
        for word in words_of(name)
        if word not in lists.phrases(_LISTS, "empty") and len(word) > 2
    }


def _shared(debts: Sequence[DebtKnown]) -> set[str]:
    """Words that two of them have tell nothing apart."""
    sets = [_tokens((debt.name, debt.product, *debt.words)) for debt in debts]
    return {word for at, one in enumerate(sets) for other in sets[at + 1 :] for word in one & other}


def _alike(word: str, token: str) -> bool:
    """The same, or one slip apart in a word of some length."""
    if word == token or word == token + "s":
        return True
    if min(len(word), len(token)) < _SHORTEST_MENDED or abs(len(word) - len(token)) > 1 or word[0] != token[0]:
        return False
    return _one_slip(word, token)


def _one_slip(one: str, other: str) -> bool:
    if len(one) == len(other):
        wrong = [i for i, (a, b) in enumerate(zip(one, other)) if a != b]
        swapped = len(wrong) == 2 and one[wrong[0]] == other[wrong[1]] and one[wrong[1]] == other[wrong[0]]
        return len(wrong) <= 1 or swapped
    short, long = sorted((one, other), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
