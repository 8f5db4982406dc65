"""Answers to the open question: who knows what to do with which kind of question.

A handler returns False when the message was no answer; then it is heard as anything else would be.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.dialogue import Turn

Handler = Callable[[Turn], bool]
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
    return question is not None and turn.may_answer() and question.kind in _handlers and _handlers[question.kind](turn)
