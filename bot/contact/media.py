"""Which media somebody asked us not to use, or to use again: 12 CFR 1006.14(h)(1), in force since 2021-11-30.

A wish is on the person, on every address of theirs of that kind: "no calls, text only". What they do not name stays as
it is. On a medium that they barred they are still answered when they write there.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.contact.law import CHANNELS
from bot.contact.store import media_wishes
from bot.core import Session, record


def bar_medium(session: Session, *, party_id: str, channel: str, source: str, now: datetime) -> None:
    """They asked not to be written to or called there. `channel` is one of `law.CHANNELS`; else ValueError."""
    _wish(session, party_id, channel, "barred", source, now)


def allow_medium(session: Session, *, party_id: str, channel: str, source: str, now: datetime) -> None:
    """They asked for it again."""
    _wish(session, party_id, channel, "allowed", source, now)


def barred_media(session: Session, party_id: str | None) -> frozenset[str]:
    """By their last word about each."""
    if party_id is None:
        return frozenset()
    query = sa.select(media_wishes).where(media_wishes.c.party_id == party_id).order_by(media_wishes.c.number)
    last = {row.channel: row.kind for row in session.execute(query)}
    return frozenset(channel for channel, kind in last.items() if kind == "barred")


def _wish(session: Session, party_id: str, channel: str, kind: str, source: str, now: datetime) -> None:
    if channel not in CHANNELS:
        raise ValueError(f"expected one of {', '.join(sorted(CHANNELS))}, got {channel!r}")
    row = {"party_id": party_id, "channel": channel, "kind": kind, "source": source, "at": now}
    session.execute(media_wishes.insert().values(**row))
    name = {"barred": "MediumBarred", "allowed": "MediumAllowed"}[kind]
    record(session, name, subject=party_id, data={"channel": channel, "source": source}, now=now, actor="debtor")
