"""Who looks at which case, and who writes there: told by the open pages, and forgotten when they fall silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core import Session, upsert
from bot.handoff.store import desk_presence

LASTS = timedelta(seconds=40)
"""A page says every fifteen seconds that it is open; two words of it may get lost."""
TYPING_LASTS = timedelta(seconds=20)


@dataclass(frozen=True)
class Here:
    who: str
    conversation_id: str
    """Empty while they look at no case."""
    is_typing: bool


def seen(session: Session, who: str, conversation_id: str, now: datetime, *, typing: bool) -> None:
    """Each person is in one place: the page that spoke last."""
    values = {"who": who, "conversation_id": conversation_id, "seen_at": now, "typed_at": now if typing else None}
    upsert(session, desk_presence, values)


def last_seen(session: Session, who: str) -> datetime | None:
    """When a page of theirs last said that it is open."""
    found: datetime | None = session.execute(
        sa.select(desk_presence.c.seen_at).where(desk_presence.c.who == who)
    ).scalar()
    return found


def online(session: Session, now: datetime) -> dict[str, Here]:
    """Everybody with an open page of the desk, by who they are."""
    return presence(session, now)[0]


def presence(session: Session, now: datetime) -> tuple[dict[str, Here], frozenset[str]]:
    """Those with an open page of the desk, by who they are; and everybody who ever had one."""
    rows = session.execute(sa.select(desk_presence)).all()
    here = [row for row in rows if row.seen_at > now - LASTS]
    return {
        row.who: Here(row.who, row.conversation_id, row.typed_at is not None and now - row.typed_at <= TYPING_LASTS)
        for row in here
    }, frozenset(row.who for row in rows)
