"""What is different between two policies, cell by cell, for the manager who has to say yes to it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.negotiation.policy import dump
from bot.negotiation.terms import Policy

_EVERY_ROW = 3
"""A change that so many rows share, and no row is without, is told once."""


def changes(before: Policy, after: Policy) -> tuple[str, ...]:
    """One sentence for every cell that differs, by row; empty when nothing does. Rows are known by their names."""
    old, new = json.loads(dump(before)), json.loads(dump(after))
    found = [*_cells({name: cell for name, cell in old.items() if name not in _TABLES}, new)]
    for table, key in _TABLES.items():
        found += _table({row[key]: row for row in old[table]}, {row[key]: row for row in new[table]}, table)
    return tuple(found)


_TABLES = {"rows": "name", "approval": "role"}


def _table(old: Mapping[str, Any], new: Mapping[str, Any], table: str) -> Iterator[str]:
    kind = {"rows": "row", "approval": "approval"}[table]
    shared = _shared(old, new) if set(old) == set(new) and len(old) >= _EVERY_ROW else []
    yield from (f"every row, {change}" for change in shared)
    for name, row in new.items():
        if name not in old:
            yield f'{kind} "{name}": new'
        else:
            told = (change for change in _cells(_flat(old[name]), _flat(row)) if change not in shared)
            yield from (f'{kind} "{name}", {change}' for change in told)
    yield from (f'{kind} "{name}": gone' for name in old if name not in new)
    if list(old) != list(new) and sorted(old) == sorted(new):
        yield f"{table}: another order: {', '.join(new)}"


def _shared(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """What changed in every row alike."""
    each = [list(_cells(_flat(old[name]), _flat(new[name]))) for name in new]
    return [change for change in each[0] if all(change in others for others in each)]


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """The cells of a row under their own names, whichever part they stand in."""
    parts = {name: cell for name, cell in row.items() if not isinstance(cell, dict)}
    return {**parts, **row.get("when", {}), **row.get("terms", {})}


def _cells(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name, cell in old.items():
        if cell != new[name]:
            yield f"{name}: {_shown(cell)} -> {_shown(new[name])}"


def _shown(cell: Any) -> str:
    if isinstance(cell, dict):
        return " ".join(f"{name} {_shown(value)}" for name, value in cell.items())
    if isinstance(cell, list):
        return ", ".join(map(_shown, cell)) or "none"
    return _WORDS[cell] if cell is None or isinstance(cell, bool) else str(cell)


_WORDS = {None: "none", True: "yes", False: "no"}
