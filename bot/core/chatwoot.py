"""Where the operator's Chatwoot is, for those whose agents already work there. Without it nothing is mirrored."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.errors import Problem

_NAMES = ("ACCOUNT", "INBOX", "TOKEN", "SECRET")


@dataclass(frozen=True)
class Chatwoot:
    """`inbox` is one of kind API; `secret` signs its webhooks (Chatwoot 4.13 or newer)."""

    url: str
    account: int
    inbox: int
    token: str = field(repr=False)
    secret: str = field(repr=False)


def read(env: Mapping[str, str], problems: list[Problem]) -> Chatwoot | None:
    """None where PARLEY_CHATWOOT is not set. No token stands in a problem."""
    url = env.get("PARLEY_CHATWOOT", "").rstrip("/")
    if not url:
        return None
    if not re.fullmatch(r"https://[\w.:-]+|http://(127\.0\.0\.1|localhost)(:\d+)?", url):
        problems.append(Problem("PARLEY_CHATWOOT", "an address that begins with https://", repr(url[:60])))
    given = {name: env.get(f"PARLEY_CHATWOOT_{name}", "") for name in _NAMES}
    for name in ("ACCOUNT", "INBOX"):
        if not (given[name].isascii() and given[name].isdecimal()):
            problems.append(Problem(f"PARLEY_CHATWOOT_{name}", "its number in Chatwoot", repr(given[name][:20])))
            given[name] = "0"
    problems.extend(
        Problem(f"PARLEY_CHATWOOT_{name}", "at least 16 characters, since PARLEY_CHATWOOT is set")
        for name in ("TOKEN", "SECRET") if len(given[name]) < 16
    )  # fmt: skip
    return Chatwoot(url, int(given["ACCOUNT"]), int(given["INBOX"]), given["TOKEN"], given["SECRET"])
