"""Buttons and lists of WhatsApp: Twilio sends them as a Content, made once and filled at each sending.

A Content is made for each shape: which words stand on the buttons, and how many lines the text has. Text and ids are
its variables, so that there are few of them and nothing about a person is kept in one. Only inside the 24 hours: none
is submitted for approval. Three quick replies, or a list of up to ten (twilio.com/docs/content/twilio-quick-reply,
/twiliolist-picker); a variable holds 255 characters and no line break (/using-variables-with-content-api).
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import requests
import yaml
from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bot import contact

QUICK_REPLIES = 3
LISTED = 10
LONGEST_BODY = 1024
_VARIABLE = 255
_DESCRIPTION = 72
_REST = 600.0
"""Seconds for which a shape that was refused goes as plain text."""
_CANNOT = (TwilioException, requests.RequestException, ValueError, TypeError, KeyError, AttributeError)


class Filled(NamedTuple):
    """What is sent: a Content and its variables."""

    sid: str
    variables: str


class Contents:
    """Those of one Twilio account."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, str] = {}
        self._refused: dict[str, float] = {}
        self._lock = threading.Lock()

    def of(self, message: contact.OutboxMessage) -> Filled | None:
        """None where there is nothing to tap, or where it has to go as plain text."""
        buttons = contact.buttons.choices(message)[:LISTED]
        if not buttons or len(message.text) > LONGEST_BODY:
            return None
        types, variables = _shape(message, buttons)
        sid = self._sid(types, variables, contact.buttons.language(message))
        return Filled(sid, json.dumps(variables)) if sid is not None else None

    def _sid(self, types: Mapping[str, Any], samples: Mapping[str, str], language: str) -> str | None:
        name = "parley_" + hashlib.sha256(json.dumps([language, types], sort_keys=True).encode()).hexdigest()[:24]
        with self._lock:
            if self._refused.get(name, 0.0) > time.monotonic():
                return None
            if name not in self._known:
                try:
                    self._known[name] = self._find(name) or self._make(name, types, samples, language)
                except _CANNOT:  # a message without its buttons is better than none
                    self._refused[name] = time.monotonic() + _REST
            return self._known.get(name)

    def _find(self, name: str) -> str | None:
        """Made by another process, or before this one started."""
        if not self._known:
            listed = self._client.content.contents.list(limit=1000)
            self._known |= {str(one.friendly_name): str(one.sid) for one in listed}
        return self._known.get(name)

    def _make(self, name: str, types: Mapping[str, Any], samples: Mapping[str, str], language: str) -> str:
        """The SDK of this version lists Contents and does not make them. Raises one of _CANNOT."""
        blank = dict.fromkeys(samples, "text")
        body = {"friendly_name": name, "language": language, "variables": blank, "types": types}
        answer = self._client.request(
            "POST", f"{self._client.content.base_url}/v1/Content", data=json.dumps(body),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )  # fmt: skip
        if answer.status_code not in (200, 201):
            raise ValueError(f"Twilio made no Content: {answer.status_code}")
        return str(json.loads(answer.text)["sid"])


def _shape(
    message: contact.OutboxMessage, buttons: tuple[tuple[str, str], ...]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The types of the Content, and the variables that make it this message."""
    variables: dict[str, str] = {}

    def put(value: str) -> str:
        variables[str(len(variables) + 1)] = value
        return f"{{{{{len(variables)}}}}}"

    lines = message.text.split("\n")
    body = "\n".join("".join(put(part) for part in _parts(line)) for line in lines)
    if len(buttons) <= QUICK_REPLIES:
        actions = [{"type": "QUICK_REPLY", "title": words, "id": put(id_)} for id_, words in buttons]
        return {"twilio/quick-reply": {"body": body, "actions": actions}}, variables
    items = [_item(words, put(id_), put, message.text) for id_, words in buttons]
    choose = _words()["choose"][contact.buttons.language(message)]
    return {"twilio/list-picker": {"body": body, "button": choose, "items": items}}, variables


def _item(words: str, id_: str, put: Any, text: str) -> dict[str, str]:
    """A number is told apart by what the text says behind it: on a line of its own, or "1 a pause, or 2 $5 a month"."""
    listed = rf"^{re.escape(words)}\) (.+)$|(?<!\S){re.escape(words)} (.+?)(?=,? (?:or|o) \d |[.?:](?:\s|$)|$)"
    said = re.search(listed, text, re.MULTILINE) if words.isdecimal() else None
    description = (said[1] or said[2])[:_DESCRIPTION] if said else ""
    return {"item": words, "id": id_, **({"description": put(description)} if description else {})}


def _parts(line: str) -> list[str]:
    """A line in pieces that a variable can hold."""
    return [line[at : at + _VARIABLE] for at in range(0, len(line), _VARIABLE)]


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return found
