"""The sets that were written blind: by people who had seen neither the training messages nor each other's.

JSON lines in one folder. The name of a file says what it holds and in which writing it came: `en3.jsonl` is English of
the third, `scope` is none of our business, `not_safety` are alarms and their look-alikes, `money` has values, `several`
says more than one thing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.dialogue.nlu import Example


@dataclass(frozen=True)
class Told:
    """A message with its true values, as `parley nlu parse` prints them; `reference` is when it was written."""

    text: str
    reference: datetime
    entities: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Several:
    """`matters` are intents, the most pressing first."""

    text: str
    matters: Sequence[str]


@dataclass(frozen=True)
class Blind:
    """By writing: 1 is the oldest."""

    messages: Mapping[int, Sequence[Example]]
    look_alikes: Mapping[int, Sequence[Example]]
    money: Mapping[int, Sequence[Told]]
    several: Mapping[int, Sequence[Several]]


def read_blind(folder: Path) -> Blind:
    """Raises ValueError for a name that says nothing."""
    found: dict[str, dict[int, list[Any]]] = {"messages": {}, "look_alikes": {}, "money": {}, "several": {}}
    for path in sorted(folder.glob("*.jsonl")):
        kind, writing = path.stem[:-1], path.stem[-1]
        if kind not in _KINDS or not writing.isdigit():
            raise ValueError(f"{path}: expected one of {', '.join(_KINDS)} and the number of the writing")
        name, made = _KINDS[kind]
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        found[name].setdefault(int(writing), []).extend(made(row, kind) for row in rows)
    return Blind(**found)


def _example(row: Mapping[str, Any], kind: str) -> Example:
    return Example(row["text"], row["intent"], row.get("language", "es" if kind == "es" else "en"))


def _told(row: Mapping[str, Any], kind: str) -> Told:
    return Told(row["text"], datetime.fromisoformat(row["reference"]), row["entities"])


def _several(row: Mapping[str, Any], kind: str) -> Several:
    return Several(row["text"], row["matters"])


_KINDS = {
    "en": ("messages", _example),
    "es": ("messages", _example),
    "scope": ("messages", _example),
    "not_safety": ("look_alikes", _example),
    "money": ("money", _told),
    "several": ("several", _several),
}
