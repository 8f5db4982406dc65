"""What was said in a conversation, both ways, in order: for the chat page, the desk and the summary."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.contact.files import File, of_conversation
from bot.contact.masking import proofs
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
    rules: tuple[str, ...] = ()
    """Of the door, that decided about it."""
    held_until: datetime | None = None
    error: str = ""
    language: str = ""
    """In which we said it."""
    provider_id: str = ""
    """Of what they wrote."""
    reply_to: str | None = None
    """The id of the message of theirs that it answers."""
    files: tuple[File, ...] = ()
    """That came with what they wrote."""
    sent_at: datetime | None = None
    """When what we wrote left."""


def said(
    session: Session, conversation_id: str, *, after: int = 0, last: int | None = None, blocked: bool = False
) -> list[Line]:
    """What we said after outbox number `after`, oldest first; what was `blocked` was not said and is left out.

    `last` asks only for that many of the newest, so that a long conversation costs no more than a short one.
    """
    left_out = "" if blocked else "blocked"
    query = (
        sa.select(outbox)
        .where(outbox.c.conversation_id == conversation_id, outbox.c.number > after, outbox.c.state != left_out)
        .order_by(outbox.c.number.desc())
        .limit(last)
    )
    return [_ours(row) for row in session.execute(query)][::-1]


def where_said(session: Session, conversation_ids: Collection[str], words: str) -> frozenset[str]:
    """Those of these conversations in which all of the words stand in one message, capitals or not. For staff."""
    found: set[str] = set()
    for table in (inbox, outbox):
        text = sa.func.lower(table.c.text)
        all_there = [text.contains(word.lower(), autoescape=True) for word in words.split()[:8]]
        here = sa.and_(table.c.conversation_id.in_(list(conversation_ids)), *all_there)
        found.update(session.execute(sa.select(table.c.conversation_id).where(here).distinct()).scalars())
    return frozenset(found)


def transcript(session: Session, conversation_id: str, *, blocked: bool = False) -> list[Line]:
    """Everything, oldest first; with `blocked` also what the door stopped, for the desk."""
    query = sa.select(inbox).where(inbox.c.conversation_id == conversation_id)
    came = of_conversation(session, conversation_id)
    theirs = [
        Line(
            row.id, 0, "debtor", row.text, row.received_at, (), row.state, None, provider_id=row.provider_id,
            files=tuple(one for one in came if one.message_id == row.id),
        )
        for row in session.execute(query)
    ]  # fmt: skip
    ours = said(session, conversation_id, blocked=blocked)
    return sorted(theirs + ours, key=lambda line: (line.at, line.number))


def last_of(session: Session, conversation_ids: Collection[str]) -> dict[str, str]:
    """The newest words of theirs in each of these conversations; those who wrote none are missing. One that was not
    answered yet may hold a proof of who they are: it is shown without figures.
    """
    newest = (
        sa.select(sa.func.max(inbox.c.number))
        .where(inbox.c.conversation_id.in_(list(conversation_ids)), inbox.c.text != "")
        .group_by(inbox.c.conversation_id)
    )
    query = sa.select(inbox.c.conversation_id, inbox.c.text, inbox.c.state).where(inbox.c.number.in_(newest))
    return {
        row.conversation_id: proofs.without_figures(row.text) if row.state == "ready" else row.text
        for row in session.execute(query)
    }


def _ours(row: sa.engine.Row) -> Line:
    choices = tuple(choice for part in row.parts for choice in part.get("choices", ()))
    names = tuple(part["response"] for part in row.parts)
    return Line(
        row.id, row.number, row.author, row.text, row.created_at, choices, row.state, row.delivery, names,
        tuple(row.rules), row.held_until, row.last_error or "", reply_to=row.reply_to,
        sent_at=row.sent_at,
        language=next((part["language"] for part in row.parts if "language" in part), ""),
    )  # fmt: skip
