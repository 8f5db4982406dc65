"""What comes before and after every answer: was it safety or law, in which language, and in which order.

Words that may be a figure of speech are asked about gently before they are acted on, unless the model hears them
the same way as the phrase that caught them.
"""

from __future__ import annotations

from actions import safety
from actions.answers import try_answer
from actions.language import follow_language, say_language
from actions.order import in_order, joined
from bot import negotiation
from bot.core import record
from bot.dialogue import Matter, Turn

ANSWERED_FIRST = frozenset({"relief", "debt", "cancel", "choice", "move"})
"""Questions whose answers sound like a matter of their own: "a pause", "the gym", "cancel it", "the discount"."""
SURE = 0.8
"""Below this, what only the model hears may be something else."""


def comes_first(turn: Turn) -> bool:
    """True when everything is said already."""
    heard = turn.matter
    if heard.caught_by is not None:
        data = {"intent": heard.intent, "caught_by": heard.caught_by, "message": turn.message.id}
        record(turn.session, "SafetyCaught", subject=turn.conversation.id, data=data, now=turn.now, actor="debtor")
    if turn.overheard:
        return safety.overheard_in_doubt(turn)
    follow_language(turn)
    if _is_about_the_plan(turn):
        turn.also.insert(0, Matter("cancel_plan", heard.confidence, heard.text, heard.entities, whole=heard.whole))
        return True
    if safety.answers_check(turn):
        return True
    if heard.needs_check and safety.in_doubt(turn):
        return True
    if heard.caught_by is None and turn.state.question is not None and turn.state.question.kind in ANSWERED_FIRST:
        return try_answer(turn) or _arrange(turn)
    return _arrange(turn)


def _is_about_the_plan(turn: Turn) -> bool:
    """ "Actually cancel it" while a plan runs: only the model hears a STOP in it, and unsurely."""
    if turn.matter.intent != "opt_out" or turn.matter.caught_by != "model" or not turn.is_verified():
        return False
    ranking = [one["name"] for one in (turn.parsed.get("intent_ranking") or ())[:2]]
    debt_id = turn.state.debt_id
    runs = debt_id is not None and negotiation.current_agreement(turn.session, debt_id) is not None
    return runs and "cancel_plan" in ranking and turn.matter.confidence < SURE


def comes_last(turn: Turn) -> None:
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
