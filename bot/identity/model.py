"""What a person answers, what we ask for, and how a challenge can end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Union

from bot import contact
from bot.core import Refusal
from bot.identity.verified import Verified

Factor = Literal["date_of_birth", "other_date_of_birth", "postcode", "reference"]
_IDLE: dict[str, timedelta] = {"web": timedelta(minutes=15), "shell": timedelta(minutes=15)}
_IDLE_ON_A_PHONE = timedelta(minutes=30)
_REMEMBERED = {**_IDLE}
_REMEMBERED_ON_A_PHONE = timedelta(hours=12)


@dataclass(frozen=True)
class Answers:
    """What was said in one message; None or blank was not said. `repr` hides the values.

    `other_date_of_birth` is the second reading of "12/04/1985", in April or in December; `code` the six digits that we
    texted to a phone.
    """

    date_of_birth: date | None = None
    postcode: str | None = None
    reference: str | None = None
    other_date_of_birth: date | None = None
    code: str | None = None

    def __repr__(self) -> str:
        return f"Answers({', '.join(name for name, value in vars(self).items() if value)})"


@dataclass(frozen=True)
class Codes:
    """One-time codes: how long one can be used, how many tries it has, and how many are asked for in a day: by a
    conversation, from a network, for a phone. A right one makes the phone known here for `counts_for`.
    """

    good_for: timedelta = contact.codes.GOOD_FOR
    tries: int = 5
    within: timedelta = timedelta(hours=24)
    per_conversation: int = 3
    per_network: int = 10
    per_phone: int = 3
    counts_for: timedelta = timedelta(hours=1)


@dataclass(frozen=True)
class Checks:
    """What it takes to be believed, and for how long.

    `window` is how long a match holds without a word from the person; a shared screen is shorter than a
    phone. `factors` are asked from everybody; an unknown address must give its reference as well.

    Wrong tries count against whoever makes them: `max_wrong` for an address within `wrong_within`, `network_wrong`
    for all strangers of a network within `network_within`. After `reference_wrong` tries of strangers at one
    reference, known or not, no stranger is believed about it; a phone that we know keeps its own tries. `agent_wrong`
    is for a colleague who types what callers say.
    """

    secret: str
    window: timedelta = _IDLE["web"]
    factors: tuple[Factor, ...] = ("date_of_birth", "postcode")
    max_wrong: int = 3
    wrong_within: timedelta = timedelta(hours=24)
    network_wrong: int = 20
    network_within: timedelta = timedelta(hours=1)
    reference_wrong: int = 10
    agent_wrong: int = 10
    remember_parts: timedelta = _REMEMBERED["web"]
    codes: Codes = Codes()
    code_first: bool = False
    """Whoever writes from an address that is not on file needs a code before anything else is judged."""

    @classmethod
    def on(cls, channel: str, secret: str, code_for: Mapping[str, str] | None = None) -> Checks:
        """15 minutes on a screen that others may use; 30 on a phone, where what was given of it stays for half a day."""
        code_first = (code_for or {}).get(channel) == "everything"
        remembered = _REMEMBERED.get(channel, _REMEMBERED_ON_A_PHONE)
        window = _IDLE.get(channel, _IDLE_ON_A_PHONE)
        return cls(secret, window=window, code_first=code_first, remember_parts=remembered)

    @classmethod
    def by_voice(cls, secret: str) -> Checks:
        """Half an hour: a call and what has to be written after it."""
        return cls(secret, window=timedelta(minutes=30))


@dataclass(frozen=True)
class Matched:
    verified: Verified


@dataclass(frozen=True)
class NotMatched:
    """`left` tries remain, at least one."""

    left: int


@dataclass(frozen=True)
class Locked:
    """No more tries: even the right answers are not looked at. A person helps."""


@dataclass(frozen=True)
class Incomplete:
    """`missing` is in the order in which it is asked for."""

    missing: tuple[Factor, ...]


@dataclass(frozen=True)
class WrongCode:
    """`left` tries remain to this code; 0 when it can no longer be used: tried out, used, or too old."""

    left: int


@dataclass(frozen=True)
class CodeFirst:
    """From here nothing of an account is said before a code to the phone on file was right. What was answered waits."""


Outcome = Union[Matched, NotMatched, Locked, Incomplete, WrongCode, CodeFirst]


@dataclass(frozen=True)
class CodeAsked:
    """It is on its way, if the number is on file and may be texted. Nobody can tell from this."""


@dataclass(frozen=True)
class NoMoreCodes:
    """Whoever asks has asked often enough today. A person helps."""


class CodeNeeded(Refusal):
    """They have proved what they know; what they want to change needs the phone that is on file, too."""

    response = "utter_law_code_for_change"


class NotVerified(Refusal):
    """We do not know yet who this is."""

    response = "utter_identity_ask"
