"""What must not be sold, placed elsewhere or reported: asked before either, and every reason is said.

Nothing here sends anything anywhere. 12 CFR 1006.30(b): no sale or transfer of what is paid, settled or discharged.
15 USC 1681m(f): none after a notice of identity theft. 12 CFR 1006.30(a): no report before they were told, and 14 days
have passed. 15 USC 1692e(8): what is disputed is reported as disputed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import accounts, contact
from bot.accounts import Debt, DebtStatus
from bot.contact import HoldKind
from bot.core import Session

AFTER_NOTICE = timedelta(days=14)
"""A reasonable time to see whether a notice comes back: 12 CFR 1006.30(a)(2)."""
_NO_SALE = {
    HoldKind.BANKRUPTCY: "bankruptcy", HoldKind.IDENTITY_THEFT: "identity theft", HoldKind.COERCED_DEBT: "coerced debt",
    HoldKind.DECEASED: "the person has died", HoldKind.BREATHING_SPACE: "breathing space",
}  # fmt: skip


def against_sale(session: Session, debt: Debt, now: datetime) -> tuple[str, ...]:
    """Why this debt must not be sold, transferred or placed; empty when nothing stands in the way."""
    why = [f"it is {debt.status.value.replace('_', ' ')}"] if not debt.balance.is_positive else []
    held = [hold for hold in contact.active_holds(session, debt.party_id, now) if hold.debt_id in (None, debt.id)]
    why += [_NO_SALE[hold.kind] for hold in held if hold.kind in _NO_SALE]
    disputing = any(hold.kind in (HoldKind.DISPUTE, HoldKind.VALIDATION) and hold.part is None for hold in held)
    why += ["it could not be verified"] if disputing and debt.status is not DebtStatus.DISPUTED else []
    return (*why, *_disputed(debt))


def against_furnishing(session: Session, debt: Debt, now: datetime) -> tuple[str, ...]:
    """Why this debt must not be reported to a credit bureau now."""
    sent = accounts.notice_of(session, debt.id)
    given = (sent.posted_at if sent.delivery == "post" else sent.at) if sent is not None else None
    why = ["they have not been told of it"] if given is None else []
    if given is not None and now - given < AFTER_NOTICE:
        why.append(f"they were told less than {AFTER_NOTICE.days} days ago")
    return (*why, *against_sale(session, debt, now))


def _disputed(debt: Debt) -> tuple[str, ...]:
    if debt.status is DebtStatus.DISPUTED:
        return ("it is disputed",)
    return (f"{debt.disputed.text()} of it is disputed",) if debt.disputed is not None else ()
