"""Colleagues named in a note with @: they see that it waits for them until they have read the conversation."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from bot.core import Session, insert_once
from bot.handoff.store import mentions


def named(text: str, colleagues: Mapping[str, str]) -> list[str]:
    """Actors whose name, as in `colleagues`, stands behind an @ in a note. Of two that fit, the longer name is meant."""
    found, rest = [], _plain(text)
    for actor, name in sorted(colleagues.items(), key=lambda pair: -len(pair[1])):
        marked = f"@{_plain(name)}"
        if marked in rest:
            found.append(actor)
            rest = rest.replace(marked, " ")
    return found


def mention(session: Session, conversation_id: str, entry: int, actors: Collection[str], now: datetime) -> None:
    for actor in actors:
        values = {"entry": entry, "who": actor, "conversation_id": conversation_id, "at": now}
        insert_once(session, mentions, values)


def unread_mentions(session: Session, actor: str) -> frozenset[str]:
    """Conversations in which something waits to be read by this colleague."""
    mine = sa.and_(mentions.c.who == actor, mentions.c.read_at.is_(None))
    return frozenset(session.execute(sa.select(mentions.c.conversation_id).where(mine)).scalars())


def read_mentions(session: Session, conversation_id: str, actor: str, now: datetime) -> None:
    """They have the conversation before them."""
    here = sa.and_(mentions.c.conversation_id == conversation_id, mentions.c.who == actor, mentions.c.read_at.is_(None))
    session.execute(mentions.update().where(here).values(read_at=now))


def _plain(text: str) -> str:
    """Without capitals and accents."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parted if not unicodedata.combining(letter))
