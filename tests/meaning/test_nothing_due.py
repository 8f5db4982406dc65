"""A time that somebody leaves out of a plan is heard as that, and its days are no offer."""

from __future__ import annotations

from datetime import datetime

from bot.dialogue import grammar
from bot.dialogue.meaning.figures import by_the_grammar, near
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.nothing_due import with_nothing_due
from bot.dialogue.meaning.scene import Scene
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-18T10:00:00-06:00")
DECEMBER, TWO_MONTHS = ("2026-12-01", "2026-12-31"), ("2026-12-01", "2027-01-31")
BREAK, WEEK = ("2026-12-20", "2027-01-10"), ("2026-12-21", "2026-12-27")
THANKSGIVING = ("2026-11-23", "2026-11-29")


def heard(text: str, now: datetime = NOW) -> Heard:
    spanish = grammar.read(text, now=now, language="es")
    scene = Scene(now=now)
    return with_nothing_due(Heard(text, {}, near(by_the_grammar(spanish), scene)), scene)


def time_in(text: str, now: datetime = NOW) -> tuple[str, str] | None:
    time = heard(text, now).nothing_due
    return None if time is None else (time[0].isoformat(), time[1].isoformat())


@each(("text", "time"), [
    ("can we skip december", DECEMBER),
    ("can we skip december and january", TWO_MONTHS),
    ("can we leave December alone", DECEMBER),
    ("can you keep december free", DECEMBER),
    ("could we do 40 a month and take december off", DECEMBER),
    ("why dont we skip december", DECEMBER),
    ("skip next month", DECEMBER),
    ("no payment in December. So the first would be in January", DECEMBER),
    ("60 a month but nothing in december", DECEMBER),
    ("I can't pay anything in december", DECEMBER),
    ("in december I can't pay", DECEMBER),
    ("december is out", DECEMBER),
    ("25 a week but not in december please", DECEMBER),
    ("we dont get paid over christmas break, so nothing from about Dec 20 to Jan 10", BREAK),
    ("nothing from Dec. 20 to Jan. 10", BREAK),
    ("no payments between 12/20 - 1/10", BREAK),
    ("nothing on the week I'm home, that's Thanksgiving week", THANKSGIVING),
    ("30 every friday but skip thanksgiving week", THANKSGIVING),
    ("25 a week except the week of christmas", WEEK),
    ("nothing the last week of december", ("2026-12-25", "2026-12-31")),
    ("not between dec 20 and jan 10", BREAK),
    ("I can't pay Dec 31 or Jan 15", ("2026-12-31", "2027-01-15")),
    ("twice a month, as long as Dec 31 and Jan 15 are left out", ("2026-12-31", "2027-01-15")),
    ("entre el 20 de diciembre y el 10 de enero no puedo", BREAK),
    ("nothing between christmas and new years", ("2026-12-25", "2027-01-01")),
    ("sáltese diciembre", DECEMBER),
    ("quisiera brincarme diciembre", DECEMBER),
    ("¿por qué no saltamos diciembre?", DECEMBER),
    ("40 al mes, dejando fuera diciembre", DECEMBER),
    ("podemos dejar diciembre libre", DECEMBER),
    ("nada en diciembre ni en enero", TWO_MONTHS),
    ("no me cobren nada en diciembre", DECEMBER),
    ("no quiero pagar nada en diciembre", DECEMBER),
    ("en diciembre no puedo pagar", DECEMBER),
    ("del 20 de diciembre al 10 de enero no puedo", BREAK),
    ("excepto del 20 de diciembre al 10 de enero", BREAK),
    ("del 20 al 30 de diciembre nada", ("2026-12-20", "2026-12-30")),
    ("25 cada semana menos la semana de navidad", WEEK),
])  # fmt: skip
def test_a_time_that_is_left_out_is_heard(text: str, time: tuple[str, str]) -> None:
    assert time_in(text) == time


@each("text", [
    "dont skip december",
    "i dont want to skip december",
    "did i skip december?",
    "what happens if i skip december",
    "i paid nothing in december",
    "i got nothing from you in december",
    "no payment was taken in december",
    "skip the fees, december is fine",
    "can i skip the december 4 payment",
    "start in december",
    "not december 15, january 4",
    "no, december",
    "nothing, in december i get paid",
    "nothing until january",
    "i cant pay 50 in december but i can do 20",
    "I was out of work from october to november",
    "leave me alone",
    "not december 4 and december 18",
    "except fridays",
    "nothing to the gym",
    "no me salte diciembre",
    "nunca pago nada en diciembre",
    "pagué nada en diciembre",
    "quiero pagar menos en diciembre",
    "menos de 50 en diciembre",
    "no puedo pagar hasta diciembre",
    "en diciembre no tengo tanto, 20 si",
    "del 20 al 30 de diciembre puedo",
])  # fmt: skip
def test_what_is_denied_told_or_bounded_leaves_no_time_out(text: str) -> None:
    assert time_in(text) is None


def test_its_days_are_no_offer_and_the_month_behind_it_is_no_question() -> None:
    found = heard("25 a week, nothing from Dec 20 to Jan 10")
    assert found.figures.days() == [] and [one.minor for one in found.figures.money()] == [2500]
    assert heard("no payment in December. So the first would be in January").figures.vague == ()
    assert heard("no payment in December, 50 in March").figures.vague != ()


def test_a_month_that_has_begun_is_that_month() -> None:
    assert time_in("can we skip december", datetime.fromisoformat("2026-12-28T10:00:00-06:00")) == DECEMBER
