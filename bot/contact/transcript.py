"""What was said in a conversation, both ways, in order: for the chat page, the desk and the summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.contact.store import inbox, outbox
from bot.core import Session


@dataclass(frozen=True)
class Line:
    """`number` grows within the messages that we wrote, and is 0 for theirs."""

    id: str
    number: int
    author: str
    """`debtor`, `bot`, or `agent:<id>`."""
    text: str
    at: datetime
    choices: tuple[str, ...]
    state: str
    delivery: str | None
    responses: tuple[str, ...] = ()
    reply_to: str | None = None
    """The id of the message of theirs that it answers."""


def said(session: Session, conversation_id: str, *, after: int = 0, last: int | None = None) -> list[Line]:
    """What we said after outbox number `after`, oldest first; blocked messages were not said.

    `last` asks only for that many of the newest, so that a long conversation costs no more than a short one.
    """
    query = (
        sa.select(outbox)
        .where(outbox.c.conversation_id == conversation_id, outbox.c.number > after, outbox.c.state != "blocked")
        .order_by(outbox.c.number.desc())
        .limit(last)
    )
    return [_ours(row) for row in session.execute(query)][::-1]


def transcript(session: Session, conversation_id: str) -> list[Line]:
    """Everything, oldest first."""
    query = sa.select(inbox).where(inbox.c.conversation_id == conversation_id)
    theirs = [
        Line(row.id, 0, "debtor", row.text, row.received_at, (), row.state, None) for row in session.execute(query)
    ]
    return sorted(theirs + said(session, conversation_id), key=lambda line: (line.at, line.number))


def _ours(row: sa.engine.Row) -> Line:
    choices = tuple(choice for part in row.parts for choice in part.get("choices", ()))
    names = tuple(part["response"] for part in row.parts)
    return Line(row.id, row.number, row.author, row.text, row.created_at, choices, row.state, row.delivery, names,
                row.reply_to)  # fmt: skip
