"""Which of the vague words of a message call for a question: those about something that it leaves open.

That a January is no part of what they offer ("my hours go down in january") is learned, as it is of a date.
"""

from __future__ import annotations

from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Move, Pay, Promise, Propose, Vague
from bot.dialogue.meaning.figures import first
from bot.dialogue.meaning.heard import Heard

_OVER = "just_passed"


def left_open(act: Propose | Promise | Move | Pay, heard: Heard) -> Vague | None:
    """A day that has passed before all others, for nothing takes its place; else the first; of several months or weeks the one that comes first in time, since the others may be long past."""
    told = [one for one in heard.figures.vague if _is_open(one, act)]
    periods = sorted((one for one in told if one.period), key=lambda one: one.period or ())
    over = first(one for one in told if one.kind == _OVER)
    one = over or (periods[0] if len(periods) == len(told) > 1 else first(told))
    if one is None:
        return None
    return Vague(one.question, one.candidates, one.period, one.rest, one.kind == "some_month", one.kind == _OVER)


def sum_not_read(act: Pay, heard: Heard, *, says_all: bool) -> Vague | None:
    """ "I can pay 3 today": a figure of which nothing was made may be how much, and all of it is not, unless they say so.
    A number word may be of the accounts ("the two").
    """
    is_open = act.what is None or act.what == "all" and not says_all
    if not is_open or act.parts is not None or act.percent is not None:
        return None
    if act.debts is not None and not any(letter.isdigit() for letter in heard.text):
        return None
    taken = [(one.what.start, one.what.end) for one in heard.figures.all]
    taken += [(one.start, one.end) for one in heard.figures.vague]
    return Vague("amount") if grammar.figure_left(heard.text, taken) else None


def _is_open(one: grammar.Vague, act: Propose | Promise | Move | Pay) -> bool:
    if isinstance(act, Pay):
        if one.question == "amount":
            return act.what is None and act.parts is None and act.percent is None
        return one.kind == _OVER and act.on is None
    if one.rest:
        return True
    if isinstance(act, Move):
        return act.on is None
    if isinstance(act, Promise):
        return act.amount is None if one.question == "amount" else act.on is None
    sums = act.each or act.total or act.percent or act.at_most or act.at_least
    if one.question == "amount":
        return not sums
    if one.question == "frequency":
        return not (act.frequency or act.count)
    return act.first is None or any(part.on is None for part in act.parts)
