"""A case: why a person is needed, how soon, and what they should know first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from bot import contact
from bot.core import ParleyError


class Reason(str, Enum):
    """In the order of urgency."""

    CRISIS = "crisis"
    THREAT = "threat"
    ABUSE = "abuse_or_coercion"
    BANKRUPTCY = "bankruptcy"
    ATTORNEY = "attorney"
    DECEASED = "deceased"
    IDENTITY_THEFT = "identity_theft"
    MILITARY = "military"
    LEGAL = "legal_threat"
    THIRD_PARTY = "third_party"
    PRIVACY = "privacy_request"
    CEASE = "cease_contact"
    DISPUTE = "dispute"
    COMPLAINT = "complaint"
    PAYMENT = "payment_problem"
    LOCKED = "identity_locked"
    NO_ROOM = "no_offer_left"
    HARDSHIP = "hardship"
    REQUEST = "request"
    UNDELIVERED = "undelivered"
    BOT_ERROR = "bot_error"
    STUCK = "not_understood"
    ASKED = "asked"


TARGET: dict[Reason, timedelta] = {
    Reason.CRISIS: timedelta(minutes=2),
    Reason.THREAT: timedelta(minutes=10),
    Reason.ABUSE: timedelta(minutes=10),
    **{reason: timedelta(hours=1) for reason in Reason if reason.value in (
        "bankruptcy", "attorney", "deceased", "identity_theft", "military", "legal_threat", "third_party",
        "privacy_request", "cease_contact")},
    Reason.DISPUTE: timedelta(hours=2),
    Reason.COMPLAINT: timedelta(hours=2),
}  # fmt: skip
"""How long a case may wait for its first answer."""
DEFAULT_TARGET = timedelta(minutes=30)


CROWD = 5
"""Open cases of people we do not know, from one network within `CROWD_WITHIN`: the next ones join the first."""
CROWD_WITHIN = timedelta(hours=1)
NEVER_JOINED = frozenset({Reason.CRISIS, Reason.THREAT, Reason.ABUSE})
"""Whoever may be in danger is a case of their own, however many there are."""


WORDS = "person_wrote"
"""Stands where a message of ours has the name of its approved text."""


class Code(str, Enum):
    """How a case ended, as whoever had it says."""

    ANSWERED = "answered"
    PROMISE = "promise_taken"
    PLAN = "plan_set"
    DISPUTE = "dispute_opened"
    WRONG_PERSON = "wrong_person"
    VULNERABLE = "vulnerable"
    CEASE = "cease_request"
    BANKRUPT = "bankrupt"
    DECEASED = "deceased"
    NO_CONTACT = "no_contact"


HOLDS_OF: dict[Code, contact.HoldKind] = {
    Code.DISPUTE: contact.HoldKind.DISPUTE,
    Code.WRONG_PERSON: contact.HoldKind.THIRD_PARTY,
    Code.VULNERABLE: contact.HoldKind.CRISIS,
    Code.CEASE: contact.HoldKind.CEASE,
    Code.BANKRUPT: contact.HoldKind.BANKRUPTCY,
    Code.DECEASED: contact.HoldKind.DECEASED,
}
"""What stays held when a case ends so."""


class Taken(ParleyError):
    """Somebody else has the conversation: `owner` is `agent:<id>`, or nobody's own."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        super().__init__(f"it belongs to {owner}")


def priority(reason: Reason) -> int:
    """0 is the most urgent."""
    return list(Reason).index(reason)


def level(reason: Reason) -> int:
    """0 danger, 1 the law's words, 2 disputes and complaints, 3 the rest: within one, whose time runs out first."""
    if reason in NEVER_JOINED:
        return 0
    return {timedelta(hours=1): 1, timedelta(hours=2): 2}.get(TARGET.get(reason, DEFAULT_TARGET), 3)


@dataclass(frozen=True)
class Entry:
    """One row of the thread: what happened, and notes. Nothing of it is ever sent."""

    number: int
    case_id: str
    kind: str
    author: str
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class Case:
    id: str
    conversation_id: str
    party_id: str | None
    reason: Reason
    opened_at: datetime
    answer_by: datetime
    closed_at: datetime | None
    summary: dict[str, Any] = field(default_factory=dict)
    joined_to: str | None = None
    """The case that this one is shown under."""
    waiting_since: datetime | None = None
    """None while it is their turn: a person has answered."""
    snoozed_until: datetime | None = None
    """Put aside until then, or until they write. In the past: it came back by itself."""
    code: Code | None = None
    """How it ended; None while it is open, and where they did not want a person any more."""

    @property
    def priority(self) -> int:
        return priority(self.reason)

    def is_snoozed(self, now: datetime) -> bool:
        return self.snoozed_until is not None and self.snoozed_until > now

    def is_back(self, now: datetime) -> bool:
        """Its time aside is over: something is to be done, though nobody waits for an answer."""
        return self.snoozed_until is not None and self.snoozed_until <= now

    def is_their_turn(self, now: datetime) -> bool:
        """Nobody here has to do anything until they write."""
        return self.waiting_since is None and not self.is_back(now)
