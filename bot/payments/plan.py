"""What a payment means for the agreement in force: what comes next, and whether it is done."""

from __future__ import annotations

from datetime import date, datetime

from bot import negotiation
from bot.core import Money, Session


def next_due(session: Session, debt_id: str, today: date) -> tuple[Money, date] | None:
    """What the plan asks for next, and when; None without a plan."""
    instalment = negotiation.next_due(session, debt_id, today)
    return (instalment.amount, instalment.due) if instalment else None


def close_what_is_paid(session: Session, debt_id: str, now: datetime) -> None:
    """An agreement that is paid to the end is completed; what it forgave is written off with it."""
    running = negotiation.current_agreement(session, debt_id)
    if running is None or not running.schedule or negotiation.remaining(session, running):
        return
    negotiation.end(session, running.id, "completed", now)
