"""Repair inside every open question: each pattern of Rasa's list, and a few of our own, said there and said again.

Whatever they say: the turn does not raise, something is answered, never the same message twice in a row, and nothing
is agreed, changed or charged, since none of it is a yes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogue.meaning.acts import (
    Adjust,
    AskAbout,
    CancelPlan,
    CannotSay,
    Choose,
    Drop,
    IsWell,
    Keep,
    NoMore,
    Promise,
    Propose,
    Refuse,
    Skip,
    ThinkItOver,
    Unclear,
)
from bot.dialogue.questions import KINDS
from tests.dialogue import acting, questions
from tests.dialogue.acting import Answer, Talk, usd

SAYS_IT_AGAIN = frozenset({"safety", "opt_out", "receipt"})
PATTERNS: dict[str, questions.Step] = {
    "a correction": Propose(each=usd(45)),
    "a new figure": Propose(each=usd(35), frequency="monthly"),
    "a day": Promise(amount=usd(30)),
    "in a direction": Adjust(to="less"),
    "a digression": "ask_fees",
    "who are you": "who_are_you",
    "what if i miss one": AskAbout(about="missed"),
    "how long is it": AskAbout(about="schedule"),
    "the balance": "ask_balance",
    "let me think": ThinkItOver(),
    "more time": "needs_time",
    "skip it": Skip(),
    "never mind": Drop(),
    "end it": CancelPlan(),
    "leave it": Keep(),
    "no": Refuse(),
    "no more than that": NoMore(),
    "i do not know": CannotSay(),
    "say that again": "repeat",
    "gibberish": Unclear(),
    "the weather": "out_of_scope",
    "thank you": "thanks",
    "good day": "greet",
    "good bye": "goodbye",
    "help me": "help",
    "an insult": "anger",
    "real person please": "talk_to_human",
    "no more messages": "opt_out",
    "cannot go on": "crisis",
    "first one": Choose(option=1),
    "ninth one": Choose(option=9),
    "from the beginning": "start_over",
    "i am fine": IsWell(),
    "lost my job": "hardship",
}
STAY = ("a digression", "who are you", "what if i miss one", "let me think", "thank you", "good day", "good bye",
        "say that again", "gibberish", "the weather", "the balance")  # fmt: skip
"""After these, said once, the question is still open."""
GONE = ("real person please", "no more messages", "cannot go on", "never mind", "no")
"""After these it is not, or it is another one."""
MAY_CHANGE = {
    ("first one", "ahead"), ("a correction", "ahead"), ("a day", "ahead"),
    ("end it", "ahead"), ("end it", "move"), ("end it", "change"), ("end it", "cancel"),
}  # fmt: skip
"""A link for the sum that we had asked for; and "end it", said to "shall I end it?"."""
OFFERS = ("choice", "accept", "accept countered", "accept chosen", "accept both",
          "terms amount", "terms frequency", "terms date", "identity", "identity all", "identity reference",
          "identity phone", "identity code")  # fmt: skip
"""What is on the table, and the question who they are, stay open while they wait for a person."""
EXCEPT = {
    "real person please": OFFERS,
    "gibberish": ("meant two",),
    "the weather": ("meant two",),
    "no": ("else", "identity reference", "terms amount", "terms frequency", "terms date", "shares", "shares open"),
    "never mind": ("else", "safe leaning"),
}
"""Where the question before was lost already, or is put in another form."""


@pytest.fixture(scope="module")
def at_question(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Path, Talk]]]:
    """The database when a question has just been put, made when it is first needed."""
    made: dict[str, tuple[Path, Talk]] = {}
    folder = tmp_path_factory.mktemp("asked")
    yield _Lazy(made, filled, folder)


class _Lazy(dict):  # type: ignore[type-arg]
    def __init__(self, made: dict[str, tuple[Path, Talk]], filled: Path, folder: Path) -> None:
        super().__init__(made)
        self.filled, self.folder = filled, folder

    def __missing__(self, question: str) -> tuple[Path, Talk]:
        person, known, steps = questions.WAYS[question]
        path = self.folder / f"{len(self)}.db"
        shutil.copy(self.filled, path)
        talk = Talk(acting.opened(path), person)
        if known:
            talk.known()
        for number, step in enumerate(steps):
            talk.write(f"{number} to {question}", step)
        talk.database.dispose()
        self[question] = (path, talk)
        return path, talk


def copied(at: tuple[Path, Talk], to: Path) -> Talk:
    path, before = at
    shutil.copy(path, to)
    talk = Talk(acting.opened(to), before.person)
    talk.clock.move(before.clock.now() - talk.clock.now())
    return talk


@pytest.mark.parametrize("question", questions.WAYS)
def test_the_way_leads_to_the_question(
    question: str, at_question: dict[str, tuple[Path, Talk]], tmp_path: Path
) -> None:
    assert copied(at_question[question], tmp_path / "x.db").asked == questions.kind_of(question)


def test_there_is_a_way_to_every_kind_of_question() -> None:
    """But to the one that the worker asks when all is over: tests/handoff/test_satisfaction.py."""
    assert {questions.kind_of(question) for question in questions.WAYS} == set(KINDS) - {"rating"}


@pytest.mark.parametrize("question", questions.WAYS)
def test_repair_works_inside_the_question(
    question: str, at_question: dict[str, tuple[Path, Talk]], tmp_path: Path
) -> None:
    problems = []
    for pattern in PATTERNS:
        talk = copied(at_question[question], tmp_path / "x.db")
        problems += [f"{pattern}: {problem}" for problem in _problems(talk, question, pattern)]
        talk.database.dispose()
    assert problems == []


def _problems(talk: Talk, question: str, pattern: str) -> Iterator[str]:
    kind, before, last = questions.kind_of(question), talk.changes(), None
    for time in (1, 2):
        try:
            answer = talk.write(pattern, PATTERNS[pattern])
        except AssertionError as error:
            yield str(error)
            return
        yield from _of_answer(answer, last)
        if time == 1 and question not in EXCEPT.get(pattern, ()):
            yield from _of_question(talk, kind, pattern)
        last = answer
    if (pattern, kind) not in MAY_CHANGE and talk.changes() != before:
        yield f"changed {talk.changes()}"


def _of_question(talk: Talk, kind: str, pattern: str) -> Iterator[str]:
    if kind == "representative":  # it only listens for a name, and what else they say goes its own way
        return
    if pattern in STAY and kind != "safe" and (asked := talk.asked) != kind:
        yield f"the question is gone: {asked}"
    if pattern in GONE and talk.asked == kind:
        yield "the question is still there"


def _of_answer(answer: Answer, last: Answer | None) -> Iterator[str]:
    if not answer.responses:
        yield "silence"
    if last is not None and answer.text == last.text and not answer.tags <= SAYS_IT_AGAIN:
        yield f"the same twice: {answer.responses}"
    if "utter_contact_held" in answer.responses:
        yield "nothing of the answer may be said"
