"""A case: why a person is needed, how soon, and what they should know first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any


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


def priority(reason: Reason) -> int:
    """0 is the most urgent."""
    return list(Reason).index(reason)


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

    @property
    def priority(self) -> int:
        return priority(self.reason)
