"""What was heard of each message and in which scene; what was misheard, and what a manager says that it meant.

A message whose meaning was taught stands among the examples of the next training, or with those that are held out to
measure it: which of the two follows from its words, so that the same words are never on both sides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from bot import contact
from bot.core import Session, UtcDateTime, insert_once, metadata, record

Why = Literal["", "not_understood", "check", "corrected"]
KEPT = timedelta(days=90)
"""How long is kept what was heard of a message that nobody has taught."""
HELD_OUT = 4
"""One message in so many is held out."""
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

heard = sa.Table(
    "heard",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),  # of the message
    sa.Column("conversation_id", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("messages", sa.JSON, nullable=False),  # ids of all that were read as one
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("scene", sa.JSON, nullable=False),
    sa.Column("acts", sa.JSON, nullable=False),  # names, the most pressing first
    sa.Column("why", sa.String(20), nullable=False),
    sa.Column("settled", sa.String(10), nullable=False),  # "", taught, left
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_heard_open", "settled", "why", "at"),
)
taught_messages = sa.Table(
    "taught_messages",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),  # of the message
    sa.Column("text", sa.Text, nullable=False),  # without personal details
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("scene", sa.JSON, nullable=False),
    sa.Column("acts", sa.JSON, nullable=False),  # labels
    sa.Column("is_held_out", sa.Boolean, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
trainings = sa.Table(
    "trainings",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("model", sa.String(40), nullable=False),
    sa.Column("examples", sa.Integer, nullable=False),
    sa.Column("held_out", sa.Integer, nullable=False),
    sa.Column("figures", sa.JSON, nullable=False),  # [{name, before, after, of, is_worse}]
    sa.Column("is_taken", sa.Boolean, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True)
class Heard:
    """`text` is what they wrote, as it is stored."""

    id: str
    conversation_id: str
    text: str
    language: str
    scene: Mapping[str, Any]
    acts: tuple[str, ...]
    why: Why
    settled: str
    at: datetime


@dataclass(frozen=True)
class Lesson:
    """A message with what it means, as a manager says."""

    id: str
    text: str
    language: str
    scene: Mapping[str, Any]
    acts: tuple[str, ...]
    is_held_out: bool
    by: str
    at: datetime


@dataclass(frozen=True)
class Training:
    """What a training with the taught messages changed, and whether its model was taken."""

    model: str
    examples: int
    held_out: int
    figures: tuple[Mapping[str, Any], ...]
    is_taken: bool
    at: datetime


def hear(
    session: Session, conversation_id: str, messages: Sequence[str], scene: Mapping[str, Any], acts: Sequence[str],
    *, language: str, why: Why, now: datetime,
) -> None:  # fmt: skip
    values = {
        "id": messages[0], "conversation_id": conversation_id, "messages": list(messages), "language": language,
        "scene": dict(scene), "acts": list(acts), "why": why, "settled": "", "at": now,
    }  # fmt: skip
    insert_once(session, heard, values)


def misheard(session: Session, limit: int = 100) -> tuple[Heard, ...]:
    """Those that nobody has looked at yet, the newest first."""
    is_open = sa.and_(heard.c.settled == "", heard.c.why != "")
    return _read(session, sa.select(heard).where(is_open).order_by(heard.c.at.desc()).limit(limit))


def one(session: Session, message_id: str) -> Heard | None:
    return next(iter(_read(session, sa.select(heard).where(heard.c.id == message_id))), None)


def _read(session: Session, query: Any) -> tuple[Heard, ...]:
    rows = session.execute(query).all()
    wanted = [message for row in rows for message in row.messages]
    texts = contact.inbox.texts_of(session, wanted)
    return tuple(
        Heard(
            row.id, row.conversation_id, " ".join(filter(None, (texts.get(one) for one in row.messages))),
            row.language, row.scene, tuple(row.acts), row.why, row.settled, row.at,
        )
        for row in rows
    )  # fmt: skip


def correct(session: Session, conversation_id: str, message_id: str, *, by: str, now: datetime) -> bool:
    """An agent says that this message was misheard. False when it was said before, or nothing was heard of it."""
    here = sa.select(heard.c.id, heard.c.messages, heard.c.why).where(heard.c.conversation_id == conversation_id)
    row = next((row for row in session.execute(here) if message_id in row.messages), None)
    if row is None or row.why == "corrected":
        return False
    session.execute(heard.update().where(heard.c.id == row.id).values(why="corrected", settled=""))
    record(session, "MessageMisheard", subject=row.id, data={}, now=now, actor=by)
    return True


@dataclass(frozen=True)
class Noted:
    """What was heard of one burst: the ids of its messages, and the acts."""

    messages: tuple[str, ...]
    acts: tuple[str, ...]
    at: datetime
    is_corrected: bool


def noted(session: Session, conversation_id: str) -> tuple[Noted, ...]:
    """All that was heard in this conversation, the oldest first."""
    columns = (heard.c.messages, heard.c.acts, heard.c.at, heard.c.why)
    query = sa.select(*columns).where(heard.c.conversation_id == conversation_id).order_by(heard.c.at, heard.c.id)
    return tuple(
        Noted(tuple(row.messages), tuple(row.acts), row.at, row.why == "corrected") for row in session.execute(query)
    )


def teach(session: Session, of: Heard, text: str, acts: Sequence[str], *, by: str, now: datetime) -> Lesson:
    """What it meant, in words that hold nothing personal; said again it takes the place of what was said before."""
    words = " ".join(text.split())
    session.execute(taught_messages.delete().where(taught_messages.c.id == of.id))
    values = {
        "id": of.id, "text": words, "language": of.language, "scene": dict(of.scene), "acts": list(acts),
        "is_held_out": is_held_out(words), "by": by, "at": now,
    }  # fmt: skip
    session.execute(taught_messages.insert().values(**values))
    session.execute(heard.update().where(heard.c.id == of.id).values(settled="taught"))
    record(session, "MessageTaught", subject=of.id, data={"acts": list(acts)}, now=now, actor=by)
    return next(one for one in lessons(session) if one.id == of.id)


def leave(session: Session, of: Heard, *, by: str, now: datetime) -> None:
    """It teaches nothing; what was said of it before goes."""
    session.execute(taught_messages.delete().where(taught_messages.c.id == of.id))
    session.execute(heard.update().where(heard.c.id == of.id).values(settled="left"))
    record(session, "MessageLeft", subject=of.id, data={}, now=now, actor=by)


def is_held_out(text: str) -> bool:
    told = hashlib.sha256(" ".join(text.casefold().split()).encode()).digest()
    return told[0] % HELD_OUT == 0


def lessons(session: Session) -> tuple[Lesson, ...]:
    """All of them, the oldest first."""
    rows = session.execute(sa.select(taught_messages).order_by(taught_messages.c.at, taught_messages.c.id))
    return tuple(
        Lesson(row.id, row.text, row.language, row.scene, tuple(row.acts), row.is_held_out, row.by, row.at)
        for row in rows
    )


def trained(session: Session, done: Training) -> None:
    values = {**vars(done), "figures": [dict(one) for one in done.figures]}
    session.execute(trainings.insert().values(**values))
    data = {"model": done.model, "taken": done.is_taken}
    record(session, "AssistantTaught", subject=done.model, data=data, now=done.at)


def last_trainings(session: Session, limit: int = 5) -> tuple[Training, ...]:
    """The newest first."""
    rows = session.execute(sa.select(trainings).order_by(trainings.c.number.desc()).limit(limit))
    return tuple(Training(r.model, r.examples, r.held_out, tuple(r.figures), r.is_taken, r.at) for r in rows)


def forget(session: Session, now: datetime) -> int:
    """What was heard of old messages that nobody has taught. Returns how many."""
    is_old = sa.and_(heard.c.at < now - KEPT, heard.c.settled != "taught")
    return int(session.execute(heard.delete().where(is_old)).rowcount)
