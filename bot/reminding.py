"""Reminders of the parts of a plan, as the sequence in force has them. Run by the worker; each is decided when it fires.

A step says something on its day, from its time on, while the part is still to come: who has paid hears nothing. One before
the day whose text has a link keeps what the agreement promises: what the door stops is tried again on the next day, until
the day before, and a person hears of it where none went. Who is most likely to miss it is told first, since a channel takes only so many a second. Consent, holds,
hours and caps are the door's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Engine

from bot import accounts, contact, negotiation, payments, scores
from bot.contact import texts
from bot.contact.sequences import Step
from bot.core import Session, Settings, reading, transaction
from bot.negotiation import Agreement, Instalment

_NEWS, _NEWS_LINK, _ANSWER = "utter_reminders_news", "utter_reminders_news_link", "utter_reminders_answer"
_PORTION = 500
_ALREADY = timedelta(days=1)
"""A link that they were given within this is the one before the day."""
_SEEN_WITHIN = timedelta(days=2)
"""How long after its day it is still found out that no link reached them."""


@dataclass(frozen=True)
class Due:
    """A step that fires now, for a part of an agreement. `late` are the days since the step's own day."""

    agreement: Agreement
    part: Instalment
    step: Step
    late: int = 0
    is_unsent: bool = False
    """The day is there, and the link was stopped as often as it was tried: a person has to know."""

    @property
    def key(self) -> str:
        return self.key_of(self.late)

    def key_of(self, late: int) -> str:
        key = f"reminder:{self.agreement.id}:{self.part.due}:{self.step.name}"
        return f"{key}:{late}" if late else key

    @property
    def scored(self) -> str:
        return scores.key_of(self.agreement.id, self.part.due)

    @property
    def brings_link(self) -> bool:
        return _brings_link(self.step)


def remind(engine: Engine, settings: Settings) -> int:
    """How many were told now."""
    with reading(engine) as session:
        steps = [step for step in contact.sequences.in_force("plan") if step.is_on]
        found = list(_due(session, settings, steps)) if steps else []
        due = _in_order(session, [one for one in found if not one.is_unsent])
    for one in due:
        with transaction(engine) as session:
            _tell(session, settings, one)
    for one in found:
        if one.is_unsent:
            with transaction(engine) as session:
                _note_unsent(session, settings, one)
    return len(due)


def _due(session: Session, settings: Settings, steps: list[Step]) -> Iterator[Due]:
    local = settings.clock.now().astimezone(ZoneInfo(settings.time_zone))
    steps = [step for step in steps if local.time() >= step.at]
    after = ""
    while portion := negotiation.open_agreements(session, after, _PORTION) if steps else []:
        for agreement in (negotiation.agreement(session, one) for one in portion):
            yield from _of_agreement(session, agreement, steps, local)
        after = portion[-1]


def _of_agreement(session: Session, agreement: Agreement, steps: list[Step], local: datetime) -> Iterator[Due]:
    """Of the part that is next, and of the next that is still to come where that one's day is over."""
    left = negotiation.remaining(session, agreement)
    wanted = [*left[:1], *[part for part in left if part.due > local.date()][:1]]
    for part in dict.fromkeys(wanted):
        for step in steps:
            one = Due(agreement, part, step, (local.date() - part.due).days - step.days)
            if _is_its_day(one, local) and _is_wanted(session, one, local):
                yield one
            elif _is_over(one, local) and _was_stopped(session, one, local):
                yield replace(one, is_unsent=True)


def _is_its_day(due: Due, local: datetime) -> bool:
    if not due.brings_link:
        return due.late == 0
    is_agreed_today = due.agreement.agreed_at.astimezone(local.tzinfo).date() == local.date()
    last_chance = due.part.due - local.date() == timedelta(days=1)
    return due.late >= 0 and due.part.due > local.date() and (last_chance or not is_agreed_today)


def _is_over(due: Due, local: datetime) -> bool:
    return due.brings_link and timedelta(0) <= local.date() - due.part.due <= _SEEN_WITHIN


def _was_stopped(session: Session, due: Due, now: datetime) -> bool:
    """By rules that no person knows of. What the provider would not take is a case since then."""
    tried = [late for late in range(due.late) if contact.glance.was_queued(session, due.key_of(late))]
    if not tried or _was_told(session, due) or payments.is_taken(session, due.agreement.debt_id, due.part.due):
        return False
    rules = contact.glance.stopped_by(session, due.key_of(tried[-1]))
    if rules is None or contact.law.is_of_people(rules):
        return False
    link = payments.open_link(session, [due.agreement.debt_id], now)
    return link is None and not payments.is_on_its_way(session, due.agreement.debt_id)


def _note_unsent(session: Session, settings: Settings, due: Due) -> None:
    """Once for each part; the money list has it, and `money_matters` opens the case."""
    now, agreement = settings.clock.now(), due.agreement
    amount = payments.by_plan.payable(session, agreement, due.part.amount, now)
    if amount is None:
        return
    tried = (due.key_of(late) for late in reversed(range(due.late)))
    rules = next(filter(None, (contact.glance.stopped_by(session, key) for key in tried)), ())
    of = replace(agreement, conversation_id=payments.by_plan.where(session, agreement).id)
    payments.note_problem(
        session, payments.ProblemKind.LINK_STOPPED, f"{agreement.id}:{due.part.due}", of=of, amount=amount, now=now,
        reason=contact.law.what_they_say(rules),
    )  # fmt: skip


def _is_wanted(session: Session, due: Due, now: datetime) -> bool:
    """What is taken by itself is announced with its own words, and what is on its way is not asked for."""
    if contact.glance.was_queued(session, due.key) or _was_told(session, due):
        return False
    debt_id = due.agreement.debt_id
    if payments.is_taken(session, debt_id, due.part.due) or payments.is_on_its_way(session, debt_id):
        return False
    if due.brings_link:
        return not payments.by_plan.has_fresh_link(session, due.agreement, now - _ALREADY, now)
    return payments.by_plan.where(session, due.agreement).channel not in contact.PULLED


def _was_told(session: Session, due: Due) -> bool:
    return any(contact.glance.may_be_sent(session, due.key_of(late)) for late in range(due.late))


def _brings_link(step: Step) -> bool:
    said = texts.load()[f"utter_reminders_{step.name}"].texts.values()
    return step.days < 0 and any("url" in texts.PLACEHOLDER.findall(text) for text in said)


def _in_order(session: Session, due: list[Due]) -> list[Due]:
    """The most likely missed first; a part of which nothing is told stands behind them."""
    chances = scores.of_parts(session, [one.scored for one in due])
    return sorted(due, key=lambda one: -chances.get(one.scored, 0.0))


def _tell(session: Session, settings: Settings, due: Due) -> None:
    """Looked at once more: a payment may have come since."""
    now = settings.clock.now()
    talk = payments.by_plan.where(session, due.agreement)
    contact.lock_conversation(session, talk.id)
    left = negotiation.remaining(session, negotiation.agreement(session, due.agreement.id))
    if due.part not in left or not _is_wanted(session, due, now):
        return
    says = _says(session, settings, due, talk, settings.public_url)
    how = _how(session, settings, due)
    has_link = due.brings_link and says[0].response != _NEWS
    if has_link and contact.ask(session, talk, says[0], how, now).allowed:
        url = payments.by_plan.link(session, due.agreement, due.part.amount, _good_until(session, due, now), settings, now)
        if url is None:
            return
        says = _says(session, settings, due, talk, url)
    contact.send(session, talk, says, how, now)


def _says(session: Session, settings: Settings, due: Due, talk: contact.Conversation, url: str) -> list[contact.Say]:
    """What a debt that may be too old for a court must have beside it cannot be said to whoever has not proved who they
    are: then no link goes either, and they hear the words before they see one.
    """
    now, debt_id = settings.clock.now(), due.agreement.debt_id
    old = accounts.is_time_barred(accounts.known_debt(session, debt_id), now.date())
    is_theirs = talk.is_verified(now) and talk.party_id == due.agreement.party_id
    name = f"utter_reminders_{due.step.name}" if is_theirs else _NEWS_LINK if due.brings_link and not old else _NEWS
    amount = payments.by_plan.payable(session, due.agreement, due.part.amount, now) or due.part.amount
    values = {"amount": amount, "date": due.part.due, "debt_id": debt_id, "url": url}
    is_silent = payments.by_plan.grows_silent(session, talk, due.agreement.agreed_at, now)
    names = [name, _ANSWER] if due.brings_link and is_silent and name != _NEWS else [name]
    return [contact.say(one, talk, values, now, settings.time_zone) for one in names]


def _how(session: Session, settings: Settings, due: Due) -> contact.Sending:
    by = accounts.speaking_of_debt(session, settings, due.agreement.debt_id)
    return contact.Sending(
        key=due.key, role=by.collection_role, time_zone=by.time_zone, company=by.company, licence_ca=by.licence_ca,
        sequence=f"reminder_{due.step.name}", templates=frozenset(by.twilio.templates),
        **accounts.too_old([accounts.known_debt(session, due.agreement.debt_id)], settings.clock.now().date()),
    )  # fmt: skip


def _good_until(session: Session, due: Due, now: datetime) -> datetime:
    """The end of the last day on which the part is still waited for, where they live, and never past the day until which
    paying less was agreed.
    """
    last: date = due.part.due + timedelta(days=negotiation.grace_days(session, due.agreement, now))
    if not due.agreement.discount.is_zero:
        last = min(last, due.agreement.schedule[-1].due)
    zone = ZoneInfo(accounts.known_party(session, due.agreement.party_id).time_zone)
    return datetime.combine(last, time(23, 59), zone)
