"""How something went for them: asked once after it was resolved, answered from 1 to 5 or not at all (CSAT).

Nobody is asked who was ever in danger, in mourning, represented, bankrupt, complaining or gone, nor while anything is
held or a person is needed. An answer counts for a week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import sqlalchemy as sa

from bot import contact
from bot.contact import HoldKind
from bot.core import Session, new_id, record
from bot.handoff.model import Code, Reason
from bot.handoff.service import open_case_of
from bot.handoff.store import cases, csat_surveys

ONCE_IN = timedelta(days=90)
"""So often at most, of one person."""
ANSWERED_WITHIN = timedelta(days=7)
LOW = 2
"""Up to here a person is offered."""
RESOLVES = frozenset({Code.ANSWERED})
"""A plan or a promise has only begun; the others hold something or found nobody."""
_NEVER_AFTER = frozenset({
    Reason.CRISIS, Reason.THREAT, Reason.ABUSE, Reason.BANKRUPTCY, Reason.ATTORNEY, Reason.DECEASED,
    Reason.IDENTITY_THEFT, Reason.THIRD_PARTY, Reason.CEASE, Reason.COMPLAINT,
})  # fmt: skip
_NEVER_HELD = frozenset({
    HoldKind.CRISIS, HoldKind.COERCED_DEBT, HoldKind.BANKRUPTCY, HoldKind.ATTORNEY, HoldKind.DECEASED,
    HoldKind.IDENTITY_THEFT, HoldKind.THIRD_PARTY, HoldKind.CEASE, HoldKind.COMPLAINT,
})  # fmt: skip


class Resolution(str, Enum):
    PAID = "debt_paid"
    SETTLED = "debt_settled"
    DISPUTE = "dispute_decided"
    CASE = "case_closed"


@dataclass(frozen=True)
class Resolved:
    """What was resolved, for whom, where they are asked, and when; `subject` is its id."""

    resolution: Resolution
    subject: str
    party_id: str
    conversation_id: str
    at: datetime

    @property
    def key(self) -> str:
        """Of the message that asks."""
        return key_of(self.subject)


@dataclass(frozen=True)
class Survey:
    id: str
    resolution: Resolution
    asked_at: datetime
    rating: int | None
    answered_at: datetime | None


def key_of(subject: str) -> str:
    return f"satisfaction:{subject}"


def closed_since(session: Session, since: datetime) -> tuple[Resolved, ...]:
    """Cases that a person closed as resolved, of people who are known."""
    query = sa.select(cases).where(
        cases.c.closed_at > since, cases.c.code.in_([code.value for code in RESOLVES]), cases.c.party_id.is_not(None)
    )
    return tuple(
        Resolved(Resolution.CASE, row.id, row.party_id, row.conversation_id, row.closed_at)
        for row in session.execute(query.order_by(cases.c.closed_at))
    )


def asked_lately(session: Session, now: datetime) -> frozenset[str]:
    """People who are not asked again yet."""
    query = sa.select(csat_surveys.c.party_id).where(csat_surveys.c.asked_at > now - ONCE_IN)
    return frozenset(session.execute(query).scalars())


def was_told(session: Session, conversation_id: str, since: datetime) -> bool:
    """Whether a person's own words went out there since."""
    lines = contact.said(session, conversation_id, last=20)
    return any(line.author != contact.BOT and line.state == "sent" and line.at >= since for line in lines)


def may_be_asked(session: Session, one: Resolved, now: datetime) -> bool:
    """Of their own story; what the law says to a message is the door's."""
    talk = contact.conversation(session, one.conversation_id)
    theirs = contact.talks_of(one.party_id)
    if talk.party_id != one.party_id or talk.owner != contact.BOT or open_case_of(session, talk.id) is not None:
        return False
    if _was_asked(session, one, now) or contact.ever_opted_out(session, theirs):
        return False
    if contact.holds_over(session, talk, now) or contact.was_ever_held(session, talk, _NEVER_HELD):
        return False
    of_them = sa.or_(cases.c.party_id == one.party_id, cases.c.conversation_id.in_(theirs))
    grave = sa.select(cases.c.id).where(of_them, cases.c.reason.in_([reason.value for reason in _NEVER_AFTER]))
    return session.execute(grave.limit(1)).first() is None


def _was_asked(session: Session, one: Resolved, now: datetime) -> bool:
    lately = sa.and_(csat_surveys.c.party_id == one.party_id, csat_surveys.c.asked_at > now - ONCE_IN)
    about_it = csat_surveys.c.subject == one.subject
    return session.execute(sa.select(csat_surveys.c.id).where(sa.or_(lately, about_it)).limit(1)).first() is not None


def note_asked(session: Session, one: Resolved, channel: contact.Channel, now: datetime) -> str:
    """The id of the survey; the question itself goes through the door under `one.key`."""
    survey_id = new_id("csat")
    session.execute(
        csat_surveys.insert().values(
            id=survey_id, party_id=one.party_id, conversation_id=one.conversation_id, channel=channel,
            resolution=one.resolution.value, subject=one.subject, asked_at=now,
        )
    )  # fmt: skip
    data = {"survey": survey_id, "resolution": one.resolution.value}
    record(session, "SatisfactionAsked", subject=one.conversation_id, data=data, now=now)
    return survey_id


def answer(session: Session, survey_id: str, rating: int, now: datetime) -> bool:
    """False when the question never reached them, was answered, or is too old."""
    row = session.execute(sa.select(csat_surveys).where(csat_surveys.c.id == survey_id)).first()
    is_open = row is not None and row.rating is None and now - row.asked_at <= ANSWERED_WITHIN
    if row is None or not is_open or not contact.glance.was_sent(session, key_of(row.subject)):
        return False
    values = {"rating": rating, "answered_at": now}
    session.execute(csat_surveys.update().where(csat_surveys.c.id == survey_id).values(**values))
    data = {"survey": survey_id, "rating": rating}
    record(session, "SatisfactionAnswered", subject=row.conversation_id, data=data, now=now, actor="debtor")
    return True


def last_survey(session: Session, conversation_id: str) -> Survey | None:
    """The newest of a conversation, for the desk."""
    query = sa.select(csat_surveys).where(csat_surveys.c.conversation_id == conversation_id)
    row = session.execute(query.order_by(csat_surveys.c.asked_at.desc()).limit(1)).first()
    return Survey(row.id, Resolution(row.resolution), row.asked_at, row.rating, row.answered_at) if row else None
