"""A payment link that a person sends: for exactly this amount of one account; and which links can be paid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import accounts, contact, handoff, identity, negotiation, payments
from bot.core import Money, Refusal, Session, new_id
from bot.web import desk_money, texts
from bot.web.desk_asked import Asked, Gone, Unfit
from bot.web.parts import written_at, written_day

LINK_FOR = timedelta(days=7)
GRACE = timedelta(days=3)
_OURS = re.compile(r"https?://[^\s/]+/p/([\w-]{16,})")
Open = Mapping[str, payments.PaymentRequest]
"""Links that can be paid, by their id."""


def standing(session: Session, talk: contact.Conversation, now: datetime) -> Open:
    """Nothing while nobody is verified."""
    who = identity.known_in(talk, now)
    if who is None:
        return {}
    debts = accounts.known_debts_of(session, who.party_id)
    return {one.id: one for one in payments.open_links(session, [debt.id for debt in debts], now)}


def changes(before: Open, after: Open, looked_at: datetime, zone: str, spoken: str) -> Iterator[str]:
    """Which stop working, and which work again. What is made now stands in the words that they are told."""

    def told(name: str, one: payments.PaymentRequest) -> str:
        at = written_at(zone, spoken, one.created_at)
        return texts.text(name, spoken, amount=one.amount.text(spoken), time=at)

    yield from (told("change_link_ends", one) for one in before.values() if one.id not in after)
    known = [one for one in after.values() if one.id not in before and one.created_at < looked_at]
    yield from (told("change_link_again", one) for one in known)


def stands(asked: Asked, debts: Iterable[accounts.Debt], zone: str, spoken: str) -> list[str]:
    """What is open already, before another one is sent."""
    references = {debt.id: debt.reference for debt in debts}
    return [
        texts.text(
            "link_stands", spoken, amount=one.amount.text(spoken),
            reference=", ".join(references.get(part.debt_id, "") for part in one.parts),
            until=written_day(spoken, one.valid_until.astimezone(ZoneInfo(zone)).date()),
        )
        for one in payments.open_links(asked.session, list(references), asked.now)
    ]  # fmt: skip


def dead(session: Session, lines: Iterable[contact.Line], now: datetime, say: texts.Speaker) -> dict[str, str]:
    """By the id of a message of ours: that the link in it cannot be paid any more, and why."""
    tokens = {line.id: _OURS.findall(line.text) for line in lines if line.author != "debtor"}
    found = payments.dead_links(session, {token for some in tokens.values() for token in some}, now)
    return {
        line_id: say(f"link_dead_{found[token].value}")
        for line_id, some in tokens.items()
        for token in some
        if token in found
    }


def send(asked: Asked) -> None:
    """The link for what is due, or for as much as they want to pay."""
    debt = desk_money.debt_of(asked)
    talk = handoff.hold_for(asked.session, asked.here, asked.me.actor)
    who = identity.known_in(talk, asked.now)
    assert who is not None
    amount = desk_money.amount_of(asked, debt)
    before = payments.open_link(asked.session, [debt.id], asked.now)
    if before is not None and before.amount == amount and asked.now - before.created_at < timedelta(minutes=1):
        raise Gone  # the same form twice
    agreed = negotiation.running(asked.session, who).get(debt.id)
    message = line(asked, talk, who, debt.id, amount, None, agreed[0] if agreed else None)
    settings = asked.parts.settings
    if not handoff.may_say(asked.session, asked.here, message, by=asked.me.actor, settings=settings).allowed:
        raise Unfit("offer_stopped")
    how: dict[str, Any] = {"by": asked.me.actor, "key": f"link:{new_id('lnk')}", "settings": settings}
    handoff.say(asked.session, asked.here, [message], **how)
    asked.write_down("linked", f"{debt.reference} {amount.text('en')}")


def line(
    asked: Asked, talk: contact.Conversation, who: identity.Verified, debt_id: str, amount: Money, due: date | None,
    agreed: negotiation.Agreement | None,
) -> contact.Say:  # fmt: skip
    """Good to the end of the day in a week, and past the day when it is `due`, but never past the day until which paying
    less was agreed.
    """
    zone = ZoneInfo(accounts.known_party(asked.session, who.party_id).time_zone)
    until = datetime.combine(asked.now.astimezone(zone).date(), time(23, 59), zone) + LINK_FOR
    if due is not None:
        until = max(until, datetime.combine(due, time(23, 59), zone) + GRACE)
    if agreed is not None and not agreed.discount.is_zero:
        last = max(agreed.schedule[-1].due, asked.now.astimezone(zone).date())
        until = min(until, datetime.combine(last, time(23, 59), zone))
    settings = asked.parts.settings
    try:
        link = payments.request(
            asked.session, who, debt_id=debt_id, amount=amount, valid_until=until, now=asked.now,
            purpose=payments.Purpose.INSTALMENT if agreed else payments.Purpose.OTHER, public_url=settings.public_url,
            agreement_id=agreed.id if agreed else None,
        )  # fmt: skip
    except payments.OnHold:
        raise Unfit("offer_held") from None
    except payments.OnItsWay:
        raise Unfit("link_on_its_way") from None
    except Refusal:
        raise Unfit("link_amount") from None
    values = {"amount": amount, "url": link.url, "valid_until": until.astimezone(zone).date()}
    return replace(contact.say("utter_payments_link", talk, values, asked.now, settings.time_zone), debt_id=debt_id)
