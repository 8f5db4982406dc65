"""The doorbell: who rang is checked, that it rang is written down once, and the door is opened later.

Nothing of an event but its type and the id of its object is believed or kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import stripe

from bot.core import ParleyError, Session, Settings, from_unix, insert_once
from bot.payments.store import stripe_events

TOLERANCE_SECONDS = 300
STUCK_AFTER = 5
"""Failed tries after which somebody should look."""
_LONGEST_PAUSE = timedelta(hours=1)


class BadWebhook(ParleyError):
    """Answered with 400 and not kept."""


class WrongSignature(BadWebhook):
    """None of our secrets made this signature, or it is too old."""


class NotAnEvent(BadWebhook):
    """Well signed, but no event that this version reads."""


class WrongMode(BadWebhook):
    """An event of the test mode for a live key, or the other way round."""


@dataclass(frozen=True)
class StripeEvent:
    """`created` is Stripe's time. `attempts` counts tries that failed."""

    id: str
    type: str
    object_id: str
    created: datetime
    attempts: int = 0
    last_error: str | None = None


def verify(settings: Settings, raw_body: bytes, signature_header: str | None) -> StripeEvent:
    """Each secret is tried, so that one can be changed while events are under way. Raises BadWebhook."""
    for secret in settings.stripe.webhook_secrets:
        try:
            found = stripe.Webhook.construct_event(raw_body, signature_header, secret, TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        except (ValueError, AttributeError, TypeError) as error:
            raise NotAnEvent(f"expected a JSON object, got {type(error).__name__}") from error
        return _read(settings, found)
    raise WrongSignature("expected a signature made with one of our webhook secrets in the last 5 minutes")


def take_event(session: Session, event: StripeEvent, now: datetime) -> bool:
    """False when it was delivered before."""
    row = {
        "id": event.id, "type": event.type, "object_id": event.object_id, "created": event.created,
        "received_at": now, "not_before": now, "attempts": 0, "state": "new",
    }  # fmt: skip
    return insert_once(session, stripe_events, row)


def due_events(session: Session, now: datetime, limit: int) -> list[StripeEvent]:
    query = sa.select(stripe_events).where(stripe_events.c.state == "new", stripe_events.c.not_before <= now)
    rows = session.execute(query.order_by(stripe_events.c.not_before, stripe_events.c.id).limit(limit))
    return [_event_of(row) for row in rows]


def claim_event(session: Session, event: StripeEvent) -> bool:
    """False when somebody else has it or had it."""
    mine = sa.and_(stripe_events.c.id == event.id, stripe_events.c.state == "new")
    query = sa.select(stripe_events.c.id).where(mine).with_for_update(skip_locked=True)
    return session.execute(query).first() is not None


def finish_event(session: Session, event: StripeEvent, *, ours: bool, now: datetime) -> None:
    values = {"state": "done" if ours else "ignored", "processed_at": now}
    session.execute(stripe_events.update().where(stripe_events.c.id == event.id).values(**values))


def postpone_event(session: Session, event: StripeEvent, error: str, now: datetime) -> None:
    """It failed: again after a growing pause, up to an hour, for ever. It is visible in `stuck_events`."""
    pause = min(timedelta(seconds=2 ** min(event.attempts + 1, 12)), _LONGEST_PAUSE)
    mine = sa.and_(stripe_events.c.id == event.id, stripe_events.c.state == "new")
    values = {"attempts": stripe_events.c.attempts + 1, "not_before": now + pause, "last_error": error[:200]}
    session.execute(stripe_events.update().where(mine).values(**values))


def postpone_all(session: Session, now: datetime, until: datetime) -> None:
    """Everything that is due waits: nobody answers at Stripe."""
    due = sa.and_(stripe_events.c.state == "new", stripe_events.c.not_before <= now)
    session.execute(stripe_events.update().where(due).values(not_before=until))


def stuck_events(session: Session) -> list[StripeEvent]:
    """Events that keep failing, oldest first: money may be waiting behind them."""
    query = sa.select(stripe_events).where(stripe_events.c.state == "new", stripe_events.c.attempts >= STUCK_AFTER)
    return [_event_of(row) for row in session.execute(query.order_by(stripe_events.c.received_at))]


def event_of(found: stripe.Event) -> StripeEvent:
    """All that is believed of it. Raises NotAnEvent."""
    try:
        about = found.data.object["id"]
        created = from_unix(found.created)
        return StripeEvent(found.id, found.type, about if isinstance(about, str) else "", created)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotAnEvent(f"expected an event with an object, got {found.to_dict().keys()}") from error


def _read(settings: Settings, found: stripe.Event) -> StripeEvent:
    event = event_of(found)
    is_live = settings.stripe.api_key.startswith(("sk_live_", "rk_live_"))
    if getattr(found, "livemode", False) != is_live:
        raise WrongMode(f"expected a {'live' if is_live else 'test'} event, got {event.id}")
    return event


def _event_of(row: sa.engine.Row) -> StripeEvent:
    return StripeEvent(row.id, row.type, row.object_id, row.created, row.attempts, row.last_error)
