"""The mail server of the operator, `PARLEY_SMTP`: it carries letters to people on call, and one-time codes to companies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from bot.core.errors import Problem

ADDRESS = re.compile(r"[^@\s,:<>]+@[^@\s,:<>]+\.[^@\s,:<>]+")
_PORTS = {"smtp": 587, "smtps": 465}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_DOUBLE = 5
"""The double of a mail server listens so many ports above the sandbox: 8015 beside 8010."""


@dataclass(frozen=True)
class Smtp:
    """`at_once` is TLS from the first byte (smtps); else STARTTLS is wanted, but for a server on this machine."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    at_once: bool
    sender: str
    is_double: bool = False


def read(env: Mapping[str, str], problems: list[Problem]) -> Smtp | None:
    """ "smtps://user:password@mail.example.com:465", or smtp:// for STARTTLS; the password is in no problem."""
    given, sender = env.get("PARLEY_SMTP", ""), env.get("PARLEY_SMTP_FROM", "")
    if not given:
        return None
    if not ADDRESS.fullmatch(sender):
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


def double(sandbox_url: str) -> Smtp:
    """Where letters go in a demo."""
    parts = urlsplit(sandbox_url)
    return Smtp(parts.hostname or LOOPBACK[0], (parts.port or 80) + _DOUBLE, "", "", False, "assistant@parley.example", True)
