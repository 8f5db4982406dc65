"""The cells of a policy in a manager's words: labels, units, amounts, and whom a row is for. See `manage_words.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot import negotiation
from bot.core import Money

_FILE = Path(__file__).with_name("manage_words.yml")
LISTS = ("product", "jurisdiction", "client", "offers", "frequencies", "concessions_pct")
_MONEY = (
    "balance_from",
    "balance_below",
    "min_payment",
    "min_settlement",
    "max_forgiven",
    "token_payment",
    "promise_min",
)


@dataclass(frozen=True)
class Cell:
    """One column of the table. `part` is when or terms."""

    field: str
    part: str
    label: str
    unit: str
    help: str


@lru_cache(maxsize=1)
def words() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def groups() -> tuple[tuple[str, tuple[Cell, ...]], ...]:
    """All cells of a row under the headings of the page."""
    conditions = tuple(Cell(field, "when", *told) for field, told in words()["when"].items())
    found = [("Whom it is for", conditions)]
    for heading, cells in words()["groups"].items():
        found.append((heading, tuple(Cell(field, "terms", *told) for field, told in cells.items())))
    return tuple(found)


@lru_cache(maxsize=1)
def cells() -> Mapping[str, Cell]:
    return {cell.field: cell for _, group in groups() for cell in group}


def shown(field: str, value: Any, currency: str = "USD") -> str:
    """A cell of the stored table with its unit: "25.00" is "$25.00", 12 is "12 months"."""
    if value is None or value == [] or value == "":
        return "any" if field in words()["when"] else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field == "settlement":
        return "; ".join(_step(step, currency) for step in value)
    if field == "concessions_pct":
        return ", then ".join(f"{share} %" for share in value) + " of the gap"
    if isinstance(value, list):
        return ", ".join(named(one) for one in value)
    if field in _MONEY:
        return _money(value, currency)
    if isinstance(value, str) and field == "missed_payment":
        return named(value)
    unit = cells()[field].unit if field in cells() else ""
    return f"{value} {unit}".strip()


def named(word: Any) -> str:
    return str(words()["words"].get(str(word), str(word).replace("_", " ")))


def _money(value: Any, currency: str) -> str:
    try:
        return Money.of(str(value), currency).text("en")
    except (ValueError, ArithmeticError):
        return str(value)


def _step(step: Any, currency: str) -> str:
    if not isinstance(step, dict):
        return str(step)
    size = step.get("balance_from", "0.00")
    larger = "" if str(size) in ("0.00", "0", "") else f" and {_money(size, currency)} owed"
    return f"from {step.get('days_past_due_from')} days{larger}: {step.get('opening_pct')} % down to {step.get('floor_pct')} %"


def for_whom(when: Mapping[str, Any], currency: str = "USD") -> str:
    """Whom a row is for, in one line."""
    parts = [
        _between("owing", when, "balance", lambda value: _money(value, currency)),
        _between("past due", when, "days_past_due", lambda value: f"{value} days"),
        _between("with broken plans", when, "broken_plans", str),
        *(", ".join(named(one) for one in when[field]) for field in ("product", "jurisdiction", "client") if when.get(field)),
        _told(when.get("hardship"), "in hardship or vulnerable"),
        _told(when.get("income_only_benefits"), "living on benefits only"),
    ]  # fmt: skip
    return "; ".join(part for part in parts if part) or "everybody who is left"


def _between(what: str, when: Mapping[str, Any], band: str, said: Any) -> str:
    low, below = when.get(f"{band}_from"), when.get(f"{band}_below")
    if low is None and below is None:
        return ""
    if below is None:
        return f"{what} {said(low)} or more"
    return f"{what} less than {said(below)}" if low is None else f"{what} {said(low)} to less than {said(below)}"


def _told(wanted: Any, what: str) -> str:
    return "" if wanted is None else what if wanted else f"not {what}"


def stands(version: negotiation.Version, run: negotiation.Simulation | None) -> str:
    """Where a version stands, and before it is handed in how far its simulation is. `run` is the last one asked for."""
    if version.state is not negotiation.VersionState.DRAFT:
        return str(words()["states"][version.state.value])
    how = words()["simulation"]
    if run is not None and not run.is_over:
        return str(how["runs" if run.total else "waits"])
    if run is not None and run.failed is not None:
        return str(how["failed"])
    if any(event.step is negotiation.VersionStep.SIMULATED for event in version.events):
        return str(words()["states"]["draft"])
    return str(how["none" if run is None else "unclean"])


def debtor(case: negotiation.Case) -> str:
    """The debtor of an example, in one line."""
    facts = [f"owes {case.balance.text('en')}", f"{case.days_past_due} days past due"]
    facts += [named(one) for one in (case.product, case.jurisdiction, case.client) if one]
    if case.broken_plans:
        facts.append(f"{case.broken_plans} broken plans")
    if case.hardship:
        facts.append("in hardship")
    if case.income_only_benefits:
        facts.append("living on benefits only")
    if case.pauses_used:
        facts.append(f"has used {case.pauses_used} pauses")
    return ", ".join(facts)


_COMPARED = ("no worse", "less than", "at least", "no more", "no earlier")


def sentence(problem: Any) -> str:
    """What is wrong, without the place."""
    expected, got = _plain(problem.expected).replace("in quotes such as", "such as"), _plain(problem.got)
    if expected.startswith(_COMPARED):
        return f"This must be {expected}; it is {got}."
    return f"There must be {expected}; here it is: {got}." if got else f"There must be {expected}."


def _plain(text: str) -> str:
    """Without the code's names for cells and offers."""
    for name, label in _names():
        text = text.replace(name, label)
    return text


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, str], ...]:
    known = {cell.field: cell.label.lower() for cell in cells().values()} | dict(words()["words"])
    return tuple(
        sorted(((name, label) for name, label in known.items() if "_" in name), key=lambda pair: -len(pair[0]))
    )


def place(where: str) -> tuple[int | None, str]:
    """The row (from 1) and the cell that a problem stands beside; (None, "") for the whole table."""
    head, *rest = where.split(", ")
    if not head.startswith("row "):
        return None, rest[0] if rest else ""
    number = int(head.split(" ")[1].split('"')[0])
    return number, _field(rest, head)


def _field(rest: list[str], head: str) -> str:
    for part in rest:
        name = part.rstrip("0123456789 ").replace(" ", "_")
        name = words()["caps"].get(part, {"benefits_only": "income_only_benefits"}.get(name, name))
        if name in ("balance", "days_past_due", "broken_plans"):
            return f"{name}_from"
        if name in cells():
            return str(name)
        if name in ("name", "reference"):
            return str(name)
    return "name"
