"""Quick replies as buttons of a messenger: what a press sends back is an id of ours, and stands for words once.

The id names a message of ours and a place in it, and nothing else: nobody can press what was not offered to them. A
press is stored under that message's id, so that the second one of any of its buttons is a repeat. A button that is
older than what they have written since is over.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.contact.inbox import receive
from bot.contact.model import Channel, InboxMessage, Incoming, Language, OutboxMessage
from bot.contact.store import conversations, inbox, outbox
from bot.core import Session

_MARK = "q"


def choices(message: OutboxMessage) -> tuple[tuple[str, str], ...]:
    """(id, words) of each quick reply of a message."""
    words = [choice for part in message.parts for choice in part.get("choices", ())]
    return tuple((f"{_MARK}:{message.id}:{place}", choice) for place, choice in enumerate(words))


def language(message: OutboxMessage) -> Language:
    """In which its words were said."""
    return next((part["language"] for part in message.parts if "language" in part), "en")


def is_used(session: Session, channel: Channel, pressed: str) -> bool:
    """A button of the same message was pressed before: the second press is a slip of the finger."""
    used = sa.and_(inbox.c.channel == channel, inbox.c.provider_id == _key(pressed.partition(":")[2].partition(":")[0]))
    return session.execute(sa.select(inbox.c.id).where(used)).first() is not None


def press(session: Session, channel: Channel, address: str, pressed: str, now: datetime) -> InboxMessage | None:
    """Stored as the message that the button stands for; None when it is none of theirs, used, or over."""
    mark, _, rest = pressed.partition(":")
    message_id, _, place = rest.partition(":")
    if mark != _MARK or not place.isdecimal():
        return None
    talk = sa.and_(conversations.c.channel == channel, conversations.c.address == address)
    query = sa.select(outbox).join(conversations, conversations.c.id == outbox.c.conversation_id)
    row = session.execute(query.where(outbox.c.id == message_id, talk)).first()
    words = [choice for part in row.parts for choice in part.get("choices", ())] if row is not None else []
    if row is None or int(place) >= len(words) or _wrote_since(session, row):
        return None
    return receive(session, Incoming(channel, address, _key(message_id), words[int(place)]), now)


def _key(message_id: str) -> str:
    return f"press:{message_id}"


def _wrote_since(session: Session, row: sa.engine.Row) -> bool:
    later = sa.and_(inbox.c.conversation_id == row.conversation_id, inbox.c.received_at > row.created_at)
    return session.execute(sa.select(inbox.c.id).where(later).limit(1)).first() is not None
