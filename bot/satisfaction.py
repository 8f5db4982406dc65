"""Asks how it was for them, once after something was resolved. Run by the worker; it sells nothing.

It waits for a quiet half hour in which nothing else is asked of them, and for a moment at which the door lets it out at
once: what would have to wait is not queued. What was resolved days ago is let be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Engine

from bot import accounts, contact, dialogue, handoff, negotiation
from bot.core import Session, Settings, alone, reading, transaction
from bot.handoff.satisfaction import Resolution, Resolved

ASKED_WITHIN = timedelta(days=3)
QUIET = timedelta(minutes=30)
_ASKS = "utter_satisfaction_ask"


def ask(engine: Engine, settings: Settings) -> int:
    """How many were asked now. One worker at a time, so that nobody is asked about two things at once."""
    with alone(engine, "satisfaction", "ask") as is_mine:
        if not is_mine:
            return 0
        with reading(engine) as session:
            if contact.switches.is_off(session, contact.switches.SATISFACTION):
                return 0
            lately = handoff.satisfaction.asked_lately(session, settings.clock.now())
            fresh = [one for one in _resolved(session, settings.clock.now()) if one.party_id not in lately]
            due = [one for one in fresh if _is_time(session, settings, one)]
        asked = 0
        for one in due:
            with transaction(engine) as session:
                asked += _ask(session, settings, one)
        return asked


def _resolved(session: Session, now: datetime) -> Iterator[Resolved]:
    """Debts paid or settled, disputes decided and told, cases that a person closed as resolved."""
    since = now - ASKED_WITHIN
    for paid in accounts.paid_off_since(session, since):
        talk = contact.last_talk_of(session, paid.party_id)
        if talk is not None and (not paid.forgiven or negotiation.was_completed(session, paid.debt_id)):
            what = Resolution.SETTLED if paid.forgiven else Resolution.PAID
            yield Resolved(what, paid.debt_id, paid.party_id, talk.id, paid.at)
    for decided in accounts.decided_since(session, since):
        if handoff.satisfaction.was_told(session, decided.conversation_id, decided.at):
            yield Resolved(Resolution.DISPUTE, decided.number, decided.party_id, decided.conversation_id, decided.at)
    yield from handoff.satisfaction.closed_since(session, since)


def _is_time(session: Session, settings: Settings, one: Resolved) -> bool:
    now = settings.clock.now()
    quiet_since = contact.glance.quiet_since(session, one.conversation_id)
    if quiet_since is None or now - max(quiet_since, one.at) < QUIET:
        return False
    return not dialogue.state.asked_of(session, one.party_id, now) and handoff.satisfaction.may_be_asked(session, one, now)


def _ask(session: Session, settings: Settings, one: Resolved) -> bool:
    """Looked at once more: they may have written since."""
    now = settings.clock.now()
    contact.lock_conversation(session, one.conversation_id)
    if not _is_time(session, settings, one):
        return False
    talk = contact.conversation(session, one.conversation_id)
    settings = accounts.speaking(session, settings, talk)
    said = contact.say(_ASKS, talk, {}, now, settings.time_zone)
    how = contact.Sending(
        key=one.key, role=settings.collection_role, time_zone=settings.time_zone, company=settings.company,
        licence_ca=settings.licence_ca, sequence="satisfaction", templates=frozenset(settings.twilio.templates),
    )  # fmt: skip
    ruling = contact.ask(session, talk, said, how, now)
    if not ruling.allowed or ruling.until is not None or not contact.send(session, talk, [said], how, now):
        return False
    survey = handoff.satisfaction.note_asked(session, one, talk.channel, now)
    state = replace(dialogue.load_state(session, talk.id), question=dialogue.questions.Rating(survey=survey))
    dialogue.save_state(session, talk.id, state, now)
    return True
