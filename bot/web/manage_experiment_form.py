"""The form that sets up an experiment: what is typed becomes a design, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from bot import experiments
from bot.core import Problem
from bot.experiments import Design, Step

DAYS = (14, 30, 60)
DEFAULTS = {
    "challenger": "", "name": "", "outcome": "agreed", "days": "14", "smallest": "", "share1": "5", "days1": "7",
    "share2": "25", "days2": "7", "share3": "50", "limit_opted_out": "", "limit_disputed": "", "limit_complained": "",
    "limit_broken": "", "margin_opted_out": "", "margin_disputed": "", "margin_complained": "", "margin_broken": "",
}  # fmt: skip
_LABELS = {
    "days": "Days", "smallest": "Smallest difference worth knowing", "share1": "First share", "days1": "Days of the first share",
    "share2": "Second share", "days2": "Days of the second share", "share3": "Last share",
    "limit_opted_out": "Limit of opt-outs", "limit_disputed": "Limit of disputes", "limit_complained": "Limit of complaints",
    "limit_broken": "Limit of broken plans", "margin_opted_out": "Margin of opt-outs", "margin_disputed": "Margin of disputes",
    "margin_complained": "Margin of complaints", "margin_broken": "Margin of broken plans",
}  # fmt: skip


def typed(said: Callable[[str], str | None]) -> dict[str, str]:
    """Every field as it was typed; `said` gives None for one that was not sent."""
    found = {name: said(name) for name in DEFAULTS}
    return {name: (DEFAULTS[name] if told is None else told.strip()[:120]) for name, told in found.items()}


def limits_from(rates: Mapping[str, float]) -> dict[str, str]:
    """To begin with: at most twice what was usual and a point more, and half of what was usual and a point more than the
    champion.
    """
    limits = {f"limit_{name}": min(rates.get(name, 0.0) * 200 + 1, 90) for name in experiments.GUARDS}
    margins = {f"margin_{name}": min(rates.get(name, 0.0) * 50 + 1, 50) for name in experiments.GUARDS}
    return {name: f"{figure:.1f}".removesuffix(".0") for name, figure in {**limits, **margins}.items()}


def read(told: Mapping[str, str], currency: str) -> tuple[Design | None, list[Problem]]:
    """None where a figure cannot be read."""
    problems: list[Problem] = []

    def number(name: str) -> Decimal:
        try:
            found = Decimal(told[name].replace(",", "").removesuffix("%").strip())
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or not 0 <= found <= 10**7:
            problems.append(Problem(_LABELS[name], "a number such as 5 or 2.5", told[name] or "nothing"))
            return Decimal(0)
        return found

    def whole(name: str) -> int:
        found = number(name)
        if found != found.to_integral_value():
            problems.append(Problem(_LABELS[name], "a whole number", told[name]))
        return int(found)

    steps = [Step(whole(f"share{at}"), whole(f"days{at}")) for at in (1, 2) if told[f"share{at}"]]
    design = Design(
        told["outcome"], whole("days"), float(number("smallest")) * (100 if told["outcome"] == "collected" else 0.01),
        (*steps, Step(whole("share3"))), {name: float(number(f"limit_{name}")) / 100 for name in experiments.GUARDS}, currency,
        {name: float(number(f"margin_{name}")) / 100 for name in experiments.GUARDS},
    )  # fmt: skip
    return (None, problems) if problems else (design, experiments.problems(design))
