"""The durable outbox: ready → claimed (lease) → sending (committed before the call) → sent | dead.

An expired `claimed` is ready again. An expired `sending` is uncertain: the provider is asked before anything is
sent twice, and what it cannot tell is not sent again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.contact.model import OutboxMessage
from bot.contact.store import conversations, outbox, outbox_message_of
from bot.core import Session, record

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 8
_OPEN = ("ready", "claimed", "sending", "uncertain")
_PROGRESS = ("queued", "sending", "sent", "delivered", "read")


def claim_due(session: Session, worker: str, now: datetime, limit: int = 20) -> list[str]:
    """Ids of messages that are due, at most one a conversation, so that they arrive in order."""
    _release_expired(session, now)
    earlier = outbox.alias()
    waits_for_earlier = sa.exists().where(
        sa.and_(
            earlier.c.conversation_id == outbox.c.conversation_id,
            earlier.c.state.in_(_OPEN),
            earlier.c.number < outbox.c.number,
        )
    )
    query = (
        sa.select(outbox.c.id)
        .where(outbox.c.state == "ready", outbox.c.due_at <= now, ~waits_for_earlier)
        .order_by(outbox.c.number)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.execute(query).scalars())
    if ids:
        values = {"state": "claimed", "worker": worker, "lease_until": now + LEASE}
        session.execute(outbox.update().where(outbox.c.id.in_(ids)).values(**values))
    return ids


def begin_sending(session: Session, message_id: str, worker: str, now: datetime) -> OutboxMessage | None:
    """The last step before the call, to be committed. None when the claim was lost."""
    mine = sa.and_(outbox.c.id == message_id, outbox.c.state == "claimed", outbox.c.worker == worker)
    values = {"state": "sending", "tried_at": now, "lease_until": now + LEASE, "attempts": outbox.c.attempts + 1}
    if not session.execute(outbox.update().where(mine).values(**values)).rowcount:
        return None
    return get(session, message_id)


def get(session: Session, message_id: str) -> OutboxMessage:
    return outbox_message_of(session.execute(sa.select(outbox).where(outbox.c.id == message_id)).one())


def mark_sent(session: Session, message_id: str, provider_id: str, now: datetime) -> None:
    _end(session, message_id, state="sent", provider_id=provider_id, sent_at=now, lease_until=None)


def try_later(session: Session, message: OutboxMessage, reason: str, now: datetime) -> None:
    """Back to ready with a growing pause; dead after MAX_ATTEMPTS."""
    if message.attempts >= MAX_ATTEMPTS:
        mark_dead(session, message.id, reason, now)
        return
    pause = timedelta(seconds=min(2**message.attempts, 300))
    _end(session, message.id, state="ready", due_at=now + pause, lease_until=None, last_error=reason[:200])


def mark_uncertain(session: Session, message_id: str, reason: str) -> None:
    _end(session, message_id, state="uncertain", lease_until=None, last_error=reason[:200])


def send_again(session: Session, message_id: str, now: datetime) -> None:
    """The provider says that it never had the message."""
    _end(session, message_id, state="ready", due_at=now, lease_until=None)


def mark_dead(session: Session, message_id: str, reason: str, now: datetime) -> None:
    _end(session, message_id, state="dead", lease_until=None, last_error=reason[:200])
    subject = get(session, message_id).conversation_id
    record(session, "MessageUndeliverable", subject=subject, data={"message": message_id, "why": reason[:200]}, now=now)


def mark_blocked(session: Session, message_id: str, rules: tuple[str, ...], now: datetime) -> None:
    """The door said no when it fired."""
    _end(session, message_id, state="blocked", lease_until=None, rules=list(rules))
    subject = get(session, message_id).conversation_id
    record(session, "MessageBlocked", subject=subject, data={"message": message_id, "rules": list(rules)}, now=now)


def uncertain(session: Session) -> list[OutboxMessage]:
    query = sa.select(outbox).where(outbox.c.state == "uncertain").order_by(outbox.c.number)
    return [outbox_message_of(row) for row in session.execute(query)]


def record_delivery(session: Session, provider_id: str, status: str, error: str, now: datetime) -> None:
    """What the provider says of a message that it took. Callbacks come in any order: it never goes back."""
    row = session.execute(sa.select(outbox).where(outbox.c.provider_id == provider_id)).first()
    if row is None:
        return
    if status in ("failed", "undelivered"):
        values = {"delivery": status, "last_error": f"provider error {error}"[:200]}
        session.execute(outbox.update().where(outbox.c.id == row.id).values(**values))
        data = {"message": row.id, "status": status, "error": error}
        record(session, "DeliveryFailed", subject=row.conversation_id, data=data, now=now, actor="provider")
    elif status in _PROGRESS and _rank(status) > _rank(row.delivery):
        session.execute(outbox.update().where(outbox.c.id == row.id).values(delivery=status))


def _rank(status: str | None) -> int:
    return _PROGRESS.index(status) if status in _PROGRESS else -1


def _release_expired(session: Session, now: datetime) -> None:
    expired = outbox.c.lease_until < now
    claimed = outbox.update().where(outbox.c.state == "claimed", expired)
    session.execute(claimed.values(state="ready", worker=None, lease_until=None))
    sending = outbox.update().where(outbox.c.state == "sending", expired)
    session.execute(sending.values(state="uncertain", lease_until=None))


def _end(session: Session, message_id: str, **values: object) -> None:
    session.execute(outbox.update().where(outbox.c.id == message_id).values(**values))


def owner_epoch(session: Session, conversation_id: str) -> int:
    query = sa.select(conversations.c.owner_epoch).where(conversations.c.id == conversation_id)
    return int(session.execute(query).scalar_one())
