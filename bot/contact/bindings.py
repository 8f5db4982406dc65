"""From one channel to another: a link that somebody who was verified here opens there, once and soon.

It proves that both addresses are the same person's, and gives the new one a basis. It is no proof of who is holding
the phone: the challenge is asked there as everywhere.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.contact.consent import opted_out_since
from bot.contact.model import Channel
from bot.contact.newly_theirs import add_address
from bot.contact.store import channel_links
from bot.core import Session, record

GOOD_FOR = timedelta(minutes=15)


def offer(session: Session, party_id: str, channel: Channel, now: datetime) -> str:
    """The secret of a new link: 22 letters, digits, - and _. Only its hash stays here."""
    token = secrets.token_urlsafe(16)
    values = {"token_hash": _hashed(token), "party_id": party_id, "channel": channel, "expires_at": now + GOOD_FOR}
    session.execute(channel_links.insert().values(**values))
    return token


def follow(session: Session, token: str, channel: Channel, address: str, now: datetime) -> bool:
    """The address is that person's from now on. False when the link is unknown, used, or too old."""
    fresh = sa.and_(
        channel_links.c.token_hash == _hashed(token), channel_links.c.channel == channel,
        channel_links.c.used_at.is_(None), channel_links.c.expires_at > now,
    )  # fmt: skip
    row = session.execute(sa.select(channel_links).where(fresh)).first()
    if row is None or not session.execute(channel_links.update().where(fresh).values(used_at=now)).rowcount:
        return False
    add_address(session, party_id=row.party_id, channel=channel, value=address, basis="given_by_debtor", now=now)
    stopped = opted_out_since(session, channel, address) is not None
    record(session, "ChannelLinked", subject=row.party_id, data={"channel": channel, "stopped": stopped}, now=now,
           actor="debtor")  # fmt: skip
    return True


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
