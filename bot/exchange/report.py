"""What a check found: the summary first, then every problem by its row."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from bot.core import Problem
from bot.exchange import fields

SHOWN = 5_000
"""Problems that are kept one by one; beyond them only their groups count."""


class Group(msgspec.Struct):
    """The same problem in several rows."""

    label: str
    expected: str
    count: int
    first: str


class Report(msgspec.Struct):
    """`good` rows can be taken, of which `unchanged` are here with the same words; `bad` have problems; `skipped` are of
    products that stay out. `products` are codes that nobody knows, with how many rows. `money` is what the good ones owe, in
    minor units by currency. `couples` are husbands and wives by customer number.
    """

    rows: int = 0
    good: int = 0
    unchanged: int = 0
    bad: int = 0
    skipped: int = 0
    people: int = 0
    companies: int = 0
    mended: list[str] = msgspec.field(default_factory=list)
    groups: list[Group] = msgspec.field(default_factory=list)
    products: dict[str, int] = msgspec.field(default_factory=dict)
    money: dict[str, int] = msgspec.field(default_factory=dict)
    couples: list[tuple[str, str]] = msgspec.field(default_factory=list)
    does: dict[str, int] = msgspec.field(default_factory=dict)
    late: list[str] = msgspec.field(default_factory=list)


class Line(msgspec.Struct):
    """One problem: row, column in words, what was expected, what came."""

    row: int
    label: str
    expected: str
    got: str


class Found(msgspec.Struct):
    """Sealed beside the file: its problems, and the rows that stay out."""

    lines: list[Line] = msgspec.field(default_factory=list)
    out: list[int] = msgspec.field(default_factory=list)


class Tally:
    """Collects problems: all are counted, the first ones kept."""

    def __init__(self) -> None:
        self.found = Found()
        self._groups: dict[tuple[str, str], Group] = {}

    def add(self, row: int, problems: Iterable[Problem]) -> None:
        self.found.out.append(row)
        for problem in problems:
            column = problem.where.rpartition(", ")[2] if ", " in problem.where else ""
            label = fields.label(column) if column else "The row"
            if len(self.found.lines) < SHOWN:
                self.found.lines.append(Line(row, label, problem.expected, problem.got[:100]))
            alike = re.sub(r"\d[\d.,-]*", "…", problem.expected) if column != "postcode" else problem.expected
            group = self._groups.setdefault((label, alike), Group(label, problem.expected, 0, f"row {row}"))
            group.count += 1

    @property
    def groups(self) -> list[Group]:
        """Most first."""
        return sorted(self._groups.values(), key=lambda one: -one.count)
