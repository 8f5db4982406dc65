"""Twilio's Content API as far as Parley uses it: make one, list them, and fill one when a message names it.

None is approved here: what is made is for the 24 hours after somebody wrote. A ContentSid that was not made here counts
as an approved template of the operator's.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox.store import Json, Store, twilio_sid

UNAPPROVED_BUTTONS = 3
"""Quick replies in a session without approval."""
_LIMITS = {"twilio/quick-reply": 10, "twilio/list-picker": 10}
_TITLE = {"twilio/quick-reply": 20, "twilio/list-picker": 24}
_LONGEST = {"body": 1024, "id": 200, "description": 72, "variable": 255}
_VARIABLE = re.compile(r"\{\{(\w{1,16})\}\}")


class Misfit(ValueError):
    """What Twilio would say of it."""


@dataclass(frozen=True)
class Shown:
    """A Content filled with its variables. `buttons` are (what it says, what it sends); `kind` is reply or list."""

    body: str
    buttons: tuple[tuple[str, str], ...]
    kind: str
    needs_approval: bool


def make(store: Store, account: str, raw: bytes) -> Json:
    """Raises Misfit."""
    try:
        given = json.loads(raw)
        (kind, content), *more = given["types"].items()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Misfit("types: expected one content type") from error
    if more or kind not in _LIMITS or given.get("language") not in ("en", "es"):
        raise Misfit(f"expected a language and one of {', '.join(_LIMITS)}")
    entries = content.get("actions" if kind == "twilio/quick-reply" else "items", [])
    if not 0 < len(entries) <= _LIMITS[kind] or not 0 < len(content.get("body", "")) <= _LONGEST["body"]:
        raise Misfit(f"{kind}: expected a body and 1 to {_LIMITS[kind]} entries")
    for entry in entries:
        title = entry.get("title") if kind == "twilio/quick-reply" else entry.get("item")
        if not title or len(title) > _TITLE[kind] or not entry.get("id"):
            raise Misfit(f"{kind}: expected a title of 1 to {_TITLE[kind]} characters and an id, got {entry}")
    if kind == "twilio/list-picker" and not 0 < len(content.get("button", "")) <= 20:
        raise Misfit("twilio/list-picker: expected a button of 1 to 20 characters")
    made = {
        "sid": twilio_sid("HX"), "account_sid": account, "friendly_name": str(given.get("friendly_name", "")),
        "language": given["language"], "variables": dict(given.get("variables") or {}), "types": given["types"],
        "date_created": "2026-01-01T00:00:00Z", "date_updated": "2026-01-01T00:00:00Z",
        "url": "https://content.twilio.com/v1/Content", "links": {},
    }  # fmt: skip
    with store.transaction():
        store.set("contents", {**store.setting("contents", {}), made["sid"]: made})
    return made


def every(store: Store) -> list[Json]:
    return list(store.setting("contents", {}).values())


def fill(store: Store, sid: str, variables: dict[str, Any]) -> Shown | None:
    """None for one that was not made here. Raises Misfit."""
    made = store.setting("contents", {}).get(sid)
    if made is None:
        return None
    [(kind, content)] = made["types"].items()
    values = {**made["variables"], **{name: str(value) for name, value in variables.items()}}
    if any("\n" in value or not value or len(value) > _LONGEST["variable"] for value in values.values()):
        raise Misfit("a variable is empty, has a line break, or more than 255 characters")

    def put(text: str) -> str:
        return _VARIABLE.sub(lambda found: values[found[1]], text)

    entries = content["actions"] if kind == "twilio/quick-reply" else content["items"]
    buttons = tuple((put(one.get("title") or one["item"]), put(one["id"])) for one in entries)
    body = put(content["body"])
    if len(body) > _LONGEST["body"] or any(len(id_) > _LONGEST["id"] for _, id_ in buttons):
        raise Misfit("longer than WhatsApp shows")
    if any(len(put(one.get("description", ""))) > _LONGEST["description"] for one in entries):
        raise Misfit("a description of more than 72 characters")
    is_reply = kind == "twilio/quick-reply"
    return Shown(body, buttons, "reply" if is_reply else "list", is_reply and len(buttons) > UNAPPROVED_BUTTONS)
