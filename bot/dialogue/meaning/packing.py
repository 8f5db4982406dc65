"""Acts as plain JSON that comes back as the same act: what waits between two turns."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.dialogue.meaning.acts import BY_NAME, Act, Plain, Said, name_of


def pack(said: Said) -> dict[str, Any]:
    fields = msgspec.json.decode(msgspec.json.encode(said.act))  # as it comes back: a tuple is a list there
    return {
        "act": name_of(said.act), "fields": fields, "words": said.words, "confidence": said.confidence,
        "caught_by": said.caught_by, "needs_check": said.needs_check,
    }  # fmt: skip


def unpack(data: dict[str, Any]) -> Said:
    act = act_of(data["act"], data.get("fields") or {})
    return Said(act, data["words"], data["confidence"], data["caught_by"], data.get("needs_check", False))


def act_of(name: str, fields: dict[str, Any]) -> Act:
    """Raises msgspec.ValidationError for fields that the act does not have in that form."""
    kind = BY_NAME.get(name)
    return msgspec.convert({**fields, "name": name}, Plain) if kind is None else msgspec.convert(fields, kind)
