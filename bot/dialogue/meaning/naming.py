"""Which debts and which offers a message names: by creditor, product, other words of the scene, or by their place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.dialogue.meaning.acts import Debts
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.scene import DebtKnown, Scene

_ALL_DEBTS = frozenset({
    "both", "all of them", "all the debts", "everything", "all my debts", "each of them", "all three", "all accounts",
    "ambas", "ambos", "las dos", "los dos", "todas", "todos", "todas mis cuentas", "las tres", "los tres", "cada una",
})  # fmt: skip
_BOTH = frozenset({"both", "ambas", "ambos"})
_NO, _ONLY = frozenset({"not", "no", "dont"}), frozenset({"only", "just", "solo", "nomas"})
_OTHER = frozenset({"the other one", "the other", "other one", "la otra", "el otro", "otra cuenta", "other account"})
_ONE = frozenset({"one", "the one", "one of them", "una", "uno", "la una", "el uno", "una de ellas"})
_BY_SIZE: dict[str, frozenset[str]] = {
    "small": frozenset({"small one", "smaller one", "smallest one", "little one", "la chica", "la chiquita", "la mas chica",
                         "la pequena", "la menor", "el chico", "el chiquito", "el pequeno", "el menor"}),
    "big": frozenset({"big one", "bigger one", "biggest one", "large one", "larger one", "la grande", "la mas grande",
                       "la mayor", "el grande", "el mas grande", "el mayor"}),
}  # fmt: skip
_ACCOUNT = frozenset({"one", "acct", "account", "bill"})
_THE_ONE_OF = frozenset({("one", "for"), ("one", "with"), ("one", "thats"), ("la", "de"), ("el", "de"), ("cuenta", "de")})
_PLACES: tuple[frozenset[str], ...] = (
    frozenset({"the first one", "first one", "the first", "la primera", "el primero"}),
    frozenset({"the second one", "second one", "the second", "la segunda", "el segundo"}),
    frozenset({"the third one", "third one", "the third", "la tercera", "el tercero"}),
)
_EMPTY = frozenset(
    {"the", "of", "and", "inc", "llc", "co", "de", "la", "el", "los", "las", "y", "bill", "account", "my"}
)
_SHORTEST_MENDED = 5


def debts_named(text: str, scene: Scene) -> Debts | None:
    """Places from 1, in the order of the scene; "all"; None when none is named, or there is only one."""
    if len(scene.debts) < 2:
        return None
    words = words_of(text)
    runs = {" ".join(words[at : at + size]) for at in range(len(words)) for size in range(1, 5)}
    if runs & _ALL_DEBTS and not _not_all(words):
        return "all"
    sized = {*_by_size(words, scene), *_by_balance(words, scene)}
    named = tuple(
        place for place, debt in enumerate(scene.debts, 1) if place in sized or _is_named(debt, scene.debts, words)
    )
    if named:
        return "all" if len(named) == len(scene.debts) > 2 else named
    if runs & _OTHER and len(scene.debts) == 2:
        free = [place for place, debt in enumerate(scene.debts, 1) if not debt.held]
        if len(scene.talking_of) == 1 or len(free) == 1:
            return (3 - scene.talking_of[0],) if len(scene.talking_of) == 1 else (free[0],)
    return None


def _not_all(words: Sequence[str]) -> bool:
    """ "One of them, not both"; "that is both of them again, I only want the one": all are named to be turned down."""
    for at, word in enumerate(words):
        if word in _BOTH and (_NO & set(words[max(0, at - 2) : at]) or _ONLY & set(words[at + 1 :])):
            return True
    return False


def names_other(text: str) -> bool:
    """ "The other one"."""
    words = words_of(text)
    return any(" ".join(words[at : at + size]) in _OTHER for at in range(len(words)) for size in (2, 3))


def _by_size(words: Sequence[str], scene: Scene) -> dict[int, int]:
    """ "The small one", "la grande": the debt, and where its name stands in the words."""
    if len(scene.debts) != 2 or scene.debts[0].balance == scene.debts[1].balance:
        return {}
    small = 1 if scene.debts[0].balance.minor < scene.debts[1].balance.minor else 2
    found = {}
    for size, place in (("small", small), ("big", 3 - small)):
        runs = ((at, " ".join(words[at : at + length])) for at in range(len(words)) for length in (2, 3))
        at = next((at for at, run in runs if run in _BY_SIZE[size]), None)
        if at is not None:
            found[place] = at
    return found


def _by_balance(words: Sequence[str], scene: Scene) -> dict[int, int]:
    """ "The 203 one", "the one for 203", "la de 203": by what is owed on it; in answer to which one, by the figure alone."""
    whole = [str(debt.balance.minor // 100) for debt in scene.debts]
    found: dict[int, int] = {}
    for at, word in enumerate(words):
        before, behind = words[max(0, at - 2) : at], words[at + 1 : at + 3]
        names = bool(_ACCOUNT & {*behind}) or tuple(before) in _THE_ONE_OF or scene.asked == "debt"
        if names and whole.count(word) == 1:
            found.setdefault(whole.index(word) + 1, at)
    return found


def _in_turn(words: Sequence[str], scene: Scene) -> dict[int, int]:
    """ "20 on one and 30 on the other", of two: in the order in which they are always read."""
    at = {" ".join(words[at : at + size]): at for size in (1, 2, 3) for at in range(len(words) - size + 1)}
    one, other = (max((at[run] for run in runs if run in at), default=None) for runs in (_ONE, _OTHER))
    return {1: one, 2: other} if len(scene.debts) == 2 and one is not None and other is not None and one < other else {}


def debts_or_place(text: str, scene: Scene) -> Debts | None:
    """The same, and by a place in the list that was read ("the second one", "2")."""
    named = debts_named(text, scene)
    if named is not None:
        return named
    words = words_of(text)
    runs = {" ".join(words[at : at + size]) for at in range(len(words)) for size in range(1, 4)}
    places = [place for place, phrases in enumerate(_PLACES, 1) if runs & phrases]
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


def _unglued(word: str) -> str:
    """ "70clinic" without the figure."""
    return word.strip("0123456789")


def _is_named(debt: DebtKnown, debts: Sequence[DebtKnown], words: Sequence[str]) -> bool:
    shared = _shared(debts)
    tokens = _tokens((debt.name, debt.product, *debt.words)) - shared
    return any(_alike(one, token) for word in words for one in {word, _unglued(word)} for token in tokens)


def _tokens(names: Iterable[str]) -> set[str]:
    return {word for name in names for word in words_of(name) if word not in _EMPTY and len(word) > 2}


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
