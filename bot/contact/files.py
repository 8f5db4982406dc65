"""Photos, files and voice notes that came with a message: fetched, checked, kept, and with what they belong to.

A row stands for each from the moment that the message is stored (`waiting`); a worker fetches it where the provider
has it. What was `refused` or is `gone` is still seen to have been sent. The bytes lie beside the row, so that no list
reads them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from bot.contact.file_check import Checked
from bot.contact.model import Incoming
from bot.contact.store import file_contents, files
from bot.core import Session, insert_once, new_id, record

Sort = Literal["picture", "document", "voice", "sticker", "other"]
TRIES = 6
OURS = "web:file"
"""Where a file is that came with its message through our own page."""
_SORTS: dict[str, Sort] = {
    "image": "picture", "photo": "picture", "application": "document", "document": "document", "audio": "voice",
    "voice": "voice", "sticker": "sticker",
}  # fmt: skip


@dataclass(frozen=True)
class File:
    """One of them. `state` is waiting, kept, refused or gone; `about` is the number of a dispute, or `payment:` and a
    case; `why` is said of one that is not kept.
    """

    id: str
    conversation_id: str
    message_id: str
    source: str
    sort: Sort
    state: str
    kind: str
    ending: str
    size: int
    about: str
    why: str
    attempts: int
    received_at: datetime
    digest: str = ""


def expect(session: Session, incoming: Incoming, message_id: str, conversation_id: str, now: datetime) -> None:
    """One row for each thing that came with this message."""
    for place, source in enumerate(incoming.media):
        declared = incoming.media_kinds[place] if place < len(incoming.media_kinds) else ""
        sort = sort_of(source, declared)
        fetched = sort in ("picture", "document", "voice")
        values = {
            "id": new_id("fil"), "conversation_id": conversation_id, "message_id": message_id, "place": place,
            "source": source[:500], "sort": sort, "state": "waiting" if fetched else "gone", "kind": "", "ending": "",
            "size": 0, "digest": "", "about": "", "why": "" if fetched else "not_read", "attempts": 0,
            "not_before": now, "received_at": now,
        }  # fmt: skip
        insert_once(session, files, values)


def sort_of(source: str, declared: str = "") -> Sort:
    """By what the provider calls it: a MIME type, or Telegram's word; what it calls nothing may be a picture."""
    if not declared and source.startswith(("http", OURS)):
        return "picture"
    word = declared or source.split(":")[1]
    if word in ("image/webp", "sticker"):  # a sticker of WhatsApp
        return "sticker"
    return _SORTS.get(word.partition("/")[0], "other")


def of(session: Session, message_ids: Collection[str]) -> tuple[File, ...]:
    """Those that came with these messages, in their order."""
    query = sa.select(files).where(files.c.message_id.in_(list(message_ids)))
    return _read(session, query.order_by(files.c.received_at, files.c.place))


def of_conversation(session: Session, conversation_id: str) -> tuple[File, ...]:
    query = sa.select(files).where(files.c.conversation_id == conversation_id)
    return _read(session, query.order_by(files.c.received_at, files.c.place))


def get(session: Session, file_id: str) -> File | None:
    return next(iter(_read(session, sa.select(files).where(files.c.id == file_id))), None)


def content(session: Session, file_id: str) -> bytes | None:
    found = session.execute(sa.select(file_contents.c.content).where(file_contents.c.file_id == file_id)).scalar()
    return bytes(found) if found is not None else None


def about(session: Session, whats: Collection[str]) -> tuple[File, ...]:
    """All that belong to one of these, oldest first."""
    if not whats:
        return ()
    query = sa.select(files).where(files.c.about.in_(list(whats)))
    return _read(session, query.order_by(files.c.received_at, files.c.place))


def belong(session: Session, found: Sequence[File], what: str, now: datetime) -> None:
    """From now on they are with this dispute or payment; what was with another stays there."""
    for one in found:
        free = files.update().where(files.c.id == one.id, files.c.about == "")
        if session.execute(free.values(about=what)).rowcount:
            data = {"file": one.id, "about": what}
            record(session, "FileFiled", subject=one.conversation_id, data=data, now=now)


def waiting(session: Session, now: datetime, limit: int = 10) -> tuple[File, ...]:
    """Those to be fetched; the oldest first."""
    due = sa.and_(files.c.state == "waiting", files.c.not_before <= now, files.c.source != OURS)
    return _read(session, sa.select(files).where(due).order_by(files.c.received_at, files.c.place).limit(limit))


def keep(session: Session, file_id: str, checked: Checked, now: datetime) -> bool:
    """False when somebody else has kept it meanwhile."""
    values = {"state": "kept", "kind": checked.kind, "ending": checked.ending, "size": len(checked.content),
              "digest": checked.digest}  # fmt: skip
    if not _move(session, file_id, values):
        return False
    insert_once(session, file_contents, {"file_id": file_id, "content": checked.content})
    found = get(session, file_id)
    assert found is not None
    data = {"file": file_id, "kind": checked.kind, "sha256": checked.digest}
    record(session, "FileKept", subject=found.conversation_id, data=data, now=now, actor="debtor")
    return True


def refuse(session: Session, file_id: str, why: str) -> bool:
    """It was fetched and is nothing that we keep: `too_large`, `unknown`."""
    return _move(session, file_id, {"state": "refused", "why": why})


def try_later(session: Session, one: File, why: str, now: datetime) -> bool:
    """The provider did not hand it out. False: that was the last try, and it is gone."""
    attempts = one.attempts + 1
    if attempts >= TRIES:
        _move(session, one.id, {"state": "gone", "why": why[:100], "attempts": attempts})
        return False
    pause = timedelta(seconds=5 * 4**one.attempts)
    return _move(session, one.id, {"attempts": attempts, "not_before": now + pause, "why": why[:100]})


def _move(session: Session, file_id: str, values: dict[str, Any]) -> bool:
    waits = sa.and_(files.c.id == file_id, files.c.state == "waiting")
    return bool(session.execute(files.update().where(waits).values(**values)).rowcount)


def _read(session: Session, query: Any) -> tuple[File, ...]:
    return tuple(
        File(
            row.id, row.conversation_id, row.message_id, row.source, row.sort, row.state, row.kind, row.ending,
            row.size, row.about, row.why, row.attempts, row.received_at, row.digest,
        )
        for row in session.execute(query)
    )  # fmt: skip
