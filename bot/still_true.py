"""What waited in the outbox and speaks of a payment to come: whether it is still so when its turn comes. Asked at the
door by the worker, as `payments.waited` is of links.

A reminder waits for the morning, for hours that they barred, or for its place among the messages of a week. Meanwhile its
part may be paid, moved or on its way, and "due today" is another day's word.
"""

from __future__ import annotations

from datetime import date, datetime

from bot import accounts, contact, negotiation, payments
from bot.contact import OutboxMessage
from bot.core import Session


def is_over(session: Session, message: OutboxMessage, now: datetime) -> bool:
    """Whether what it says is no longer so. An answer is left as it is: it goes at once."""
    kind, *about = message.key.split(":")
    if message.reply_to is not None:
        return False
    if kind == "reminder":
        agreement_id, due, step = about[:3]
        return not _part_stands(session, message, agreement_id, date.fromisoformat(due), step, now)
    if kind == "autopay":
        return any(not _is_to_be_taken(session, one, now) for one in _announced(session, message.key))
    return False


def _part_stands(
    session: Session, message: OutboxMessage, agreement_id: str, due: date, step: str, now: datetime
) -> bool:  # fmt: skip
    plan = negotiation.agreement(session, agreement_id)
    running = negotiation.current_agreement(session, plan.debt_id)
    if running is None or running.id != plan.id or payments.is_on_its_way(session, plan.debt_id):
        return False
    part = next((one for one in negotiation.remaining(session, running) if one.due == due), None)
    if part is None or payments.is_taken(session, plan.debt_id, due):
        return False
    amount = payments.by_plan.payable(session, running, part.amount, now)
    names_another = _names_an_amount(message) and (amount is None or amount.spoken(message.parts[0]["language"]) not in message.text)
    return not names_another and _fits_the_day(step, due, accounts.known_party(session, plan.party_id).today(now))


def _names_an_amount(message: OutboxMessage) -> bool:
    return any(part["audience"] == "verified" for part in message.parts)


def _fits_the_day(step: str, due: date, today: date) -> bool:
    """Before the day, on it, or after it, as the step says."""
    days = next((one.days for one in contact.sequences.in_force("plan") if one.name == step), 0)
    return today <= due if days < 0 else today == due if days == 0 else today > due


def _announced(session: Session, key: str) -> list[payments.mandate_store.Charge]:
    told = payments.mandate_store.autopay_charges.c.notice_key == key.rpartition(":")[0]
    return payments.mandate_store.charges(session, told)


def _is_to_be_taken(session: Session, charge: payments.mandate_store.Charge, now: datetime) -> bool:
    """What is announced: not stopped, not on hold, nor paid meanwhile, and its day is not over."""
    if charge.skipped is not None:
        return charge.skipped == "more"  # that this one is not taken by itself is what it says
    mandate, running = payments.mandate_store.mandate(session, charge.mandate_id), _plan_of(session, charge)
    if mandate is None or mandate.ended_at is not None or running is None:
        return False
    today = accounts.known_party(session, mandate.party_id).today(now)
    is_held = payments.is_held(session, mandate.party_id, accounts.known_debt(session, charge.debt_id), now)
    return today <= charge.charge_on and not is_held and payments.charging.of_day(session, running, charge.due).is_positive


def _plan_of(session: Session, charge: payments.mandate_store.Charge) -> negotiation.Agreement | None:
    running = negotiation.current_agreement(session, charge.debt_id)
    return running if running is not None and running.id == charge.agreement_id else None
