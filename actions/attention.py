"""What comes before and after every answer: was it safety or law, in which language, and in which order.

Words that may be a figure of speech are asked about gently before they are acted on, unless the model hears them
the same way as the phrase that caught them.
"""

from __future__ import annotations

from actions import safety
from actions.answers import try_answer
from actions.language import follow_language, say_language
from actions.order import in_order, joined
from bot.core import record
from bot.dialogue import Turn

ANSWERED_FIRST = frozenset({"relief", "debt", "cancel", "choice", "move"})
"""Questions whose answers sound like a matter of their own: "a pause", "the gym", "cancel it", "the discount"."""


def comes_first(turn: Turn) -> bool:
    """True when everything is said already."""
    heard = turn.matter
    if heard.caught_by is not None:
        data = {"intent": heard.intent, "caught_by": heard.caught_by, "message": turn.message.id}
        record(turn.session, "SafetyCaught", subject=turn.conversation.id, data=data, now=turn.now, actor="debtor")
    if turn.overheard:
        return safety.overheard_in_doubt(turn)
    follow_language(turn)
    if safety.answers_check(turn):
        return True
    if heard.needs_check and safety.in_doubt(turn):
        return True
    if heard.caught_by is None and turn.state.question is not None and turn.state.question.kind in ANSWERED_FIRST:
        return try_answer(turn) or _arrange(turn)
    return _arrange(turn)


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
