"""The worker's part: answer the doorbell, and look outside when it should have rung.

The provider is read outside of the transaction; what it says is then applied in one. Each job is safe to run twice, at
once, and after a crash at any point.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Engine

from bot import contact
from bot.core import Clock, Session, reading, transaction
from bot.payments import checkout, problems, store, webhooks
from bot.payments.gateway import Event, Gateway, NotThere, Refused, Unavailable
from bot.payments.model import Past
from bot.payments.problems import Kind
from bot.payments.settle import settle

log = structlog.get_logger(__name__)

BREATHER = timedelta(seconds=10)
"""While nobody answers there nothing else is kept waiting by asking it for one event after another."""
NEWS_WITHIN = timedelta(minutes=15)
"""After this without a word about an open page, the provider is asked."""


def process_events(engine: Engine, gateway: Gateway, clock: Clock, how: contact.Sending, limit: int = 100) -> int:
    """Handle events that are due; returns how many were finished. `how` gives role and author; keys are set here.

    While nobody answers there the rest waits; that counts against no event.
    """
    with reading(engine) as session:
        due = webhooks.due_events(session, clock.now(), limit)
    done = 0
    for event in due:
        try:
            done += _process(engine, gateway, event, clock, how)
        except Unavailable:
            with transaction(engine) as session:
                webhooks.postpone_all(session, clock.now(), clock.now() + BREATHER)
            break
    return done


def reconcile(
    engine: Engine, gateway: Gateway, now: datetime, how: contact.Sending, *, at_start: bool = False, limit: int = 200
) -> int:
    """Read again each session that is undecided and was not heard of lately, at a start all of them.

    One that must not be paid any more is closed there. Returns how many were read.
    """
    with reading(engine) as session:
        waiting = [(past, checkout.is_over(session, past, now), at) for past, at in store.undecided(session)]
    wanted = [(past, over) for past, over, at in waiting if over or at_start or at <= now - NEWS_WITHIN]
    done = 0
    for past, over in wanted[:limit]:
        try:
            done += _reread(engine, gateway, past, over, how, now)
        except Unavailable:
            log.warning("provider_unavailable", exc_info=True)
            break
    return done


def look_again(engine: Engine, gateway: Gateway, token: str, how: contact.Sending, now: datetime) -> None:
    """They are back from the provider's page: what is known there of this request is read at once.

    Quiet when nobody answers: the webhook and `reconcile` come all the same.
    """
    with reading(engine) as session:
        waiting = store.undecided_of(session, token)
    for past in waiting:
        try:
            _reread(engine, gateway, past, False, how, now)
        except Unavailable:
            log.warning("provider_unavailable", attempt=past.attempt.key, exc_info=True)
            break


def _process(engine: Engine, gateway: Gateway, event: Event, clock: Clock, how: contact.Sending) -> bool:
    try:
        payment = gateway.about(event)
        with transaction(engine) as session:
            if not webhooks.claim_event(session, event):
                return False
            ours = payment is not None and settle(session, payment, how, clock.now())
            webhooks.finish_event(session, event, ours=ours, now=clock.now())
        return True
    except Unavailable as error:
        log.warning("provider_unavailable", event_id=event.id, error=str(error))
        raise
    except Exception as error:  # an event that cannot be handled must not stop the others
        log.warning("event_failed", event_id=event.id, type=event.type, tries=event.attempts + 1, exc_info=True)
        with transaction(engine) as session:
            webhooks.postpone_event(session, event, f"{type(error).__name__}: {error}", clock.now())
        return False


def _reread(engine: Engine, gateway: Gateway, past: Past, is_over: bool, how: contact.Sending, now: datetime) -> bool:
    assert past.session_id is not None
    try:
        payment = gateway.close_checkout(past.session_id) if is_over else gateway.checkout(past.session_id)
    except Refused as no:
        log.warning("session_unread", attempt=past.attempt.key, exc_info=True)
        if isinstance(no, NotThere):
            with transaction(engine) as session:
                _unread(session, past, str(no), now)
        return False
    with transaction(engine) as session:
        settle(session, payment, how, now)
    return True


def _unread(session: Session, past: Past, error: str, now: datetime) -> None:
    """In the list until a person has looked: money may be behind it."""
    request = store.request_by_id(session, past.attempt.request_id)
    about = past.session_id or past.attempt.id
    problems.note(session, Kind.UNREAD, about, of=request, amount=past.amount, now=now, reason=error[:200])
