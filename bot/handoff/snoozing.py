"""A case put aside until a time, or until they write, whichever comes first. It stays with whoever has it."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.core import Problem, Problems, Session, record
from bot.handoff.model import Case, level
from bot.handoff.owning import hold_for
from bot.handoff.store import cases, enter

LONGEST = timedelta(days=30)


def snooze(session: Session, case: Case, until: datetime, *, by: str, now: datetime) -> datetime:
    """When it comes back: while they wait for an answer, when its time runs out at the latest.

    Raises Taken when it is not theirs, and Problems.
    """
    hold_for(session, case, by)
    if level(case.reason) == 0 and case.waiting_since is not None:
        raise Problems([Problem("snooze", "an answer first: somebody may be in danger")])
    back = until if case.waiting_since is None else min(until, case.answer_by)
    if not now < back <= now + LONGEST:
        raise Problems([Problem("snooze", "a time from now on, before their time for an answer is over", str(back))])
    session.execute(cases.update().where(cases.c.id == case.id).values(snoozed_until=back))
    enter(session, case.conversation_id, case.id, "snoozed", by, {"until": back.isoformat()}, now)
    data = {"case": case.id, "until": back.isoformat()}
    record(session, "CaseSnoozed", subject=case.conversation_id, data=data, now=now, actor=by)
    return back


def wake(session: Session, case: Case, by: str, now: datetime) -> bool:
    """Back among the others. False when it was not put aside, or came back and is being dealt with."""
    if case.snoozed_until is None:
        return False
    session.execute(cases.update().where(cases.c.id == case.id).values(snoozed_until=None))
    if case.is_snoozed(now):
        enter(session, case.conversation_id, case.id, "woken", by, {}, now)
        record(session, "CaseWoken", subject=case.conversation_id, data={"case": case.id}, now=now, actor=by)
    return True
