"""Debts whose right ended with the time to sue, by a law of their state: nothing of them is asked for, offered or taken.

Whatever of money they ask about one gets the one answer that is true, and a person is asked to close it.
"""

from __future__ import annotations

from collections.abc import Sequence

from actions import holds
from actions.handler import instead
from bot import accounts
from bot.dialogue import Turn, meant
from bot.dialogue.meaning.acts import Act

_OF_MONEY = frozenset(["ask_balance", "ask_breakdown", "ask_consequences", "ask_fees", "ask_history", "plan_status", "talk_of"])
"""Acts whose answers would say that it is owed; those that ask for terms or a link end at the same words as on hold."""


def _about(turn: Turn) -> Sequence[accounts.Debt]:
    return meant.named(turn, getattr(turn.said.act, "debts", None)) or turn.known.talking_of or turn.known.debts


def _is_of_ended(turn: Turn) -> bool:
    if turn.said.name not in _OF_MONEY or not turn.known.ended:
        return False
    return all(debt.id in turn.known.ended for debt in _about(turn))


@instead(_is_of_ended)
def say_that_it_ended(turn: Turn, act: Act) -> None:
    """In place of a balance, a plan or its history."""
    turn.answered()
    holds.say_status(turn, _about(turn))
