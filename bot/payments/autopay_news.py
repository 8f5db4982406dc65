"""What somebody hears about payments that we take by itself, where they write to us. Amounts and days only when it is
certain who reads; anybody else hears that there is news, and where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot import accounts, contact, negotiation
from bot.core import Money, Refusal, Session, Settings, lock, new_id
from bot.payments import ledger, mandate_store, service
from bot.payments.mandate_store import Mandate
from bot.payments.model import PaymentRequest, Purpose

LINK_FOR = timedelta(days=7)
PAGE = "/portal/autopay"
_TROUBLE = frozenset({"again", "link", "over", "missed", "more", "left"})
_ON_A_PAGE = ("web", "shell")


def tell(
    session: Session, mandate: Mandate, settings: Settings, key: str, name: str, values: Mapping[str, object],
    now: datetime, *, just_done: bool = False,
) -> int:  # fmt: skip
    """`utter_payments_autopay_<name>`, once for each key. They asked for each of these with their yes, so it answers that;
    `just_done`: it tells of what they have done this moment, and waits for no morning.
    """
    assert mandate.saved is not None
    talk = where(session, mandate)
    by = accounts.speaking_of_debt(session, settings, mandate.debt_id)
    zone, url = ledger.time_zone(session, mandate.party_id), values.get("url") or f"{settings.public_url}{PAGE}"
    known: dict[str, object] = {"url": url, "debt_id": mandate.debt_id}
    if name in _TROUBLE and values.get("url") is None:
        name = "trouble"  # nothing may be asked for now: what happened is said, and no way to pay
    if talk.is_verified(now) and talk.party_id == mandate.party_id:
        known = {**values, **known, "what": what(mandate, talk, now, zone)}
    else:
        if name == "again":  # the day of the next try stands on their page, which asks who is there
            known["url"] = f"{settings.public_url}{PAGE}"
        name = "trouble" if name in _TROUBLE else "news_answer" if name == "notice_answer" else "news"
    said = contact.say(f"utter_payments_autopay_{name}", talk, known, now, zone)
    how = contact.Sending(
        key=key, role=settings.collection_role, time_zone=zone, company=by.company, licence_ca=settings.licence_ca,
        templates=frozenset(settings.twilio.templates), sequence="autopay", answers_at=now if just_done else mandate.saved_at,
    )  # fmt: skip
    contact.send(session, talk, [said], how, now)
    return 1


def locked(session: Session, mandate_id: str) -> Mandate | None:
    """The mandate with all that telling of it and ending it need, in the order in which a turn takes them."""
    mandate = mandate_store.mandate(session, mandate_id)
    if mandate is None:
        return None
    contact.lock_conversation(session, where(session, mandate).id)
    lock(session, "debt", mandate.debt_id)
    return mandate_store.mandate(session, mandate_id, lock=True)


def where(session: Session, mandate: Mandate) -> contact.Conversation:
    """Where they agreed to the plan; when that was on a page, wherever else they write to us; never where they asked us
    not to.
    """
    agreed = contact.conversation(session, negotiation.agreement(session, mandate.agreement_id).conversation_id)
    ids = list(session.execute(contact.talks_of(mandate.party_id)).scalars())
    others = sorted(contact.conversations_by_id(session, ids).values(), key=lambda one: one.id)
    barred = contact.barred_media(session, mandate.party_id)
    may = [one for one in (agreed, *others) if one.channel not in barred]
    return next((one for one in may if one.channel not in _ON_A_PAGE), may[0] if may else agreed)


def what(mandate: Mandate, talk: contact.Conversation, now: datetime, zone: str, language: str | None = None) -> str:
    """ "card ending 4242"."""
    assert mandate.saved is not None
    values = {"ending": mandate.saved.last4}
    talk = replace(talk, language=language or talk.language)  # type: ignore[arg-type]
    return contact.say(f"utter_payments_autopay_{mandate.saved.kind}", talk, values, now, zone).text


def pay_link(session: Session, mandate: Mandate, amount: Money, settings: Settings, now: datetime) -> str | None:
    """To pay it themselves; None where nothing may be asked for now."""
    debt = ledger.debt(session, mandate.debt_id)
    amount = min(amount, max(debt.rest, Money.zero(amount.currency)))
    if amount.minor < service.LEAST_MINOR or contact.active_holds(session, mandate.party_id, now):
        return None
    asked = PaymentRequest(
        new_id("pay"), mandate.party_id, mandate.debt_id, where(session, mandate).id, mandate.agreement_id,
        Purpose.INSTALMENT, amount, now + LINK_FOR, now, None,
    )  # fmt: skip
    try:
        return service.issue(session, asked, settings.public_url).url
    except Refusal:
        return None
