"""A question that no act explains is given back in their words; what was understood is not."""

from __future__ import annotations

import pytest

from bot.dialogue.meaning.acts import Act, AskAbout, Plain, Propose, Said, ThinkItOver, Unclear
from bot.dialogue.meaning.heard import Clause, Heard
from bot.dialogue.meaning.missed import missed

OFFER = Clause("i can do 40 a month", {"propose": 0.9, "accept": 0.1})


def heard(*clauses: Clause) -> Heard:
    return Heard(" ".join(one.text for one in clauses), {}, clauses=clauses)


def said(*acts: Act) -> list[Said]:
    return [Said(act, "") for act in acts]


@pytest.mark.parametrize("text", ["will they take my boat?", "can they take my boat", "y pueden llevarse mi lancha"])
def test_a_question_beside_terms_that_nothing_explains_comes_back(text: str) -> None:
    asked = Clause(text, {"ask_about:garnish": 0.2, "propose": 0.05})
    assert missed(heard(OFFER, asked), said(Propose())) == text


@pytest.mark.parametrize(
    "asked",
    [
        Clause("does it hurt my credit?", {"ask_about:credit": 0.3, "ask_about:changeable": 0.2}),
        Clause("and my credit, what then?", {"ask_about:missed": 0.3, "ask_about:credit": 0.2}),
        Clause("my credit is bad enough", {"ask_about:missed": 0.3}),
        Clause("right?", {"refuse": 0.6}),
        Clause("is that ok?", {"repeat": 0.1}),
        Clause("do i text you?", {"repeat": 0.1}),
        Clause("hi i got a text from yall?", {"greet": 0.86, "who_are_you": 0.1}),
    ],
)
def test_what_was_answered_or_asks_nothing_does_not(asked: Clause) -> None:
    assert missed(heard(OFFER, asked), said(Propose(), AskAbout(about="credit"))) == ""


def test_a_question_heard_of_the_whole_message_is_the_one_that_no_clause_explains() -> None:
    asked = Clause("when do you need to know by?", {"ask_about:changeable": 0.17})
    thinks = Clause("let me think about it", {"think_it_over": 0.9})
    assert missed(heard(thinks, asked), said(ThinkItOver(), AskAbout(about="deadline"))) == ""
    assert missed(heard(thinks, asked), said(ThinkItOver())) == asked.text


@pytest.mark.parametrize("text", ["so would that work for you or nah?", "entonces qué le parece, se puede?"])
def test_whether_their_wish_can_be_is_answered_with_the_wish(text: str) -> None:
    asked = Clause(text, {"ask_about:changeable": 0.2, "propose": 0.05})
    assert missed(heard(OFFER, asked), said(Propose())) == ""
    assert missed(heard(asked), said(Plain(name="hardship"))) == text


@pytest.mark.parametrize("act", [Unclear(), Plain(name="thanks"), Plain(name="crisis"), Plain(name="attorney")])
def test_nothing_else_understood_or_something_grave_says_it_already(act: Act) -> None:
    assert missed(heard(OFFER, Clause("will they take my boat?", {"propose": 0.1})), said(act)) == ""


def test_a_long_one_is_cut() -> None:
    asked = Clause(f"{'very ' * 40}long?", {"ask_fees": 0.1})
    assert len(missed(heard(OFFER, asked), said(Propose()))) <= 60
