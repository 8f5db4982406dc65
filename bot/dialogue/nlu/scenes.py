"""Messages that were written with their scene: what was open when they came, what they do, what their figures are about.

In Rasa's own files, as metadata of a block: `metadata: {scene: {...}, acts: [...]}`. A scene there is a sketch: kinds of
offers without figures, a number of debts. Figures carry what they are about as a role.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

from bot.core import Money
from bot.dialogue.meaning.scene import DebtKnown, OfferRead, PlanRunning, Scene
from bot.dialogue.nlu.examples import Language, blocks, language_of, lines

_SPAN = re.compile(r"\[([^\]]*)\]\{([^}]*)\}")
_SOME_DAY = datetime(2026, 11, 23, 10, tzinfo=timezone.utc)
_SOME_MONEY = Money(50000, "USD")


@dataclass(frozen=True)
class Figure:
    """`about` is its role: each, now, first … or `no`, `not`; "" where it needs none."""

    start: int
    end: int
    kind: str
    about: str


@dataclass(frozen=True)
class SceneExample:
    """`acts` are labels: the name of an act, with its closed value where it has one ("adjust:less")."""

    text: str
    language: Language
    scene: Scene
    acts: tuple[str, ...]
    figures: tuple[Figure, ...] = ()


def read_scenes(folder: Path) -> list[SceneExample]:
    """All blocks of `*.yml` that carry a scene; `*.es.yml` is Spanish."""
    return [example for path in sorted(folder.glob("*.yml")) for example in _of(path)]


def _of(path: Path) -> Iterator[SceneExample]:
    language = language_of(path)
    for block in blocks(path):
        told = block.get("metadata") or {}
        if "acts" in told:
            scene, acts = sketched(told.get("scene") or {}, language), tuple(told["acts"])
            yield from (SceneExample(plain(line), language, scene, acts, _figures(line)) for line in lines(block))


def sketched(told: Mapping[str, Any], language: Language) -> Scene:
    """A scene of which only the outlines are known."""
    products = told.get("products") or ["account"] * int(told.get("debts", 1))
    return Scene(
        now=_SOME_DAY,
        language=language,
        verified=told.get("verified", True),
        asked=told.get("asked"),
        missing=told.get("missing"),
        offers=tuple(OfferRead(kind=kind) for kind in told.get("offers", ())),
        debts=tuple(DebtKnown(name=product, product=product, balance=_SOME_MONEY) for product in products),
        talking_of=tuple(told.get("talking_of", ())),
        plan=PlanRunning(_SOME_MONEY, None, date.max, 0) if told.get("plan") else None,
    )


def plain(line: str) -> str:
    """Without the marks."""
    return _SPAN.sub(r"\1", line)


def _figures(line: str) -> tuple[Figure, ...]:
    found, shift = [], 0
    for match in _SPAN.finditer(line):
        start = match.start() - shift
        told = json.loads("{" + match[2] + "}")
        found.append(Figure(start, start + len(match[1]), told["entity"], told.get("role", "")))
        shift += len(match[0]) - len(match[1])
    return tuple(found)
