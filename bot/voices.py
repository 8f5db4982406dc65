"""In whose name the demo speaks. Its people owe seven creditors, each a business that writes to its own customers: until
we know whom somebody owes they hear the operator, then their creditor.

Told otherwise, it does otherwise: `PARLEY_COMPANY` makes the whole demo one creditor's, `PARLEY_CREDITORS` names others.
With keys of one provider it is no demo.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

CREDITORS = Path(__file__).parents[1] / "data" / "demo" / "creditors.yml"
OPERATOR, TELEPHONE, HOURS = "Alder Customer Care", "+1 555 010 0100", "mon-fri 8:00-20:00, sat 9:00-14:00"
_TOLD = ("PARLEY_COMPANY", "PARLEY_COMPANY_PHONE", "PARLEY_CREDITORS")
_LIVE = ("TWILIO_ACCOUNT_SID", "STRIPE_API_KEY", "TELEGRAM_BOT_TOKEN")


def environ(given: Mapping[str, str]) -> dict[str, str]:
    """The same environment, with the names of the demo where nobody has named any."""
    if any(given.get(name) for name in (*_TOLD, *_LIVE)):
        return dict(given)
    named = {"PARLEY_COMPANY": OPERATOR, "PARLEY_COMPANY_PHONE": TELEPHONE, "PARLEY_CREDITORS": str(CREDITORS)}
    return {"PARLEY_HOURS": HOURS, **given, **named}
