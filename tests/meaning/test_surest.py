"""Of several figures in one role the surest is taken, and the last of those that are equally sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Pay, Promise, Propose
from bot.dialogue.meaning.fields import act_for
from bot.dialogue.meaning.figures import by_the_grammar
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import DebtKnown, Scene
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")
SCENE = Scene(now=NOW, debts=(DebtKnown("Cedar", "medical", Money(90000, "USD")),))


def heard(text: str, about: str, sure: Sequence[float]) -> Heard:
    """`sure` of the sums in their order."""
    told, left = by_the_grammar(grammar.read(text, now=NOW)), iter(sure)
    figures = tuple(
        replace(one, about=about, sure=next(left)) if isinstance(one.what, grammar.Amount) else one for one in told.all
    )
    return Heard(text, {}, replace(told, all=figures))


@each(("text", "sure", "taken"), [
    ("you said 55, look i can do 35 a month", (0.4, 0.9), 3500),
    ("35 a month is what i have, you keep saying 55", (0.9, 0.4), 3500),
    ("make it 25. or no 30 a week", (0.8, 0.8), 3000),
    ("dije que 45 al mes, no sé de dónde sacan esos 60", (0.9, 0.5), 4500),
    ("serían 20 por semana. a ver, mejor 25", (0.9, 0.9), 2500),
])  # fmt: skip
def test_the_surest_sum_is_each_payment(text: str, sure: Sequence[float], taken: int) -> None:
    act = act_for("propose", heard(text, "each", sure), SCENE)
    assert isinstance(act, Propose) and act.each == Money(taken, "USD")


@each(("text", "about", "sure", "taken"), [
    ("told you 350 once! 450 tonight and its over", "total", (0.7, 0.95), 45000),
    ("te dije 350, ahora 450 y ya quedamos", "total", (0.7, 0.95), 45000),
])  # fmt: skip
def test_so_is_the_surest_sum_that_ends_it(text: str, about: str, sure: Sequence[float], taken: int) -> None:
    act = act_for("propose:settlement", heard(text, about, sure), SCENE)
    assert isinstance(act, Propose) and act.total == Money(taken, "USD")


def test_so_is_what_is_paid_or_promised() -> None:
    told = heard("the 60 was last week, i said 40 today", "now", (0.3, 0.9))
    paid, promised = act_for("pay", told, SCENE), act_for("promise", told, SCENE)
    assert isinstance(paid, Pay) and paid.what == Money(4000, "USD")
    assert isinstance(promised, Promise) and promised.amount == Money(4000, "USD")


def test_the_surest_rhythm_is_taken() -> None:
    told = heard("paid every friday, so 40 once a month", "each", (0.9,))
    sure = {"weekly": 0.5, "monthly": 0.9}
    figures = tuple(
        replace(one, about="", sure=sure[one.what.value]) if isinstance(one.what, grammar.Frequency) else one
        for one in told.figures.all
    )
    act = act_for("propose", replace(told, figures=replace(told.figures, all=figures)), SCENE)
    assert isinstance(act, Propose) and act.frequency == "monthly"
