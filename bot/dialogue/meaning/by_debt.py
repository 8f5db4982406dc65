"""A message about several debts: what it says of each that it names, and which of them it leaves out.

"The gym all of it today. And the rent 50 every two weeks": each sentence belongs to the debt that it names, or that was
named before it. "The rent, 50 a month, without the gym": a sum belongs to the name that stands nearest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning import lists
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.figures import Figures
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.left_out import left_out
from bot.dialogue.meaning.naming import debts_named, place_of_name
from bot.dialogue.meaning.order import QUESTIONS
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.spans import clauses, sentences
from bot.dialogue.meaning.topics import named_in

_LISTS = "accounts"
_IN_REACH = 9
"""Words between "only" and the name where they say what they want: "i am only wanting to pay the big one, the 8851"."""
_NEAR = 2
"""Words between "only" and the name: "solo la de la renta"."""
_TERMS = (grammar.Amount, grammar.Percentage, grammar.Frequency, grammar.Count)
_TOGETHER = 3
"""Words between two names that are said in one breath: "the gym and the clinic"."""


@dataclass(frozen=True)
class Apart:
    """`own` is the part of the message for each debt with figures of its own; `left_out` those that it wants nothing for."""

    own: dict[int, Heard]
    left_out: tuple[int, ...] = ()


def apart(heard: Heard, scene: Scene) -> Apart:
    """Empty where the message speaks of one debt, or of several in one breath."""
    named = place_of_name(heard.text, scene)
    if len(scene.debts) < 2 or not named:
        return Apart({})
    wished = _without_questions(heard, scene)
    if wished is not None:
        return wished
    only = [place for place, at in named.items() if is_only(heard.text, at)]
    meant = sorted(set(named) - (left_out(heard.text, scene) - named_beside_sum(heard, scene)))
    if len(only) == 1 and (len(named) == 1 or only == meant):  # "just the electric, and the clinic one waits"
        return Apart({only[0]: heard}, tuple(n for n in range(1, len(scene.debts) + 1) if n != only[0]))
    if len(named) == 1:
        return _from_its_name(heard, scene)
    if len(meant) == 1:
        return Apart({meant[0]: heard}, tuple(place for place in named if place != meant[0]))
    told = _by_clause(heard, scene) or _by_sum(heard, named, scene)
    if not told:
        return Apart({})
    return Apart(told, tuple(sorted(set(named) - set(told))))


def named_beside_sum(heard: Heard, scene: Scene) -> frozenset[int]:
    """ "Its the gym thats wrong, not the clinic. 40, for the clinic": with its sum one is named for it, whatever was denied
    of it before. Only the one in the sum's clause, or at the head of the next.
    """
    spans = [(begins, clause) for begins, clause in clauses(heard.text) if clause.strip()]
    found: set[int] = set()
    for one in heard.figures.of(grammar.Amount):
        at = next((n for n, (begins, clause) in enumerate(spans) if begins <= one.start < begins + len(clause)), None)
        if at is None:
            continue
        own = set(place_of_name(spans[at][1], scene))
        behind = spans[at + 1][1] if at + 1 < len(spans) else ""
        is_its = set(words_of(behind)[:1]) & lists.phrases(_LISTS, "for")
        found |= own if len(own) == 1 else set(place_of_name(behind, scene)) if not own and is_its else set()
    return frozenset(found)


def _without_questions(heard: Heard, scene: Scene) -> Apart | None:
    """ "Is the 30 the gym's? As for the clinic, two payments": a sentence that only asks wishes for nothing. None where
    none does, or the rest does not tell whose it is.
    """
    spans = list(sentences(heard.text))
    asks = [_only_asks(heard, heard.text[slice(*span)].strip()) for span in spans]
    if not any(asks) or all(asks):
        return None
    wishes = [span for span, is_question in zip(spans, asks) if not is_question]
    names = [named_in(heard.text[slice(*span)], scene) for span in wishes]
    about = {place for one in names for place in one}
    if len(about) != 1:
        return None
    (place,) = about
    rest = _only(heard, wishes)
    others = {n for span in spans for n in place_of_name(heard.text[slice(*span)], scene)} - about
    regular = bool(rest.figures.of(grammar.Frequency)) or bool(rest.figures.of(grammar.Count))
    return Apart({place: rest}, tuple(sorted(others))) if others and (regular or rest.figures.money()) else None


def _only_asks(heard: Heard, sentence: str) -> bool:
    """It ends with a question mark, and what was learned of its clauses is a question of theirs."""
    if not sentence.endswith("?"):
        return False
    inside = [one for one in heard.clauses if one.text.strip() in sentence or sentence in one.text]
    return bool(inside) and all(one.likeliest.partition(":")[0] in QUESTIONS for one in inside)


def _from_its_name(heard: Heard, scene: Scene) -> Apart:
    """ "The small one, I can do 50 on it. Do both go at once?": what follows the one name is said of it, though all of them
    are named elsewhere.
    """
    if debts_named(heard.text, scene) != "all":
        return Apart({})
    spans = [(begins, begins + len(clause)) for begins, clause in clauses(heard.text)]
    names = [debts_named(heard.text[slice(*span)], scene) for span in spans]
    own = [(n, one[0]) for n, one in enumerate(names) if isinstance(one, tuple)]
    if not own:
        return Apart({})  # the name is there only across the end of a clause
    at, place = own[0]
    until = next((n for n, one in enumerate(names) if n > at and one == "all"), len(names))
    told = _only(heard, spans[at:until])
    return Apart({place: told}) if any(told.figures.of(kind) for kind in _TERMS) else Apart({})


def _by_clause(heard: Heard, scene: Scene) -> dict[int, Heard]:
    """Each clause belongs to the account that it names, or that was named last; what stands before any name, to the first.
    Empty where a clause names several, or where a figure stands before the name in its own sentence: there the sums tell.
    """
    spans = [(begins, begins + len(clause)) for begins, clause in clauses(heard.text) if clause.strip()]
    names = [named_in(heard.text[slice(*span)], scene) for span in spans]
    if any(len(one) > 1 for one in names) or not any(names):
        return {}
    first_named = next(span for span, here in zip(spans, names) if here)
    sentence = next(begins for begins, ends in sentences(heard.text) if begins <= first_named[0] < ends)
    if any(sentence <= one.what.start < first_named[0] for one in heard.figures.offered):
        return {}
    parts: dict[int, list[tuple[int, int]]] = {}
    (at,) = next(here for here in names if here)
    for span, here in zip(spans, names):
        at = next(iter(here), at)
        parts.setdefault(at, []).append(span)
    found = {place: _only(heard, own) for place, own in parts.items()}
    return {place: one for place, one in found.items() if any(one.figures.of(kind) for kind in _TERMS)}


def _by_sum(heard: Heard, named: dict[int, int], scene: Scene) -> dict[int, Heard]:
    """One sum, and names that are not said in one breath: it belongs to the one in its clause, else to the nearest."""
    sums, beside = heard.figures.of(grammar.Amount), named_beside_sum(heard, scene)
    if len(sums) == len(beside) == 1:
        return dict.fromkeys(beside, heard)
    ordered = sorted(named.values())
    if len(sums) != 1 or any(b - a <= _TOGETHER for a, b in zip(ordered, ordered[1:])):
        return {}
    at = len(words_of(heard.text[: sums[0].start]))
    return {min(named, key=lambda place: abs(named[place] - at)): heard}


def _only(heard: Heard, spans: list[tuple[int, int]]) -> Heard:
    """The message with all else blank, so that its figures stand where they stood."""
    text = "".join(c if any(a <= at < b for a, b in spans) else " " for at, c in enumerate(heard.text))
    inside = tuple(one for one in heard.figures.all if any(a <= one.what.start < b for a, b in spans))
    vague = tuple(one for one in heard.figures.vague if any(a <= one.start < b for a, b in spans))
    return replace(heard, text=text, figures=Figures(inside, vague))


def is_only(text: str, at: int) -> bool:
    """In the clause of the name: "41 nomás, la del agua llega el 1" says it of the sum."""
    begins, only, wants = 0, lists.phrases(_LISTS, "only"), lists.phrases(_LISTS, "wants")
    for _, clause in clauses(text):
        words = words_of(clause)
        if begins <= at < begins + len(words):
            before, behind = words[: at - begins], words[at - begins + 1 : at - begins + 2]
            is_wanted = bool(wants & set(before[-_IN_REACH:]) and only & set(before[-_IN_REACH:]))
            return bool(only & set(before[-_NEAR - 1 :])) or is_wanted or bool(only & set(behind))
        begins += len(words)
    return False


def sums_of_debts(heard: Heard, scene: Scene, out: frozenset[int] = frozenset()) -> dict[int, Money]:
    """As many sums as names belong together in their order; else each sum to the debt whose name stands nearest. `out`
    are debts that get none.
    """
    names = {place: at for place, at in place_of_name(heard.text, scene).items() if place not in out}
    sums = _single_sums(heard)
    if len(sums) == len(names):
        in_order = sorted(names, key=lambda place: names[place])
        return {place: Money(one.minor, one.currency) for place, one in zip(in_order, sums)}
    found: dict[int, grammar.Amount] = {}
    at = {one.start: len(words_of(heard.text[: one.start])) for one in sums}
    for place, one in _by_distance(heard.text, names, at, sums):
        if place not in found and one not in found.values():
            found[place] = one
    unnamed = [place for place in range(1, len(scene.debts) + 1) if place not in names and place not in out]
    left = [one for one in sums if one not in found.values()]
    if names and len(unnamed) == len(left) == 1:  # "50 to the dentist", whom the scene calls by another name
        found[unnamed[0]] = left[0]
    return {place: Money(one.minor, one.currency) for place, one in found.items()}


def _by_distance(
    text: str, names: Mapping[int, int], at: Mapping[int, int], sums: Sequence[grammar.Amount]
) -> list[tuple[int, grammar.Amount]]:
    """Those that stand in one clause first."""
    clause = [number for number, (_, one) in enumerate(clauses(text)) for _ in words_of(one)]
    pairs = [(place, one) for place in names for one in sums]
    return sorted(
        pairs,
        key=lambda pair: (
            clause[names[pair[0]] : names[pair[0]] + 1] != clause[at[pair[1].start] : at[pair[1].start] + 1],
            abs(names[pair[0]] - at[pair[1].start]),
        ),
    )


def _single_sums(heard: Heard) -> list[grammar.Amount]:
    """Without the one that is all of them: "$15 for both: 5 gym 10 clinic". Where the sums add up like that, each is meant,
    whatever it seems to be about.
    """
    every = [one.what for one in heard.figures.all if isinstance(one.what, grammar.Amount)]
    sums = heard.figures.of(grammar.Amount)
    whole = [one for one in every if len(every) > 2 and 2 * one.minor == sum(other.minor for other in every)]
    if whole:
        return [one for one in every if one not in whole]
    totals = [one for one in sums if one.role == "total"] if len(sums) > 1 else []
    return [one for one in sums if one not in totals]
