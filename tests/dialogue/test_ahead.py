"""How much of a plan the words of somebody who pays ahead mean."""

from __future__ import annotations

import pytest

from actions.ahead import parts_meant

ALL = (
    "can i pay it off early",
    "i wanna pay the rest",
    "pay off my payment plan early",
    "can i clear the plan",
    "what's left? ill pay that",
    "i want to pay everything now",
    "the remaining balance please",
    "all of it",
    "quiero pagar lo que falta",
    "liquidar el plan antes",
    "terminar de pagar ya",
    "todo lo que debo",
)
ONE = (
    "the next one",
    "can i make my payment early",
    "i want to pay the next one in full",
    "the december one, can i pay it today",
    "can i do this payment now",
    "let me make a payment ahead of time",
    "just one",
    "puedo adelantar el próximo pago",
    "puedo adelantar un pago de mi plan",
    "la de diciembre",
    "quiero pagar la que sigue",
    "mi pago de una vez",
)
TWO = ("two at once", "i want to double up, can i make double payments", "both", "las dos que siguen", "pagar doble")
OPEN = (
    "can i pay ahead",
    "put a little extra on my plan",
    "can i pay extra this month",
    "early",
    "puedo pagar antes?",
    "quiero abonar de más",
    "i have some extra money",
)


@pytest.mark.parametrize("words", ALL)
def test_all_that_is_left(words: str) -> None:
    assert parts_meant(words) == "all"


@pytest.mark.parametrize("words", ONE)
def test_the_next_one(words: str) -> None:
    assert parts_meant(words) == 1


@pytest.mark.parametrize("words", TWO)
def test_the_next_two(words: str) -> None:
    assert parts_meant(words) == 2


def test_more_than_two() -> None:
    assert parts_meant("the first three now") == 3
    assert parts_meant("cuatro cuotas de una vez") == 4


@pytest.mark.parametrize("words", OPEN)
def test_left_open(words: str) -> None:
    assert parts_meant(words) is None
