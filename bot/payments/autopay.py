"""Everything around a payment that we take by itself: the copy of the yes, the notice before the day, the answer to a
bank's no, the card that runs out. Run by the worker; each is told once, and nothing is taken that was not told before.

What is to be done is read from what happened, so that a crash between two steps leaves the next round to do it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine

from bot import contact, negotiation
from bot.core import Money, Session, Settings, insert_once, new_id, reading, record, transaction
from bot.payments import autopay_news, charging, mandate_store, mandates, retries, store
from bot.payments.charging import Skip
from bot.payments.mandate_store import Charge, Mandate, autopay_charges
from bot.payments.store import checkout_attempts

log = structlog.get_logger(__name__)
NOTICE_DAYS = 3
"""How long before the day they are told."""
CHANGED_NOTICE = timedelta(days=10)
"""Of more than was allowed: 12 CFR 1005.10(d)(1)."""
TOLD_WITHIN = timedelta(days=7)
"""A bank's no that is older was told, or comes too late to be news."""
EXPIRY_NOTICE = timedelta(days=30)
_MORE = "more"
"""A charge that is not made since the day's part is more than they allowed, and there was no time to tell them."""


def work(engine: Engine, settings: Settings, now: datetime) -> int:
    """One round; how much was told. What is to be done is read first, so that an idle round locks nothing."""
    with reading(engine) as session:
        wanting = [one.id for one in mandate_store.active(session) if _wants(session, one, now)]
        failed = [one.id for one in _unanswered(session, now)]
    done = 0
    for ids, step in ((wanting, _look_after), (failed, _answer)):
        for one in ids:
            done += _alone(engine, step, one, settings, now)
    return done


def _wants(session: Session, mandate: Mandate, now: datetime) -> bool:
    running = _plan_of(session, mandate)
    if running is None:
        return store.under_way(session, mandate.debt_id) is None
    days = _days(session, mandate, running, now)
    lacks_copy = bool(days) and not contact.glance.was_queued(session, f"mandate:{mandate.id}")
    to_tell = any(_is_to_announce(session, mandate, running, day, now) for day in days)
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
    mandate = mandate_store.mandate(session, mandate_id, lock=True)
    if mandate is None or not mandate.is_active:
        return 0
    running = _plan_of(session, mandate)
    if running is None:
        if store.under_way(session, mandate.debt_id) is None:
            mandates.stop(session, mandate, by="parley", now=now, why="plan_over")
        return 0
    days = _days(session, mandate, running, now)
    return (
        _send_copy(session, mandate, running, days, settings, now)
        + sum(_announce(session, mandate, running, day, settings, now) for day in days)
        + _warn_of_expiry(session, mandate, running, days, settings, now)
    )


def _plan_of(session: Session, mandate: Mandate) -> negotiation.Agreement | None:
    """The plan that it is for, while something is left of it."""
    running = negotiation.current_agreement(session, mandate.debt_id)
    if running is None or running.id != mandate.agreement_id or not negotiation.remaining(session, running):
        return None
    return running


def _days(session: Session, mandate: Mandate, running: negotiation.Agreement, now: datetime) -> list[date]:
    """On which something falls due, from tomorrow on."""
    today = _today(session, mandate, now)
    return sorted({part.due for part in negotiation.remaining(session, running) if part.due > today})


def coming(session: Session, mandate: Mandate, today: date) -> tuple[date, Money] | None:
    """The next day on which something is taken by it, and how much as it stands now."""
    running = negotiation.current_agreement(session, mandate.debt_id)
    if running is None or running.id != mandate.agreement_id:
        return None
    waiting = {one.charge_on: one for one in mandate_store.waiting(session, mandate.id) if one.charge_on >= today}
    days = {part.due for part in negotiation.remaining(session, running) if part.due > today} | set(waiting)
    if not days:
        return None
    day = min(days)
    due = waiting[day].due if day in waiting else day
    return day, charging.of_day(session, running, due)


def _send_copy(
    session: Session, mandate: Mandate, running: negotiation.Agreement, days: list[date], settings: Settings, now: datetime
) -> int:  # fmt: skip
    key = f"mandate:{mandate.id}"
    if not days or contact.glance.was_queued(session, key):
        return 0
    values = {"amount": charging.of_day(session, running, days[0]), "date": days[0], "most": mandate.most}
    return autopay_news.tell(session, mandate, settings, key, "on", values, now, just_done=True)


def _announce(
    session: Session, mandate: Mandate, running: negotiation.Agreement, day: date, settings: Settings, now: datetime
) -> int:  # fmt: skip
    """Three days before, and at the latest the day before; what is more than they allowed ten days before or not at all."""
    if not _is_to_announce(session, mandate, running, day, now):
        return 0
    amount, left = charging.of_day(session, running, day), day - _today(session, mandate, now)
    is_more = amount > mandate.most
    if is_more and left < CHANGED_NOTICE:
        charge = _plan(session, mandate, day, day, amount, now, skipped=_MORE)
        url = autopay_news.pay_link(session, mandate, charge.amount, settings, now) if charge else None
        values = {"amount": amount, "date": day, "url": url}
        return autopay_news.tell(session, mandate, settings, charge.notice_key, "more", values, now) if charge else 0
    charge = _plan(session, mandate, day, day, amount, now)
    if charge is None:
        return 0
    values = {"amount": amount, "date": day, "most": mandate.most}
    name = "changed" if is_more else "notice"
    return autopay_news.tell(session, mandate, settings, charge.notice_key, name, values, now)


def _is_to_announce(
    session: Session, mandate: Mandate, running: negotiation.Agreement, day: date, now: datetime
) -> bool:  # fmt: skip
    left = day - _today(session, mandate, now)
    if left > CHANGED_NOTICE + timedelta(days=NOTICE_DAYS):
        return False
    is_more = charging.of_day(session, running, day) > mandate.most
    if not is_more and left > timedelta(days=NOTICE_DAYS):
        return False
    return not _is_known(session, mandate, day) and not contact.active_holds(session, mandate.party_id, now)


def _is_known(session: Session, mandate: Mandate, day: date) -> bool:
    """Whether this day's part was announced under this mandate, whatever became of it."""
    theirs = autopay_charges.c.agreement_id == mandate.agreement_id
    known = mandate_store.charges(session, theirs, autopay_charges.c.due == day)
    return any(one.mandate_id == mandate.id or one.request_id is not None for one in known)


def _plan(
    session: Session, mandate: Mandate, due: date, on: date, amount: Money, now: datetime, *, told: str = "",
    skipped: str | None = None,
) -> Charge | None:  # fmt: skip
    """None when somebody else did it at the same moment. `told` is the key of the message that names its day."""
    theirs = sa.and_(autopay_charges.c.agreement_id == mandate.agreement_id, autopay_charges.c.due == due)
    number = len(mandate_store.charges(session, theirs)) + 1
    charge_id = new_id("apc")
    row = {
        "id": charge_id, "notice_key": told or f"autopay:{charge_id}", "mandate_id": mandate.id, "agreement_id": mandate.agreement_id, "debt_id": mandate.debt_id,
        "due": due, "number": number, "charge_on": on, "amount_minor": amount.minor, "currency": amount.currency,
        "made_at": now, "skipped": skipped, "skipped_at": now if skipped else None,
    }  # fmt: skip
    if not insert_once(session, autopay_charges, row):
        return None
    data = {"charge": charge_id, "due": due.isoformat(), "on": on.isoformat(), "amount": amount.minor}
    record(session, "ChargeAnnounced", subject=mandate.debt_id, data=data, now=now)
    return mandate_store.charges(session, autopay_charges.c.id == charge_id)[0]


def _unanswered(session: Session, now: datetime) -> list[Charge]:
    """Charges that came to nothing lately and of which they have not heard: a bank's no, or a day that went by."""
    said_no = sa.select(checkout_attempts.c.request_id).where(
        checkout_attempts.c.kind == store.CHARGE, checkout_attempts.c.outcome.in_(("failed", "given_up"))
    )
    came_to_nothing = sa.or_(
        autopay_charges.c.request_id.in_(said_no), autopay_charges.c.skipped.in_((Skip.LATE.value,))
    )
    lately = autopay_charges.c.charge_on >= (now - TOLD_WITHIN).date()
    found = mandate_store.charges(session, came_to_nothing, lately)
    return [one for one in found if not contact.glance.was_queued(session, _answer_key(one))]


def _answer(session: Session, charge_id: str, settings: Settings, now: datetime) -> int:
    """Another try on a day that they hear of, or a link; and the end of a mandate by which nothing will ever come."""
    (charge,) = mandate_store.charges(session, autopay_charges.c.id == charge_id)
    mandate = mandate_store.mandate(session, charge.mandate_id, lock=True)
    assert mandate is not None and mandate.saved is not None
    if contact.glance.was_queued(session, _answer_key(charge)):
        return 0
    running = negotiation.current_agreement(session, charge.debt_id)
    is_theirs = running is not None and running.id == charge.agreement_id
    amount = min(charge.amount, charging.of_day(session, running, charge.due)) if running and is_theirs else None
    if amount is None or not amount.is_positive:
        amount = charge.amount
    past = store.attempts_of(session, charge.request_id) if charge.request_id is not None else []
    failed = past[-1] if past and past[-1].outcome == "failed" else None
    comes = _next(session, charge, mandate, failed, now)
    if comes is not None and comes.again_on is not None and mandate.ended_at is None:
        _plan(session, mandate, charge.due, comes.again_on, amount, now, told=_answer_key(charge))
    if comes is not None and comes.is_over:
        mandates.stop(session, mandate, by="stripe", now=now, why="declined")
    name = _words_of(comes, is_ended=mandate.ended_at is not None)
    values = {
        "amount": amount, "date": comes.again_on if comes and comes.again_on else charge.charge_on,
        "url": autopay_news.pay_link(session, mandate, amount, settings, now),
    }  # fmt: skip
    key = _answer_key(charge)
    return autopay_news.tell(session, mandate, settings, key, name, values, now)


def _next(
    session: Session, charge: Charge, mandate: Mandate, failed: store.Past | None, now: datetime
) -> retries.Next | None:
    """None where no bank said anything: it was not made."""
    if failed is None or mandate.saved is None:
        return None
    theirs = sa.and_(autopay_charges.c.agreement_id == charge.agreement_id, autopay_charges.c.due == charge.due)
    tries = len(mandate_store.charges(session, theirs, autopay_charges.c.request_id.isnot(None)))
    today, is_card = _today(session, mandate, now), mandate.saved.kind == "card"
    return retries.after(failed.declined, failed.advice, tries=tries, today=today, is_card=is_card)


def _words_of(comes: retries.Next | None, *, is_ended: bool) -> str:
    if comes is None:
        return "missed"
    if comes.is_over:
        return "over"
    return "again" if comes.again_on is not None and not is_ended else "link"


def _answer_key(charge: Charge) -> str:
    return f"autopay_no:{charge.id}"


def _warn_of_expiry(
    session: Session, mandate: Mandate, running: negotiation.Agreement, days: list[date], settings: Settings, now: datetime
) -> int:  # fmt: skip
    """Once for each card, a month before the first day on which it would be of no use."""
    first_without = _expiry(session, mandate, days, now)
    if first_without is None or mandate.saved is None or mandate.saved.expires is None:
        return 0
    values: Mapping[str, object] = {
        "until": mandate.saved.expires, "amount": charging.of_day(session, running, first_without), "date": first_without
    }  # fmt: skip
    return autopay_news.tell(session, mandate, settings, _expiry_key(mandate), "expires", values, now)


def _expiry(session: Session, mandate: Mandate, days: list[date], now: datetime) -> date | None:
    """The first day on which the card is of no use, when that is to be told now."""
    last = mandate.saved.expires if mandate.saved else None
    first_without = next((day for day in days if last is not None and day > last), None)
    if first_without is None or last is None or contact.glance.was_queued(session, _expiry_key(mandate)):
        return None
    return first_without if min(last, first_without) - _today(session, mandate, now) <= EXPIRY_NOTICE else None


def _expiry_key(mandate: Mandate) -> str:
    return f"card_expires:{mandate.id}:{mandate.saved.expires if mandate.saved else None}"


def _today(session: Session, mandate: Mandate, now: datetime) -> date:
    return now.astimezone(ZoneInfo(mandates.time_zone(session, mandate))).date()
