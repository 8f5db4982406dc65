"""Where a conversation on a page comes from: never an address, only a token that is the same for one network."""

from __future__ import annotations

from dataclasses import replace

from bot.contact.model import Conversation
from bot.contact.store import conversations
from bot.core import Session


def note_network(session: Session, talk: Conversation, network: str) -> Conversation:
    """The conversation with the network that it comes from now."""
    if talk.network != network:
        session.execute(conversations.update().where(conversations.c.id == talk.id).values(network=network))
    return replace(talk, network=network)
