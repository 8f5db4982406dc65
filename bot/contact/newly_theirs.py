"""An address that becomes somebody's: by a link that they followed, by what they tell a person, by a file. What was said
from it while nobody was known holds them from then on.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from bot.contact import consent, holds
from bot.contact.store import conversations
from bot.contact.store import holds as held
from bot.core import Session

One = tuple[str, str, str]
"""Party, channel, value."""


def add_address(session: Session, *, party_id: str, channel: str, value: str, basis: str, now: datetime) -> None:
    """`consent.add_address`, and what holds there."""
    consent.add_address(session, party_id=party_id, channel=channel, value=value, basis=basis, now=now)
    _hold(session, [(party_id, channel, value)], now)


def add_new_addresses(session: Session, ones: Collection[One], *, basis: str, now: datetime) -> None:
    consent.add_new_addresses(session, ones, basis=basis, now=now)
    _hold(session, ones, now)


def give_address(session: Session, *, party_id: str, channel: str, value: str, by: str, now: datetime) -> bool:
    is_new = consent.give_address(session, party_id=party_id, channel=channel, value=value, by=by, now=now)
    if is_new:
        _hold(session, [(party_id, channel, value)], now)
    return is_new


def _hold(session: Session, ones: Collection[One], now: datetime) -> None:
    """Few conversations are held while nobody is known: those are read, however many addresses came."""
    unknown = sa.and_(held.c.party_id.is_(None), holds.in_force(now))
    here = sa.select(conversations.c.id, conversations.c.channel, conversations.c.address).where(
        conversations.c.id.in_(sa.select(held.c.conversation_id).where(unknown))
    )
    said_at: dict[tuple[str, str], list[str]] = {}
    for row in session.execute(here) if ones else ():
        said_at.setdefault((_kind(row.channel), row.address), []).append(row.id)
    for party_id, channel, value in ones:
        for talk_id in said_at.get((_kind(channel), value), ()):
            holds.adopt(session, talk_id, party_id, now)


def _kind(channel: str) -> str:
    return "phone" if channel in consent.PHONES else channel
