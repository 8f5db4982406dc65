"""Charges of which nobody knows the end: sent once more while they could still be begun, else looked for.

What is looked for and is not there was never made, and is said.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy.engine import Engine

from bot import contact, negotiation
from bot.core import Session, reading, record, transaction
from bot.payments import checkout, ledger, mandate_store, on_its_way, store
from bot.payments.charging import CLOSES, here_of, mandate_of, send
from bot.payments.gateway import Gateway, Refused, Unavailable
from bot.payments.mandate_store import Mandate
from bot.payments.model import Past
from bot.payments.settle import settle

log = structlog.get_logger(__name__)
OLD = timedelta(hours=20)
"""A provider forgets a key after 24 hours: from here on a charge is looked for and never sent again."""
AGAIN_AFTER = timedelta(minutes=1)
"""Whoever began it has had the time to hear the answer."""
NEWS_WITHIN = timedelta(minutes=15)


def find_out(engine: Engine, gateway: Gateway, now: datetime, how: contact.Sending, *, at_start: bool = False) -> int:
    """Charges of which the end is not known: how many were heard of now."""
    with reading(engine) as session:
        known = [
            (past, at, mandate_of(session, past), _may_go_on(session, past, now))
            for past, at in on_its_way.unknown_charges(session)
        ]
    done = 0
    for past, heard, mandate, may_go_on in known:
        wait = NEWS_WITHIN if past.payment_id else AGAIN_AFTER
        if not at_start and heard > now - wait:
            continue
        try:
            if may_go_on and past.payment_id is None:
                send(engine, gateway, mandate, past.attempt, how, now)
            else:
                _find(engine, gateway, past, mandate, how, now)
            done += 1
        except Unavailable:
            log.warning("provider_unavailable", attempt=past.attempt.key, exc_info=True)
            break
        except Refused:
            log.exception("charge_unread", attempt=past.attempt.key)
    return done


def _find(engine: Engine, gateway: Gateway, past: Past, mandate: Mandate, how: contact.Sending, now: datetime) -> None:
    """One that was heard of is read again; another is looked for, and over when nobody knows of it."""
    assert mandate.saved is not None
    said = (
        gateway.payment(past.payment_id)
        if past.payment_id is not None
        else gateway.find_charge(mandate.saved.customer_id, past.attempt.request_id)
    )
    with transaction(engine) as session:
        if said is not None:
            settle(session, said, how, now)
            return
        store.set_outcome(session, past.attempt.id, outcome="given_up", read_at=now)
        data = {"request": past.attempt.request_id}
        record(session, "ChargeNotMade", subject=mandate.debt_id, data=data, now=now)


def _may_go_on(session: Session, past: Past, now: datetime) -> bool:
    """Whether one that nobody has answered to may be sent once more: as long as it could be begun, and its key holds."""
    charge, mandate = mandate_store.charge_of_request(session, past.attempt.request_id), mandate_of(session, past)
    assert charge is not None and past.began is not None
    here, running = here_of(session, charge, now), negotiation.current_agreement(session, charge.debt_id)
    is_its_day = here.date() == charge.charge_on and here.time() < CLOSES and now - past.began < OLD
    if not is_its_day or mandate.ended_at is not None or running is None or running.id != charge.agreement_id:
        return False
    return not checkout.is_held(session, mandate.party_id, ledger.debt(session, charge.debt_id), now)
