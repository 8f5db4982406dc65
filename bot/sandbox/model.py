"""What a sandbox is told at its start: its own address, Parley's addresses, the demo keys, the demo people.

A sandbox talks to this machine only, and never with a live key: both are checked, all problems at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from bot.core import Clock, Problem, Problems

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
E164 = re.compile(r"\+[1-9]\d{6,14}")


class TellsTime(Protocol):
    """Anything with `now()`: an aware datetime in UTC."""

    def now(self) -> datetime: ...


@dataclass(frozen=True)
class Person:
    """Somebody whose phone can be picked on the phone page. `phone` is E.164; `note` is one short line."""

    name: str
    phone: str
    note: str = ""


@dataclass(frozen=True)
class SandboxConfig:
    """Addresses have no trailing slash.

    `public_url` is the sandbox's own address. `web_url` is where webhooks are delivered; `public_web_url` is
    the address that Parley believes it has, and the one that Twilio's signatures are made for.
    """

    public_url: str
    web_url: str
    public_web_url: str
    twilio_account_sid: str
    twilio_auth_token: str
    twilio_sms_from: str
    twilio_whatsapp_from: str
    stripe_api_key: str
    stripe_webhook_secret: str
    database_path: Path
    telegram_bot_token: str = "1000001:sandbox-telegram-token"
    telegram_secret_token: str = "sandbox-telegram-secret"
    mail_port: int | None = None
    """Where letters are taken; None: nowhere."""
    clock: TellsTime = field(default_factory=Clock)
    people: tuple[Person, ...] = ()
    later: Callable[[timedelta], None] | None = None
    """Moves the clock of the whole demo on; None where it cannot be moved."""
    beside: Callable[[Collection[str]], Mapping[str, tuple[str, tuple[str, ...]]]] | None = None
    """What Parley knows of messages, by provider's ids: a label, and the rules that let each out."""
    desk_as: tuple[str, str] | None = None
    """(log-in, password) of the demo's agent, for the desk beside a phone; None where this is no demo."""
    pace_seconds: float = 0.04
    """Between queued, sent and delivered; and the first wait before a webhook is tried again."""
    max_tries: int = 300
    """Tries of one webhook before it is given up: about 15 minutes with the growing waits."""
    check_answers: bool = False
    """Holds each Stripe answer and event to the SDK's types before it leaves; a misfit is a 500."""


def normal_number(text: str) -> str:
    """E.164 out of "+1 (202) 555-0143", "whatsapp:+12025550143" or "2025550143". Raises ValueError."""
    digits = re.sub(r"[^\d+]", "", text.removeprefix("whatsapp:"))
    if not digits.startswith("+"):
        digits = "+" + (digits if len(digits) > 10 else "1" + digits)
    if not E164.fullmatch(digits):
        raise ValueError(f"expected a phone number such as +12025550143, got {text!r}")
    return digits


def check(config: SandboxConfig) -> None:
    """Raises Problems with everything that would make this sandbox unsafe or unusable."""
    problems = list(_problems(config))
    if problems:
        raise Problems(problems)


def _problems(config: SandboxConfig) -> Iterator[Problem]:
    if not re.match(r"(sk|rk)_test_", config.stripe_api_key):
        yield Problem("stripe_api_key", "a demo key that begins with sk_test_", config.stripe_api_key[:8] + "…")
    if not config.stripe_webhook_secret.startswith("whsec_"):
        yield Problem("stripe_webhook_secret", "a secret that begins with whsec_")
    if not re.fullmatch(r"AC[0-9a-zA-Z]{8,32}", config.twilio_account_sid):
        yield Problem("twilio_account_sid", "AC and 32 letters or digits", config.twilio_account_sid)
    for name in ("public_url", "web_url"):
        if urlsplit(getattr(config, name)).hostname not in LOOPBACK_HOSTS:
            yield Problem(name, "an address on this machine, such as http://127.0.0.1:8010", getattr(config, name))
    for name in ("twilio_sms_from", "twilio_whatsapp_from"):
        if not E164.fullmatch(getattr(config, name).removeprefix("whatsapp:")):
            yield Problem(name, "a phone number such as +15005550006", getattr(config, name))
