"""Whether a webhook is Chatwoot's, and which conversation it is about."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from bot.core import Chatwoot

NOT_OLDER = 300
"""Seconds between Chatwoot's clock and ours."""


def is_signed(keys: Chatwoot, headers: Mapping[str, str], raw: bytes, now: datetime) -> bool:
    """The time is signed with the body, so that an old one cannot be sent again for ever."""
    at, given = headers.get("x-chatwoot-timestamp", ""), headers.get("x-chatwoot-signature", "")
    if not (at.isascii() and at.isdecimal() and len(at) < 13) or abs(now.timestamp() - int(at)) > NOT_OLDER:
        return False
    digest = hmac.new(keys.secret.encode(), f"{at}.".encode() + raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={digest}".encode(), given.encode("utf-8", "replace"))


def talk_of(keys: Chatwoot, raw: bytes) -> int | None:
    """The number of the conversation that it is about; None for what is of no use to us."""
    try:
        told = json.loads(raw)
        account = told.get("account") or {}
        number = (told.get("conversation") or told).get("id")
    except (ValueError, AttributeError, RecursionError):
        return None
    return number if isinstance(number, int) and 0 < number < 2**63 and account.get("id") == keys.account else None
