"""How somebody on call is reached: `PARLEY_PAGER`, one or more addresses, and the mail server that carries the letters.

"https://…" is a webhook of the operator, "mailto:…" a letter over `PARLEY_SMTP`, "sms:+1…" a text over Twilio.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from bot.core.errors import Problem

_MAIL = re.compile(r"[^@\s,:<>]+@[^@\s,:<>]+\.[^@\s,:<>]+")
_PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Smtp:
    """`at_once` is TLS from the first byte (smtps); else STARTTLS is wanted, but for a server on this machine."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    at_once: bool
    sender: str


def addresses(env: Mapping[str, str], problems: list[Problem]) -> tuple[str, ...]:
    """None where nothing is said. What is wrong goes into `problems`."""
    given = tuple(part.strip() for part in env.get("PARLEY_PAGER", "").split(",") if part.strip())
    expected = "addresses such as https://pager.example/parley, mailto:on.call@example.com, sms:+14045550100"
    problems.extend(Problem("PARLEY_PAGER", expected, repr(part[:60])) for part in given if not _is_address(part))
    if any(part.startswith("mailto:") for part in given) and not env.get("PARLEY_SMTP"):
        problems.append(Problem("PARLEY_SMTP", "a mail server, since PARLEY_PAGER names an address for mail"))
    return given


def _is_address(part: str) -> bool:
    kind, _, rest = part.partition(":")
    if kind == "mailto":
        return _MAIL.fullmatch(rest) is not None
    if kind == "sms":
        return re.fullmatch(r"\+[1-9]\d{6,14}", rest) is not None
    return re.fullmatch(r"https?://[^\s/]+\S*", part) is not None


def live_problems(pagers: Sequence[str]) -> list[Problem]:
    """Once a provider is live nothing of a case goes over an open line."""
    return [Problem("PARLEY_PAGER", "an https address once a provider is live", each)
            for each in pagers if each.startswith("http:")]  # fmt: skip


def smtp(env: Mapping[str, str], problems: list[Problem]) -> Smtp | None:
    """ "smtps://user:password@mail.example.com:465", or smtp:// for STARTTLS; the password is in no problem."""
    given, sender = env.get("PARLEY_SMTP", ""), env.get("PARLEY_SMTP_FROM", "")
    if not given:
        return None
    if not _MAIL.fullmatch(sender):
        problems.append(Problem("PARLEY_SMTP_FROM", "the address that mail comes from", repr(sender[:60])))
    try:
        parts = urlsplit(given)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    except (KeyError, ValueError):
        host, port = "", 0
    if not host or bool(parts.username) != bool(parts.password):
        problems.append(Problem("PARLEY_SMTP", "smtps://user:password@host:465 or smtp://user:password@host:587"))
        return None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Smtp(host, port, user, password, parts.scheme == "smtps", sender)
