"""From a phone to our page: a link that was sent to the phone and is opened once, and soon.

It proves the address and not the person: whoever opens it is asked for the same as on that phone, though the phone may be
verified at this moment. A link can be passed on; a birth date is not in it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot import contact
from bot.core import Session, new_id, record
from bot.identity.factors import token as keyed
from bot.identity.store import identity_codes, identity_links

LINK_GOOD_FOR = timedelta(minutes=15)


def offer_link(session: Session, talk: contact.Conversation, now: datetime) -> str:
    """The secret of a new link: 22 letters, digits, - and _. Only its hash stays here."""
    secret = secrets.token_urlsafe(16)
    values = {"token_hash": _hashed(secret), "conversation_id": talk.id, "expires_at": now + LINK_GOOD_FOR}
    session.execute(identity_links.insert().values(**values))
    return secret


def linked_talk(session: Session, secret: str) -> contact.Conversation | None:
    """To whom it was sent, though it may be used or too old by now."""
    query = sa.select(identity_links.c.conversation_id).where(identity_links.c.token_hash == _hashed(secret))
    found = session.execute(query).scalar()
    return contact.conversation(session, found) if found is not None else None


def opened_in(session: Session, secret: str) -> str | None:
    """The conversation that it led to."""
    query = sa.select(identity_links.c.opened_in).where(identity_links.c.token_hash == _hashed(secret))
    return session.execute(query).scalar()


def came_from(session: Session, conversation_id: str) -> tuple[str, ...]:
    """The conversations whose link led to this one."""
    query = sa.select(identity_links.c.conversation_id).where(identity_links.c.opened_in == conversation_id)
    return tuple(session.execute(query).scalars())


def follow_link(session: Session, secret: str, talk: contact.Conversation, now: datetime, key: str) -> bool:
    """The phone is known in `talk` from now on, as after a right code, and what holds there holds here. False when it is
    unknown, used, or too old.

    `key` is the secret key of the deployment.
    """
    fresh = sa.and_(
        identity_links.c.token_hash == _hashed(secret), identity_links.c.used_at.is_(None),
        identity_links.c.expires_at > now,
    )  # fmt: skip
    row = session.execute(sa.select(identity_links).where(fresh)).first()
    used = {"used_at": now, "opened_in": talk.id}
    if row is None or not session.execute(identity_links.update().where(fresh).values(**used)).rowcount:
        return False
    mark = keyed("link", row.token_hash, key)
    session.execute(identity_codes.insert().values(
        id=new_id("cod"), conversation_id=talk.id, network=None, phone=mark, code=mark, sent_to=row.conversation_id,
        wrong=0, at=now, expires_at=now, used_at=now,
    ))  # fmt: skip
    contact.carry(session, row.conversation_id, talk.id, now)
    record(session, "ChatLinkOpened", subject=row.conversation_id, data={"to": talk.id}, now=now, actor="debtor")
    return True


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
