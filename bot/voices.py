"""What makes a demo of it: names, an address, opening hours, and a clock that can be moved on.

In whose name it speaks: its people owe seven creditors, each a business that writes to its own customers: until
we know whom somebody owes they hear the operator, then their creditor.

Told otherwise, it does otherwise: `PARLEY_COMPANY` makes the whole demo one creditor's, `PARLEY_CREDITORS` names others.
With keys of one provider it is no demo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bot.core import Settings

CREDITORS = Path(__file__).parents[1] / "data" / "demo" / "creditors.yml"
OPERATOR, TELEPHONE, HOURS = "Alder Customer Care", "+1 555 010 0100", "mon-fri 8:00-20:00, sat 9:00-14:00"
ADDRESS = "PO Box 555, Springfield, GA 31329"
_TOLD = ("PARLEY_COMPANY", "PARLEY_COMPANY_PHONE", "PARLEY_CREDITORS")
_LIVE = ("TWILIO_ACCOUNT_SID", "STRIPE_API_KEY", "TELEGRAM_BOT_TOKEN")


def environ(given: Mapping[str, str]) -> dict[str, str]:
    """The same environment, with the names of the demo where nobody has named any."""
    if any(given.get(name) for name in (*_TOLD, *_LIVE)):
        return dict(given)
    named = {"PARLEY_COMPANY": OPERATOR, "PARLEY_COMPANY_PHONE": TELEPHONE, "PARLEY_CREDITORS": str(CREDITORS)}
    return {"PARLEY_HOURS": HOURS, "PARLEY_COMPANY_ADDRESS": ADDRESS, **given, **named}


def with_a_hand(settings: Settings) -> Settings:
    """The clock of a demo is moved on from the phone page ("30 days later"), for all roles. A live one never is."""
    if settings.is_live or settings.clock.fixed is not None:
        return settings
    return replace(settings, clock=replace(settings.clock, hand=settings.data_folder / "clock"))
