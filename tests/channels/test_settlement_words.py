"""Carriers reject "forgiven" and "debt reduction": an operator's switch says the same otherwise."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from bot import contact
from bot.core import Problems, Settings
from bot.dialogue.meaning.acts import Identify
from tests.channels.living import parley
from tests.dialogue.acting import Person

KEISHA = Person("+15550100013", Identify(date_of_birth=date(1963, 5, 5), postcode="81003"))
REJECTED = r"(?i)forgiv|perdon|condon|debt reduction|reducci"


@pytest.mark.parametrize(("words", "told"), [("forgiven", "is forgiven"), ("closed", "it's closed")])
def test_a_settlement_is_said_in_the_operators_words(filled: Path, tmp_path: Path, words: str, told: str) -> None:
    with parley(filled, tmp_path, PARLEY_SETTLEMENT_WORDS=words) as live:
        live.ask("sms", "5/5/1963 81003", KEISHA.proof, phone=KEISHA.phone)
        heard = live.ask("sms", "can i pay less and be done with it", "request_settlement", phone=KEISHA.phone)
        heard += live.ask("sms", "what are my choices", "ask_options", phone=KEISHA.phone)
    assert told in heard
    assert bool(re.search(REJECTED, heard)) == (words == "forgiven")


def test_whatever_speaks_of_it_has_the_other_words_too_in_both_languages() -> None:
    known = contact.texts.load()
    offers = {name for name, one in known.items() if one.tag == "offer" and re.search(REJECTED, " ".join(one.texts.values()))}
    assert offers and all(f"{name}_closed" in known for name in offers)
    assert not any(re.search(REJECTED, text) for name in offers for text in known[f"{name}_closed"].texts.values())


def test_other_words_are_refused_at_the_start() -> None:
    with pytest.raises(Problems, match="PARLEY_SETTLEMENT_WORDS"):
        Settings.load({"PARLEY_SETTLEMENT_WORDS": "free"})
