"""Every question has something to tap, from one declaration, and nothing is tapped under what is no question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from bot import contact, core
from bot.contact.store import outbox
from bot.dialogue import taps
from bot.dialogue.meaning.tapped import declared
from tests.dialogue import acting, questions
from tests.examples import each

Begin = Callable[..., acting.Talk]
LANGUAGES = ("en", "es")


def last(talk: acting.Talk) -> Any:
    with core.reading(talk.database) as session:
        return session.execute(sa.select(outbox).order_by(outbox.c.number.desc()).limit(1)).one()


def offered(talk: acting.Talk) -> list[str]:
    return [choice for part in last(talk).parts for choice in part["choices"]]


def put(begin: Begin, question: str) -> acting.Talk:
    person, known, steps = questions.WAYS[question]
    talk = begin(person, known=known)
    for number, step in enumerate(steps):
        talk.write(f"step {number}", step)
    assert talk.asked == questions.kind_of(question)
    return talk


@pytest.mark.parametrize("question", [one for one in questions.WAYS if one != "representative"])
def test_every_question_has_something_to_tap_but_the_one_for_a_name(begin: Begin, question: str) -> None:
    talk = put(begin, question)
    assert talk.state.question is not None
    assert offered(talk) == list(taps.under(talk.state.question, "en"))
    assert 1 <= len(offered(talk)) <= taps.MOST
    assert len(set(offered(talk))) == len(offered(talk))


def test_a_list_is_tapped_by_its_numbers(begin: Begin) -> None:
    assert offered(put(begin, "choice"))[:2] == ["1", "2"]
    assert offered(put(begin, "debt"))[:2] == ["1", "2"]


def test_nothing_is_tapped_under_an_answer_that_asks_nothing_nor_in_a_crisis(begin: Begin) -> None:
    talk = put(begin, "accept")
    talk.write("thanks", "thanks")
    assert offered(talk) == []
    talk.write("i want to die", "crisis")
    assert talk.asked is None or "988" in last(talk).text
    assert offered(talk) == []


def test_who_writes_spanish_taps_spanish(begin: Begin) -> None:
    talk = begin(acting.ROCIO, known=True)
    talk.write("pausa", "cannot_pay")
    assert offered(talk) == ["Una pausa", "Un monto menor", "Hablar con alguien"]


@each("name", declared())
def test_a_button_fits_a_telephone_and_says_as_much_in_both_languages(name: str) -> None:
    words = declared()[name]
    assert set(words) == {*LANGUAGES, "hears"} and len(words["en"]) == len(words["es"]) == len(words["hears"])
    for one in (*words["en"], *words["es"]):
        assert one == contact.texts.plain(one) and 0 < len(one) <= taps.LONGEST, one
