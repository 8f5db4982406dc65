"""Sums that only the scene shows to be sums: a bare number beside the name of a debt, "70 clinic 30 gym"."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import grammar
from bot.dialogue.meaning.figures import Figures, by_the_grammar
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.naming import words_naming
from bot.dialogue.meaning.scene import Scene


def with_sums_of_debts(heard: Heard, scene: Scene) -> Heard:
    """The same with the figures that are found once the names of the debts are known; what was heard keeps its role."""
    names = words_naming(heard.text, scene)
    if not names:
        return heard
    told = grammar.read(heard.text, now=scene.now, language=scene.language, currency=scene.currency, names=names)
    known = [one.what for one in heard.figures.all]
    found = [one for one in by_the_grammar(told).all if not any(_overlap(one.what, other) for other in known)]
    if not any(isinstance(one.what, grammar.Amount) for one in found):
        return heard
    every = sorted((*heard.figures.all, *found), key=lambda one: one.what.start)
    vague = (one for one in heard.figures.vague if not any(_overlap(one, new.what) for new in found))
    return replace(heard, figures=Figures(tuple(every), tuple(vague)))


def _overlap(one: grammar.Entity | grammar.Vague, other: grammar.Entity) -> bool:
    return one.start < other.end and other.start < one.end
