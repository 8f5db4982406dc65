"""What somebody hears about payments that we take by itself, where they write to us. Amounts and days only when it is
certain who reads; anybody else hears that there is news, and where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot import accounts, contact, negotiation
from bot.core import Money, Session, Settings, lock
from bot.payments import by_plan, ledger, mandate_store, waited
from bot.payments.mandate_store import Mandate

LINK_FOR = timedelta(days=7)
PAGE = "/portal/autopay"
_TROUBLE = frozenset({"again", "link", "over", "missed", "more", "left"})


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
        **accounts.too_old([accounts.known_debt(session, mandate.debt_id)], now.date()),
    )  # fmt: skip
    if values.get("url") is not None:
        _note_stopped(session, talk, said, how, values["url"], now)
    contact.send(session, talk, [said], how, now)
    return 1


def _note_stopped(
    session: Session, talk: contact.Conversation, said: contact.Say, how: contact.Sending, url: object, now: datetime
) -> None:  # fmt: skip
    """A link that the door does not let out reaches nobody."""
    ruling = contact.ask(session, talk, said, how, now)
    if not ruling.allowed:
        why = contact.law.what_they_say(ruling.rules)
        waited.not_sent(session, str(url), why, now, is_known=contact.law.is_of_people(ruling.rules))


def locked(session: Session, mandate_id: str) -> Mandate | None:
    """The mandate with all that telling of it and ending it need, in the order in which a turn takes them."""
    mandate = mandate_store.mandate(session, mandate_id)
    if mandate is None:
        return None
    contact.lock_conversation(session, where(session, mandate).id)
    lock(session, "debt", mandate.debt_id)
    return mandate_store.mandate(session, mandate_id, lock=True)


def where(session: Session, mandate: Mandate) -> contact.Conversation:
    return by_plan.where(session, negotiation.agreement(session, mandate.agreement_id))


def what(mandate: Mandate, talk: contact.Conversation, now: datetime, zone: str, language: str | None = None) -> str:
    """ "card ending 4242"."""
    assert mandate.saved is not None
    values = {"ending": mandate.saved.last4}
    talk = replace(talk, language=language or talk.language)  # type: ignore[arg-type]
    return contact.say(f"utter_payments_autopay_{mandate.saved.kind}", talk, values, now, zone).text


def pay_link(session: Session, mandate: Mandate, amount: Money, settings: Settings, now: datetime) -> str | None:
    """To pay it themselves; None where nothing may be asked for now."""
    running = negotiation.agreement(session, mandate.agreement_id)
    return by_plan.link(session, running, amount, now + LINK_FOR, settings, now)
