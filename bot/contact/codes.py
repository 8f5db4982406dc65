"""A one-time code that somebody asked for, sent to an address that is on file.

Whoever asks learns nothing: where nothing is sent, the same work is done, and what was not sent is kept in their own
conversation with the rule that stopped it. The code stays readable here only while it waits to be sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.contact.consent import parties_at
from bot.contact.inbox import open_conversation
from bot.contact.masking import proofs
from bot.contact.model import Channel, Conversation, Say, Sending
from bot.contact.service import hold_back, send
from bot.contact.store import outbox
from bot.core import Session, record

SEQUENCE, RULE = "code", "PAR-CODE"
_OVER = ("sent", "dead", "blocked")
GOOD_FOR = timedelta(minutes=10)


def send_code(
    session: Session, to: tuple[Channel, str] | None, message: Say, asker: Conversation, how: Sending, now: datetime
) -> str | None:
    """The id of the conversation that it goes to; None when it goes nowhere: there is no such address, nobody is known
    at it, it opted out, or a hold stops it.
    """
    how = replace(how, answers_at=now, sequence=SEQUENCE)
    if to is not None and parties_at(session, *to):
        talk = open_conversation(session, *to, now, asker.language)
        goes = send(session, replace(talk, language=asker.language), [message], how, now)
    else:
        talk, goes = asker, 0
        hold_back(session, asker, message, RULE, replace(how, key=f"{how.key}:no0"), now)
    if not goes:
        _mask(session, outbox.c.dedup_key == f"{how.key}:no0")
    return talk.id if goes else None


def forget_codes(session: Session, now: datetime, *, lately: timedelta | None = None) -> int:
    """Of what was sent, or can no longer be. Returns how many messages it changed; `lately` as for links."""
    recent = sa.true() if lately is None else outbox.c.due_at > now - lately
    expired = sa.and_(outbox.c.sequence == SEQUENCE, outbox.c.state == "ready", outbox.c.created_at <= now - GOOD_FOR)
    for row in session.execute(sa.select(outbox.c.id, outbox.c.conversation_id).where(expired)).all():
        mine = sa.and_(outbox.c.id == row.id, outbox.c.state == "ready")
        if session.execute(outbox.update().where(mine).values(state="blocked", rules=[RULE])).rowcount:
            data = {"message": row.id, "rules": [RULE]}
            record(session, "MessageBlocked", subject=row.conversation_id, data=data, now=now)
    return _mask(session, sa.and_(outbox.c.sequence == SEQUENCE, outbox.c.state.in_(_OVER), recent))


def _mask(session: Session, which: sa.sql.ColumnElement) -> int:
    shown = sa.and_(which, outbox.c.text.not_like(f"%{proofs.CODE}%"))
    rows = session.execute(sa.select(outbox.c.id, outbox.c.text).where(shown)).all()
    for row in rows:
        session.execute(outbox.update().where(outbox.c.id == row.id).values(text=proofs.without_codes(row.text)))
    return len(rows)
