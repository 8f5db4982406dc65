"""Validation notices as they were sent: frozen with their hash, in a form that can be kept (12 CFR 1006.42).

By post where the first communication is over and there is no consent to electronic documents (15 USC 7001(c)). A
notice is made once for a debt and never changed, so that its itemisation date cannot be either (1006.34(b)(3)).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from bot import contact
from bot.accounts import ledger, service, store, validation
from bot.accounts.validation import Notice, Sender
from bot.core import Problems, Session, UtcDateTime, insert_once, metadata, record

Delivery = Literal["electronic", "post"]
validation_notices = sa.Table(
    "validation_notices",
    metadata,
    sa.Column("debt_id", sa.String(40), sa.ForeignKey("debts.id"), primary_key=True),
    sa.Column("party_id", sa.String(40), sa.ForeignKey("parties.id"), nullable=False, index=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("delivery", sa.String(12), nullable=False),  # electronic, post
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("posted_at", UtcDateTime),  # by post: when a person put it there
)


@dataclass(frozen=True)
class Sent:
    """A notice as it is stored. `token` is known only to whoever made it: its hash is kept."""

    notice: Notice
    sha256: str
    delivery: Delivery
    at: datetime
    posted_at: datetime | None = None
    token: str = ""
    words: Any = None


class _Content(msgspec.Struct, frozen=True):
    notice: Notice
    words: Any


def make_notice(
    session: Session, debt_id: str, sender: Sender, worded: Callable[[Notice], Any], now: datetime, *,
    is_first: bool = False,
) -> Sent:  # fmt: skip
    """The notice of this debt, made now; the one that was made before, without its token, when there is one.
    `worded` gives the words that are frozen with it. `is_first`: it goes with the first communication. Raises Problems; then nothing is stored.
    """
    known = notice_of(session, debt_id)
    if known is not None:
        return known
    debt = service.known_debt(session, debt_id)
    party = service.known_party(session, debt.party_id)
    items = ledger.itemise(debt, store.entries_of(session, debt_id))
    address = contact.postal_address(session, party.id)
    made = validation.notice(debt, party, items, sender, address, party.today(now))
    if found := tuple(validation.problems(made)):
        raise Problems(found)
    electronic = is_first or contact.takes_electronic(session, party.id)
    token, content = (
        secrets.token_urlsafe(16),
        msgspec.json.encode(_Content(made, worded(made)), order="sorted").decode(),
    )
    digest = hashlib.sha256(content.encode()).hexdigest()
    row = {
        "debt_id": debt_id, "party_id": party.id, "content": content, "sha256": digest, "token_hash": _hash(token),
        "delivery": "electronic" if electronic else "post", "at": now,
    }  # fmt: skip
    is_new = insert_once(session, validation_notices, row)
    if is_new:
        data = {"sha256": digest, "delivery": row["delivery"], "ends_on": made.ends_on.isoformat()}
        record(session, "ValidationNoticeMade", subject=debt_id, data=data, now=now)
        if electronic:
            contact.note_notice(session, party_id=party.id, debt_id=debt_id, now=now)
    stored = notice_of(session, debt_id)
    assert stored is not None, "a notice that was stored is not what it was"
    return replace(stored, token=token if is_new else "")


def notice_of(session: Session, debt_id: str) -> Sent | None:
    row = session.execute(sa.select(validation_notices).where(validation_notices.c.debt_id == debt_id)).first()
    return _sent(row) if row is not None else None


def notice_by_token(session: Session, token: str) -> Sent | None:
    """None where nobody was given this token, and when what is stored is not what was sent."""
    its = validation_notices.c.token_hash == _hash(token)
    row = session.execute(sa.select(validation_notices).where(its)).first()
    return _sent(row) if row is not None else None


def to_post(session: Session) -> tuple[Sent, ...]:
    """Those that a person has to send by post, oldest first."""
    waiting = sa.and_(validation_notices.c.delivery == "post", validation_notices.c.posted_at.is_(None))
    rows = session.execute(sa.select(validation_notices).where(waiting).order_by(validation_notices.c.at)).all()
    return tuple(found for row in rows if (found := _sent(row)) is not None)


def posted(session: Session, debt_id: str, *, actor: str, now: datetime) -> None:
    """A person put it into the post: from now on the debt counts as noticed. Twice changes nothing."""
    waiting = sa.and_(validation_notices.c.debt_id == debt_id, validation_notices.c.posted_at.is_(None),
                      validation_notices.c.delivery == "post")  # fmt: skip
    found = session.execute(sa.select(validation_notices.c.party_id).where(waiting)).scalar()
    if found is None:
        return
    session.execute(validation_notices.update().where(waiting).values(posted_at=now))
    record(session, "ValidationNoticePosted", subject=debt_id, data={}, now=now, actor=actor)
    contact.note_notice(session, party_id=found, debt_id=debt_id, now=now)


def validation_ends(session: Session, debt_id: str) -> date | None:
    """The last day on which nothing may undercut the right to dispute (1006.38(b)); None without a notice."""
    sent = notice_of(session, debt_id)
    return sent.notice.ends_on if sent is not None else None


def _sent(row: sa.engine.Row) -> Sent | None:
    if hashlib.sha256(row.content.encode()).hexdigest() != row.sha256:
        return None
    content = msgspec.json.decode(row.content, type=_Content)
    return Sent(content.notice, row.sha256, row.delivery, row.at, row.posted_at, words=content.words)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
