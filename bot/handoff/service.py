"""Getting a person: a case waits in the queue, and the assistant goes on answering until somebody takes it.

Somebody who opens one chat after the other fills one case and not the queue: cases of people we do not know are
limited for each network, and the rest join the first. Whoever may be in danger never does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot import contact, scores
from bot.core import ALWAYS, Opening, Session, new_id, record
from bot.handoff import crowd
from bot.handoff.model import DEFAULT_TARGET, NEVER_JOINED, TARGET, Case, Reason, level, priority
from bot.handoff.snoozing import wake
from bot.handoff.store import case_of, cases, enter, get


def open_case(
    session: Session, talk: contact.Conversation, reason: Reason, summary: Mapping[str, Any], now: datetime, *,
    hours: Opening = ALWAYS,
) -> Case:
    """Puts the conversation into the queue. An open case is not doubled: it takes the more urgent reason.

    What may wait for the morning is due by `hours`, so much after they open; danger at any hour.
    """
    contact.lock_conversation(session, talk.id)  # a turn and the worker may both want a person at the same moment
    known = open_case_of(session, talk.id)
    if known is not None:
        if reason is not Reason.REQUEST and talk.owner == contact.BOT:
            contact.set_owner(session, talk.id, contact.QUEUE)
        return _raise(session, known, reason, now, hours)
    case_id, joined_to = new_id("cas"), crowd.first(session, talk, reason, now)
    session.execute(
        cases.insert().values(
            id=case_id, conversation_id=talk.id, party_id=talk.party_id, reason=reason.value, summary=dict(summary),
            opened_at=now, answer_by=_answer_by(reason, now, hours), joined_to=joined_to, waiting_since=now,
        )
    )  # fmt: skip
    if reason is not Reason.REQUEST and talk.owner == contact.BOT:
        contact.set_owner(session, talk.id, contact.QUEUE)
    enter(session, talk.id, case_id, "opened", contact.BOT, {"reason": reason.value}, now)
    data = {"case": case_id, "reason": reason.value, **({"joined": joined_to} if joined_to else {})}
    record(session, "CaseOpened", subject=talk.id, data=data, now=now)
    return get(session, case_id)


def open_case_of(session: Session, conversation_id: str) -> Case | None:
    query = sa.select(cases).where(cases.c.conversation_id == conversation_id, cases.c.closed_at.is_(None))
    row = session.execute(query).first()
    return case_of(row) if row is not None else None


def open_in(session: Session, conversation_ids: Collection[str]) -> frozenset[str]:
    """Those of these conversations in which a case is open."""
    if not conversation_ids:
        return frozenset()
    query = sa.select(cases.c.conversation_id).where(cases.c.conversation_id.in_(list(conversation_ids)))
    return frozenset(session.execute(query.where(cases.c.closed_at.is_(None))).scalars())


def debtor_wrote(
    session: Session, talk: contact.Conversation, message: contact.InboxMessage, now: datetime, *, hours: Opening = ALWAYS
) -> None:
    """A message while a person owns the conversation: it goes to the thread and to nobody else, and the clock runs."""
    case = open_case_of(session, talk.id)
    if case is not None:
        wake(session, case, "debtor", now)
    if case is not None and case.waiting_since is None:
        again = {"waiting_since": now, "answer_by": _answer_by(case.reason, now, hours)}
        session.execute(cases.update().where(cases.c.id == case.id).values(**again))
    enter(session, talk.id, case.id if case else "", "debtor_wrote", "debtor", {"message": message.id}, now)


def wrote_again(session: Session, case: Case, now: datetime, *, hours: Opening = ALWAYS) -> None:
    """Whoever may be in danger wrote while their case waits in the queue and the assistant answers them: whoever looks
    after it sees that, and its clock runs.
    """
    if case.waiting_since is None:
        again = {"waiting_since": now, "answer_by": _answer_by(case.reason, now, hours)}
        session.execute(cases.update().where(cases.c.id == case.id).values(**again))
    enter(session, case.conversation_id, case.id, "wrote_again", "debtor", {}, now)


_WITHDRAWN = frozenset(
    {Reason.ASKED, Reason.STUCK, Reason.NO_ROOM, Reason.REQUEST, Reason.HARDSHIP, Reason.LOCKED, Reason.BOT_ERROR}
)


def withdraw(session: Session, case: Case, now: datetime, *, dispute: bool = False) -> bool:
    """They do not want a person any more. False where somebody has to look all the same: safety, law, a dispute.

    With `dispute` they have taken back what they disputed.
    """
    is_over = case.reason in _WITHDRAWN or dispute and case.reason is Reason.DISPUTE
    if not is_over or case.closed_at is not None:
        return False
    session.execute(cases.update().where(cases.c.id == case.id).values(closed_at=now))
    contact.set_owner(session, case.conversation_id, contact.BOT)
    enter(session, case.conversation_id, case.id, "withdrawn", "debtor", {}, now)
    record(session, "CaseWithdrawn", subject=case.conversation_id, data={"case": case.id}, now=now, actor="debtor")
    return True


def waiting(session: Session, now: datetime | None = None) -> tuple[Case, ...]:
    """Open cases, the most urgent kind first and in it whose time runs out first; those that wait for the debtor come
    last in it. Those who joined one are not among them. With `now`, what is put aside comes last of all, and what came
    back from there stands among those who wait. Of those whose time runs out within the same quarter of an hour, who is
    most likely to miss what is due next comes first: they gain the most from an answer. Danger keeps its own order.
    """
    rows = session.execute(sa.select(cases).where(cases.c.closed_at.is_(None), cases.c.joined_to.is_(None)))
    found = [case_of(row) for row in rows]
    chances = scores.chances(session, {case.party_id for case in found if case.party_id}) if found else {}
    return tuple(sorted(found, key=lambda case: _order(case, now, chances.get(case.party_id or "", 0.0))))


def _order(case: Case, now: datetime | None, chance: float) -> tuple[bool, int, bool, int, float, datetime, int]:
    aside = now is not None and case.is_snoozed(now)
    theirs = case.waiting_since is None if now is None else case.is_their_turn(now)
    within, first = int(case.answer_by.timestamp()) // scores.WITHIN, 0.0 if case.reason in NEVER_JOINED else -chance
    return aside, level(case.reason), theirs, within, first, case.answer_by, priority(case.reason)


def _answer_by(reason: Reason, now: datetime, hours: Opening) -> datetime:
    """Somebody is on call for danger whenever it is; the rest has its time while somebody answers."""
    allowed = TARGET.get(reason, DEFAULT_TARGET)
    return now + allowed if reason in NEVER_JOINED else hours.after(now, allowed)


def _raise(session: Session, case: Case, reason: Reason, now: datetime, hours: Opening) -> Case:
    if priority(reason) < case.priority:
        wake(session, case, contact.BOT, now)
        answer_by = min(case.answer_by, _answer_by(reason, now, hours))
        joined_to = None if reason in NEVER_JOINED else case.joined_to
        values = {"reason": reason.value, "answer_by": answer_by, "joined_to": joined_to}
        session.execute(cases.update().where(cases.c.id == case.id).values(**values))
        enter(session, case.conversation_id, case.id, "raised", contact.BOT, {"reason": reason.value}, now)
        data = {"case": case.id, "reason": reason.value}
        record(session, "CaseRaised", subject=case.conversation_id, data=data, now=now)
    return get(session, case.id)
