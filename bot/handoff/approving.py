"""More than somebody may do alone: they ask, and somebody with the authority does it or says no.

What is asked for is kept as it was asked. Nothing is done by the asking, and nobody grants what they asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core import Money, ParleyError, Session, insert_once, lock, new_id, record
from bot.handoff.mentioning import mention
from bot.handoff.model import Case
from bot.handoff.store import approvals, enter


class AskedAlready(ParleyError):
    """The same waits for an answer."""


class OwnRequest(ParleyError):
    """Whoever asked cannot grant it."""


@dataclass(frozen=True)
class Approval:
    """`what` names it for people; `data` is what is done when it is granted."""

    id: str
    conversation_id: str
    case_id: str
    act: str
    amount: Money
    what: str
    data: Mapping[str, Any]
    reason: str
    asked_by: str
    asked_at: datetime


def ask_approval(
    session: Session, case: Case, act: str, amount: Money, data: Mapping[str, Any], *, what: str, reason: str, by: str,
    now: datetime,
) -> str:  # fmt: skip
    """The id. Raises AskedAlready. That `by` has the case is for the caller to know."""
    lock(session, "approvals", case.id)
    if any(one.act == act and dict(one.data) == dict(data) for one in open_approvals(session, case.id)):
        raise AskedAlready
    row = {
        "id": new_id("apr"), "conversation_id": case.conversation_id, "case_id": case.id, "act": act,
        "amount_minor": amount.minor, "currency": amount.currency, "what": what, "data": dict(data), "reason": reason,
        "asked_by": by, "asked_at": now,
    }  # fmt: skip
    insert_once(session, approvals, row)
    enter(session, case.conversation_id, case.id, "asked_more", by, {"what": what, "why": reason}, now)
    about = {"approval": row["id"], "act": act, "minor": amount.minor, "currency": amount.currency}
    record(session, "ApprovalAsked", subject=case.conversation_id, data=about, now=now, actor=by)
    return str(row["id"])


def open_approvals(session: Session, case_id: str | None = None) -> list[Approval]:
    """Those that nobody has answered, the oldest first; of one case or of all."""
    query = sa.select(approvals).where(approvals.c.answer.is_(None))
    if case_id is not None:
        query = query.where(approvals.c.case_id == case_id)
    return [
        Approval(
            row.id, row.conversation_id, row.case_id, row.act, Money(row.amount_minor, row.currency), row.what,
            row.data, row.reason, row.asked_by, row.asked_at,
        )
        for row in session.execute(query.order_by(approvals.c.asked_at, approvals.c.id))
    ]  # fmt: skip


def answer_approval(session: Session, asked: Approval, *, granted: bool, note: str, by: str, now: datetime) -> bool:
    """False when somebody was first. What was granted is for the caller to do, in the same transaction. Whoever asked
    is told. Raises OwnRequest.
    """
    if granted and by == asked.asked_by:
        raise OwnRequest
    said = "granted" if granted else "refused"
    here = sa.and_(approvals.c.id == asked.id, approvals.c.answer.is_(None))
    values = {"answer": said, "answered_by": by, "answered_at": now, "note": note}
    if not session.execute(approvals.update().where(here).values(**values)).rowcount:
        return False
    data = {"what": asked.what, "why": note}
    number = enter(session, asked.conversation_id, asked.case_id, said, by, data, now)
    mention(session, asked.conversation_id, number, [asked.asked_by], now)
    fact = "ApprovalGranted" if granted else "ApprovalRefused"
    record(session, fact, subject=asked.conversation_id, data={"approval": asked.id}, now=now, actor=by)
    return True
