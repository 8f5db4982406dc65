"""A part of a plan that they pay themselves: where they are written to about it, and the link by which it is paid."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import contact
from bot.core import Money, Refusal, Session, Settings, new_id
from bot.negotiation import Agreement
from bot.payments import checkout, ledger, service
from bot.payments.gateway import LEAST_MINOR
from bot.payments.model import PaymentRequest, Purpose

SILENT_FOR = timedelta(days=25)
"""After which a message asks for an answer: that of a month later still comes within 60 days of their last word."""


def where(session: Session, plan: Agreement) -> contact.Conversation:
    """Where they agreed to it; when that was on a page, wherever else they write to us, or the page on which they proved
    last who they are; never where they asked us not to.
    """
    agreed = contact.conversation(session, plan.conversation_id)
    ids = list(session.execute(contact.talks_of(plan.party_id)).scalars())
    others = sorted(contact.conversations_by_id(session, ids).values(), key=lambda one: one.id)
    barred = contact.barred_media(session, plan.party_id)
    may = [one for one in (agreed, *others) if one.channel not in barred]
    pushed = next((one for one in may if one.channel not in contact.PULLED), None)
    return pushed or max(may, key=_proved_until, default=agreed)


def _proved_until(talk: contact.Conversation) -> float:
    return talk.verified_until.timestamp() if talk.verified_until is not None else 0.0


def payable(session: Session, plan: Agreement, amount: Money, now: datetime) -> Money | None:
    """How much of it may be asked for at this moment; None where nothing may."""
    debt = ledger.debt(session, plan.debt_id)
    amount = min(amount, max(debt.rest, Money.zero(amount.currency)))
    is_held = checkout.is_held(session, plan.party_id, debt, now)
    return None if is_held or amount.minor < LEAST_MINOR else amount


def link(
    session: Session, plan: Agreement, amount: Money, valid_until: datetime, settings: Settings, now: datetime
) -> str | None:  # fmt: skip
    """Its address, good until then; older ones for the debt stop working. None where nothing may be asked for now."""
    left = payable(session, plan, amount, now)
    if left is None:
        return None
    asked = PaymentRequest(
        new_id("pay"), plan.party_id, plan.debt_id, where(session, plan).id, plan.id, Purpose.INSTALMENT, left,
        valid_until, now, None,
    )  # fmt: skip
    try:
        return service.issue(session, asked, settings.public_url).url
    except Refusal:
        return None


def has_fresh_link(session: Session, plan: Agreement, since: datetime, now: datetime) -> bool:
    """Whether they were given a link for this plan since then that still works."""
    asked = service.open_link(session, [plan.debt_id], now)
    return asked is not None and asked.agreement_id == plan.id and asked.created_at > since


def grows_silent(session: Session, talk: contact.Conversation, since: datetime | None, now: datetime) -> bool:
    """Whether a word of theirs is wanted: without one within 60 days no text may go to their number (RF-10). `since` is
    when they last agreed to be told.
    """
    last = max(filter(None, (contact.glance.heard_at(session, talk.id), since)), default=None)
    return talk.channel == "sms" and last is not None and now - last > SILENT_FOR
