"""Tables of the door, and how their rows become values."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.contact.link_text import LinkText
from bot.contact.model import Conversation, Hold, HoldKind, InboxMessage, OutboxMessage
from bot.core import Money, UtcDateTime, metadata

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("address", sa.String(128), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("party_id", sa.String(40)),
    sa.Column("verified_until", UtcDateTime),
    sa.Column("owner", sa.String(60), nullable=False),
    sa.Column("owner_epoch", sa.Integer, nullable=False),
    sa.Column("network", sa.String(64)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("channel", "address"),
)
addresses = sa.Table(
    "addresses",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False, index=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("value", sa.String(128), nullable=False),
    sa.Column("basis", sa.String(60), nullable=False),
    sa.Column("basis_at", UtcDateTime, nullable=False),
    sa.Column("removed_at", UtcDateTime),
    sa.UniqueConstraint("party_id", "channel", "value"),
    sa.Index("ix_addresses_value", "channel", "value"),
)
inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("id", sa.String(40), nullable=False, unique=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("provider_id", sa.String(128), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("media", sa.JSON, nullable=False),
    sa.Column("opt_out_type", sa.String(10), nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),  # ready, done
    sa.Column("not_before", UtcDateTime, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("processed_at", UtcDateTime),
    sa.Column("last_error", sa.String(200)),
    sa.Column("answered_with", sa.String(40)),  # the message that this one was joined to, or was changed into
    sa.Column("corrects", sa.String(128), nullable=False, server_default=""),  # provider id of what they wrote first
    sa.UniqueConstraint("channel", "provider_id"),
    sa.Index("ix_inbox_ready", "state", "not_before"),
    sa.Index("ix_inbox_conversation", "conversation_id", "state", "number"),
    sa.Index("ix_inbox_received", "received_at"),
)
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("id", sa.String(40), nullable=False, unique=True),
    sa.Column("dedup_key", sa.String(120), nullable=False, unique=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("address", sa.String(128), nullable=False),
    sa.Column("text", LinkText, nullable=False),
    sa.Column("parts", sa.JSON, nullable=False),  # [{response, tag, audience, choices, lines}]
    sa.Column("rules", sa.JSON, nullable=False),
    sa.Column("author", sa.String(60), nullable=False),
    sa.Column("reply_to", sa.String(40)),
    sa.Column("answers_at", UtcDateTime),  # when they did what this answers; null when we start
    sa.Column("party_id", sa.String(40)),
    sa.Column("discloses", sa.String(60), nullable=False, server_default=""),  # "automated collection"
    sa.Column("sequence", sa.String(40), nullable=False, server_default=""),
    sa.Column("policy", sa.String(80), nullable=False, server_default=""),
    sa.Column("owner_epoch", sa.Integer, nullable=False),
    # ready, claimed, sending, uncertain, settling, sent, failed, dead, blocked
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("held_until", UtcDateTime),  # the door wants another moment
    sa.Column("lease_until", UtcDateTime),
    sa.Column("worker", sa.String(60)),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("tried_at", UtcDateTime),
    sa.Column("sent_at", UtcDateTime),
    sa.Column("provider_id", sa.String(128), unique=True),
    sa.Column("delivery", sa.String(20)),
    sa.Column("last_error", sa.String(200)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Index("ix_outbox_state", "state", "due_at"),
    sa.Index("ix_outbox_conversation", "conversation_id", "number"),
    sa.Index("ix_outbox_party", "party_id", "created_at"),
    sa.Index("ix_outbox_created", "created_at"),
    sa.Index("ix_outbox_sent", "sent_at"),
)
files = sa.Table(
    "files",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("message_id", sa.String(40), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),  # of it within its message
    sa.Column("source", sa.String(500), nullable=False),  # where the provider has it
    sa.Column("sort", sa.String(10), nullable=False),  # picture, document, voice, sticker, other
    sa.Column("state", sa.String(10), nullable=False),  # waiting, kept, refused, gone
    sa.Column("kind", sa.String(40), nullable=False),  # by its bytes
    sa.Column("ending", sa.String(5), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("about", sa.String(60), nullable=False),  # D-1042, payment:cas_…
    sa.Column("why", sa.String(100), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("not_before", UtcDateTime, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("message_id", "place"),
    sa.Index("ix_files_state", "state", "not_before"),
    sa.Index("ix_files_about", "about"),
)
file_contents = sa.Table(
    "file_contents",
    metadata,
    sa.Column("file_id", sa.String(40), sa.ForeignKey("files.id"), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
channel_links = sa.Table(
    "channel_links",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
)
circuits = sa.Table(
    "circuits",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),  # "twilio:send", "twilio:find"
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
)
switches = sa.Table(
    "switches",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),  # "offers", or a channel
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("why", sa.String(400), nullable=False),
    sa.Column("since", UtcDateTime, nullable=False),
)
consents = sa.Table(
    "consents",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("address", sa.String(128), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),  # opted_out, opted_in
    sa.Column("source", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_consents_address", "channel", "address", "number"),
)
places = sa.Table(
    "places",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False, index=True),
    sa.Column("country", sa.String(2), nullable=False),
    sa.Column("state", sa.String(3), nullable=False),
    sa.Column("city", sa.String(10), nullable=False),  # one with rules of its own: NYC
    sa.Column("time_zone", sa.String(40), nullable=False),
    sa.Column("source", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
inconvenient_times = sa.Table(
    "inconvenient_times",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False, index=True),
    sa.Column("begins", sa.String(8), nullable=False),
    sa.Column("ends", sa.String(8), nullable=False),
    sa.Column("weekdays", sa.String(7), nullable=False),  # 1 is Monday
    sa.Column("source", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
couples = sa.Table(
    "couples",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False, index=True),
    sa.Column("spouse_id", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),  # married, parted
    sa.Column("source", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
"""Each pair twice, once from either side."""
esign_consents = sa.Table(
    "esign_consents",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False),  # agreed, withdrawn
    sa.Column("version", sa.String(16), nullable=False),  # of the words that they had read
    sa.Column("message_id", sa.String(40)),
    sa.Column("at", UtcDateTime, nullable=False),
)
media_wishes = sa.Table(
    "media_wishes",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False, index=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),  # barred, allowed
    sa.Column("source", sa.String(60), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
debt_notices = sa.Table(
    "debt_notices",
    metadata,
    sa.Column("debt_id", sa.String(40), primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
)
operator_orders = sa.Table(
    "operator_orders",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("what", sa.String(10), nullable=False),  # relax, restore, stop, resume
    sa.Column("about", sa.String(60), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime),
)
holds = sa.Table(
    "holds",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("party_id", sa.String(40), index=True),  # null before anybody is known
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), index=True),
    sa.Column("debt_id", sa.String(40)),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("source", sa.String(60)),
    sa.Column("part_minor", sa.BigInteger),  # how much of the debt is held; null holds all of it
    sa.Column("currency", sa.String(3)),
    sa.Column("given", sa.JSON),  # {name, reference} as they were typed, for a person to match
    sa.Column("placed_at", UtcDateTime, nullable=False),
    sa.Column("begins_on", sa.Date),  # from which day on it counts, where it began before we were told
    sa.Column("ends_on", sa.Date),  # the last day of one that ends by itself
    sa.Column("released_at", UtcDateTime),
)


duties_done = sa.Table(
    "duties_done",
    metadata,
    sa.Column("hold_id", sa.String(40), sa.ForeignKey("holds.id"), primary_key=True),
    sa.Column("rule", sa.String(30), primary_key=True),
    sa.Column("how", sa.String(200), nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)


def conversation_of(row: Any) -> Conversation:
    return Conversation(
        id=row.id,
        channel=row.channel,
        address=row.address,
        language=row.language,
        party_id=row.party_id,
        verified_until=row.verified_until,
        owner=row.owner,
        owner_epoch=row.owner_epoch,
        network=row.network,
    )


def inbox_message_of(row: Any) -> InboxMessage:
    return InboxMessage(
        row.id, row.conversation_id, row.text, row.received_at, row.attempts, row.opt_out_type, tuple(row.media),
        row.corrects,
    )  # fmt: skip


def outbox_message_of(row: Any) -> OutboxMessage:
    return OutboxMessage(
        id=row.id,
        conversation_id=row.conversation_id,
        channel=row.channel,
        address=row.address,
        text=row.text,
        state=row.state,
        attempts=row.attempts,
        owner_epoch=row.owner_epoch,
        created_at=row.created_at,
        parts=tuple(row.parts),
        provider_id=row.provider_id,
        tried_at=row.tried_at,
        reply_to=row.reply_to,
        sequence=row.sequence,
        key=row.dedup_key,
    )


def hold_of(row: Any) -> Hold:
    return Hold(
        row.id, row.party_id, HoldKind(row.kind), row.debt_id, row.placed_at, row.conversation_id, row.reason,
        dict(row.given or {}), Money(row.part_minor, row.currency) if row.part_minor is not None else None,
        row.source, row.begins_on, row.ends_on,
    )  # fmt: skip
