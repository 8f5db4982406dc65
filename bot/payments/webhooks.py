"""The doorbell: that it rang is written down once, and the door is opened later."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core import Session, insert_once
from bot.payments.gateway import Event
from bot.payments.store import provider_events

STUCK_AFTER = 5
"""Failed tries after which somebody should look."""
_LONGEST_PAUSE = timedelta(hours=1)


def take_event(session: Session, event: Event, now: datetime) -> bool:
    """False when it was delivered before."""
    row = {
        "id": event.id, "type": event.type, "object_id": event.object_id, "created": event.created,
        "received_at": now, "not_before": now, "attempts": 0, "state": "new",
    }  # fmt: skip
    return insert_once(session, provider_events, row)


def due_events(session: Session, now: datetime, limit: int) -> list[Event]:
    query = sa.select(provider_events).where(provider_events.c.state == "new", provider_events.c.not_before <= now)
    rows = session.execute(query.order_by(provider_events.c.not_before, provider_events.c.id).limit(limit))
    return [_event_of(row) for row in rows]


def claim_event(session: Session, event: Event) -> bool:
    """False when somebody else has it or had it."""
    mine = sa.and_(provider_events.c.id == event.id, provider_events.c.state == "new")
    query = sa.select(provider_events.c.id).where(mine).with_for_update(skip_locked=True)
    return session.execute(query).first() is not None


def finish_event(session: Session, event: Event, *, ours: bool, now: datetime) -> None:
    values = {"state": "done" if ours else "ignored", "processed_at": now}
    session.execute(provider_events.update().where(provider_events.c.id == event.id).values(**values))


def postpone_event(session: Session, event: Event, error: str, now: datetime) -> None:
    """It failed: again after a growing pause, up to an hour, for ever. It is visible in `stuck_events`."""
    pause = min(timedelta(seconds=2 ** min(event.attempts + 1, 12)), _LONGEST_PAUSE)
    mine = sa.and_(provider_events.c.id == event.id, provider_events.c.state == "new")
    values = {"attempts": provider_events.c.attempts + 1, "not_before": now + pause, "last_error": error[:200]}
    session.execute(provider_events.update().where(mine).values(**values))


def postpone_all(session: Session, now: datetime, until: datetime) -> None:
    """Everything that is due waits: nobody answers there."""
    due = sa.and_(provider_events.c.state == "new", provider_events.c.not_before <= now)
    session.execute(provider_events.update().where(due).values(not_before=until))


def stuck_events(session: Session) -> list[Event]:
    """Events that keep failing, oldest first: money may be waiting behind them."""
    query = sa.select(provider_events).where(provider_events.c.state == "new", provider_events.c.attempts >= STUCK_AFTER)
    return [_event_of(row) for row in session.execute(query.order_by(provider_events.c.received_at))]


def _event_of(row: sa.engine.Row) -> Event:
    return Event(row.id, row.type, row.object_id, row.created, row.attempts, row.last_error)
