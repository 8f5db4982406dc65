"""Automatic payments, stopped by a person who was asked to: at once, and told on their channel where that may be."""

from __future__ import annotations

from typing import Any

from bot import accounts, contact, handoff, identity
from bot.core import new_id
from bot.payments import mandate_store, mandates
from bot.web import desk_money
from bot.web.desk_asked import Asked, Gone


def stop(asked: Asked) -> None:
    """For one account of theirs, while it is proved who they are."""
    debt, stopped = desk_money.debt_of(asked), False
    assert asked.case is not None
    for mandate in mandate_store.active(asked.session, debt.id):
        stopped |= mandates.stop(asked.session, mandate, by=asked.me.actor, now=asked.now)
    if not stopped:
        raise Gone
    settings, talk = asked.parts.settings, contact.conversation(asked.session, asked.case.conversation_id)
    message = contact.say("utter_payments_autopay_off", talk, {"debt_id": debt.id}, asked.now, settings.time_zone)
    if handoff.may_say(asked.session, asked.case, message, by=asked.me.actor, settings=settings).allowed:
        how: dict[str, Any] = {"by": asked.me.actor, "key": f"autopay_off:{new_id('apo')}", "settings": settings}
        handoff.say(asked.session, asked.case, [message], **how)
    asked.write_down("autopay_off", debt.reference)


def of(asked: Asked, talk: contact.Conversation) -> list[dict[str, str]]:
    """The accounts of theirs on which something is taken by itself. Nothing while nobody is verified."""
    who = identity.known_in(talk, asked.now)
    found = mandate_store.active_of(asked.session, who.party_id) if who is not None else []
    return [
        {"debt": one.debt_id, "reference": accounts.known_debt(asked.session, one.debt_id).reference,
         "last4": one.saved.last4}
        for one in found
        if one.saved is not None
    ]  # fmt: skip
