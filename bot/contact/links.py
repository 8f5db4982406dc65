"""Links of ours in messages that went out: once they are on the debtor's phone, only their hash stays here.

A link of ours opens something for whoever has it; the database is not to be a list of them, not even a sealed one
(`link_text`). On a page the outbox is what is shown, so there a link stays for as long as it may be needed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.contact.link_text import hash_of, without_links
from bot.contact.service import PULLED
from bot.contact.store import outbox
from bot.core import Session

AFTER = timedelta(minutes=15)
"""How long after it was sent "say that again" still finds it."""
AFTER_ON_A_PAGE = timedelta(days=14)
"""A payment link is good for seven days, some for a few more."""
_OVER = ("sent", "dead", "blocked")


def was_given(session: Session, conversation_id: str, token: str) -> bool:
    """Whether a message with it has left us."""
    written = (token, hash_of(token))  # as it stands there since, and as it stood before they were sealed
    has_it = sa.or_(*(outbox.c.text.contains(one, autoescape=True) for one in written))
    here = sa.and_(outbox.c.conversation_id == conversation_id, outbox.c.state == "sent", has_it)
    return session.execute(sa.select(outbox.c.id).where(here).limit(1)).first() is not None


def forget_links(session: Session, now: datetime, *, lately: timedelta | None = None) -> int:
    """Returns how many messages it changed. `lately` looks only at what became old enough so long ago or later."""
    texted = sa.and_(outbox.c.channel.notin_(PULLED), _became_old(now, AFTER, lately))
    shown = sa.and_(outbox.c.channel.in_(PULLED), _became_old(now, AFTER_ON_A_PAGE, lately))
    links = sa.or_(outbox.c.text.like("%/p/%"), outbox.c.text.like("%/a/%"), outbox.c.text.like("%/c/%"))
    query = sa.select(outbox.c.id, outbox.c.text).where(outbox.c.state.in_(_OVER), sa.or_(texted, shown), links)
    rows = [(row.id, row.text, without_links(row.text)) for row in session.execute(query)]
    changed = [(message, after) for message, before, after in rows if after != before]
    for message, after in changed:
        mine = sa.and_(outbox.c.id == message, outbox.c.state.in_(_OVER))
        session.execute(outbox.update().where(mine).values(text=after))
    return len(changed)


def _became_old(now: datetime, after: timedelta, lately: timedelta | None) -> sa.sql.ColumnElement:
    old = outbox.c.due_at <= now - after
    return old if lately is None else sa.and_(old, outbox.c.due_at > now - after - lately)
