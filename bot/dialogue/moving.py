"""One story on several channels: what is open in one conversation of a verified person goes on in another of theirs.

Nobody says yes to what they have not read here: the question that came along is put here first, whole, and only then an
answer to it counts.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.dialogue import questions
from bot.dialogue.meaning.acts import Plain, Said
from bot.dialogue.meaning.order import ALARMS
from bot.dialogue.state import State, newest_elsewhere
from bot.dialogue.turn import Turn

TERMS = frozenset(
    ["propose", "promise", "pay", "request_plan", "request_settlement", "adjust", "ask_options", "cannot_pay",
     "needs_time", "divide"]
)  # fmt: skip
"""New terms take the place of what was open."""
_ANSWERS = frozenset(
    ["accept", "refuse", "choose", "greet", "thanks", "nothing", "unclear", "keep", "identify", "cannot_say", "no_more"]
)
"""Said to a question that they have not read here: it is put instead."""


def adopt(own: State, other: State) -> None:
    """`other` is what a conversation of the same person left that is newer. Where nobody has proved there who they are
    since, what waits there for the proof is what is open.
    """
    question = other.question
    if isinstance(question, questions.Identity):
        if other.pending is None:
            return
        question = questions.load(other.pending)
    if isinstance(question, questions.Rating):
        question = None  # it is answered where it was asked
    is_same = _bare(question) == _bare(own.question)
    own.moved = question is not None and (own.moved if is_same else True)
    own.question, own.debts, own.wishes = question, list(other.debts), dict(other.wishes)
    own.refusals, own.hardship_told = other.refusals, other.hardship_told
    if isinstance(question, questions.Debt):
        own.waiting = list(other.waiting)


def come_in(turn: Turn, last_known: datetime | None) -> None:
    """They have just proved who they are, and were last known here at `last_known`: what is open elsewhere is open here,
    unless what waited here is newer.
    """
    since = last_known if turn.state.pending is not None else None
    found = newest_elsewhere(turn.session, turn.conversation, since)
    if found is not None:
        adopt(turn.state, found)


def pick_up(turn: Turn) -> None:
    """Before anything else is done here, after they came from another channel."""
    if not turn.state.moved or turn.overheard or not turn.is_verified:
        return
    rest = [said for said in turn.queue if said.name not in _ANSWERS]
    if not any(said.name in TERMS or said.name in ALARMS or said.name == "talk_to_human" for said in rest):
        rest.append(Said(Plain(name="resume"), turn.message.text))
    turn.queue = rest


def _bare(question: questions.Question | None) -> questions.Question | None:
    return msgspec.structs.replace(question, put=1, again=None) if question is not None else None
