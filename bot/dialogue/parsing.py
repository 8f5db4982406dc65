"""What a text is understood as, without Rasa: the trained understanding is read straight out of the model.

`parley nlu parse` and the reports use it; the bot runs the same code inside Rasa's graph.
"""

from __future__ import annotations

import json
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.core import Problem, Problems
from bot.dialogue.meaning.acts import Meaning, Propose
from bot.dialogue.meaning.acts_json import as_json
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.scene_json import scene_of
from bot.dialogue.nlu.pipeline import Understanding

_PART = "Understanding"
_PUBLIC = {
    "amount": ("minor", "currency", "role"), "date": ("value",), "frequency": ("value",), "percentage": ("value",),
    "count": ("value",), "duration": ("days",),
}  # fmt: skip
"""What is printed of an entity. The dialogue knows more: what a sum is about, an alternative day, small mentions."""
NOTHING = "nothing"


def load(model: Path) -> Understanding:
    """From a model that `parley train` made. Raises FileNotFoundError without one."""
    with tempfile.TemporaryDirectory() as folder:
        return unpacked(model, Path(folder))


def unpacked(model: Path, folder: Path) -> Understanding:
    """The same; its files stay in `folder`."""
    with tarfile.open(model) as archive:
        members = [m for m in archive.getmembers() if _PART in m.name and m.isfile()]
        for member in members:
            member.name = Path(member.name).name
            archive.extract(member, folder)
    return Understanding.load(folder)


def parse(
    understanding: Understanding,
    text: str,
    reference: datetime,
    told: Mapping[str, Any] | None = None,
    language: str = "",
) -> dict[str, Any]:
    """{"intent", "confidence", "ranking", "entities", "matters", "acts", "asked_about"}; `reference` is now where the debtor is.

    `asked_about` names acts of safety or law that are asked about gently before anything is done. `told` is the scene as JSON. Raises Problems for a scene that cannot be.
    """
    spoken = "es" if language.startswith("es") else "en"
    scene = scene_of(told or {}, now=reference, language=spoken)  # type: ignore[arg-type]
    meaning = understanding.meaning(text, scene)
    found = understanding.understand(
        text, {"now": reference.isoformat(), "language": language or None, "question": None}
    )
    intent = found["intent"]
    return {
        "intent": intent["name"],
        "confidence": intent["confidence"],
        "ranking": [
            {"intent": one["name"], "confidence": one["confidence"]} for one in found.get("intent_ranking", ())
        ],
        "entities": [_public(entity) for entity in (*meaning.entities, *_answered(meaning, scene))],
        "matters": [one["intent"] for one in found["matters"]],
        "acts": acts(meaning),
        "asked_about": [one.name for one in meaning.said if one.needs_check],
    }


def _answered(meaning: Meaning, scene: Scene) -> list[dict[str, Any]]:
    """ "Tres nomás": a bare number is a number of payments only as an answer to how many."""
    counts = [one.act.count for one in meaning.said if isinstance(one.act, Propose) and one.act.count]
    told = scene.missing != "count" or any(one["entity"] == "count" for one in meaning.entities)
    return [] if told else [{"entity": "count", "value": one} for one in counts[:1]]


def acts(meaning: Meaning) -> list[dict[str, Any]]:
    """The most pressing first; none where nothing is to be done."""
    return [as_json(one.act) for one in meaning.said if one.name != NOTHING]


def parse_lines(understanding: Understanding, lines: Iterable[str], now: datetime) -> Iterator[str]:
    """One answer a line, as JSON; a line that cannot be read is answered with a sentence that names it."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield json.dumps(_answer(understanding, line, number, now), ensure_ascii=False)


def _answer(understanding: Understanding, line: str, number: int, now: datetime) -> dict[str, Any]:
    try:
        asked = _checked(json.loads(line))
        said = asked.get("reference")
        reference = datetime.fromisoformat(said.replace("Z", "+00:00")) if said else now
        return parse(understanding, asked["text"], reference, asked.get("scene"), asked.get("language") or "")
    except json.JSONDecodeError as wrong:
        return {"error": f"Line {number} is no JSON: {wrong}"}
    except (Problems, ValueError) as wrong:
        return {"error": f"Line {number}: {wrong}"}


def _checked(asked: Any) -> dict[str, Any]:
    if not isinstance(asked, dict):
        raise Problems([Problem("the line", 'an object such as {"text": "…"}', repr(asked)[:60])])
    problems = [
        Problem(name, kind, repr(asked[name])[:60])
        for name, kind, fits in _FIELDS
        if name in asked and not isinstance(asked[name], fits)
    ]
    problems += [] if "text" in asked else [Problem("text", "the message")]
    if problems:
        raise Problems(problems)
    return asked


_FIELDS = (
    ("text", "a text", str), ("reference", "an ISO time with offset", (str, type(None))),
    ("language", "en or es", (str, type(None))), ("scene", "an object", (dict, type(None))),
)  # fmt: skip


def _public(entity: dict[str, Any]) -> dict[str, Any]:
    fields = ("entity", *_PUBLIC[entity["entity"]])
    return {field: entity[field] for field in fields if entity.get(field) is not None}
