"""Which part of a plan is to move or to be left out, and of which account."""

from __future__ import annotations

from datetime import date, datetime

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.acts import CancelPlan, ChangeAmount, Move, Skip
from bot.dialogue.meaning.fields import act_for
from bot.dialogue.meaning.figures import by_the_grammar, near
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import DebtKnown, PlanRunning, Scene
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-30T10:00:00-06:00")
DAYS = (date(2026, 12, 4), date(2027, 1, 4), date(2027, 2, 4), date(2027, 3, 4))
SCENE = Scene(
    now=NOW, verified=True, plan=PlanRunning(Money(6000, "USD"), "monthly", DAYS[0], 4, DAYS),
    debts=(DebtKnown("Ironworks Fitness", "gym", Money(17148, "USD"), ("gym",)),
           DebtKnown("Cedar Valley Clinic", "medical", Money(151599, "USD"), ("clinic", "clinica"))),
)  # fmt: skip
JANUARY = (date(2027, 1, 1), date(2027, 1, 31))


def act(label: str, text: str) -> object:
    return act_for(label, Heard(text, {}, near(by_the_grammar(grammar.read(text, now=NOW)), SCENE)), SCENE)


@each(("text", "part", "on"), [
    ("move it to the 11th", None, date(2026, 12, 11)),
    ("not on the 4th, on the 9th", (DAYS[0], DAYS[0]), date(2026, 12, 9)),
    ("move the january 4 one to january 11", (DAYS[1], DAYS[1]), date(2027, 1, 11)),
    ("mueve la del 4 de febrero al 12 de febrero", (DAYS[2], DAYS[2]), date(2027, 2, 12)),
    ("la del 4 de enero pásela al martes", (DAYS[1], DAYS[1]), date(2027, 1, 5)),
    ("move the one of february 4 to this friday", (DAYS[2], DAYS[2]), date(2026, 12, 4)),
    ("La del 3 de enero cae en domingo, pásela al martes", (DAYS[1], DAYS[1]), date(2027, 1, 5)),
    ("move it to december 7", None, date(2026, 12, 7)),
    ("move january's to the 12th", JANUARY, date(2027, 1, 12)),
    ("move the february 4 payment", (DAYS[2], DAYS[2]), None),
    ("move my next payment please", None, None),
])  # fmt: skip
def test_the_part_and_the_day_that_it_goes_to(text: str, part: tuple[date, date] | None, on: date | None) -> None:
    moved = act("move", text)
    assert isinstance(moved, Move) and (moved.part, moved.on) == (part, on)


@each(("text", "part"), [
    ("skip january", JANUARY),
    ("sáltate la de enero", JANUARY),
    ("can i skip the february 4 one", (DAYS[2], DAYS[2])),
    ("skip the next one", None),
])  # fmt: skip
def test_the_part_that_is_left_out(text: str, part: tuple[date, date] | None) -> None:
    skipped = act("skip", text)
    assert isinstance(skipped, Skip) and skipped.part == part


@each(("label", "text", "kind"), [
    ("change_amount", "change the gym to 20", ChangeAmount),
    ("cancel_plan", "cancel the gym plan", CancelPlan),
    ("move", "move the gym one to the 17th", Move),
    ("skip", "skip the gym this time", Skip),
])  # fmt: skip
def test_the_account_that_they_name(label: str, text: str, kind: type) -> None:
    changed = act(label, text)
    assert isinstance(changed, kind) and changed.debts == (1,)  # type: ignore[attr-defined]
