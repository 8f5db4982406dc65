"""What time does to agreements: parts that did not come, pauses that are over, plans that are paid to the end.

Safe to run at any moment, twice, and by several at once: each change and each end is written once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy.engine import Engine

from bot import accounts
from bot.core import Clock, Session, reading, transaction
from bot.core import record as record_fact
from bot.negotiation import agreed, store, upkeep
from bot.negotiation.agreed import Agreement
from bot.negotiation.agreements import about, end, today_of, write_change
from bot.negotiation.kept import Broken, Changed, ForPerson, What

log = structlog.get_logger(__name__)
_PORTION = 500


def look_after(session: Session, agreement_id: str, now: datetime) -> tuple[str, ...]:
    """Brings an agreement in force up to date; what happened, in words for a log.

    A missed part goes to the end or ends it, a pause that is over ends, one with nothing left is completed.
    """
    happened: list[str] = []
    store.lock_agreement(session, agreement_id)
    while agreed.how_it_ended(session, agreement_id) is None:
        running = agreed.agreement(session, agreement_id)
        due = _due(session, running, now)
        if due is None:
            break
        happened.append(_apply(session, running, due, now))
    return tuple(happened)


def keep_agreements(
    engine: Engine, clock: Clock, *, waits: Callable[[Session, str, datetime], bool] = lambda session, debt_id, now: False
) -> int:
    """A job for once an hour or a day: looks at every agreement in force; returns how many needed it.

    Each is a transaction of its own, and one that fails does not stop the others. Nothing counts as missed on a debt that
    `waits`: a payment for it may be under way.
    """
    done, after = 0, ""
    while True:
        with reading(engine) as session:
            portion = agreed.open_agreements(session, after, _PORTION)
            running = [agreed.agreement(session, one) for one in portion]
            late = [one for one in running if _due(session, one, clock.now()) is not None]
            needy = [one.id for one in late if not waits(session, one.debt_id, clock.now())]
        done += sum(_keep(engine, one, clock.now()) for one in needy)
        if len(portion) < _PORTION:
            return done
        after = portion[-1]


def _keep(engine: Engine, agreement_id: str, now: datetime) -> bool:
    try:
        with transaction(engine) as session:
            return bool(look_after(session, agreement_id, now))
    except Exception:  # an agreement that cannot be looked after must not stop the others
        log.exception("agreement_failed", agreement=agreement_id)
        return False


def _due(session: Session, running: Agreement, now: datetime) -> Changed | Broken | ForPerson | str | None:
    """What is to be done now: a change, an end, or nothing."""
    today = today_of(session, running, now)
    if not running.schedule:
        return "completed" if running.until is not None and running.until < today else None
    if not agreed.remaining(session, running):
        return "completed"
    held = agreed.is_held(session, accounts.known_debt(session, running.debt_id), now)
    return upkeep.overdue(agreed.kept(session, running, now), today, held=held)


def _apply(session: Session, running: Agreement, due: Changed | Broken | ForPerson | str, now: datetime) -> str:
    if isinstance(due, str):
        end(session, running.id, due, now)
        return due
    if isinstance(due, Broken):
        if end(session, running.id, "broken", now):
            record_fact(session, "InstalmentMissed", subject=running.debt_id, data=about(running, due.day), now=now)
        return "broken"
    change = Changed(What.MISSED, running.schedule, due.day) if isinstance(due, ForPerson) else due
    write_change(session, running, change, now, by="parley")
    return change.what.value
