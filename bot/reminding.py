"""Reminders of the parts of a plan, as the sequence in force has them. Run by the worker; each is decided when it fires.

A step says something on its day, from its time on, while the part is still to come: who has paid hears nothing. Who is
most likely to miss it is told first, since a channel takes only so many a second. Consent, holds, hours and caps are the
door's. On the web nobody is there to be reminded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Engine

from bot import accounts, contact, negotiation, payments, scores
from bot.contact.sequences import Step
from bot.core import Session, Settings, reading, transaction
from bot.negotiation import Agreement, Instalment

_NEWS = "utter_reminders_news"
_PORTION = 500


@dataclass(frozen=True)
class Due:
    """A step that fires now, for a part of an agreement."""

    agreement: Agreement
    part: Instalment
    step: Step

    @property
    def key(self) -> str:
        return f"reminder:{self.agreement.id}:{self.part.due}:{self.step.name}"

    @property
    def scored(self) -> str:
        return scores.key_of(self.agreement.id, self.part.due)


def remind(engine: Engine, settings: Settings) -> int:
    """How many were told now."""
    with reading(engine) as session:
        steps = [step for step in contact.sequences.in_force("plan") if step.is_on]
        due = _in_order(session, list(_due(session, settings, steps))) if steps else []
    for one in due:
        with transaction(engine) as session:
            _tell(session, settings, one)
    return len(due)


def _due(session: Session, settings: Settings, steps: list[Step]) -> Iterator[Due]:
    local = settings.clock.now().astimezone(ZoneInfo(settings.time_zone))
    now_on = {local.date() - timedelta(days=step.days): step for step in steps if local.time() >= step.at}
    after = ""
    while portion := negotiation.open_agreements(session, after, _PORTION):
        for agreement in (negotiation.agreement(session, one) for one in portion):
            part = next(iter(negotiation.remaining(session, agreement)), None)
            if part is None or part.due not in now_on or payments.is_taken(session, agreement.debt_id, part.due):
                continue  # what is taken by itself is announced with its own words
            one = Due(agreement, part, now_on[part.due])
            if not contact.glance.was_queued(session, one.key) and _is_reached(session, agreement):
                yield one
        after = portion[-1]


def _in_order(session: Session, due: list[Due]) -> list[Due]:
    """The most likely missed first; a part of which nothing is told stands behind them."""
    chances = scores.of_parts(session, [one.scored for one in due])
    return sorted(due, key=lambda one: -chances.get(one.scored, 0.0))


def _is_reached(session: Session, agreement: Agreement) -> bool:
    return contact.conversation(session, agreement.conversation_id).channel not in contact.PULLED


def _tell(session: Session, settings: Settings, due: Due) -> None:
    """Looked at once more: a payment may have come since."""
    now: datetime = settings.clock.now()
    contact.lock_conversation(session, due.agreement.conversation_id)
    left = negotiation.remaining(session, negotiation.agreement(session, due.agreement.id))
    if due.part not in left:
        return
    talk = contact.conversation(session, due.agreement.conversation_id)
    settings = accounts.speaking_of_debt(session, settings, due.agreement.debt_id)
    is_theirs = talk.is_verified(now) and talk.party_id == due.agreement.party_id
    name = f"utter_reminders_{due.step.name}" if is_theirs else _NEWS
    values = {"amount": due.part.amount, "date": due.part.due, "debt_id": due.agreement.debt_id}
    said = contact.say(name, talk, values, now, settings.time_zone)
    how = contact.Sending(
        key=due.key, role=settings.collection_role, time_zone=settings.time_zone, company=settings.company,
        licence_ca=settings.licence_ca, sequence=f"reminder_{due.step.name}",
        templates=frozenset(settings.twilio.templates),
    )  # fmt: skip
    contact.send(session, talk, [said], how, now)
