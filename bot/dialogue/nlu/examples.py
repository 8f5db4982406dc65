"""The written messages that the models learn from, read from Rasa's own files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

Language = Literal["en", "es"]


@dataclass(frozen=True)
class Example:
    text: str
    intent: str
    language: Language


def read(folder: Path) -> list[Example]:
    """All of `*.yml` but what carries a scene; `*.es.yml` is Spanish. Raises ValueError for what is no training data."""
    return [example for path in sorted(folder.glob("*.yml")) for example in _of(path)]


def blocks(path: Path) -> list[dict[str, Any]]:
    """The intents of a file, each with its `examples` and perhaps `metadata`. Raises ValueError for what is none."""
    data = _parsed(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or not isinstance(data.get("nlu"), list):
        raise ValueError(f"{path}: expected a list under `nlu:`")
    return [block for block in data["nlu"] if "intent" in block]


@lru_cache(maxsize=64)
def _parsed(text: str) -> Any:
    """A training asks for the same files several times."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def lines(block: Mapping[str, Any]) -> list[str]:
    """The messages of a block, figures marked as they are in the file."""
    return [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ") and line[2:].strip()]


def language_of(path: Path) -> Language:
    return "es" if path.name.endswith(".es.yml") else "en"


def _of(path: Path) -> list[Example]:
    return [
        Example(line, block["intent"], language_of(path))
        for block in blocks(path)
        if "acts" not in (block.get("metadata") or {})
        for line in lines(block)
    ]
