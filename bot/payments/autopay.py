"""Everything around a payment that we take by itself: the copy of the yes, the notice before the day, the answer to a
bank's no, the card that runs out. Run by the worker; each is told once, and nothing is taken that was not told before.

What is to be done is read from what happened, so that a crash between two steps leaves the next round to do it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy.engine import Engine

from bot import contact, negotiation
from bot.core import Money, Session, Settings, reading, transaction
from bot.payments import announcing, answering, autopay_news, mandate_store, mandates, on_its_way
from bot.payments.mandate_store import Mandate

log = structlog.get_logger(__name__)
EXPIRY_NOTICE = timedelta(days=30)


def work(engine: Engine, settings: Settings, now: datetime) -> int:
    """One round; how much was told. What is to be done is read first, so that an idle round locks nothing."""
    with reading(engine) as session:
        wanting = [one.id for one in mandate_store.active(session) if _wants(session, one, now)]
        failed = [one.id for one in answering.unanswered(session, now)]
        ended = [one.id for one in _ended_untold(session, now)]
    done = 0
    for ids, step in ((wanting, _look_after), (failed, answering.answer), (ended, _tell_of_end)):
        for one in ids:
            done += _alone(engine, step, one, settings, now)
    return done


def _wants(session: Session, mandate: Mandate, now: datetime) -> bool:
    running = _plan_of(session, mandate)
    if running is None:
        return on_its_way.under_way(session, mandate.debt_id) is None
    days = _days(session, mandate, running, now)
    lacks_copy = bool(days) and not contact.glance.was_queued(session, f"mandate:{mandate.id}")
    to_tell = any(announcing.is_to_announce(session, mandate, running, day, now) for day in days)
    return lacks_copy or to_tell or _expiry(session, mandate, days, now) is not None


def _alone(
    engine: Engine,
    step: Callable[[Session, str, Settings, datetime], int],
    about: str,
    settings: Settings,
    now: datetime,
) -> int:
    try:
        with transaction(engine) as session:
            return step(session, about, settings, now)
    except Exception:  # one that fails must not stop the others
        log.exception("autopay_failed", about=about)
        return 0


def _look_after(session: Session, mandate_id: str, settings: Settings, now: datetime) -> int:
    mandate = autopay_news.locked(session, mandate_id)
    if mandate is None or not mandate.is_active:
        return 0
    running = _plan_of(session, mandate)
    if running is None:
        if on_its_way.under_way(session, mandate.debt_id) is None:
            mandates.stop(session, mandate, by="parley", now=now, why="plan_over")
        return 0
    days = _days(session, mandate, running, now)
    return (
        _send_copy(session, mandate, running, days, settings, now)
        + sum(announcing.announce(session, mandate, running, day, settings, now) for day in days)
        + _warn_of_expiry(session, mandate, running, days, settings, now)
    )


def _ended_untold(session: Session, now: datetime) -> list[Mandate]:
    """Ended by their bank or gone from the provider, while parts of the plan are still to come."""
    lately = mandate_store.ended_since(session, now - answering.TOLD_WITHIN, (mandates.GONE, mandates.REVOKED))
    new = [one for one in lately if not contact.glance.was_queued(session, _end_key(one))]
    return [one for one in new if not _is_replaced(session, one) and _next_of(session, one, now) is not None]


def _tell_of_end(session: Session, mandate_id: str, settings: Settings, now: datetime) -> int:
    """That nothing more is taken by itself, what is next, and what can be done."""
    mandate = autopay_news.locked(session, mandate_id)
    due = _next_of(session, mandate, now) if mandate is not None else None
    if mandate is None or due is None or contact.glance.was_queued(session, _end_key(mandate)):
        return 0
    return autopay_news.tell(session, mandate, settings, _end_key(mandate), "ended", due, now)


def _next_of(session: Session, mandate: Mandate, now: datetime) -> Mapping[str, object] | None:
    """Amount and day of the next part that is to come."""
    running = _plan_of(session, mandate)
    days = _days(session, mandate, running, now) if running is not None else []
    return {"amount": _amount_of(session, running, days[0]), "date": days[0]} if running and days else None


def _is_replaced(session: Session, mandate: Mandate) -> bool:
    return bool(mandate_store.active(session, mandate.debt_id))


def _end_key(mandate: Mandate) -> str:
    return f"mandate_ended:{mandate.id}"


def _plan_of(session: Session, mandate: Mandate) -> negotiation.Agreement | None:
    """The plan that it is for, while something is left of it."""
    running = negotiation.current_agreement(session, mandate.debt_id)
    if running is None or running.id != mandate.agreement_id or not negotiation.remaining(session, running):
        return None
    return running


def _days(session: Session, mandate: Mandate, running: negotiation.Agreement, now: datetime) -> list[date]:
    """On which something falls due, from tomorrow on, that is not on its way already."""
    today = mandates.today(session, mandate, now)
    return sorted({part.due for part in on_its_way.left_once_here(session, running) if part.due > today})


def _amount_of(session: Session, running: negotiation.Agreement, day: date) -> Money:
    left = [part.amount for part in on_its_way.left_once_here(session, running) if part.due == day]
    return sum(left, Money.zero(running.total.currency))


def _send_copy(
    session: Session, mandate: Mandate, running: negotiation.Agreement, days: list[date], settings: Settings, now: datetime
) -> int:  # fmt: skip
    key = f"mandate:{mandate.id}"
    if not days or contact.glance.was_queued(session, key):
        return 0
    values = {"amount": _amount_of(session, running, days[0]), "date": days[0], "most": mandate.most}
    return autopay_news.tell(session, mandate, settings, key, "on", values, now, just_done=True)


def _warn_of_expiry(
    session: Session, mandate: Mandate, running: negotiation.Agreement, days: list[date], settings: Settings, now: datetime
) -> int:  # fmt: skip
    """Once for each card, a month before the first day on which it would be of no use."""
    first_without = _expiry(session, mandate, days, now)
    if first_without is None or mandate.saved is None or mandate.saved.expires is None:
        return 0
    values: Mapping[str, object] = {
        "until": mandate.saved.expires, "amount": _amount_of(session, running, first_without), "date": first_without
    }  # fmt: skip
    return autopay_news.tell(session, mandate, settings, _expiry_key(mandate), "expires", values, now)


def _expiry(session: Session, mandate: Mandate, days: list[date], now: datetime) -> date | None:
    """The first day on which the card is of no use, when that is to be told now."""
    last = mandate.saved.expires if mandate.saved else None
    first_without = next((day for day in days if last is not None and day > last), None)
    if first_without is None or last is None or contact.glance.was_queued(session, _expiry_key(mandate)):
        return None
    return first_without if min(last, first_without) - mandates.today(session, mandate, now) <= EXPIRY_NOTICE else None


def _expiry_key(mandate: Mandate) -> str:
    return f"card_expires:{mandate.id}:{mandate.saved.expires if mandate.saved else None}"
