"""A bare figure while an offer for several debts waits is for all of them; a day alone changes only the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Literal

import pytest

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Propose
from bot.dialogue.meaning.figures import by_the_grammar
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.parts import payments_of_their_own
from bot.dialogue.meaning.proposed import proposals
from bot.dialogue.meaning.scene import Asked, DebtKnown, OfferRead, Scene

NOW = datetime(2026, 11, 18, 15, tzinfo=timezone.utc)
DEBTS = (
    DebtKnown("Westgate Water", "water", Money(24_000, "USD"), words=("agua",)),
    DebtKnown("Hillside Dental", "dental", Money(61_000, "USD"), words=("dentist", "dentista")),
)
READ = OfferRead(kind="plan", each=Money(4_618, "USD"), frequency="biweekly", count=20, first=date(2026, 12, 2))
Language = Literal["en", "es"]


def wish(text: str, language: Language = "en", asked: Asked = "accept", pace: str = "biweekly") -> Propose:
    scene = Scene(NOW, language, verified=True, asked=asked, debts=DEBTS, talking_of=(1, 2),
                  offers=(OfferRead(**{**vars(READ), "frequency": pace}),))  # fmt: skip
    told = by_the_grammar(grammar.read(text, now=NOW, language=language))
    return proposals(Heard(text, {}, told), scene)[0]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("make it 41, my dental checkup is on the 5th", "en"),
        ("41 at most but the water bill comes on the 1st too", "en"),
        ("could we say 41? i also pay for water at home", "en"),
        ("41 nomás, la del agua me llega el primero", "es"),
        ("póngale 41 porque voy al dentista ese día", "es"),
    ],
)
def test_a_bare_figure_is_for_all_though_a_word_of_one_stands_elsewhere(text: str, language: Language) -> None:
    assert wish(text, language).debts is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("41 for the dentist", "en"),
        ("for the water one, 41", "en"),
        ("41 para la del agua, lo demás igual", "es"),
        ("al dentista, 41 y ya", "es"),
    ],
)
def test_a_figure_with_the_name_of_one_is_for_that_one(text: str, language: Language) -> None:
    assert isinstance(wish(text, language).debts, tuple)


def test_where_no_offer_for_several_waits_a_name_anywhere_says_which() -> None:
    assert wish("make it 41, my dental one", asked="menu").debts == (2,)


def test_one_each_is_said_with_each() -> None:
    assert wish("41 each").apart and wish("41 cada una", "es").apart


@pytest.mark.parametrize(
    ("text", "language"),
    [("46 works, fridays please", "en"), ("ok but on fridays", "en"), ("va el de 46, los viernes", "es")],
)
def test_a_weekday_alone_keeps_the_rhythm_of_the_offer(text: str, language: Language) -> None:
    told = wish(text, language)
    assert (told.frequency, told.weekday) == (None, "friday")


@pytest.mark.parametrize(
    ("text", "language", "pace"),
    [
        ("46 every friday", "en", "biweekly"),
        ("46 cada viernes", "es", "biweekly"),
        ("25 on fridays", "en", "biweekly"),
    ],
)
def test_every_friday_another_sum_or_an_offer_by_the_month_is_a_rhythm_of_weeks(
    text: str, language: Language, pace: str
) -> None:
    assert wish(text, language, pace=pace).frequency == "weekly"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("first you told me 46 and now 52? ok the 46 then, from december 18", "en"),
        ("primero me dijiste 46 y ahora 52? va, 46 desde el 18 de diciembre", "es"),
    ],
)
def test_what_we_had_said_is_no_payment_of_theirs(text: str, language: Language) -> None:
    now = by_the_grammar(grammar.read(text, now=NOW, language=language))
    first = next(n for n, one in enumerate(now.all) if isinstance(one.what, grammar.Amount))
    told = replace(now, all=tuple(replace(one, about="now") if n == first else one for n, one in enumerate(now.all)))
    scene = Scene(NOW, language, verified=True, asked="accept", debts=DEBTS, talking_of=(1, 2))
    assert payments_of_their_own(Heard(text, {}, told), scene) == ()
    theirs = by_the_grammar(grammar.read("you said 46, i can do 40 now", now=NOW, language="en"))
    assert payments_of_their_own(Heard("you said 46, i can do 40 now", {}, theirs), scene) != ()
