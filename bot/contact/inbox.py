"""The durable inbox. A message is stored once by its provider id and answered in the order it came.

A turn peeks first, in a snapshot that locks nothing, and claims what it saw when it writes. The claim has no lease:
it lives in the transaction of the turn. When the process dies, the database forgets the turn and the message is ready
again. What holds a conversation leaves its key alone, so that a message to it can be stored meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from bot.contact import files, holds, masked_inbox, outbox
from bot.contact.model import BOT, Conversation, InboxMessage, Incoming, Language
from bot.contact.store import conversation_of, conversations, inbox, inbox_message_of
from bot.core import Session, insert_once, new_id, record

RETRY_AFTER = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(seconds=10)


def open_conversation(
    session: Session, channel: str, address: str, now: datetime, language: Language = "en"
) -> Conversation:
    """The conversation of this address on this channel, made when it is the first message."""
    query = sa.select(conversations).where(conversations.c.channel == channel, conversations.c.address == address)
    row = session.execute(query).first()
    if row is None:
        values = {
            "id": new_id("con"), "channel": channel, "address": address, "language": language,
            "owner": BOT, "owner_epoch": 0, "created_at": now,
        }  # fmt: skip
        insert_once(session, conversations, values)
        row = session.execute(query).one()
    return conversation_of(row)


def conversation(session: Session, conversation_id: str) -> Conversation:
    return conversation_of(session.execute(sa.select(conversations).where(conversations.c.id == conversation_id)).one())


def texts_of(session: Session, message_ids: Collection[str]) -> dict[str, str]:
    query = sa.select(inbox.c.id, inbox.c.text).where(inbox.c.id.in_(list(message_ids)))
    return {row.id: row.text for row in session.execute(query)}


def talks_of_messages(session: Session, message_ids: Collection[str]) -> dict[str, str]:
    """The conversation of each of these; what is no message of theirs is missing."""
    if not message_ids:
        return {}
    query = sa.select(inbox.c.id, inbox.c.conversation_id).where(inbox.c.id.in_(list(message_ids)))
    return {row.id: row.conversation_id for row in session.execute(query)}


def receive(session: Session, incoming: Incoming, now: datetime) -> InboxMessage | None:
    """Store a message; None when it was stored before. What must not be kept is masked before it is stored."""
    talk = open_conversation(session, incoming.channel, incoming.address, now)
    first = _changed(session, incoming) if incoming.corrects else None
    text, masked_earlier = masked_inbox.kept(session, talk.id, incoming.text, now)
    values = {
        "id": new_id("in"), "conversation_id": talk.id, "channel": incoming.channel,
        "provider_id": incoming.provider_id, "text": text, "media": list(incoming.media),
        "opt_out_type": incoming.opt_out_type[:10], "received_at": now, "state": "ready", "not_before": now,
        "attempts": 0, "corrects": incoming.corrects,
    }  # fmt: skip
    if (first is not None and first.text == text) or not insert_once(session, inbox, values):
        return None
    if first is not None:
        _take_place_of(session, first.id, str(values["id"]), now)
    files.expect(session, incoming, str(values["id"]), talk.id, now)
    masked_inbox.replace(session, masked_earlier)
    if incoming.channel == "whatsapp":  # free text is allowed again
        outbox.bring_forward(session, talk.id)
    record(session, "MessageReceived", subject=talk.id, data={"message": values["id"]}, now=now, actor="debtor")
    return inbox_message_of(session.execute(sa.select(inbox).where(inbox.c.id == values["id"])).one())


def _changed(session: Session, incoming: Incoming) -> Any:
    """What they wrote before, and nothing when it never came here. Links get previews: not every edit changes words."""
    first = sa.and_(inbox.c.channel == incoming.channel, inbox.c.provider_id == incoming.corrects)
    return session.execute(sa.select(inbox.c.id, inbox.c.text).where(first)).first()


def _take_place_of(session: Session, earlier: str, message_id: str, now: datetime) -> None:
    """While nobody answers it, what they took back is not answered at all."""
    waits = sa.and_(inbox.c.id == earlier, inbox.c.state == "ready")
    free = session.execute(sa.select(inbox.c.id).where(waits).with_for_update(skip_locked=True)).scalar()
    if free is not None:
        over = {"state": "done", "processed_at": now, "answered_with": message_id}
        session.execute(inbox.update().where(waits).values(**over))


def peek(session: Session, now: datetime, besides: Collection[str] = ()) -> tuple[Conversation, InboxMessage] | None:
    """The oldest message that waits, if it is the first of its conversation. Others may see the same one.

    It waits for the clock only after a failed try, and not when the clock has gone back since.
    """
    due = sa.or_(inbox.c.attempts == 0, inbox.c.not_before <= now, inbox.c.not_before > now + LONGEST_PAUSE)
    query = _with_conversation().where(inbox.c.state == "ready", due, _is_first(), inbox.c.id.notin_(list(besides)))
    return _both(session.execute(query.order_by(inbox.c.number).limit(1)).mappings().first())


def claim(session: Session, message_id: str, *, waits: bool = False) -> tuple[Conversation, InboxMessage] | None:
    """This message and its conversation, locked until the transaction ends.

    None when it is no longer the next of its conversation, or, unless it `waits`, when somebody else has either.
    """
    query = _with_conversation().where(inbox.c.id == message_id, inbox.c.state == "ready", _is_first())
    return _both(session.execute(query.with_for_update(skip_locked=not waits, key_share=True)).mappings().first())


def _with_conversation() -> Any:
    theirs = [column.label(f"talk_{column.name}") for column in conversations.c]
    return sa.select(inbox, *theirs).join(conversations, conversations.c.id == inbox.c.conversation_id)


def _both(row: Any) -> tuple[Conversation, InboxMessage] | None:
    if row is None:
        return None
    talk = SimpleNamespace(**{name[5:]: value for name, value in row.items() if name.startswith("talk_")})
    return conversation_of(talk), inbox_message_of(SimpleNamespace(**row))


def burst(session: Session, first: InboxMessage, within: timedelta) -> tuple[InboxMessage, ...]:
    """This message and those that wait behind it, each received within this time of the one before."""
    query = sa.select(inbox).where(inbox.c.conversation_id == first.conversation_id, inbox.c.state == "ready")
    found = [first]
    for row in session.execute(query.order_by(inbox.c.number)):
        if row.id != first.id and row.received_at - found[-1].received_at <= within:
            found.append(inbox_message_of(row))
    return tuple(found)


def finish(session: Session, messages: Collection[InboxMessage], now: datetime) -> None:
    """The turn of these messages is over; those behind the first were answered with it."""
    first = next(iter(messages))
    for one in messages:
        with_first = {"answered_with": first.id} if one is not first else {}
        session.execute(inbox.update().where(inbox.c.id == one.id).values(state="done", processed_at=now, **with_first))


def postpone(session: Session, message: InboxMessage, error: str, now: datetime) -> int:
    """The turn failed and was rolled back: try again soon. Returns how often it has failed."""
    attempts = message.attempts + 1
    session.execute(
        inbox.update()
        .where(inbox.c.id == message.id)
        .values(attempts=attempts, not_before=now + RETRY_AFTER * attempts, last_error=error[:200])
    )
    return attempts


def lock_conversation(session: Session, conversation_id: str) -> None:
    """Before anything else is written. Its key stays free: a message to it can be stored meanwhile."""
    query = sa.select(conversations.c.id).where(conversations.c.id == conversation_id)
    session.execute(query.with_for_update(key_share=True))


def with_media(session: Session, conversation_id: str) -> tuple[InboxMessage, ...]:
    """Their messages there that came with a photo or a file, oldest first."""
    query = sa.select(inbox).where(inbox.c.conversation_id == conversation_id).order_by(inbox.c.number)
    return tuple(inbox_message_of(row) for row in session.execute(query) if row.media)


def last_talk_of(session: Session, party_id: str) -> Conversation | None:
    """The conversation of theirs in which a message came last."""
    theirs = sa.select(conversations).join(inbox, inbox.c.conversation_id == conversations.c.id)
    query = theirs.where(conversations.c.party_id == party_id).order_by(inbox.c.number.desc()).limit(1)
    row = session.execute(query).first()
    return conversation_of(row) if row is not None else None


def talks_of(party_id: str) -> Any:
    """The ids of the conversations in which this person proved who they are, to be a part of another query."""
    return sa.select(conversations.c.id).where(conversations.c.party_id == party_id)


def set_language(session: Session, conversation_id: str, language: Language) -> None:
    session.execute(conversations.update().where(conversations.c.id == conversation_id).values(language=language))


def set_owner(session: Session, conversation_id: str, owner: str) -> None:
    """Who answers from now on. A message of an earlier owner that is still on its way is dropped at sending."""
    session.execute(
        conversations.update()
        .where(conversations.c.id == conversation_id, conversations.c.owner != owner)
        .values(owner=owner, owner_epoch=conversations.c.owner_epoch + 1)
    )


def change_owner(session: Session, conversation_id: str, owner: str, *, of: Collection[str]) -> bool:
    """The same, only while one of these has it: of two who ask at the same instant one gets it. False for the other."""
    here = sa.and_(conversations.c.id == conversation_id, conversations.c.owner.in_(list(of)))
    values = {"owner": owner, "owner_epoch": conversations.c.owner_epoch + 1}
    return bool(session.execute(conversations.update().where(here).values(**values)).rowcount)


def conversations_by_id(session: Session, ids: Collection[str]) -> dict[str, Conversation]:
    if not ids:
        return {}
    query = sa.select(conversations).where(conversations.c.id.in_(list(ids)))
    return {row.id: conversation_of(row) for row in session.execute(query)}


def last_heard(session: Session, conversation_id: str) -> InboxMessage | None:
    """The newest message of theirs."""
    query = sa.select(inbox).where(inbox.c.conversation_id == conversation_id).order_by(inbox.c.number.desc()).limit(1)
    row = session.execute(query).first()
    return inbox_message_of(row) if row is not None else None


def text_of(session: Session, conversation_id: str, message_id: str) -> str | None:
    """Of a message of theirs as it is stored; None when it was not written here."""
    here = sa.and_(inbox.c.id == message_id, inbox.c.conversation_id == conversation_id)
    text: str | None = session.execute(sa.select(inbox.c.text).where(here)).scalar()
    return text


def ask_again(session: Session, message_ids: Collection[str], now: datetime) -> int:
    """Messages that were put aside for a person wait for the assistant, as if they had just been stored. How many."""
    ids = list(message_ids)
    theirs = sa.or_(inbox.c.id.in_(ids), inbox.c.answered_with.in_(ids))
    aside = sa.and_(theirs, inbox.c.state == "done")
    again = {"state": "ready", "attempts": 0, "not_before": now, "processed_at": None, "answered_with": None}
    return int(session.execute(inbox.update().where(aside).values(**again)).rowcount)


def mark_verified(session: Session, conversation_id: str, party_id: str, until: datetime, now: datetime) -> None:
    """Only `identity` calls this. `until` ends the verification; it may be moved on. What was said here before they
    were known holds them from this moment.
    """
    holds.adopt(session, conversation_id, party_id, now)
    session.execute(
        conversations.update()
        .where(conversations.c.id == conversation_id)
        .values(party_id=party_id, verified_until=until)
    )


def clear_verified(session: Session, conversation_id: str, now: datetime) -> None:
    session.execute(conversations.update().where(conversations.c.id == conversation_id).values(verified_until=None))


def _is_first() -> Any:
    earlier = inbox.alias()
    return ~sa.exists().where(
        sa.and_(
            earlier.c.conversation_id == inbox.c.conversation_id,
            earlier.c.state == "ready",
            earlier.c.number < inbox.c.number,
        )
    )
