"""Whether the first payment is put off by one: "start the one after", "not this one, the next", "el que sigue"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot.dialogue import grammar
from bot.dialogue.grammar import almanac
from bot.dialogue.meaning.acts import Propose
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.spans import clauses

_AFTER = frozenset({"the one after", "one after that", "one after this", "el que sigue", "la que sigue"})
_NEXT = frozenset({
    "the next", "the next one", "next one", "el siguiente", "la siguiente", "el proximo", "la proxima", "el que viene",
    "la que viene",
})  # fmt: skip
_OTHER = frozenset({"the other one", "the other", "el otro", "la otra"})
"""Of several debts it is one of those."""
_NOT_THIS = frozenset({
    "not this one", "not that one", "not this", "skip this one", "skip the first", "este no", "esta no", "no este",
    "no esta", "ese no", "esa no", "no ese", "no esa", "no en este", "no en esta",
})  # fmt: skip
_STARTS = frozenset({"start", "starts", "starting", "begin", "beginning", "empezar", "empezando", "empiezo", "empiece",
                     "empezamos", "comenzar", "comience", "arrancar", "arranco"})  # fmt: skip
_FILLER = frozenset(
    {"please", "pls", "then", "ok", "okay", "instead", "though", "porfa", "por", "favor", "mejor", "pues", "si"}
)
_DAYS: dict[str, int] = {"weekly": 7, "biweekly": 14, "payday": 14, "semimonthly": 15, "every_4_weeks": 28}
_MONTHS: dict[str, int] = {"monthly": 1, "quarterly": 3}


def put_off(wish: Propose, heard: Heard, scene: Scene) -> Propose:
    """Counted from any day of the message; where it names no rhythm, or no day, those that are known decide."""
    if wish.parts or wish.wants == "pause" or not puts_off(heard.text, scene):
        return wish
    days = (one.what.earliest for one in heard.figures.all if isinstance(one.what, grammar.Day))
    day = wish.first or next(days, None)
    if day is None or wish.frequency is None:
        return replace(wish, first=day, not_before=False, one_later=True)
    return replace(wish, first=one_later(day, wish.frequency), not_before=False)


def puts_off(text: str, scene: Scene) -> bool:
    """Only where the words end a clause: "the one after christmas" is another day."""
    every = [words_of(clause) for _, clause in clauses(text)]
    denied = any(_NOT_THIS & _runs(words) for words in every)
    ends = [_end(words) for words in every]
    if any(end & _AFTER for end in ends):
        alone = len(words_of(text)) <= 4
        return denied or alone or any(_STARTS & set(words) for words in every)
    return denied and any(end & (_NEXT if len(scene.debts) > 1 else _NEXT | _OTHER) for end in ends)


def _end(words: Sequence[str]) -> set[str]:
    kept = list(words)
    while kept and kept[-1] in _FILLER:
        kept.pop()
    return {" ".join(kept[-size:]) for size in (2, 3)}


def _runs(words: Sequence[str]) -> set[str]:
    return {" ".join(words[at : at + size]) for at in range(len(words)) for size in (2, 3)}


def one_later(day: date, frequency: str) -> date:
    """The next day of that rhythm; paydays are taken for every two weeks, as where a plan is made of them."""
    if frequency in _DAYS:
        return day + timedelta(days=_DAYS[frequency])
    return almanac.months_later(day, _MONTHS[frequency])
