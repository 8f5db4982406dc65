"""Which rule of the field stands where and which test holds it: `docs/compliance.md`, made from rules and tests.

The list of rules is `data/law/catalogue.yml`; the tests are found by the rule's id in their name. A rule without a test
is said to have none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from bot import contact
from bot.contact.law import Rule

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT / "data" / "law" / "catalogue" / "rules.yml"
WORDS = ROOT / "data" / "law" / "limitation" / "words.yml"
SEEN = {"statute": "read in the law", "quoted": "quoted by others", "not verified": "**not verified**"}
_ID = re.compile(r"test_((?:(?:RF|TC|PL|ST|SR|BOT|PY|CB|UK|EU)_[A-Z0-9]+_?(?:and_)?)+)")
_ONE = re.compile(r"(RF|TC|PL|ST|SR|BOT|PY|CB|UK|EU)_([A-Z0-9]+)")


@dataclass(frozen=True)
class Entry:
    """One rule of the field. `held` is yes, part or no; `where` the place in the tree; `lacks` what is missing; `tests`
    those that hold it under another name.
    """

    id: str
    what: str
    held: str
    where: str
    lacks: str
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    entry: Entry
    rules: tuple[Rule, ...]
    tests: tuple[str, ...]

    @property
    def held(self) -> str:
        """Nobody may say that a rule holds that no test tries."""
        return self.entry.held if self.tests else "no" if self.entry.held == "no" else "untested"


def catalogue(path: Path = CATALOGUE) -> list[Entry]:
    return [
        Entry(
            str(row["id"]),
            row["what"],
            row["held"],
            row.get("where", ""),
            row.get("lacks", ""),
            tuple(row.get("tests", ())),
        )  # fmt: skip
        for row in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


@dataclass(frozen=True)
class Words:
    """What a state prescribes for a debt that is too old, and how far that is verified."""

    state: str
    cite: str
    seen: str
    day: date
    source: str
    note: str
    response: str = ""


def words(path: Path = WORDS) -> list[Words]:
    return [Words(**row) for row in yaml.safe_load(path.read_text(encoding="utf-8"))]


def rows(root: Path = ROOT) -> list[Row]:
    named = dict[str, list[str]]()
    for rule_id, test in tests_by_rule(root / "tests"):
        named.setdefault(rule_id, []).append(test)
    law = contact.law.load()
    return [
        Row(
            entry,
            tuple(rule for rule in law if rule.id == entry.id or rule.id.startswith(f"{entry.id}-")),
            (*named.get(entry.id, ()), *entry.tests),
        )
        for entry in catalogue()
    ]


def tests_by_rule(folder: Path) -> Iterator[tuple[str, str]]:
    """(RF-01, "law/test_the_rules.py::test_RF_01_…") of every test that names a rule."""
    for test in every_test(folder):
        if found := _ID.match(test.rpartition("::")[2]):
            for family, number in _ONE.findall(found[1]):
                yield f"{family}-{number}", test


def every_test(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{path.relative_to(folder)}::{node.name}"


def table(found: Sequence[Row]) -> str:
    """The page."""
    count = {name: sum(row.held == name for row in found) for name in ("yes", "part", "untested", "no")}
    lines = [
        "# Rules, where they stand, and the tests that hold them",
        "",
        "Made by `parley law table`; do not edit. The rules of the door are `data/law/*.yml`, judged by",
        "`bot/contact/rules.py` when a message is queued and again when it is sent. Nothing here is legal advice.",
        "",
        f"Of {len(found)} rules **{count['yes']} hold** with a test, **{count['part']} hold in part**, "
        f"{count['untested']} stand in the tree without a test of that name, and {count['no']} are not held.",
        "",
        "| Rule | What it wants | Holds | Where | Tests | What is missing |",
        "|---|---|---|---|---|---|",
        *(_line(row) for row in found),
        "",
        "## The door's rules as data",
        "",
        "| Id | Source | Where it applies | In force | Channels | For | In one sentence |",
        "|---|---|---|---|---|---|---|",
        *(_rule_line(rule) for rule in contact.law.load()),
        "",
        "## Words for a debt that is too old for a court",
        "",
        "From `data/law/limitation/words.yml`. Where no response is named, the general warning (RF-27) is said.",
        "",
        "| State | Source of the duty | What we say | Verified | Where it was read | On | Remarks |",
        "|---|---|---|---|---|---|---|",
        *(_word_line(one) for one in words()),
        "",
    ]
    return "\n".join(lines)


def _line(row: Row) -> str:
    by_rule = ", ".join(f"`{rule.id}`" for rule in row.rules)
    where = row.entry.where or by_rule or ("" if row.held == "no" else "`bot/contact/rules.py`")
    tests = "<br>".join(f"`{test}`" for test in row.tests)
    return f"| {row.entry.id} | {row.entry.what} | {row.held} | {where} | {tests} | {row.entry.lacks} |"


def _word_line(one: Words) -> str:
    said = f"`{one.response}`" if one.response else ""
    return f"| {one.state} | {one.cite} | {said} | {SEEN[one.seen]} | {one.source} | {one.day} | {one.note} |"


def _rule_line(rule: Rule) -> str:
    until = f" until {rule.effective_until}" if rule.effective_until else ""
    channels = ", ".join(sorted(rule.channels)) or "all"
    return (
        f"| {rule.id} | {rule.cite} | {rule.jurisdiction} | from {rule.effective_from}{until} | {channels} | "
        f"{rule.role or 'everybody'} | {rule.says} |"
    )
