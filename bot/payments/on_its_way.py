"""Which payments for a debt are on their way, or may yet begin without us: nothing is begun beside them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot import negotiation
from bot.core import Money, Session
from bot.payments.model import Past
from bot.payments.store import CHARGE, PAGE, asks_for, checkout_attempts, past_of, payment_requests


def under_way(session: Session, debt_id: str) -> Past | None:
    """A payment for this debt that is on its way and not here: a debit that a bank works on, or a charge of what was
    saved that was begun and of which the end is not known.
    """
    unknown = sa.and_(checkout_attempts.c.outcome.is_(None), checkout_attempts.c.kind == CHARGE)
    query = (
        sa.select(checkout_attempts)
        .join(payment_requests)
        .where(asks_for(debt_id), sa.or_(checkout_attempts.c.outcome == "unpaid", unknown))
    )
    row = session.execute(query.order_by(checkout_attempts.c.created_at).limit(1)).first()
    return past_of(row) if row is not None else None


def is_on_its_way(session: Session, debt_id: str) -> bool:
    return under_way(session, debt_id) is not None


def amount_on_its_way(session: Session, debt_id: str) -> Money | None:
    coming = under_way(session, debt_id)
    return coming.of(debt_id) if coming is not None else None


def left_once_here(session: Session, running: negotiation.Agreement) -> tuple[negotiation.Instalment, ...]:
    """What is still to pay of it when what is on its way has come: what pays a part is not asked for a second time."""
    coming = amount_on_its_way(session, running.debt_id)
    return negotiation.after_paying(session, running, coming) if coming else negotiation.remaining(session, running)


def may_still_be_paid(session: Session, debt_id: str, now: datetime) -> bool:
    """Whether somebody may be at the provider's page for this debt, or just before it, or was and we have not heard."""
    query = (
        sa.select(checkout_attempts.c.id)
        .join(payment_requests)
        .where(
            asks_for(debt_id), checkout_attempts.c.kind == PAGE,
            checkout_attempts.c.outcome.is_(None),
            sa.or_(checkout_attempts.c.session_id.isnot(None), checkout_attempts.c.expires_at > now),
        )
    )  # fmt: skip
    return session.execute(query.limit(1)).first() is not None


def may_come(session: Session, debt_id: str, now: datetime) -> bool:
    """Whether money may be under way for it, heard of or not: till that is known, no part of a plan counts as missed."""
    return is_on_its_way(session, debt_id) or may_still_be_paid(session, debt_id, now)


def unknown_charges(session: Session) -> list[tuple[Past, datetime]]:
    """Charges of what was saved of which the end is not known, and when the provider was last heard of."""
    mine = sa.and_(checkout_attempts.c.kind == CHARGE, checkout_attempts.c.session_id.is_(None))
    open_ = sa.or_(checkout_attempts.c.outcome.is_(None), checkout_attempts.c.outcome == "unpaid")
    rows = session.execute(sa.select(checkout_attempts).where(mine, open_).order_by(checkout_attempts.c.read_at))
    return [(past_of(row), row.read_at or row.created_at) for row in rows]
