"""Ringing at the webhook as Twilio does: signed, at its time whatever the others wait for, and again until it is taken."""

from __future__ import annotations

import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import quantiles
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from bot.core import Settings

PATH = "/webhooks/twilio/message"
PROMISED = 2.0
"""Seconds within which a webhook is answered, whatever the bots do."""
AGAIN_AFTER = 0.5
_AT_ONCE = 300
"""Whoever still rings keeps nobody from ringing at their time."""


@dataclass(frozen=True)
class Rung:
    """One message. `answer` is the longest that one ring had to wait, `stored` all the time from when it was due to ring
    until one was taken.
    """

    answer: float
    stored: float
    refused: int


@dataclass(frozen=True)
class Rings:
    """What came of many."""

    of: Sequence[Rung]

    @property
    def stored_within(self) -> float:
        """Seconds within which 99 of 100 were stored."""
        return quantiles([each.stored for each in self.of], n=100)[98]

    @property
    def answered_within(self) -> float:
        return quantiles([each.answer for each in self.of], n=100)[98]

    @property
    def worst(self) -> float:
        return max(each.stored for each in self.of)

    @property
    def refused(self) -> int:
        return sum(each.refused for each in self.of)

    @property
    def share_in_time(self) -> float:
        """Of messages that were stored within what is promised."""
        return sum(each.stored <= PROMISED for each in self.of) / len(self.of)

    def __str__(self) -> str:
        return (
            f"{len(self.of)} webhooks, {self.share_in_time:.1%} stored within {PROMISED:.0f} s, 99 % within "
            f"{self.stored_within:.2f} s, worst {self.worst:.2f} s, {self.refused} rings refused"
        )


def ring_all(web: str, messages: Sequence[tuple[str, str]], seconds: float) -> Rings:
    """Phone and text of each, evenly over these seconds; returns when all are stored."""
    limits = httpx.Limits(max_connections=_AT_ONCE, max_keepalive_connections=_AT_ONCE)
    http = httpx.Client(base_url=web, timeout=20, verify=False, trust_env=False, limits=limits)
    began = time.monotonic()

    def one(number: int) -> Rung:
        due = began + number * seconds / len(messages)
        time.sleep(max(0.0, due - time.monotonic()))
        return _ring(http, web, *messages[number], due)

    with http, ThreadPoolExecutor(_AT_ONCE) as people:
        return Rings(list(people.map(one, range(len(messages)))))


def _ring(http: httpx.Client, web: str, phone: str, text: str, due: float) -> Rung:
    keys = Settings.load({}).twilio
    form = {
        "MessageSid": f"SM{uuid.uuid4().hex}", "AccountSid": keys.account_sid, "To": keys.sms_from, "NumMedia": "0", "From": phone,
        "Body": text,
    }  # fmt: skip
    signed = RequestValidator(keys.auth_token).compute_signature(web + PATH, form)
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    longest, refused = 0.0, 0
    while True:
        asked = time.monotonic()
        taken = _is_taken(http, urlencode(form), headers)
        longest = max(longest, time.monotonic() - asked)
        if taken:
            return Rung(longest, time.monotonic() - due, refused)
        refused += 1
        time.sleep(AGAIN_AFTER)


def _is_taken(http: httpx.Client, body: str, headers: dict[str, str]) -> bool:
    try:
        return http.post(PATH, content=body, headers=headers).status_code == 204
    except httpx.HTTPError:
        return False
