"""Somebody types for them: the person themselves says whether that is all right, and nothing private is said before."""

from __future__ import annotations

import msgspec

from actions import holds
from actions.handler import ANYTHING, handles
from bot import contact
from bot.dialogue import Turn, questions
from bot.dialogue.effects import STOPS
from bot.dialogue.meaning import packing
from bot.dialogue.meaning.acts import Accept, Act, Refuse

_NO_MATTER = frozenset({"third_party", "identify", "unclear", "nothing", "greet"})
"""Said beside the answer, and nothing to go on with."""


@handles("accept", asked=("helper",))
def allowed(turn: Turn, act: Accept) -> None:
    """What they wanted goes on."""
    assert isinstance(turn.asked, questions.Helper)
    rest = [packing.unpack(one) for one in turn.asked.rest]
    turn.answered()
    holds.allow_helper(turn)
    turn.say("utter_safety_helper_ok")
    turn.queue = [*(said for said in turn.queue if said.name not in _NO_MATTER), *rest]
    if not turn.queue:
        turn.then_plain("resume")


@handles("refuse", asked=("helper",))
def refused(turn: Turn, act: Refuse) -> None:
    """They may write themselves at any time."""
    contact.clear_verified(turn.session, turn.conversation.id, turn.now)
    turn.answered()
    turn.queue.clear()
    turn.say("utter_safety_third_party_again")


@handles(ANYTHING, "check", asked=("helper",))
def unanswered(turn: Turn, act: Act) -> None:
    """Neither yes nor no: asked once more, and what they said is kept for the yes. What is grave is acted on at once,
    and who wants a person gets one.
    """
    assert isinstance(turn.asked, questions.Helper)
    if turn.said.name in {*STOPS, "opt_out", "cease_contact", "wrong_person", "talk_to_human"} - {"third_party"}:
        turn.answered()
        turn.queue.insert(0, turn.said)
        return
    if turn.asked.put > 1 or turn.said.name == "drop":
        refused(turn, Refuse(passed_over=True))
        return
    new = [packing.pack(said) for said in (turn.said, *turn.queue) if said.name not in _NO_MATTER]
    turn.queue.clear()
    turn.state.question = msgspec.structs.replace(turn.asked, rest=(*turn.asked.rest, *new), put=2)
    turn.say("utter_safety_ask_helper_again")
