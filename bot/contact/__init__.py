"""The only door to a debtor: addresses, consent, opt-outs, holds, disclosures, the durable inbox and outbox."""

from bot.contact import circuit, glance, inbox, links, masking, outbox, sanitize, texts, words
from bot.contact.consent import (
    active_holds,
    add_address,
    every_active_hold,
    opt_in,
    opt_out,
    opted_out_since,
    parties_at,
    place_hold,
    release_hold,
    remove_address,
)
from bot.contact.inbox import (
    clear_verified,
    conversation,
    lock_conversation,
    mark_verified,
    open_conversation,
    receive,
    set_language,
    set_owner,
)
from bot.contact.links import forget_links
from bot.contact.masked_inbox import forget_proofs
from bot.contact.model import (
    BOT,
    QUEUE,
    Away,
    Channel,
    Conversation,
    Decision,
    Hold,
    HoldKind,
    InboxMessage,
    Incoming,
    Language,
    OutboxMessage,
    Say,
    Sender,
    TooLate,
    TryLater,
    Uncertain,
    Undeliverable,
)
from bot.contact.networks import note_network
from bot.contact.service import PULLED, Sending, may_send, recheck, say, send
from bot.contact.transcript import Line, said, transcript

__all__ = [
    "BOT", "PULLED", "QUEUE", "Away", "Channel", "Conversation", "Decision", "Hold", "HoldKind", "InboxMessage", "Incoming",
    "Language", "Line", "OutboxMessage", "Say", "Sender", "Sending", "TooLate", "TryLater", "Uncertain", "Undeliverable",
    "active_holds", "add_address", "circuit", "clear_verified", "conversation", "every_active_hold", "forget_links", "forget_proofs",
    "glance", "inbox", "links", "lock_conversation", "mark_verified", "masking", "may_send", "note_network",
    "open_conversation", "opt_in", "opt_out", "opted_out_since", "outbox", "parties_at", "place_hold", "receive",
    "recheck", "release_hold", "remove_address", "said", "sanitize", "say", "send", "set_language", "set_owner",
    "texts", "transcript", "words",
]  # fmt: skip
