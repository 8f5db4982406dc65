"""A weekday without a word for how often names the day, and an offer keeps its rhythm."""

from __future__ import annotations

from datetime import date, datetime

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.acts import ChangeRhythm, Propose
from bot.dialogue.meaning.case import CHOSEN, Case
from bot.dialogue.meaning.fields import act_for
from bot.dialogue.meaning.figures import by_the_grammar, near
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import DebtKnown, OfferRead, PlanRunning, Scene
from bot.dialogue.meaning.table import ROWS
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")
DEBTS = (DebtKnown("Cedar", "medical", Money(90000, "USD")),)
OFFER = OfferRead("plan", Money(3918, "USD"), "biweekly", 23, date(2026, 12, 4), Money(90000, "USD"))
MONTHLY = OfferRead("plan", Money(8100, "USD"), "monthly", 12, date(2026, 12, 4), Money(90000, "USD"))
NOTHING = Scene(now=NOW, debts=DEBTS)
WAITS = Scene(now=NOW, debts=DEBTS, asked="accept", offers=(OFFER,))
CHOICE = Scene(now=NOW, debts=DEBTS, asked="choice", offers=(MONTHLY, OFFER))


def heard(text: str, scene: Scene) -> Heard:
    return Heard(text, {}, near(by_the_grammar(grammar.read(text, now=NOW, language=scene.language)), scene))


def wish(text: str, scene: Scene) -> Propose:
    act = act_for("propose", heard(text, scene), scene)
    assert isinstance(act, Propose)
    return act


@each(("text", "weekday"), [
    ("on fridays", "friday"),
    ("ok but fridays please", "friday"),
    ("can it be on mondays", "monday"),
    ("thursdays would be better for me", "thursday"),
    ("los viernes", "friday"),
    ("sí pero los lunes", "monday"),
    ("que sea los jueves", "thursday"),
    ("mejor los martes", "tuesday"),
])  # fmt: skip
def test_an_offer_that_waits_keeps_its_rhythm(text: str, weekday: str) -> None:
    told = wish(text, WAITS)
    assert (told.weekday, told.frequency, told.each) == (weekday, None, None)


@each("text", ["dame el de 39 pues, pero los viernes", "39 los viernes", "$39.18 on fridays"])
def test_beside_the_offers_own_figure_it_is_that_offer(text: str) -> None:
    waits, chosen = wish(text, WAITS), wish(text, CHOICE)
    assert (waits.weekday, waits.frequency, waits.each) == ("friday", None, OFFER.each)
    assert (chosen.weekday, chosen.frequency, chosen.each) == ("friday", "biweekly", OFFER.each)


def test_a_figure_that_only_points_at_the_offer_does_so() -> None:
    told = wish("the 39 one but on fridays", CHOICE)
    assert (told.weekday, told.frequency, told.each) == ("friday", "biweekly", OFFER.each)


def test_of_a_month_it_is_the_one_nearest_to_the_offers_first_day() -> None:
    told = wish("los lunes", Scene(now=NOW, debts=DEBTS, asked="accept", offers=(MONTHLY,)))
    assert (told.weekday, told.nth, told.frequency) == ("monday", 1, None)


@each("text", ["on fridays", "los viernes", "40 on fridays", "le doy 40 los viernes"])
def test_alone_for_the_first_time_it_is_every_week(text: str) -> None:
    assert (wish(text, NOTHING).weekday, wish(text, NOTHING).frequency) == ("friday", "weekly")


@each(
    "text",
    ["every friday", "todos los viernes", "cada viernes", "make it weekly, fridays", "25 los viernes", "20 on fridays"],
)
def test_with_a_word_for_how_often_or_a_sum_of_its_own_it_is_another_rhythm(text: str) -> None:
    assert (wish(text, WAITS).weekday, wish(text, WAITS).frequency) == ("friday", "weekly")


@each("text", ["every two weeks on fridays", "cada dos semanas los viernes"])
def test_a_rhythm_beside_it_stays_what_it_is(text: str) -> None:
    assert (wish(text, NOTHING).weekday, wish(text, NOTHING).frequency) == ("friday", "biweekly")


def test_a_plan_that_runs_keeps_its_rhythm() -> None:
    plan = PlanRunning(Money(3918, "USD"), "biweekly", date(2026, 12, 4), 7)
    scene = Scene(now=NOW, debts=DEBTS, plan=plan)
    act = act_for("change_rhythm", heard("los lunes mejor", scene), scene)
    assert isinstance(act, ChangeRhythm) and (act.weekday, act.frequency) == ("monday", None)


@each(("text", "same"), [("39.18 los viernes", True), ("39.18 los lunes", False)])
def test_another_weekday_than_the_offers_is_no_yes_to_it(text: str, same: bool) -> None:
    weekly = OfferRead("plan", Money(3918, "USD"), "weekly", 23, date(2026, 12, 4), Money(90000, "USD"))
    scene = Scene(now=NOW, debts=DEBTS, asked="accept", offers=(weekly,))
    repeats = next(fits for name, fits, _ in ROWS if name == "the figures of the offer that waits")
    assert repeats(Case(heard(text, scene), scene, CHOSEN)) == same
