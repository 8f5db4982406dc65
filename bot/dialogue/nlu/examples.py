"""The written messages that the models learn from, read from Rasa's own files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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


def _of(path: Path) -> list[Example]:
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    if not isinstance(data, dict) or not isinstance(data.get("nlu"), list):
        raise ValueError(f"{path}: expected a list under `nlu:`")
    language: Language = "es" if path.name.endswith(".es.yml") else "en"
    return [
        Example(line[2:].strip(), block["intent"], language)
        for block in data["nlu"]
        if "intent" in block and "acts" not in (block.get("metadata") or {})
        for line in block["examples"].splitlines()
        if line.startswith("- ") and line[2:].strip()
    ]
