"""The one notice that may follow a cease and that we give: that our efforts end (12 CFR 1006.6(c)(2)(i)).

The other two, of a remedy that may or will be invoked, are not given: no account here is meant for a court.
"""

from __future__ import annotations

from bot import contact
from bot.contact import HoldKind
from bot.core import Session, Settings, record


def say_efforts_end(session: Session, party_id: str, settings: Settings, *, actor: str) -> bool:
    """Where they wrote to us last, if they have asked us to cease. False when the door lets nothing through: the rule
    of the hold allows it once.
    """
    now = settings.clock.now()
    if not any(hold.kind is HoldKind.CEASE for hold in contact.active_holds(session, party_id, now)):
        return False
    talk = contact.last_talk_of(session, party_id)
    if talk is None:
        return False
    said = contact.say("utter_law_efforts_end", talk, {"company": settings.company}, now, settings.time_zone)
    how = contact.Sending(
        f"last:{party_id}:{now.isoformat()}", role=settings.collection_role, time_zone=settings.time_zone,
        company=settings.company, licence_ca=settings.licence_ca,
    )  # fmt: skip
    if not contact.send(session, talk, [said], how, now):
        return False
    record(session, "EffortsEnded", subject=party_id, data={"conversation": talk.id}, now=now, actor=actor)
    return True
