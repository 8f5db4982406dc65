"""The worker's main job: take what is due out of the outbox, ask the door once more, send, write down what came.

What a provider may or may not have taken is looked up there before it is sent again. What the look-up cannot
settle stays unsent: two messages are worse than one that a person has to follow up.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import structlog
from sqlalchemy.engine import Engine

from bot import contact
from bot.core import Settings, transaction

_log = structlog.get_logger()


def deliver(database: Engine, senders: Mapping[str, contact.Sender], settings: Settings, worker: str) -> int:
    """One round; returns how many messages it handled."""
    now = settings.clock.now()
    with transaction(database) as session:
        claimed = contact.outbox.claim_due(session, worker, now)
    if len(claimed) > 1:
        with ThreadPoolExecutor(max_workers=8) as pool:
            list(pool.map(lambda message_id: _deliver_one(database, senders, settings, worker, message_id), claimed))
    else:
        for message_id in claimed:
            _deliver_one(database, senders, settings, worker, message_id)
    return len(claimed)


def settle_uncertain(database: Engine, senders: Mapping[str, contact.Sender], settings: Settings) -> int:
    """Ask the providers about messages whose sending was cut off."""
    now = settings.clock.now()
    with transaction(database) as session:
        waiting = contact.outbox.uncertain(session)
    ripe = [m for m in waiting if m.tried_at is None or now - m.tried_at >= senders[m.channel].settle]
    for message in ripe:
        _settle(database, senders[message.channel], settings, message)
    return len(ripe)


def _deliver_one(
    database: Engine, senders: Mapping[str, contact.Sender], settings: Settings, worker: str, message_id: str
) -> None:
    now = settings.clock.now()
    with transaction(database) as session:
        message = contact.outbox.begin_sending(session, message_id, worker, now)
        if message is None:
            return
        decision = contact.recheck(session, message, settings.collection_role, now)
        if not decision.allowed:
            contact.outbox.mark_blocked(session, message_id, decision.rules, now)
            return
    _send(database, senders[message.channel], settings, message)


def _send(database: Engine, sender: contact.Sender, settings: Settings, message: contact.OutboxMessage) -> None:
    try:
        provider_id = sender.send(message)
    except contact.Undeliverable as refusal:
        with transaction(database) as session:
            contact.outbox.mark_dead(session, message.id, str(refusal), settings.clock.now())
            if refusal.opted_out:
                where = (session, message.channel, message.address)
                contact.opt_out(*where, source="provider", now=settings.clock.now())
    except contact.TryLater as busy:
        with transaction(database) as session:
            contact.outbox.try_later(session, message, str(busy), settings.clock.now())
    except contact.Uncertain as broken:
        with transaction(database) as session:
            contact.outbox.mark_uncertain(session, message.id, str(broken))
    else:
        with transaction(database) as session:
            contact.outbox.mark_sent(session, message.id, provider_id, settings.clock.now())


def _settle(database: Engine, sender: contact.Sender, settings: Settings, message: contact.OutboxMessage) -> None:
    try:
        provider_id = sender.find(message)
    except contact.TryLater as busy:
        _log.warning("provider_not_reached", message=message.id, error=str(busy))
        return
    with transaction(database) as session:
        if provider_id is not None:
            contact.outbox.mark_sent(session, message.id, provider_id, settings.clock.now())
        else:
            contact.outbox.send_again(session, message.id, settings.clock.now())
