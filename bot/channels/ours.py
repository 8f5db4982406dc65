"""Whether a signed webhook is about our account and our number: a token may be shared by several of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from bot.core import Settings


def is_ours(settings: Settings, form: Mapping[str, str], number_in: Literal["To", "From"]) -> bool:
    """`number_in` is where our number stands: To in a message that came, From in the status of one that went."""
    keys = settings.twilio
    numbers = {keys.sms_from, f"whatsapp:{keys.whatsapp_from}"}
    return form.get("AccountSid") == keys.account_sid and form.get(number_in) in numbers
