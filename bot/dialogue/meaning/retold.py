"""Where two things that were heard are one: what the figures beside them say that it is."""

from __future__ import annotations

from bot.dialogue import grammar
from bot.dialogue.meaning.case import Case
from bot.dialogue.meaning.options import earlier_meant, option_meant, same_money
from bot.dialogue.meaning.parts import payments_of_their_own


def retold(label: str, case: Case) -> str:
    """The act by its likelier name, or by the one that its figures give it."""
    if label == "propose" and _settles(case):
        return "propose:settlement"
    if label == "propose" and _divides(case):
        return "divide"
    if label.startswith("pay:") and _has_days_of_its_own(case):
        return "propose"
    if label.startswith("pay:") and _is_for_several(case):
        return "divide"
    if label == "pay:all" and _names_another_sum(case):
        return "pay:amount"
    if label == "choose" and _names_none_of_them(case):
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


def _is_for_several(case: Case) -> bool:
    """ "Pay 100 on both": one sum for several, which is likelier than any way to pay one."""
    pays = max((share for label, share in case.heard.likely.items() if label.startswith("pay:")), default=0)
    sums = case.heard.figures.money()
    return len(case.scene.debts) > 1 and len(sums) == 1 and case.likely("divide") >= max(pays, case.limits.more)


def _names_another_sum(case: Case) -> bool:
    """What they name is not what they owe: it is that much, and not all."""
    owed = [debt.balance for debt in case.scene.debts]
    whole = {*owed, sum(owed[1:], owed[0])} if owed else set()
    sums = case.heard.figures.money()
    return bool(owed and sums) and not any(same_money(one, other) for one in sums for other in whole)


def _names_none_of_them(case: Case) -> bool:
    """ "50 then", of choices that have no 50."""
    heard, scene = case.heard, case.scene
    is_figure = bool(heard.figures.money()) and case.likely("propose") >= case.limits.more
    return is_figure and option_meant(heard, scene) is None and earlier_meant(heard, scene) is None


def _has_days_of_its_own(case: Case) -> bool:
    """ "Half today and the other half on the 30th" is more than a payment now."""
    parts = payments_of_their_own(case.heard, case.scene)
    return len(parts) > 1 and case.likely("propose") >= case.limits.more
