"""All that the door looks at beside the message itself, as values: gathered by `gathering`, judged by `rules`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.contact.hours import NOWHERE_KNOWN, Barred
from bot.contact.model import BOT, Hold

Debts = frozenset[str] | None
"""None: it may be about any of theirs."""


def debts_of(text: str | None) -> Debts:
    return frozenset(text.split()) if text else None


def may_meet(one: Debts, other: Debts) -> bool:
    """Whether two messages may be about the same debt."""
    return one is None or other is None or bool(one & other)


@dataclass(frozen=True)
class Started:
    """A message, or a call, that we began: when it went or will go, where, and about what."""

    at: datetime
    channel: str
    debts: Debts = None
    tags: frozenset[str] = frozenset()
    to_spouse: bool = False
    """It went to their husband or wife, not to them."""


@dataclass(frozen=True)
class Told:
    """A disclosure that was sent, to whom and about what."""

    name: str
    at: datetime
    party_id: str | None = None
    debts: Debts = None


@dataclass(frozen=True)
class Facts:
    """`answers_at` is when they did what this answers (wrote, paid); None when we start.

    `queued_at` is when it was written, if that was before now.

    `regions` are where they may live ("US-GA"), None when nothing says it; `zones` every zone that the facts allow.
    `bases` say why this address may be written to, each with its date; `heard_at` is their last message from it.
    `stopped` are the operator's switches that are on, `relaxed` the rules that do not apply to this operator.
    """

    channel: str
    is_verified: bool = False
    party_id: str | None = None
    is_reply: bool = False
    answers_at: datetime | None = None
    queued_at: datetime | None = None
    by_bot: bool = True
    author: str = BOT
    owner: str = BOT
    role: str = "first_party"
    holds: tuple[Hold, ...] = ()
    opted_out: bool = False
    answered_since_opt_out: bool = False
    regions: frozenset[str] | None = None
    zones: frozenset[str] = frozenset(NOWHERE_KNOWN)
    barred: tuple[Barred, ...] = ()
    barred_media: frozenset[str] = frozenset()
    """Channels that they asked us not to use."""
    started: tuple[Started, ...] = ()
    bases: dict[str, datetime] = field(default_factory=dict)
    heard_at: datetime | None = None
    talked_at: datetime | None = None
    told: tuple[Told, ...] = ()
    notice_sent: bool = False
    noticed: frozenset[str] = frozenset()
    """Debts of theirs that have had their validation notice."""
    is_group: bool = False
    is_work_address: bool = False
    licence_ca: str = ""
    time_barred: frozenset[str] = frozenset()
    """Debts that may be too old for a court."""
    past_reporting: frozenset[str] = frozenset()
    """Debts that are too old for a credit report as well."""
    sequence: str = ""
    policy: str = ""
    stopped: frozenset[str] = frozenset()
    relaxed: frozenset[str] = frozenset()
    language: str = "en"
    templates: frozenset[str] = frozenset()
    """Of WhatsApp, with their language: "utter_payments_receipt.en"."""
    link_over: bool = False
    """It has a link that would not do any more what the message says of it."""
    untrue: bool = False
    """What it says of a payment to come is no longer so."""

    @property
    def last_heard(self) -> datetime | None:
        return max((at for at in (self.heard_at, self.answers_at) if at is not None), default=None)
