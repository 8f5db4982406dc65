"""A reply that goes out at a time of its own. Until then it is a row that nobody has been sent, and can be called off.

At its time it takes the way of every reply: whoever wrote it must still have the conversation, and the door decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine

from bot import contact
from bot.core import Problem, Problems, Session, Settings, insert_once, new_id, reading, record, transaction
from bot.handoff.answering import checked, may_reply, quoting, reply
from bot.handoff.drafts import drop_draft
from bot.handoff.mentioning import mention
from bot.handoff.model import Case, Taken
from bot.handoff.owning import hold_for
from bot.handoff.service import open_case_of
from bot.handoff.store import enter, scheduled_replies

_log = structlog.get_logger()
SOONEST = timedelta(minutes=1)
LATEST = timedelta(days=30)


class NotThen(Problems):
    """The door would not let it out at that time: by these rules, and not before `until` where it would wait."""

    def __init__(self, rules: tuple[str, ...], until: datetime | None) -> None:
        super().__init__([Problem("hours", "a time at which the rules let it out", ", ".join(rules))])
        self.rules, self.until = rules, until


@dataclass(frozen=True)
class Later:
    """One that waits."""

    id: str
    author: str
    text: str
    at: datetime
    made_at: datetime


def schedule(
    session: Session, case: Case, text: str, at: datetime, *, by: str, key: str, settings: Settings,
    quotes: str = "",
) -> None:  # fmt: skip
    """Raises Taken, Problems, or NotThen. `key` is this form: twice is once."""
    text, now = checked(session, case, text, quotes), settings.clock.now()
    talk = hold_for(session, case, by)
    if not now + SOONEST <= at <= now + LATEST:
        raise Problems([Problem("later", "a time from now on, within 30 days", str(at))])
    decision = may_reply(session, case, talk, by=by, settings=settings, at=at)
    if not decision.allowed or (decision.until is not None and decision.until > at):
        raise NotThen(decision.rules, decision.until if decision.allowed else None)
    row = {
        "id": new_id("lat"), "dedup_key": f"{by}:{key}", "conversation_id": talk.id, "case_id": case.id, "author": by,
        "text": text, "quotes": quotes, "due_at": at, "made_at": now, "state": "waiting",
    }  # fmt: skip
    if insert_once(session, scheduled_replies, row):
        drop_draft(session, talk.id, by)
        data = {"reply": row["id"], "at": at.isoformat()}
        record(session, "ReplyScheduled", subject=talk.id, data=data, now=now, actor=by)


def call_off(session: Session, case: Case, reply_id: str, *, by: str, now: datetime) -> bool:
    """False when it has gone, or is called off already. Raises Taken."""
    hold_for(session, case, by)
    here = sa.and_(scheduled_replies.c.id == reply_id, scheduled_replies.c.conversation_id == case.conversation_id)
    if not _end(session, here, "called_off", now):
        return False
    enter(session, case.conversation_id, case.id, "called_off", by, {}, now)
    record(session, "ReplyCalledOff", subject=case.conversation_id, data={"reply": reply_id}, now=now, actor=by)
    return True


def waiting_replies(session: Session, conversation_id: str) -> list[Later]:
    """The next first, each as it would be read."""
    table = scheduled_replies
    query = sa.select(table).where(table.c.conversation_id == conversation_id, table.c.state == "waiting")
    rows = session.execute(query.order_by(table.c.due_at, table.c.id)).all()
    talk = contact.conversation(session, conversation_id) if rows else None
    return [
        Later(row.id, row.author, quoting(session, talk, row.quotes) + row.text, row.due_at, row.made_at)
        for row in rows
        if talk is not None
    ]


def send_scheduled(database: Engine, settings: Settings, limit: int = 100) -> int:
    """The worker's job, safe to run twice and by several at once: each in one transaction with its message."""
    table, now = scheduled_replies, settings.clock.now()
    with reading(database) as session:
        due = sa.select(table.c.id).where(table.c.state == "waiting", table.c.due_at <= now)
        found = list(session.execute(due.order_by(table.c.due_at).limit(limit)).scalars())
    return sum(_send(database, settings, one) for one in found)


def _send(database: Engine, settings: Settings, reply_id: str) -> bool:
    try:
        with transaction(database) as session:
            return _fire(session, settings, reply_id)
    except Exception:  # one that cannot be sent must not stop the others
        _log.exception("scheduled_reply_failed", reply=reply_id)
        return False


def _fire(session: Session, settings: Settings, reply_id: str) -> bool:
    row = session.execute(sa.select(scheduled_replies).where(scheduled_replies.c.id == reply_id)).one()
    contact.lock_conversation(session, row.conversation_id)
    now, here = settings.clock.now(), scheduled_replies.c.id == reply_id
    case = open_case_of(session, row.conversation_id)
    try:
        if case is None or case.id != row.case_id:
            raise Taken(contact.conversation(session, row.conversation_id).owner)
        hold_for(session, case, row.author)
    except Taken:
        return _drop(session, row, now)
    if not _end(session, here, "sent", now):
        return False
    reply(session, case, row.text, by=row.author, key=f"later:{row.id}", settings=settings, quotes=row.quotes,
          keeps_draft=True)  # fmt: skip
    return True


def _drop(session: Session, row: sa.engine.Row, now: datetime) -> bool:
    """Somebody else has the conversation by now: it is not said, and whoever wrote it hears of that."""
    if not _end(session, scheduled_replies.c.id == row.id, "dropped", now):
        return False
    number = enter(session, row.conversation_id, row.case_id, "dropped", row.author, {}, now)
    mention(session, row.conversation_id, number, [row.author], now)
    record(session, "ReplyDropped", subject=row.conversation_id, data={"reply": row.id}, now=now, actor=row.author)
    return True


def _end(session: Session, here: sa.sql.ColumnElement, state: str, now: datetime) -> bool:
    waits = scheduled_replies.update().where(here, scheduled_replies.c.state == "waiting")
    return bool(session.execute(waits.values(state=state, ended_at=now)).rowcount)
