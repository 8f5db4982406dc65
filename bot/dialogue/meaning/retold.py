"""Where two things that were heard are one: what the figures beside them say that it is."""

from __future__ import annotations

from bot.dialogue import grammar
from bot.dialogue.meaning.case import Case
from bot.dialogue.meaning.parts import payments_of_their_own


def retold(label: str, case: Case) -> str:
    """The act by its likelier name, or by the one that its figures give it."""
    if label == "propose" and _settles(case):
        return "propose:settlement"
    if label == "propose" and _divides(case):
        return "divide"
    if label.startswith("pay:") and _has_days_of_its_own(case):
        return "propose"
    return label


def _settles(case: Case) -> bool:
    """Two ways to say it, and together they do."""
    likely = case.heard.likely
    settled = likely.get("propose:settlement", 0) + case.likely("request_settlement")
    return settled >= max(case.limits.clear, likely.get("propose", 0))


def _divides(case: Case) -> bool:
    """ "20 on one and 30 on the other": as many sums as debts, and no rhythm in which they would be paid."""
    figures = case.heard.figures
    is_even = len(figures.money()) == len(case.scene.debts) > 1
    return is_even and not figures.of(grammar.Frequency) and case.likely("divide") >= case.limits.clear


def _has_days_of_its_own(case: Case) -> bool:
    """ "Half today and the other half on the 30th" is more than a payment now."""
    parts = payments_of_their_own(case.heard, case.scene)
    return len(parts) > 1 and case.likely("propose") >= case.limits.more
