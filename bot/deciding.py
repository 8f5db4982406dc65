"""Beside each message on the demo's phones: who wrote it, what kind of message it is, and which rules let it out.

The sandbox knows messages by their provider's ids only; this reads the rest where Parley keeps it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.exc import DatabaseError

from bot import contact, core

_KINDS = {
    "offer": "offer", "payment": "payment", "reminder": "reminder", "receipt": "receipt", "opt_out": "opt-out",
    "safety": "safety", "hold": "on hold", "rights": "their rights", "handoff": "neutral", "code": "one-time code",
}  # fmt: skip
"""Tags in a word; whatever else there is, is an answer."""


def beside(database: Engine, provider_ids: Collection[str]) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """By provider's id: a label such as "assistant, offer", and each rule with what it says. Nothing where the sandbox
    runs alone, without a database of Parley's.
    """
    try:
        with core.reading(database) as session:
            rows = contact.outbox.decided(session, provider_ids)
    except DatabaseError:
        return {}
    return {row.provider_id: (_label(row), tuple(_rule(rule) for rule in row.rules)) for row in rows}


def _label(row: Any) -> str:
    tags = [part["tag"] for part in row.parts]
    kind = next((word for tag, word in _KINDS.items() if tag in tags), "answer")
    who = "assistant" if row.author == contact.BOT else "a person"
    return f"{who}, {kind}" if row.answers_at or row.reply_to or row.author != contact.BOT else f"{who}, {kind}, we start"


def _rule(rule_id: str) -> str:
    if rule_id == contact.rules.ALLOWED:
        return f"{rule_id}: no rule forbids it"
    rule = contact.law.by_id(rule_id)
    return f"{rule_id}: {rule.says}" if rule is not None else rule_id
