"""The notice that a disputed debt could not be verified and is not collected any more (6 RCNY 5-77), to everybody."""

from __future__ import annotations

from bot import contact
from bot.accounts import Dispute
from bot.core import Session, Settings, record


def say_unverified(session: Session, dispute: Dispute, settings: Settings, *, actor: str) -> bool:
    """Where they wrote to us last. False when nobody is known there or the door lets it not through: then it is for
    the post.
    """
    now = settings.clock.now()
    talk = contact.last_talk_of(session, dispute.party_id) if dispute.party_id is not None else None
    if talk is None or dispute.party_id is None:
        return False
    values = {"number": dispute.number, **({"debt_id": dispute.debt_id} if dispute.debt_id else {})}
    said = contact.say("utter_law_unverified", talk, values, now, settings.time_zone, true=("held",))
    how = contact.Sending(
        f"unverified:{dispute.number}", role=settings.collection_role, time_zone=settings.time_zone,
        company=settings.company, licence_ca=settings.licence_ca, author=actor,
    )  # fmt: skip
    sent = bool(contact.send(session, talk, [said], how, now))
    data = {"number": dispute.number, "by": "message" if sent else "post"}
    record(session, "UnverifiedTold", subject=dispute.party_id, data=data, now=now, actor=actor)
    return sent
