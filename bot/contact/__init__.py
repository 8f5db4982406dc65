"""The only door to a debtor: addresses, consent, opt-outs, holds, disclosures, the durable inbox and outbox."""

from bot.contact import (
    bindings,
    buttons,
    calls,
    calls_made,
    circuit,
    codes,
    couples,
    crisis,
    duties,
    facts,
    file_check,
    files,
    glance,
    hours,
    inbox,
    law,
    links,
    masking,
    orders,
    outbox,
    places,
    rules,
    sanitize,
    segments,
    switches,
    texts,
    words,
)
from bot.contact.codes import forget_codes, text_code
from bot.contact.consent import (
    Address,
    add_address,
    addresses_of,
    bases_at,
    give_address,
    number_on_file,
    opt_in,
    opt_out,
    opted_out_since,
    parties_at,
    parties_at_each,
    remove_address,
    take_address,
)
from bot.contact.electronic import (
    agree_to_electronic,
    consent_words,
    note_notice,
    noticed,
    postal_address,
    takes_electronic,
    told_of_collecting,
    version_of,
    withdraw_electronic,
)
from bot.contact.holds import (
    active_holds,
    days_of_grace,
    every_active_hold,
    holds_over,
    in_force,
    is_of_a_dispute,
    note_given,
    note_representative,
    place_hold,
    place_hold_here,
    release_hold,
    times_held,
)
from bot.contact.hours_in_words import in_words
from bot.contact.inbox import (
    change_owner,
    clear_verified,
    conversation,
    conversations_by_id,
    last_talk_of,
    lock_conversation,
    mark_verified,
    open_conversation,
    receive,
    set_language,
    set_owner,
    talks_of,
)
from bot.contact.links import forget_links
from bot.contact.masked_inbox import forget_proofs
from bot.contact.media import allow_medium, bar_medium, barred_media
from bot.contact.model import (
    BOT,
    QUEUE,
    Audience,
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
    Sending,
    TooLate,
    TryLater,
    Uncertain,
    Undeliverable,
)
from bot.contact.networks import note_network
from bot.contact.rules import may_send
from bot.contact.service import PULLED, ask, recheck, say, send
from bot.contact.transcript import Line, last_of, said, transcript, where_said

__all__ = [
    "Address", "addresses_of", "give_address", "take_address",
    "BOT", "PULLED", "QUEUE", "Audience", "Away", "Channel", "Conversation", "Decision", "Hold", "HoldKind", "InboxMessage", "Incoming",
    "Language", "Line", "OutboxMessage", "Say", "Sender", "Sending", "TooLate", "TryLater", "Uncertain", "Undeliverable",
    "active_holds", "add_address", "agree_to_electronic", "allow_medium", "ask", "bar_medium",
    "barred_media", "bases_at", "bindings", "buttons", "calls", "calls_made", "change_owner", "circuit",
    "clear_verified", "codes", "consent_words", "conversation", "conversations_by_id", "couples", "crisis",
    "days_of_grace", "duties", "every_active_hold", "facts", "file_check", "files", "forget_codes", "forget_links",
    "forget_proofs", "glance", "holds_over", "hours", "in_force", "in_words", "inbox", "is_of_a_dispute",
    "last_of", "last_talk_of", "law", "links", "lock_conversation", "mark_verified", "masking", "may_send",
    "note_given", "note_network", "note_notice", "note_representative", "noticed", "number_on_file", "open_conversation",
    "opt_in", "opt_out",
    "opted_out_since", "orders", "outbox", "parties_at", "parties_at_each", "place_hold", "postal_address", "place_hold_here", "places", "receive", "recheck",
    "release_hold", "remove_address", "rules", "said", "sanitize", "say", "segments", "send", "set_language", "set_owner", "switches", "talks_of",
    "text_code", "texts", "times_held", "takes_electronic", "told_of_collecting", "transcript", "version_of", "where_said",
    "withdraw_electronic", "words",
]  # fmt: skip
