"""The latest day on which a plan may begin: what the policy that holds for somebody says of it, to be told who asks."""

from __future__ import annotations

from datetime import date, datetime

from bot.core import Session
from bot.identity import Verified
from bot.negotiation import service
from bot.negotiation.model import PLANS


def latest_start(session: Session, who: Verified, debt_id: str, now: datetime, today: date) -> date | None:
    """None where there can be no plan without a person. Raises DebtOnHold."""
    limits = service.bargaining(session, who, debt_id, now, today).decision.limits
    if limits.person_only or not limits.plan.frequencies or not PLANS & set(limits.offers):
        return None
    return limits.plan.latest_first
