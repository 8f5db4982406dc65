"""What comes before and after every answer: was it safety or law, in which language, and in which order.

Words that may be a figure of speech are asked about gently before they are acted on, unless the model hears them
the same way as the phrase that caught them.
"""

from __future__ import annotations

import re

from actions import safety
from actions.answers import try_answer
from actions.dialogue import wants_to_think
from actions.faces import answers_face
from actions.identity import lacks_it, says_their_name, trust_their_name
from actions.language import follow_language, say_language
from actions.leanings import leans
from actions.order import ASKING, PEOPLE, in_order, joined
from actions.responder import SMALL_TALK
from bot import contact, negotiation
from bot.core import record
from bot.dialogue import Matter, Turn

ANSWERED_FIRST = frozenset({"relief", "debt", "cancel", "choice", "move", "shares"})
"""Questions whose answers sound like a matter of their own: "a pause", "the gym", "cancel it", "the discount"."""
_END_IT = re.compile(
    r"(?:please |pls |just |ok )*(?:end|cancel) (?:it|this|that)(?: please| pls| now)*\W*", re.IGNORECASE
)
SURE = 0.8
"""Below this, what only the model hears may be something else."""


def comes_first(turn: Turn) -> bool:
    """True when everything is said already."""
    if not turn.overheard:
        follow_language(turn)
        if trust_their_name(turn):
            return True
        if not _is_reviewed(turn) and not _waits_for_safety(turn) and _needs_no_reading(turn):
            return True
    heard = turn.matter
    if heard.caught_by is not None:
        data = {"intent": heard.intent, "caught_by": heard.caught_by, "message": turn.message.id}
        record(turn.session, "SafetyCaught", subject=turn.conversation.id, data=data, now=turn.now, actor="debtor")
    if turn.overheard:
        return safety.overheard_in_doubt(turn)
    if _is_about_the_plan(turn):
        ends = Matter("cancel_plan", heard.confidence, heard.text, heard.entities, whole=heard.whole)
        if turn.state.question is not None and turn.state.question.kind == "cancel":
            turn.heard = ends
            return _answers_first(turn)
        turn.also.insert(0, ends)
        return True
    if safety.answers_check(turn):
        return True
    if heard.caught_by is not None and safety.in_doubt(turn):
        return True
    if heard.caught_by is None and leans(turn):
        return True
    if heard.caught_by is None and turn.state.question is not None and turn.state.question.kind in ANSWERED_FIRST:
        return _answers_first(turn) or _arrange(turn)
    return _arrange(turn)


def _is_reviewed(turn: Turn) -> bool:
    """A reviewed phrase of safety or law is in it: nothing else comes before that."""
    return (turn.matter.caught_by or "").startswith("phrase")


def _needs_no_reading(turn: Turn) -> bool:
    """True when everything is said, from what is plain without a model. What the model heard of safety goes before."""
    unsafe = turn.matter.caught_by is not None
    if not unsafe and _is_stopped(turn):
        return True
    return says_their_name(turn) or lacks_it(turn) or wants_to_think(turn) or (not unsafe and answers_face(turn))


def _waits_for_safety(turn: Turn) -> bool:
    """ "Are you all right?" is open: whatever comes is heard as the answer to that."""
    return turn.state.question is not None and turn.state.question.kind == "safe"


def _is_stopped(turn: Turn) -> bool:
    """After STOP one answer is left (12 CFR 1006.14(h)(2)(ii)): what they ask, when we know them, or how to come back."""
    talk = turn.conversation
    if contact.opted_out_since(turn.session, talk.channel, talk.address) is None:
        return False
    asks = turn.matter.intent not in SMALL_TALK if turn.is_verified() else turn.matter.intent in PEOPLE
    if asks or turn.matter.intent == "help":
        return False
    turn.also.clear()
    turn.answered()
    turn.say("utter_contact_stopped")
    return True


def _is_about_the_plan(turn: Turn) -> bool:
    """ "Actually cancel it" while a plan runs: only the model hears a STOP in it, and unsurely."""
    if turn.matter.intent != "opt_out" or turn.matter.caught_by != "model" or not turn.is_verified():
        return False
    ranking = [one["name"] for one in (turn.parsed.get("intent_ranking") or ())[:2]]
    debt_id = turn.state.debt_id
    runs = debt_id is not None and negotiation.current_agreement(turn.session, debt_id) is not None
    says_it = _END_IT.fullmatch(turn.message.text.strip()) is not None
    return runs and (says_it or "cancel_plan" in ranking and turn.matter.confidence < SURE)


def _answers_first(turn: Turn) -> bool:
    """What else the same words seemed to ask for was that answer: "can we do this later" to "a pause, or less?"."""
    others = list(turn.also)
    if not try_answer(turn):
        return False
    turn.also = [matter for matter in turn.also if matter not in others or matter.intent not in ASKING]
    return True


def comes_last(turn: Turn) -> None:
    if turn.comes_back and turn.may_answer():
        turn.ask_again()
    say_language(turn)


def _arrange(turn: Turn) -> bool:
    """The order of answering: law first, then a person, what is only noted, questions, and terms at the end.

    The action that runs is that of the first matter heard; when another one must come first, this one waits.
    """
    found = joined([turn.matter, *turn.also], turn)
    ordered = in_order(turn, found)
    if ordered[0].intent == turn.matter.intent:
        turn.heard, turn.also = ordered[0], ordered[1:]
        return False
    turn.also = ordered
    return True
