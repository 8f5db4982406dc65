"""Vague words call for a question only where the offer leaves open what they are vague about."""

from __future__ import annotations

from datetime import datetime

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Act
from bot.dialogue.meaning.fields import act_for
from bot.dialogue.meaning.figures import by_the_grammar
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import DebtKnown, Scene
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")
SCENE = Scene(now=NOW, debts=(DebtKnown("Cedar", "medical", Money(90000, "USD")),))


def asks(label: str, text: str) -> str | None:
    act: Act = act_for(label, Heard(text, {}, by_the_grammar(grammar.read(text, now=NOW))), SCENE)
    vague = act.vague  # type: ignore[attr-defined]
    return vague.question if vague else None


@each(("label", "text"), [
    ("propose", "start it after the holidays, january 4th, 30 a month"),
    ("propose", "some weeks 400 and some, lets say 30 a month"),
    ("promise", "i can give something, 45 on the 12th"),
    ("promise", "el fin de semana no, 45 el 12"),
    ("move", "next week is bad, the 18th"),
])  # fmt: skip
def test_what_the_offer_names_itself_is_not_asked(label: str, text: str) -> None:
    assert asks(label, text) is None


@each(("label", "text", "question"), [
    ("propose", "30 a month but i cant start until february", "which_date"),
    ("propose", "30 al mes empezando en febrero", "which_date"),
    ("propose", "30 every two weeks in february", None),
    ("propose", "50 a month, first one in january", "which_date"),
    ("propose", "50 al mes, la primera en enero", "which_date"),
    ("propose", "i can start in february", "which_date"),
    ("propose", "lets say fourteen fifty every sat", "amount"),
    ("propose", "50 every day", "frequency"),
    ("promise", "45 when i get paid", "payday"),
    ("move", "next week is better", "which_date"),
    ("move", "mejor el mes que entra", "which_date"),
])  # fmt: skip
def test_what_it_leaves_open_is(label: str, text: str, question: str) -> None:
    assert asks(label, text) == question


@each(("label", "text", "question"), [
    ("pay:amount", "i can pay 3 today", "amount"),
    ("pay", "2.75 now", "amount"),
    ("pay", "a buck fifty now", "amount"),
    ("pay:amount", "0,75 ahora", "amount"),
    ("pay", "can i pay it yesterday", "which_date"),
    ("pay:all", "all of it last friday", "which_date"),
    ("pay:amount", "pay 50 on november 3", "which_date"),
    ("pay", "send me the link", None),
    ("pay", "send me the link for my 2 accounts", None),
    ("pay", "pay the one ending in 1000", None),
    ("pay:amount", "0.75 now", None),
    ("pay:amount", "50 today, i start a new job in january", None),
    ("pay:all", "pay it all, my 3 kids are hungry", None),
])  # fmt: skip
def test_a_link_is_for_what_was_said_or_it_is_asked(label: str, text: str, question: str | None) -> None:
    """A figure of which nothing was made is never all of it, and a day that is over never today."""
    assert asks(label, text) == question
