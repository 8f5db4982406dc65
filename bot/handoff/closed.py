"""Cases that are over: looked through, the newest first, and opened again by whoever wants to write there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot import contact
from bot.core import Session, new_id, record
from bot.handoff.model import DEFAULT_TARGET, TARGET, Case, Taken
from bot.handoff.owning import take
from bot.handoff.service import open_case_of
from bot.handoff.store import case_of, cases, enter, get


def closed(session: Session, *, before: Case | None = None, most: int) -> list[Case]:
    """The newest first; with `before` those that were closed earlier than that one."""
    query = sa.select(cases).where(cases.c.closed_at.is_not(None))
    if before is not None and before.closed_at is not None:
        at = before.closed_at
        query = query.where(sa.or_(cases.c.closed_at < at, sa.and_(cases.c.closed_at == at, cases.c.id < before.id)))
    rows = session.execute(query.order_by(cases.c.closed_at.desc(), cases.c.id.desc()).limit(most))
    return [case_of(row) for row in rows]


def last_closed(session: Session, conversation_id: str) -> Case | None:
    """The newest of this conversation."""
    query = sa.select(cases).where(cases.c.conversation_id == conversation_id, cases.c.closed_at.is_not(None))
    row = session.execute(query.order_by(cases.c.closed_at.desc()).limit(1)).first()
    return case_of(row) if row is not None else None


def reopen(session: Session, case: Case, by: str, now: datetime) -> Case:
    """A case of its own for the same reason, and theirs who opened it. Nobody waits in it: what they write is no answer.

    Raises Taken where one is open in this conversation already.
    """
    contact.lock_conversation(session, case.conversation_id)
    if open_case_of(session, case.conversation_id) is not None:
        raise Taken(contact.conversation(session, case.conversation_id).owner)
    case_id, talk = new_id("cas"), contact.conversation(session, case.conversation_id)
    values: dict[str, Any] = {"id": case_id, "conversation_id": talk.id, "party_id": case.party_id or talk.party_id}
    values |= {"reason": case.reason.value, "summary": case.summary, "opened_at": now}
    session.execute(cases.insert().values(**values, answer_by=now + TARGET.get(case.reason, DEFAULT_TARGET)))
    enter(session, talk.id, case_id, "reopened", by, {"reason": case.reason.value}, now)
    record(session, "CaseReopened", subject=talk.id, data={"case": case_id, "of": case.id}, now=now, actor=by)
    made = get(session, case_id)
    take(session, made, by, now)
    return made
