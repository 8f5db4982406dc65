"""How somebody on call is reached: `PARLEY_PAGER`, one or more addresses.

"https://…" is a webhook of the operator, "mailto:…" a letter over `PARLEY_SMTP`, "sms:+1…" a text over Twilio.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.core.errors import Problem
from bot.core.mail import ADDRESS


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
        return ADDRESS.fullmatch(rest) is not None
    if kind == "sms":
        return re.fullmatch(r"\+[1-9]\d{6,14}", rest) is not None
    return re.fullmatch(r"https?://[^\s/]+\S*", part) is not None


def live_problems(pagers: Sequence[str]) -> list[Problem]:
    """Once a provider is live nothing of a case goes over an open line."""
    return [Problem("PARLEY_PAGER", "an https address once a provider is live", each)
            for each in pagers if each.startswith("http:")]  # fmt: skip
