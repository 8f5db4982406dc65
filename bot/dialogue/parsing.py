"""What a text is understood as, without Rasa: the trained understanding is read straight out of the model.

`parley nlu parse` and the reports use it; the bot runs the same code inside Rasa's graph.
"""

from __future__ import annotations

import tarfile
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.dialogue.nlu.pipeline import Understanding

_PART = "Understanding"
_PUBLIC = {
    "amount": ("minor", "currency", "role"), "date": ("value",), "frequency": ("value",), "percentage": ("value",),
    "count": ("value",), "duration": ("days",),
}  # fmt: skip
"""What is printed of an entity. The dialogue knows more: what a sum is about, an alternative day, small mentions."""


def load(model: Path) -> Understanding:
    """From a model that `parley train` made. Raises FileNotFoundError without one."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(model) as archive:
            members = [m for m in archive.getmembers() if _PART in m.name and m.isfile()]
            for member in members:
                member.name = Path(member.name).name
                archive.extract(member, folder)
        return Understanding.load(Path(folder))


def parse(understanding: Understanding, text: str, reference: datetime) -> dict[str, Any]:
    """{"intent", "confidence", "ranking", "entities"}; `reference` is now where the debtor is."""
    found = understanding.understand(text, {"now": reference.isoformat(), "language": None, "question": None})
    intent = found["intent"]
    return {
        "intent": intent["name"],
        "confidence": intent["confidence"],
        "ranking": [
            {"intent": one["name"], "confidence": one["confidence"]} for one in found.get("intent_ranking", ())
        ],
        "entities": [_public(entity) for entity in found["entities"] if entity["entity"] in _PUBLIC],
    }


def _public(entity: dict[str, Any]) -> dict[str, Any]:
    fields = ("entity", *_PUBLIC[entity["entity"]])
    return {field: entity[field] for field in fields if entity.get(field) is not None}
