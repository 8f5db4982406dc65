"""Whoever may be in danger, until a person lifts that hold: a kind line with the way to help, and somebody who knows.

Nothing is asked of them meanwhile, no proof and no money; what is clearly something else goes its way.
"""

from __future__ import annotations

from actions import proving
from actions.handler import instead
from bot import contact, handoff
from bot.contact import HoldKind
from bot.dialogue import Turn, effects, questions
from bot.dialogue.effects import DISPUTES, STOPS
from bot.dialogue.meaning.acts import Act, Identify
from bot.dialogue.meaning.order import QUESTIONS
from bot.handoff import Reason

_GOES_ITS_WAY = frozenset(
    {*STOPS, "cease_contact", "opt_out", "opt_in", "wrong_person", "threat", "change_language"}
)  # fmt: skip
"""Acted on at once, and asks for nothing."""
_OF_WHOM_WE_KNOW = QUESTIONS | DISPUTES | {"contact_preference", "update_contact"}
"""Before we know who it is, these would lead to a request for proofs."""
_CLEARLY = 0.5
"""How sure it is at least that they said so."""


def is_in_care(turn: Turn) -> bool:
    """The hold for a crisis stands over them, and it is not clear that they speak of something else."""
    if turn.overheard or not any(hold.kind is HoldKind.CRISIS for hold in turn.known.holds):
        return False
    if isinstance(turn.asked, questions.Representative):
        return False
    if turn.said.needs_check or turn.said.name in _GOES_ITS_WAY:
        return turn.said.needs_check
    is_clear = turn.is_verified and turn.said.confidence >= _CLEARLY
    return not is_clear or turn.said.name not in _OF_WHOM_WE_KNOW


@instead(is_in_care)
def stay_with_them(turn: Turn, act: Act) -> None:
    """The case opens again, or the one that waits is told. Whatever else of safety or law is in the message holds."""
    before = turn.known.case
    if turn.said.name in DISPUTES and not turn.said.needs_check:
        effects.dispute(turn)
    effects.take_effect(turn)
    effects.open_case(turn, Reason.CRISIS)
    if before is not None:
        handoff.wrote_again(turn.session, before, turn.now, hours=turn.settings.opening)
    for proof in [one.act for one in (turn.said, *turn.queue) if isinstance(one.act, Identify)]:
        proving.judge(turn, proof)
    turn.answered()
    turn.queue.clear()
    lines = contact.crisis.values(turn.session, turn.conversation, our_phone=turn.settings.company_phone)
    turn.say("utter_safety_still_here", company=turn.settings.company, **lines)
