"""Whoever types a card hears that it was not kept, and gets the safe page to pay on."""

from __future__ import annotations

import pytest

from bot.dialogue.meaning.acts import Propose
from tests.dialogue.acting import usd
from tests.dialogue.conftest import Begin

CARD = "4242 4242 4242 4242 12/27 123"
METHOD = "change_payment_method"
"""What a model may hear in a text that has only marks in it."""


@pytest.mark.parametrize(
    "typed", [CARD, "here's my card: 4242424242424242", "mi tarjeta es 4242 4242 4242 4242 vence 12/27 cvv 123"]
)
def test_a_card_alone_is_answered_with_the_link_and_nothing_is_read_into_its_marks(begin: Begin, typed: str) -> None:
    talk = begin(known=True)
    answer = talk.write(typed, METHOD)
    assert answer.responses[0] == "utter_payments_withheld" and "/p/" in answer.text
    assert talk.case() is None


def test_what_is_said_of_paying_beside_a_card_is_the_link_too(begin: Begin) -> None:
    talk = begin(known=True)
    answer = talk.write(f"put this on my card {CARD}", METHOD)
    assert answer.responses[0] == "utter_payments_withheld" and "/p/" in answer.text
    assert talk.case() is None


def test_a_card_in_answer_to_an_offer_waits_for_the_yes(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("i can do 40 a month", Propose(each=usd(40), frequency="monthly"))
    assert talk.asked == "accept"
    answer = talk.write(CARD)
    assert answer.responses[0] == "utter_payments_withheld"
    assert "utter_negotiation_link_at_yes" in answer.responses and talk.asked == "accept"


def test_the_expiry_and_the_code_alone_are_told_of_as_well(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write(CARD)
    assert talk.write("12/27 123", METHOD).responses[0] == "utter_payments_withheld"
    assert talk.case() is None


def test_a_stranger_gets_no_link(begin: Begin) -> None:
    talk = begin()
    answer = talk.write(CARD)
    assert answer.responses[0] == "utter_payments_withheld" and "/p/" not in answer.text


def test_what_else_is_said_with_a_card_is_heard(begin: Begin) -> None:
    talk = begin(known=True)
    assert "utter_contact_stopped" in talk.write(f"{CARD} stop texting me", "opt_out").responses
