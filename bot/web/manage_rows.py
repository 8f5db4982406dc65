"""A row of the table as a form, and back: each cell as it was typed, for `negotiation.drafting` to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import negotiation
from bot.core import Problem
from bot.web import manage_words
from bot.web.manage_parts import Form, said

STEPS = 6
"""Lines for settlement steps; empty ones are left out."""
STEP_CELLS = ("days_past_due_from", "balance_from", "opening_pct", "floor_pct")
OFFERS = tuple(kind.value for kind in negotiation.Kind if kind is not negotiation.Kind.PLAN)
FREQUENCIES = tuple(one.value for one in negotiation.Frequency if one is not negotiation.Frequency.PAYDAY)
_EMPTY_IS_NONE = (*manage_words.words()["when"], "max_forgiven")
_TEXT = ("missed_payment",)


@dataclass(frozen=True)
class Found:
    """A problem beside its cell."""

    sentence: str
    example: negotiation.Case | None
    beside: negotiation.Case | None

    @property
    def debtor(self) -> str:
        return manage_words.debtor(self.example) if self.example is not None else ""

    @property
    def other(self) -> str:
        """Who is better off."""
        return manage_words.debtor(self.beside) if self.beside is not None else ""


def of_form(form: Form, row: Mapping[str, Any]) -> dict[str, Any]:
    """The row as the form says it; what is not in the form stays."""
    when, terms = dict(row.get("when") or {}), dict(row.get("terms") or {})
    for cell in manage_words.cells().values():
        part = when if cell.part == "when" else terms
        part[cell.field] = _cell(form, cell.field)
    return {"name": said(form, "name", 80), "reference": said(form, "reference", 300), "when": when, "terms": terms}


def _cell(form: Form, field: str) -> Any:
    if field == "offers":
        places = {kind: said(form, f"offers.{kind}", 3) for kind in OFFERS}
        return sorted((kind for kind, place in places.items() if place), key=lambda kind: (_number(places[kind]), kind))
    if field == "frequencies":
        ticked = {value for name, value in form if name == "frequencies"}
        return [one for one in FREQUENCIES if one in ticked]
    if field == "settlement":
        return [step for number in range(STEPS) if (step := _step(form, number))]
    text = said(form, field)
    if field in manage_words.LISTS:
        return [_word(field, one) for one in text.split(",") if one.strip()]
    if field in ("hardship", "income_only_benefits", "person_only"):
        return {"yes": True, "no": False}.get(text)
    return _plain(field, text)


def _number(place: str) -> int:
    return int(place) if place.isdigit() else 99


def _step(form: Form, number: int) -> dict[str, Any]:
    typed = {cell: said(form, f"settlement.{number}.{cell}", 20) for cell in STEP_CELLS}
    if not any(value for cell, value in typed.items() if cell != "balance_from"):
        return {}
    typed["balance_from"] = typed["balance_from"] or "0.00"
    return {cell: _plain(cell, value) for cell, value in typed.items()}


def _word(field: str, typed: str) -> str:
    word = typed.strip()
    if field == "product":
        return word.lower().replace(" ", "_")
    return word.rstrip("%").strip() if field == "concessions_pct" else word


def _plain(field: str, text: str) -> Any:
    """A whole number as one, a figure without its unit, nothing as nothing where that is allowed."""
    if not text and field in _EMPTY_IS_NONE:
        return None
    if field in _TEXT:
        return text
    bare = text.replace(",", "").strip("$% ")
    is_amount = field.endswith("_pct") or field.endswith("_points") or field in _MONEY
    return int(bare) if bare.isdigit() and not is_amount else bare


_MONEY = (
    "balance_from",
    "balance_below",
    "min_payment",
    "min_settlement",
    "max_forgiven",
    "token_payment",
    "promise_min",
)


def beside_cells(problems: Iterable[Problem]) -> dict[tuple[int | None, str], list[Found]]:
    """By row (from 1, None for the whole table) and cell."""
    found: dict[tuple[int | None, str], list[Found]] = {}
    for problem in problems:
        shown = (problem.example, problem.beside) if isinstance(problem, negotiation.PolicyProblem) else (None, None)
        one = Found(manage_words.sentence(problem), *shown)
        found.setdefault(manage_words.place(problem.where), []).append(one)
    return found


@dataclass(frozen=True)
class Change:
    """One cell that differs from what is in force. `cell` is empty for a row that is new, gone, or elsewhere."""

    row: str
    cell: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        if not self.cell:
            return f"{self.row}: {self.after}."
        return f"{self.row}: {self.cell[:1].lower()}{self.cell[1:]} was {self.before}, becomes {self.after}."


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """What a draft changes, by row and cell; rows are known by their names."""
    old = {str(row.get("name")): row for row in before["rows"]}
    new = {str(row.get("name")): row for row in after["rows"]}
    found = []
    for name, label in (("name", "Name of the policy"), ("reference", "Why")):
        if before.get(name) != after.get(name):
            found.append(Change("The whole table", label, str(before.get(name)), str(after.get(name))))
    for name, row in new.items():
        if name not in old:
            found.append(Change(name, "", "", f"a new row, for {manage_words.for_whom(row.get('when') or {})}"))
        else:
            found += _cells(name, old[name], row)
    found += [Change(name, "", "", "the row is gone") for name in old if name not in new]
    shared = [name for name in new if name in old]
    if shared != [name for name in old if name in new]:
        found.append(Change("The order of the rows", "", "", ", ".join(new)))
    return found


def _cells(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Change]:
    if old.get("reference") != new.get("reference"):
        yield Change(name, "Where its figures come from", str(old.get("reference")), str(new.get("reference")))
    steps = [(row.get("terms") or {}).get("settlement") or [] for row in (old, new)]
    are_alike = _whom(steps[0]) == _whom(steps[1])
    if are_alike:
        yield from _steps(name, *steps)
    for cell in manage_words.cells().values():
        if cell.field == "settlement" and are_alike:
            continue
        before, after = (
            manage_words.shown(cell.field, (row.get(cell.part) or {}).get(cell.field)) for row in (old, new)
        )
        if before != after:
            yield Change(name, cell.label, before, after)


def _whom(steps: Any) -> list[tuple[str, str]]:
    return [(str(step.get("days_past_due_from")), str(step.get("balance_from"))) for step in steps]


def _steps(name: str, old: Any, new: Any) -> Iterable[Change]:
    """Percentages of steps that are for the same debtors, one by one."""
    for before, after in zip(old, new, strict=True):
        days, size = before["days_past_due_from"], manage_words.shown("balance_from", before["balance_from"])
        whom = f"from {days} days past due" + ("" if size == "$0.00" else f" and {size} owed")
        for field, label in (("opening_pct", "Opening"), ("floor_pct", "Floor")):
            if str(before.get(field)) != str(after.get(field)):
                yield Change(name, f"{label} {whom}", f"{before.get(field)} %", f"{after.get(field)} %")


def typed(value: Any) -> str:
    """A cell as it stands in its field."""
    if value is None:
        return ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(manage_words.named(one) for one in value)
    return str(value)
