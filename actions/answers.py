"""Answers to the open question: who knows what to do with which kind of question.

A handler returns False when the message was no answer; then it is heard as anything else would be.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.dialogue import Question, Turn

Handler = Callable[[Turn], bool]
BINDING = frozenset({"accept", "accept_all", "cancel", "change"})
"""Questions to which a yes changes what they owe, or when."""
OFFERS = frozenset({"accept", "accept_all"})
"""Those to which figures are another proposal, and no yes ("80%")."""
SURE_YES = 0.8
"""A yes that is less sure than this is asked for again: never a wrong guess on money."""
_handlers: dict[str, Handler] = {}


def answers(kind: str) -> Callable[[Handler], Handler]:
    """Registers the handler of a kind of question."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def try_answer(turn: Turn) -> bool:
    """True when the message answered what we had asked."""
    question = turn.state.question
    if question is None or not turn.may_answer() or question.kind not in _handlers:
        return False
    unsure = turn.matter.intent == "affirm" and turn.matter.confidence < SURE_YES
    if question.kind in BINDING and unsure and not (question.kind in OFFERS and turn.matter.names_figures):
        return False
    return _handlers[question.kind](turn)


def what_else(turn: Turn) -> None:
    """After a no: that is fine, is there anything else? It is not asked again after a digression."""
    turn.say("utter_dialogue_what_else")
    turn.state.question = Question("else")


@answers("else")
def nothing_else(turn: Turn) -> bool:
    """Yes or no to "is there anything else?"."""
    if turn.matter.intent not in ("affirm", "deny") or turn.matter.names_figures:
        return False
    turn.answered()
    if turn.matter.intent == "deny":
        turn.say("utter_dialogue_goodbye")
    elif turn.is_verified():
        turn.ask("menu", "utter_dialogue_menu")
    else:
        turn.ask("person", "utter_dialogue_offer_person_short")
    return True
