"""Which account a dispute, a complaint, a lawyer or a question is about where a message names several: that of the clause
in which it is said. What they want in the same message is wanted for the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.dialogue.meaning.acts import Act, Debts, Pay, Promise, Propose, Said
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.naming import debts_named
from bot.dialogue.meaning.order import DISPUTES
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.topics import topic

OF_ONE = DISPUTES | {"attorney", "complaint"}
"""What may be about one account and leave the others as they are."""
_ENDS = frozenset(".?!")
_CLEARER = 2.0
"""So many times as likely as in any other clause."""


def debts_said_of(name: str, heard: Heard, scene: Scene) -> Debts | None:
    """All that are named where no clause says it much more than those about another account."""
    whole = debts_named(heard.text, scene)
    if whole is None or len(heard.clauses) < 2:
        return whole
    said = sorted(zip((one.likely.get(name, 0.0) for one in heard.clauses), _about(heard, scene)), key=lambda one: -one[0])
    others = [likely for likely, debts in said[1:] if debts != said[0][1]]
    return said[0][1] if said and said[0][0] > _CLEARER * max(others, default=0.0) else whole


def _about(heard: Heard, scene: Scene) -> list[Debts | None]:
    """Of each clause: what it names, else what was named last before it; of those before any name, what the talk is about
    where that is one account and the name comes in another sentence, else what is named next.
    """
    named = [_of_clause(clause.text, scene) for clause in heard.clauses]
    first = next((at for at, one in enumerate(named) if one is not None), len(named))
    last = named[first] if first < len(named) else None
    if len(scene.talking_of) == 1 and any(one.text.rstrip()[-1:] in _ENDS for one in heard.clauses[:first]):
        last = scene.talking_of
    return [last := one if one is not None else last for one in named]


def _of_clause(text: str, scene: Scene) -> Debts | None:
    about = topic(text, scene)
    return (about,) if about is not None else debts_named(text, scene)


def for_the_others(said: Iterable[Said]) -> list[Said]:
    """Nobody wants to pay what they dispute in the same breath: it is for another one that they name, or for what is free
    then. Of a wrong amount the rest may be paid.
    """
    heard = list(said)
    disputed = {
        place for one in heard if one.name in DISPUTES
        for place in _places(one.act) if len(_places(one.act)) == 1
    }  # fmt: skip
    in_part = any(one.name == "wrong_amount" for one in heard)
    return [replace(one, act=_without(one.act, disputed, in_part=in_part)) for one in heard]


def _places(act: Act) -> tuple[int, ...]:
    places = getattr(act, "debts", None)
    return places if isinstance(places, tuple) else ()


def _without(act: Act, disputed: set[int], *, in_part: bool) -> Act:
    if not isinstance(act, (Propose, Pay, Promise)):
        return act
    left = tuple(place for place in _places(act) if place not in disputed)
    if left == _places(act) or not left and in_part:
        return act
    return replace(act, debts=left or None)
