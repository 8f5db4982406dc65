"""Ready replies of `canned.yml`: an agent sees one filled in before it goes anywhere. Some must go out as they stand."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot import contact
from bot.handoff.model import WORDS

_FILE = Path(__file__).with_name("canned.yml")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Ready:
    """One of them, for one conversation."""

    name: str
    title: str
    """In the agent's language."""
    text: str
    """In the debtor's language; empty where it may not be said here."""
    is_locked: bool
    audience: contact.Audience
    response: str = WORDS
    tag: str = "person"
    lacks: tuple[str, ...] = ()
    """Values that nobody knows here; `verified` among them when it is not proved who reads."""
    is_suggested: bool = False
    """What its values say is the case here: it may be what they want to hear."""


def ready(
    values: Mapping[str, str], *, verified: bool, language: str, spoken: str, channel: str = "",
    templates: Collection[str] | None = None,
) -> list[Ready]:  # fmt: skip
    """All that there are on this channel, in the order of the file. `values` fill the texts; one that is empty counts as
    not known. `templates`, outside the channel's window: nothing else can go, and each goes as it stands.
    """
    here = [entry for entry in _all() if channel in entry.get("channels", (channel,))]
    if templates is not None:
        here = [entry for entry in here if f"{entry.get('response')}.{language}" in templates]
    return [_filled(entry, values, verified, language, spoken) for entry in here]


@lru_cache(maxsize=1)
def _all() -> tuple[dict[str, Any], ...]:
    return tuple(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def as_texts() -> Mapping[str, contact.texts.Response]:
    """Those that may be worded otherwise, as they ship, by the name that a version of the wording has for them."""
    free = [entry for entry in _all() if "response" not in entry and not entry.get("locked")]
    return {
        name: contact.texts.Response(name, entry["text"], {}, entry.get("audience", "anyone"), "person")
        for entry in free
        if (name := contact.wording.CANNED + entry["name"])
    }


def _filled(entry: dict[str, Any], values: Mapping[str, str], verified: bool, language: str, spoken: str) -> Ready:
    response = contact.texts.load()[entry["response"]] if "response" in entry else None
    audience: contact.Audience = response.audience if response else entry.get("audience", "anyone")
    own = contact.wording.changed(contact.wording.CANNED + entry["name"]).get(language)
    raw = response.texts[language] if response else own or entry["text"][language]
    wanted = dict.fromkeys(_PLACEHOLDER.findall(raw))
    lacks = tuple(name for name in wanted if not values.get(name))
    if audience == "verified" and not verified:
        lacks = ("verified",)
    text = "" if lacks else _PLACEHOLDER.sub(lambda match: values[match[1]], raw)
    said = (response.name, response.tag) if response else (WORDS, "person")
    return Ready(entry["name"], entry["title"][spoken], text, bool(entry.get("locked")), audience, *said, lacks,
                 bool(text) and bool(entry.get("suggested")))  # fmt: skip
