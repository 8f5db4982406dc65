"""The answer to a bank's no, or to a day that went by: another try on a day that they hear of, or a link. Each is given once."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from bot import contact, negotiation
from bot.core import Session, Settings
from bot.payments import announcing, autopay_news, charging, mandate_store, mandates, on_its_way, retries, store
from bot.payments.charging import Skip
from bot.payments.mandate_store import Charge, Mandate, autopay_charges
from bot.payments.model import PROVIDER
from bot.payments.store import checkout_attempts

TOLD_WITHIN = timedelta(days=30)
"""Of a charge that is older every bank has said all that it will say before."""


def unanswered(session: Session, now: datetime) -> list[Charge]:
    """Charges that came to nothing lately and of which they have not heard: a bank's no, or a day that went by."""
    said_no = sa.select(checkout_attempts.c.request_id).where(
        checkout_attempts.c.kind == store.CHARGE, checkout_attempts.c.outcome.in_(("failed", "given_up"))
    )
    came_to_nothing = sa.or_(
        autopay_charges.c.request_id.in_(said_no),
        autopay_charges.c.skipped.in_((Skip.LATE.value, Skip.UNDER_WAY.value)),
    )
    lately = autopay_charges.c.charge_on >= (now - TOLD_WITHIN).date()
    found = mandate_store.charges(session, came_to_nothing, lately)
    new = [one for one in found if not contact.glance.was_queued(session, _answer_key(one))]
    return [one for one in new if one.skipped is None or _is_left(session, one)]


def _is_left(session: Session, charge: Charge) -> bool:
    """Whether that day's part is still to come, and nothing is on its way for it."""
    running = negotiation.current_agreement(session, charge.debt_id)
    if running is None or running.id != charge.agreement_id or on_its_way.is_on_its_way(session, charge.debt_id):
        return False
    return charging.of_day(session, running, charge.due).is_positive


def answer(session: Session, charge_id: str, settings: Settings, now: datetime) -> int:
    """Another try on a day that they hear of, or a link; and the end of a mandate by which nothing will ever come."""
    (charge,) = mandate_store.charges(session, autopay_charges.c.id == charge_id)
    mandate = autopay_news.locked(session, charge.mandate_id)
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
    last = charge.due + timedelta(days=negotiation.grace_days(session, running, now) if running and is_theirs else 0)
    comes = _next(session, charge, mandate, failed, last, now)
    if comes is not None and comes.again_on is not None and mandate.ended_at is None:
        announcing.plan(session, mandate, charge.due, comes.again_on, amount, now, told=_answer_key(charge))
    if comes is not None and comes.is_over:
        mandates.stop(session, mandate, by=PROVIDER, now=now, why="declined")
    name = "left" if charge.skipped == Skip.UNDER_WAY else _words_of(comes, is_ended=mandate.ended_at is not None)
    values = {
        "amount": amount, "date": comes.again_on if comes and comes.again_on else charge.charge_on,
        "url": autopay_news.pay_link(session, mandate, amount, settings, now),
    }  # fmt: skip
    key = _answer_key(charge)
    return autopay_news.tell(session, mandate, settings, key, name, values, now)


def _next(
    session: Session, charge: Charge, mandate: Mandate, failed: store.Past | None, last: date, now: datetime
) -> retries.Next | None:  # fmt: skip
    """None where no bank said anything: it was not made."""
    if failed is None or mandate.saved is None:
        return None
    theirs = sa.and_(autopay_charges.c.agreement_id == charge.agreement_id, autopay_charges.c.due == charge.due)
    tries = len(mandate_store.charges(session, theirs, autopay_charges.c.request_id.isnot(None)))
    today, is_card = mandates.today(session, mandate, now), mandate.saved.kind == "card"
    payday = negotiation.next_payday(session, mandate.party_id, today)
    return retries.after(failed.means, tries=tries, today=today, last=last, is_card=is_card, payday=payday)


def _words_of(comes: retries.Next | None, *, is_ended: bool) -> str:
    if comes is None:
        return "missed"
    if comes.is_over:
        return "over"
    return "again" if comes.again_on is not None and not is_ended else "link"


def _answer_key(charge: Charge) -> str:
    return f"autopay_no:{charge.id}"
