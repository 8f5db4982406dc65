"""A new card: trained on the earlier dues, its level set by the next, measured on the last, and taken only if it is better.

Better is a lower Brier score on the last window, where the card in force is asked the same dues. It also has to beat
what a payer's own share of late payments says alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.scores import fitting
from bot.scores.features import History
from bot.scores.measuring import LEVEL_FROM, figures, newest
from bot.scores.model import Card, Due, Figures, Target

LAST_WINDOW = 0.3
"""The share of judged dues, the youngest, that a card never learns from."""
ENOUGH, ENOUGH_MISSED = 200, 30
"""Fewer dues to learn from, or fewer missed ones in the last window, teach nothing that one could measure."""


class TooLittle(Exception):
    """Says how much there is and how much it takes."""


def train(target: Target, dues: Sequence[Due], history: History) -> tuple[Card, Figures, int]:
    """The card, what it reached on the last window, and of how many dues it was made. Raises TooLittle."""
    judged = sorted((due for due in dues if due.target is target and due.missed is not None), key=lambda due: (due.begun_on, due.key))
    if not judged:
        raise TooLittle("nothing is judged yet")
    first = judged[int(len(judged) * (1 - LAST_WINDOW))].begun_on
    earlier = sorted((due for due in judged if due.judged_on <= first), key=lambda due: (due.judged_on, due.key))
    level_by = newest(earlier, len(earlier), min(LEVEL_FROM, len(earlier) // 4))
    learned = earlier[: len(earlier) - len(level_by)]
    missed = sum(bool(due.missed) for due in learned)
    if len(learned) < ENOUGH or missed < ENOUGH_MISSED or len(learned) - missed < ENOUGH_MISSED:
        raise TooLittle(f"{len(learned)} payments to learn from, {missed} of them missed; it takes {ENOUGH}, and {ENOUGH_MISSED} of each")
    until = max(due.judged_on for due in learned)
    card = fitting.fit(target, [history.known(due) for due in learned], [bool(due.missed) for due in learned], until)
    found = measured(card, judged, history, first)
    if found is None or min(found.missed, found.count - found.missed) < ENOUGH_MISSED:
        raise TooLittle(f"too few payments of each kind since {first} to measure it by")
    return card, found, len(learned)


def measured(card: Card, dues: Sequence[Due], history: History, first: date) -> Figures | None:
    return figures(card, [due for due in dues if due.target is card.target], history, first)


def judge(found: Figures, other: Figures | None) -> tuple[bool, str]:
    """Whether it is taken, and why, in words. `other` is the card in force on the same window."""
    if found.brier >= found.history:
        return False, "the payer's own share of late payments alone tells as much"
    if other is not None and found.brier > other.brier:
        return False, f"the card in force is better there: Brier {other.brier:.4f} against {found.brier:.4f}"
    if other is not None:
        return True, f"better than the card before there: Brier {found.brier:.4f} against {other.brier:.4f}"
    return True, f"better than the payer's own share alone: Brier {found.brier:.4f} against {found.history:.4f}"
