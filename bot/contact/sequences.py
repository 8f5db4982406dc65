"""Sequences of reminders as data: which step goes on which day from the one on which something is due.

What ships is off. A sequence is turned on and timed like a text is worded: in a version that two managers agreed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from pathlib import Path

import yaml

from bot.contact import wording
from bot.core import Problem

FILE = Path(__file__).parents[2] / "data" / "reminders" / "sequences.yml"
PREFIX = "sequence:"
EARLIEST, LATEST = -14, 30
"""Days from the due day."""
OPENS, CLOSES = time(8), time(20)
"""Hours in which a reminder may begin its way; what the law and the reader bar is decided at the door."""
_STEP = re.compile(r"(on|off) ([+-]\d{1,2}) (\d{2}):(\d{2})")


@dataclass(frozen=True)
class Step:
    """`days` from the due day, from `at` on where the operator is."""

    name: str
    is_on: bool
    days: int
    at: time


@dataclass(frozen=True)
class Sequence:
    """As it ships. `slots` are its steps as a version holds them: "off -3 10:00"."""

    name: str
    title: str
    slots: Mapping[str, str]
    is_of_the_law: bool = False


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Sequence]:
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {PREFIX + name: Sequence(PREFIX + name, one["title"], one["steps"]) for name, one in told.items()}


def in_force(name: str) -> tuple[Step, ...]:
    """The steps of a sequence, in the order of the file."""
    own = shipped()[PREFIX + name]
    slots = {**own.slots, **wording.changed(own.name)}
    return tuple(step for slot in own.slots if (step := read(slot, slots[slot])) is not None)


def read(name: str, told: str) -> Step | None:
    """None for what is no step."""
    found = _STEP.fullmatch(told)
    if found is None or int(found[3]) > 23 or int(found[4]) > 59:
        return None
    return Step(name, found[1] == "on", int(found[2]), time(int(found[3]), int(found[4])))


def problems(slots: Mapping[str, str]) -> tuple[Problem, ...]:
    return tuple(_problems(slots))


def _problems(slots: Mapping[str, str]) -> Iterator[Problem]:
    days: dict[int, str] = {}
    for name, told in slots.items():
        step, where = read(name, told), name.replace("_", " ")
        if step is None:
            yield Problem(where, "on or off, a number of days, and a time such as 10:00", told)
            continue
        if not EARLIEST <= step.days <= LATEST:
            yield Problem(where, f"a day from {-EARLIEST} before to {LATEST} after", str(step.days))
        if not OPENS <= step.at <= CLOSES:
            yield Problem(where, f"a time from {OPENS:%H:%M} to {CLOSES:%H:%M}", f"{step.at:%H:%M}")
        if step.is_on and step.days in days:
            yield Problem(where, f"another day than “{days[step.days]}”", str(step.days))
        if step.is_on:
            days.setdefault(step.days, where)
