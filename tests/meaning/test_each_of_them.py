"""Whether a sum is for each of the debts: the words of a rhythm never say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Propose
from bot.dialogue.meaning.figures import by_the_grammar
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.proposed import proposals
from bot.dialogue.meaning.scene import DebtKnown, Scene
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")
SCENE = Scene(now=NOW, debts=(
    DebtKnown("Fit Nation", "gym", Money(40000, "USD")), DebtKnown("Cedar", "medical", Money(40000, "USD")),
))  # fmt: skip


def wish(text: str, *, off: bool) -> Propose:
    """`off`: as if the head had taken every rhythm for one that is no offer."""
    told = by_the_grammar(grammar.read(text, now=NOW))
    of_rhythms = tuple(
        replace(one, about="no") if off and isinstance(one.what, grammar.Frequency) else one for one in told.all
    )
    return proposals(Heard(text, {}, replace(told, all=of_rhythms)), SCENE)[0]


@each("text", [
    "i get paid every other week, i mean each second friday. 40 a month for both",
    "me pagan cada 15 días, 40 al mes por las dos", "no cada semana, 40 al mes las dos", "40 each payday for both",
    "cada tercer viernes no, mejor 40 al mes por las dos", "40 in each payment, both of them",
])  # fmt: skip
def test_a_rhythm_is_no_each_of_them(text: str) -> None:
    assert not wish(text, off=False).apart
    assert not wish(text, off=True).apart


@each("text", ["40 a month on each", "40 each every friday", "40 al mes a cada una", "cada semana 40 a cada cuenta"])
def test_each_of_them_is_heard_beside_a_rhythm(text: str) -> None:
    assert wish(text, off=False).apart
