"""What passes the door: conversations, messages in and out, holds, and the door's decision."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Literal, Protocol

from bot.core import Money

Channel = Literal["sms", "whatsapp", "telegram", "web", "shell", "email"]
Language = Literal["en", "es"]
Audience = Literal["anyone", "verified"]
BOT, QUEUE = "bot", "queue"
"""Owners of a conversation; an agent's is `agent:<id>`."""


class HoldKind(str, Enum):
    """Why nothing but the tags that `data/law/holds.yml` names may go out."""

    DISPUTE = "dispute"
    VALIDATION = "validation"
    ATTORNEY = "attorney"
    BANKRUPTCY = "bankruptcy"
    DECEASED = "deceased"
    IDENTITY_THEFT = "identity_theft"
    COERCED_DEBT = "coerced_debt"
    MILITARY = "military"
    CEASE = "cease"
    CRISIS = "crisis"
    COMPLAINT = "complaint"
    BREATHING_SPACE = "breathing_space"
    THIRD_PARTY = "third_party"
    CREDITOR = "creditor"
    """The creditor asked for a pause."""


@dataclass(frozen=True)
class Hold:
    """`debt_id` None holds the whole person; `party_id` None whoever is behind this conversation, while we do not know
    them. `given` is what they said of themselves: `name`, `reference`. `part` is how much of the debt they dispute;
    None holds all of it.
    """

    id: str
    party_id: str | None
    kind: HoldKind
    debt_id: str | None
    placed_at: datetime
    conversation_id: str | None = None
    reason: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    part: Money | None = None
    source: str | None = None
    """What placed it: a message, the number of a dispute."""
    begins_on: date | None = None
    """From which day on it counts, where the law says so; else from when it was placed."""
    ends_on: date | None = None
    """The last day of one that ends by itself; None holds until it is lifted."""

    def stops(self, debt_id: str) -> bool:
        """Whether nothing of this debt may be asked for. Of one that is disputed in part the rest may be."""
        return self.part is None and self.debt_id in (None, debt_id)


@dataclass(frozen=True)
class Conversation:
    """One channel and one address. `id` is random: never the address, never chosen by a client."""

    id: str
    channel: Channel
    address: str
    language: Language
    party_id: str | None
    verified_until: datetime | None
    owner: str
    owner_epoch: int
    network: str | None = None
    """A token of where a page was last opened from; None on a phone."""

    def is_verified(self, now: datetime) -> bool:
        return self.party_id is not None and self.verified_until is not None and now < self.verified_until


@dataclass(frozen=True)
class Incoming:
    """A message as a provider delivered it. `provider_id` makes a repeat harmless."""

    channel: Channel
    address: str
    provider_id: str
    text: str
    media: tuple[str, ...] = ()
    opt_out_type: str = ""
    corrects: str = ""
    """The provider's id of the message that they wrote before and changed into this."""
    media_kinds: tuple[str, ...] = ()
    """What the provider says that each of `media` is: "image/jpeg"; nothing where its address says it."""


@dataclass(frozen=True)
class InboxMessage:
    id: str
    conversation_id: str
    text: str
    received_at: datetime
    attempts: int
    opt_out_type: str = ""
    media: tuple[str, ...] = ()
    corrects: str = ""
    joined: tuple[str, ...] = ()
    """Ids of those that came right behind it and are answered with it."""


@dataclass(frozen=True)
class Say:
    """A rendered response on its way to the door. `response` names the approved text it came from."""

    response: str
    text: str
    audience: Audience = "verified"
    tag: str = "reply"
    choices: tuple[str, ...] = ()
    """Quick replies, shown as buttons where the channel has them."""
    discloses: tuple[str, ...] = ()
    """Disclosures that the text itself contains: `automated`."""
    debt_id: str | None = None
    """The debt that it is about, or several with a space between; None when it may be about any of theirs."""


@dataclass(frozen=True)
class Sending:
    """How a message goes out. `key` makes a repeat harmless; `role` is the operator's collection role.

    `reply_to` is the message that it answers, `answers_at` when they wrote it, or did what this tells of: paid.
    `sequence` and `policy` name what started it, so that either can be stopped.
    """

    key: str
    role: str = "first_party"
    author: str = BOT
    reply_to: str | None = None
    answers_at: datetime | None = None
    time_zone: str = "America/New_York"
    company: str = ""
    """Who writes, where a disclosure names it."""
    licence_ca: str = ""
    public_url: str = ""
    """Where our pages are, for a message that leads to one."""
    time_barred: frozenset[str] = frozenset()
    """Those of their debts that may be too old for a court: `accounts.time_barred`."""
    past_reporting: frozenset[str] = frozenset()
    """Those that are too old for a credit report as well: `accounts.past_reporting`."""
    called: Mapping[str, str] = field(default_factory=dict)
    """What each of their debts is called, where they have several."""
    sequence: str = ""
    policy: str = ""
    templates: frozenset[str] = frozenset()
    """Responses that WhatsApp has approved as templates, with their language: "utter_payments_receipt.en"."""
    link_over: bool = False
    """It has a link that would not do any more what the message says of it."""
    untrue: bool = False
    """What it says of a payment to come is no longer so."""


@dataclass(frozen=True)
class Decision:
    """What the door said to one message, and by which rules: allowed now, allowed at `until`, or refused. `template`
    names the approved one that it must go as.
    """

    allowed: bool
    rules: tuple[str, ...]
    disclosures: tuple[str, ...] = ()
    """Names of responses that must stand at the end of the message."""
    until: datetime | None = None
    template: str = ""


@dataclass(frozen=True)
class OutboxMessage:
    id: str
    conversation_id: str
    channel: Channel
    address: str
    text: str
    state: str
    attempts: int
    owner_epoch: int
    created_at: datetime
    parts: tuple[Mapping[str, Any], ...] = field(default=())
    provider_id: str | None = None
    tried_at: datetime | None = None
    template: str = ""
    """Of WhatsApp: it goes as this one, with its text in it."""
    reply_to: str | None = None
    """The message of theirs that it answers; None when we start."""
    sequence: str = ""
    """What started it."""
    key: str = ""
    """What made a repeat harmless, with its number behind it."""


class Sender(Protocol):
    """How a channel reaches its provider. `channels` implements it, the launcher wires it.

    `send` returns the provider's id. It raises `Undeliverable` when trying again is useless, `TryLater` when
    the provider refused this message without sending it, `Away` when it refuses everything for now, and `Uncertain`
    when nobody knows whether it was sent. `find` raises `Away`, and `Undeliverable` where the provider has no list of
    what it took: then a person has to look. `may_begin` is asked at the last moment: once it says
    no, somebody else may have the message, and `send` raises `TooLate` and sends nothing.
    """

    provider: str
    """Whose: "twilio". Channels of one provider are away together."""
    settle: timedelta
    """How long after a try the provider's own list can be trusted to show the message."""

    def send(self, message: OutboxMessage, may_begin: Callable[[], bool]) -> str: ...

    def find(self, message: OutboxMessage, are_ours: Callable[[Collection[str]], Collection[str]]) -> str | None:
        """The provider's id of a message that may have been sent. `are_ours` tells which ids other messages have."""


class Undeliverable(Exception):
    """The provider will never take this message. `opted_out` when it says that the person opted out."""

    def __init__(self, reason: str, *, opted_out: bool = False) -> None:
        self.opted_out = opted_out
        super().__init__(reason)


class TryLater(Exception):
    """Not sent: the provider refused this message for now. It counts as a try of the message."""


class Away(Exception):
    """Not sent, and no fault of the message: too many requests, an error of theirs, nobody there, a wrong key."""


class TooLate(Exception):
    """Nothing was sent: this process stood still for longer than the message was its own to send."""


class Uncertain(Exception):
    """The connection broke after the request left: it may have been sent. `away` when the provider is in trouble."""

    def __init__(self, reason: str, *, away: bool = False) -> None:
        self.away = away
        super().__init__(reason)
