"""What is read of an answer to "who are you?": a birthday is no telephone number, and a reference no birthday."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.dialogue.meaning.scene import Scene
from bot.dialogue.nlu.listening import proofs_in
from tests.examples import each

ASKED = Scene(now=datetime.fromisoformat("2026-11-23T10:00:00-06:00"), asked="identity")


@each("text", ["8 12 2001", "8122001", "08 12 2001", "8122001 87501"])
def test_a_birthday_in_bare_figures_is_one(text: str) -> None:
    found = proofs_in(text, ASKED)
    assert found.date_of_birth == date(2001, 8, 12) and found.phone is None and found.reference is None


def test_seven_figures_are_a_reference_where_one_is_asked_for() -> None:
    found = proofs_in("8122001", replace(ASKED, awaits="reference"))
    assert found.reference == "8122001" and found.date_of_birth is None


@each("text", ["404 555 0100", "4045550100", "my number is 404-555-0100"])
def test_a_telephone_number_stays_one(text: str) -> None:
    assert proofs_in(text, ASKED).phone == "+14045550100"
