"""All entities of a message: the grammar of money and time, and the small mentions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.dialogue import grammar
from bot.dialogue.nlu.mentions import mentions


@dataclass(frozen=True)
class Read:
    """Public dictionaries, in the order of the message; `vague` are words that call for a question back."""

    entities: list[dict[str, Any]]
    vague: list[dict[str, Any]]


def read(text: str, now: datetime, language: str, question: str | None) -> Read:
    """A date of birth and a postcode are looked for only when we asked who they are: every date could be one."""
    reading = grammar.read(text, now=now, language=language)
    found = [*(entity.as_dict() for entity in reading.entities), *mentions(text)]
    if question == "identity":
        found = [*_proof(text, now), *found]
    entities = sorted(found, key=lambda entity: entity["start"])
    return Read(entities, [one.as_dict() for one in reading.questions])


def _proof(text: str, now: datetime) -> list[dict[str, Any]]:
    born, postcode = grammar.date_of_birth(text, now), grammar.postcode(text)
    told = {"date_of_birth": born.isoformat() if born else None, "postcode": postcode}
    return [{"entity": name, "value": value, "start": 0, "end": len(text)} for name, value in told.items() if value]
