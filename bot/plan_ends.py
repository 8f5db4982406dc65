"""A plan that ended because its parts did not come never ends in silence: the debtor is told, and a person looks.

Run by the worker after the upkeep of agreements; each end is told once.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.engine import Engine

from bot import accounts, contact, handoff, negotiation
from bot.core import Session, Settings, reading, transaction

LOOK_BACK = timedelta(days=7)
"""Ends older than this were told, or come too late to be news."""
_TOLD, _NEUTRAL = "utter_negotiation_ended_missed", "utter_negotiation_news"


def tell(engine: Engine, settings: Settings) -> int:
    """How many were told now."""
    with reading(engine) as session:
        broken = negotiation.broken_since(session, settings.clock.now() - LOOK_BACK)
        fresh = [one for one in broken if not contact.glance.was_queued(session, _key(one))]
    for one in fresh:
        with transaction(engine) as session:
            _tell(session, settings, one)
    return len(fresh)


def _tell(session: Session, settings: Settings, broken: negotiation.Agreement) -> None:
    """The case first: what is said to them says that a colleague looks."""
    now = settings.clock.now()
    contact.lock_conversation(session, broken.conversation_id)
    talk = contact.conversation(session, broken.conversation_id)
    why = {"why": "a plan ended after missed payments"}
    handoff.open_case(session, talk, handoff.Reason.REQUEST, why, now, hours=settings.opening)
    settings = accounts.speaking_of_debt(session, settings, broken.debt_id)
    is_theirs = talk.is_verified(now) and talk.party_id == broken.party_id
    said = contact.say(_TOLD if is_theirs else _NEUTRAL, talk, {"debt_id": broken.debt_id}, now, settings.time_zone,
                       true=("person_asked",))  # fmt: skip
    how = contact.Sending(
        key=_key(broken), role=settings.collection_role, time_zone=settings.time_zone, company=settings.company,
        licence_ca=settings.licence_ca, sequence="plan_ended",
        **accounts.too_old([accounts.known_debt(session, broken.debt_id)], now.date()),
    )  # fmt: skip
    contact.send(session, talk, [said], how, now)


def _key(broken: negotiation.Agreement) -> str:
    return f"plan_ended:{broken.id}"
