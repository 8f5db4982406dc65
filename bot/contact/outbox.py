"""The durable outbox: ready → claimed (lease) → sending (committed before the call) → sent | dead | blocked.

An expired `claimed` is ready again. An expired `sending` is uncertain; it is claimed again (`settling`) while the
provider is asked, and nothing is sent twice. `failed` was taken and then not delivered; it dies in a moment, too.
Every change says the state that it comes from and whose the row is, and tells whether it changed it. One kind of
news counts from any state: the provider's id, because it is true whoever hears it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.contact.model import BOT, OutboxMessage
from bot.contact.store import conversations, outbox, outbox_message_of
from bot.core import Session, record

LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 8
LONGEST_PAUSE = timedelta(seconds=60)
OPEN = ("ready", "claimed", "sending", "uncertain", "settling")
_MAY_YET_BE_SENT = ("ready", "claimed", "uncertain", "settling")
_PROGRESS = ("queued", "sending", "sent", "delivered", "read")


@dataclass(frozen=True)
class Held:
    """A message that some worker has, or left. Two that are equal are the same claim."""

    id: str
    state: str
    worker: str | None
    channel: str
    mark: datetime | None


def held(session: Session) -> list[Held]:
    """All that is neither waiting nor over. Whether a lease has run out is for a clock that nobody sets to say."""
    query = sa.select(outbox).where(outbox.c.state.in_(("claimed", "sending", "settling", "uncertain")))
    return [
        Held(row.id, row.state, row.worker, row.channel, row.lease_until or row.tried_at)
        for row in session.execute(query.order_by(outbox.c.number))
    ]


def is_due(session: Session, now: datetime, not_on: Collection[str] = ()) -> bool:
    """Asked in a snapshot, so that an idle worker locks nothing."""
    due = sa.and_(outbox.c.state == "ready", _is_due(now), outbox.c.channel.notin_(list(not_on)))
    return session.execute(sa.select(outbox.c.id).where(due).limit(1)).first() is not None


def release(session: Session, left: Held) -> bool:
    """What a worker left when it died or froze: what it claimed is ready, what it was sending is uncertain."""
    same = sa.and_(outbox.c.worker == left.worker, outbox.c.lease_until == left.mark)
    then = "ready" if left.state == "claimed" else "uncertain"
    this = outbox.update().where(outbox.c.id == left.id, outbox.c.state == left.state, same)
    return bool(session.execute(this.values(state=then, worker=None, lease_until=None)).rowcount)


def claim_due(session: Session, worker: str, now: datetime, limit: int = 20, not_on: Collection[str] = ()) -> list[str]:
    """Ids of messages that are due, at most one a conversation, so that they arrive in order: what answers somebody
    before what tells of what they did, and that before what we start. What stands in front of an answer to the same
    person goes as early as the answer.

    Messages on the channels `not_on` stay where they are.
    """
    earlier = outbox.alias()
    waits_for_earlier = sa.exists().where(
        sa.and_(
            earlier.c.conversation_id == outbox.c.conversation_id,
            earlier.c.state.in_(OPEN),
            earlier.c.number < outbox.c.number,
            sa.or_(earlier.c.held_until.is_(None), earlier.c.held_until <= now),
        )
    )
    due = sa.and_(outbox.c.state == "ready", _is_due(now), outbox.c.channel.notin_(list(not_on)))
    claimed: list[str] = []
    for first in (_answered_now(now), _told_now(now), sa.true()):
        query = sa.select(outbox.c.id).where(due, first, ~waits_for_earlier).order_by(outbox.c.number)
        free = query.limit(limit - len(claimed)).with_for_update(skip_locked=True)
        found = list(session.execute(free).scalars()) if len(claimed) < limit else []
        claimed += [
            one for one in found if _move(session, one, ("ready",), None, state="claimed", **_held(worker, now))
        ]
    return claimed


def _answered_now(now: datetime) -> Any:
    """Where something waits that answers somebody, or that a person wrote."""
    waits = outbox.alias()
    return _where_waits(waits, sa.or_(waits.c.reply_to.isnot(None), waits.c.author != BOT), now)


def _told_now(now: datetime) -> Any:
    """Where something waits that tells of what they did: a receipt."""
    waits = outbox.alias()
    return _where_waits(waits, waits.c.answers_at.isnot(None), now)


def _where_waits(waits: Any, such: Any, now: datetime) -> Any:
    """In a conversation in which one of these is ready: what stands in front of it goes as early."""
    not_held = sa.or_(waits.c.held_until.is_(None), waits.c.held_until <= now)
    ready = sa.select(waits.c.conversation_id).where(waits.c.state == "ready", not_held, such)
    return outbox.c.conversation_id.in_(ready)


def give_back(session: Session, message_id: str, worker: str) -> bool:
    """Claimed, and not tried."""
    return _move(session, message_id, ("claimed",), worker, state="ready", worker=None, lease_until=None)


def begin_sending(session: Session, message_id: str, worker: str, now: datetime) -> OutboxMessage | None:
    """The last step before the call, to be committed. None when the claim was lost."""
    began = {"state": "sending", "tried_at": now, **_held(worker, now)}
    return get(session, message_id) if _move(session, message_id, ("claimed",), worker, **began) else None


def get(session: Session, message_id: str) -> OutboxMessage:
    return outbox_message_of(session.execute(sa.select(outbox).where(outbox.c.id == message_id)).one())


def mark_sent(session: Session, message_id: str, worker: str | None, provider_id: str, now: datetime) -> bool:
    """The provider has it, under this id. `worker` None is the provider's own word about a message of ours.

    Whoever made the call says so even when the row is no longer theirs: then nobody else will send it.
    False when it was known, or when somebody else is just sending it.
    """
    ours = outbox.c.state.in_(_MAY_YET_BE_SENT)
    sending = outbox.c.state == "sending"
    mine = sa.or_(ours, sending if worker is None else sa.and_(sending, outbox.c.worker == worker))
    taken = sa.exists().where(outbox.alias("other").c.provider_id == provider_id)
    values = {"state": "sent", "provider_id": provider_id, "sent_at": now, "worker": None, "lease_until": None}
    done = outbox.update().where(outbox.c.id == message_id, outbox.c.provider_id.is_(None), mine, ~taken)
    return bool(session.execute(done.values(**values)).rowcount)


def try_later(session: Session, message: OutboxMessage, worker: str, reason: str, now: datetime) -> bool:
    """The provider refused this message for now: ready again after a growing pause. False: that was the last try."""
    attempts = message.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        return False
    pause = min(timedelta(seconds=2**attempts), LONGEST_PAUSE)
    later = {"state": "ready", "due_at": now + pause, "attempts": attempts, **_free(reason)}
    _move(session, message.id, ("sending",), worker, **later)
    return True


def wait_for_provider(session: Session, message_id: str, worker: str, reason: str) -> bool:
    """The provider is away and did not take it: ready as before, and no attempt of the message's own."""
    return _move(session, message_id, ("sending",), worker, state="ready", **_free(reason))


def mark_uncertain(session: Session, message_id: str, worker: str, reason: str) -> bool:
    return _move(session, message_id, ("sending",), worker, state="uncertain", **_free(reason))


def claim_uncertain(session: Session, message_id: str, worker: str, now: datetime) -> OutboxMessage | None:
    """To be committed before the provider is asked. None when another worker has it."""
    values = {"state": "settling", **_held(worker, now)}
    return get(session, message_id) if _move(session, message_id, ("uncertain",), None, **values) else None


def still_uncertain(session: Session, message_id: str, worker: str) -> bool:
    """The provider could not say."""
    return _move(session, message_id, ("settling",), worker, state="uncertain", worker=None, lease_until=None)


def send_again(session: Session, message: OutboxMessage, worker: str, now: datetime, *, counts: bool = True) -> bool:
    """The provider says that it never had the message. It `counts` as a try of the message's own unless the provider
    was away. False: that was the last try, or it is no longer ours.
    """
    attempts = message.attempts + counts
    again = {"state": "ready", "due_at": now, "attempts": attempts, "worker": None, "lease_until": None}
    return attempts < MAX_ATTEMPTS and _move(session, message.id, ("settling",), worker, **again)


def mark_dead(session: Session, message_id: str, worker: str | None, reason: str, now: datetime) -> bool:
    """It will never arrive. Whoever says so opens a case; False when it was not theirs to say."""
    states = ("sending", "settling") if worker is not None else ("failed",)
    if not _move(session, message_id, states, worker, state="dead", **_free(reason)):
        return False
    subject = get(session, message_id).conversation_id
    record(session, "MessageUndeliverable", subject=subject, data={"message": message_id, "why": reason[:200]}, now=now)
    return True


def mark_blocked(session: Session, message_id: str, worker: str, rules: tuple[str, ...], now: datetime) -> bool:
    """The door said no when it fired."""
    blocked = {"state": "blocked", "rules": list(rules), "worker": None, "lease_until": None}
    if not _move(session, message_id, ("sending",), worker, **blocked):
        return False
    subject = get(session, message_id).conversation_id
    record(session, "MessageBlocked", subject=subject, data={"message": message_id, "rules": list(rules)}, now=now)
    return True


def put_off(session: Session, message_id: str, worker: str, until: datetime, rules: tuple[str, ...] = ()) -> bool:
    """The door wants another moment than this: ready again then, and no attempt of the message's own. The rules that
    wanted it stand with the message, for whoever asks why it has not gone.
    """
    free = {"worker": None, "lease_until": None, **({"rules": list(rules)} if rules else {})}
    return _move(session, message_id, ("sending",), worker, state="ready", held_until=until, **free)


def bring_forward(session: Session, conversation_id: str) -> int:
    """They wrote: what waited for a word of theirs is looked at now. Returns how many messages waited."""
    waits = sa.and_(
        outbox.c.conversation_id == conversation_id, outbox.c.state == "ready", outbox.c.held_until.isnot(None)
    )
    return int(session.execute(outbox.update().where(waits).values(held_until=None)).rowcount)


def failed(session: Session) -> list[tuple[OutboxMessage, str]]:
    """Taken by the provider and not delivered, and why; nobody has been told yet."""
    query = sa.select(outbox).where(outbox.c.state == "failed").order_by(outbox.c.number).limit(100)
    return [(outbox_message_of(row), row.last_error or "") for row in session.execute(query)]


def are_known(session: Session, provider_ids: Collection[str]) -> frozenset[str]:
    """Those of these provider's ids that belong to a message of ours already."""
    query = sa.select(outbox.c.provider_id).where(outbox.c.provider_id.in_(list(provider_ids)))
    return frozenset(session.execute(query).scalars())


def record_delivery(
    session: Session, provider_id: str, status: str, error: str, now: datetime, message_id: str | None = None
) -> None:
    """What the provider says of a message that it took. Callbacks come in any order: it never goes back.

    `message_id` is our own key, which came back with it: a message whose sending was cut off is settled by that.
    """
    if message_id is not None:
        mark_sent(session, message_id, None, provider_id, now)
    row = session.execute(sa.select(outbox).where(outbox.c.provider_id == provider_id)).first()
    if row is None:
        return
    this = outbox.update().where(outbox.c.id == row.id)
    if status in ("failed", "undelivered"):
        values = {"delivery": status, "last_error": f"provider error {error}"[:200], "state": "failed"}
        if not session.execute(this.where(outbox.c.state == "sent").values(**values)).rowcount:
            return
        data = {"message": row.id, "status": status, "error": error}
        record(session, "DeliveryFailed", subject=row.conversation_id, data=data, now=now, actor="provider")
    elif status in _PROGRESS and _rank(status) > _rank(row.delivery):
        further = outbox.c.delivery.is_(None) if row.delivery is None else outbox.c.delivery == row.delivery
        session.execute(this.where(further).values(delivery=status))


def decided(session: Session, provider_ids: Collection[str]) -> list[Any]:
    """What was sent under these ids: author, parts, what it answers, and the rules that let it out."""
    columns = (outbox.c.provider_id, outbox.c.author, outbox.c.parts, outbox.c.rules, outbox.c.answers_at, outbox.c.reply_to)
    return list(session.execute(sa.select(*columns).where(outbox.c.provider_id.in_(list(provider_ids)))))


def owner_epoch(session: Session, conversation_id: str) -> int:
    query = sa.select(conversations.c.owner_epoch).where(conversations.c.id == conversation_id)
    return int(session.execute(query).scalar_one())


def _rank(status: str | None) -> int:
    return _PROGRESS.index(status) if status in _PROGRESS else -1


def _is_due(now: datetime) -> Any:
    """By the clock, or because it was never put off, or because the clock has gone back since it was."""
    never_put_off = outbox.c.due_at <= outbox.c.created_at
    not_held = sa.or_(outbox.c.held_until.is_(None), outbox.c.held_until <= now)
    return sa.and_(not_held, sa.or_(outbox.c.due_at <= now, never_put_off, outbox.c.due_at > now + LONGEST_PAUSE))


def _held(worker: str, now: datetime) -> dict[str, Any]:
    return {"worker": worker, "lease_until": now + LEASE}


def _free(reason: str) -> dict[str, Any]:
    return {"worker": None, "lease_until": None, "last_error": reason[:200]}


def _move(session: Session, message_id: str, states: tuple[str, ...], owner: str | None, **values: Any) -> bool:
    """From one of these states, and from this owner where there is one; False when it was not so any more."""
    mine = sa.and_(outbox.c.id == message_id, outbox.c.state.in_(states))
    if owner is not None:
        mine = sa.and_(mine, outbox.c.worker == owner)
    return bool(session.execute(outbox.update().where(mine).values(**values)).rowcount)
