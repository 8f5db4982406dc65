"""Imports every room that has tables, so that `core.metadata` knows them all."""

from importlib import import_module
from importlib.util import find_spec

ROOMS = tuple(
    import_module(f"bot.{room}")
    for room in (
        "contact", "identity", "accounts", "papers", "experiments", "negotiation", "payments", "scores", "handoff",
        "exchange", "insight",
        "dialogue", "web", "chatwoot",
    )
    if find_spec(f"bot.{room}") is not None
)
