"""A payment that is to be taken by itself, told before its day: three days, and ten where it is more than was allowed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from bot import contact, negotiation
from bot.core import Money, Session, Settings, insert_once, lock, new_id, record
from bot.payments import autopay_news, by_plan, charging, mandate_store, mandates, on_its_way
from bot.payments.mandate_store import Charge, Mandate, autopay_charges

NOTICE_DAYS = 3
"""How long before the day they are told."""
CHANGED_NOTICE = timedelta(days=10)
"""Of more than was allowed: 12 CFR 1005.10(d)(1)."""
_MORE = "more"
"""A charge that is not made since the day's part is more than they allowed, and there was no time to tell them."""

LEFT_OUT = "left_out"
"""A charge that is not made since they asked us not to take this one; the others go on."""


def leave_out(session: Session, mandate: Mandate, day: date, amount: Money, now: datetime) -> bool:
    """Their word that the part of that day is not to be taken by itself, announced or not. False when it is with the
    bank already, or was left out before.
    """
    lock(session, "debt", mandate.debt_id)
    known = _of_day(session, mandate, day)
    if any(one.skipped == LEFT_OUT for one in known):
        return False
    waiting = [one for one in known if one.request_id is None and one.skipped is None]
    for charge in waiting:
        mandate_store.set_charge(session, charge.id, skipped=LEFT_OUT, skipped_at=now)
    if not waiting:
        if any(one.request_id is not None for one in known):
            return False
        plan(session, mandate, day, day, amount, now, skipped=LEFT_OUT)
    data = {"mandate": mandate.id, "due": day.isoformat()}
    record(session, "ChargeLeftOut", subject=mandate.debt_id, data=data, now=now, actor="debtor")
    return True


def is_taken(session: Session, debt_id: str, day: date) -> bool:
    """Whether the part of that day is taken by itself."""
    return any(
        all(one.skipped not in (LEFT_OUT, _MORE) for one in _of_day(session, mandate, day))
        for mandate in mandate_store.active(session, debt_id)
    )


def _of_day(session: Session, mandate: Mandate, day: date) -> list[Charge]:
    return mandate_store.charges(
        session, autopay_charges.c.mandate_id == mandate.id, autopay_charges.c.due == day
    )  # fmt: skip


def coming(session: Session, mandate: Mandate, today: date) -> tuple[date, Money] | None:
    """The next day on which something is taken by it, and how much as it stands now."""
    running = negotiation.current_agreement(session, mandate.debt_id)
    if running is None or running.id != mandate.agreement_id:
        return None
    left: dict[date, Money] = {}
    for part in on_its_way.left_once_here(session, running):
        left[part.due] = left.get(part.due, Money.zero(running.total.currency)) + part.amount
    waiting = {one.charge_on: one.due for one in mandate_store.waiting(session, mandate.id) if one.charge_on >= today}
    days = {day: day for day in left if day > today and is_taken(session, mandate.debt_id, day)} | waiting
    first = min((day for day, due in days.items() if due in left), default=None)
    return (first, left[days[first]]) if first is not None else None


def announce(
    session: Session, mandate: Mandate, running: negotiation.Agreement, day: date, settings: Settings, now: datetime
) -> int:  # fmt: skip
    """Three days before, and at the latest the day before; what is more than they allowed ten days before or not at all."""
    if not is_to_announce(session, mandate, running, day, now):
        return 0
    amount, left = charging.of_day(session, running, day), day - mandates.today(session, mandate, now)
    is_more = amount > mandate.most
    if is_more and left < CHANGED_NOTICE:
        charge = plan(session, mandate, day, day, amount, now, skipped=_MORE)
        url = autopay_news.pay_link(session, mandate, charge.amount, settings, now) if charge else None
        values = {"amount": amount, "date": day, "url": url}
        return autopay_news.tell(session, mandate, settings, charge.notice_key, "more", values, now) if charge else 0
    charge = plan(session, mandate, day, day, amount, now)
    if charge is None:
        return 0
    values = {"amount": amount, "date": day, "most": mandate.most}
    name = "changed" if is_more else "notice"
    if not is_more and _grows_silent(session, mandate, now):
        name = "notice_answer"
    return autopay_news.tell(session, mandate, settings, charge.notice_key, name, values, now)


def _grows_silent(session: Session, mandate: Mandate, now: datetime) -> bool:
    """What cannot be told is not taken."""
    return by_plan.grows_silent(session, autopay_news.where(session, mandate), mandate.saved_at, now)


def is_to_announce(
    session: Session, mandate: Mandate, running: negotiation.Agreement, day: date, now: datetime
) -> bool:  # fmt: skip
    left = day - mandates.today(session, mandate, now)
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


def plan(
    session: Session, mandate: Mandate, due: date, on: date, amount: Money, now: datetime, *, told: str = "",
    skipped: str | None = None,
) -> Charge | None:  # fmt: skip
    """None when somebody else did it at the same moment. `told` is the key of the message that names its day."""
    theirs = sa.and_(autopay_charges.c.agreement_id == mandate.agreement_id, autopay_charges.c.due == due)
    number = len(mandate_store.charges(session, theirs)) + 1
    charge_id = new_id("apc")
    row = {
        "id": charge_id, "notice_key": told or f"autopay:{charge_id}", "mandate_id": mandate.id,
        "agreement_id": mandate.agreement_id, "debt_id": mandate.debt_id,
        "due": due, "number": number, "charge_on": on, "amount_minor": amount.minor, "currency": amount.currency,
        "made_at": now, "skipped": skipped, "skipped_at": now if skipped else None,
    }  # fmt: skip
    if not insert_once(session, autopay_charges, row):
        return None
    data = {"charge": charge_id, "due": due.isoformat(), "on": on.isoformat(), "amount": amount.minor}
    record(session, "ChargeAnnounced", subject=mandate.debt_id, data=data, now=now)
    return mandate_store.charges(session, autopay_charges.c.id == charge_id)[0]
