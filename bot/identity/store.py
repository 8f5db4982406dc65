"""Tables of identity. Nothing here is readable without the secret key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.core import Session, UtcDateTime, insert_once, metadata, new_id
from bot.identity.factors import FRESH, Token
from bot.identity.model import Factor

identity_factors = sa.Table(
    "identity_factors",
    metadata,
    sa.Column("party_id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("hash", sa.String(120), primary_key=True),
    sa.UniqueConstraint("kind", "hash", name="uq_identity_factors_kind"),
)
identity_attempts = sa.Table(
    "identity_attempts",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("conversation_id", sa.String(40), nullable=False),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Index("ix_identity_attempts_key", "key", "at"),
    sa.Index("ix_identity_attempts_at", "at"),
)
"""`key` is the token of an address, a network or a reference: one attempt leaves one row under each."""
identity_keys = sa.Table("identity_keys", metadata, sa.Column("key", sa.String(64), primary_key=True))
"""A row to lock for each key: see `one_by_one`."""
identity_partials = sa.Table(
    "identity_partials",
    metadata,
    sa.Column("conversation_id", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("token", sa.String(64), nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)
identity_codes = sa.Table(
    "identity_codes",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("conversation_id", sa.String(40), nullable=False),  # in which it was asked for, and counts
    sa.Column("network", sa.String(64)),
    sa.Column("phone", sa.String(64), nullable=False),
    sa.Column("code", sa.String(64), nullable=False),
    sa.Column("sent_to", sa.String(40)),  # a conversation that it went to; null when nothing was sent
    sa.Column("proves", sa.String(40)),  # the company that a right one lets in; null: it makes a phone known
    sa.Column("wrong", sa.Integer, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
    sa.Index("ix_identity_codes_conversation", "conversation_id", "at"),
    sa.Index("ix_identity_codes_network", "network", "at"),
    sa.Index("ix_identity_codes_phone", "phone", "at"),
)
"""`network`, `phone` and `code` are tokens; `phone` is of the number that was named, or of the account."""
identity_links = sa.Table(
    "identity_links",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("conversation_id", sa.String(40), nullable=False),  # to whose phone it was sent
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("used_at", UtcDateTime),
    sa.Column("opened_in", sa.String(40)),  # the conversation that it led to
)
WRONG, RIGHT = "wrong", "right"


def factors_of(session: Session, party_id: str) -> dict[Factor, str]:
    """Hashes of the date of birth and the postcode."""
    query = sa.select(identity_factors.c.kind, identity_factors.c.hash).where(
        identity_factors.c.party_id == party_id, identity_factors.c.kind != "reference"
    )
    return {row.kind: row.hash for row in session.execute(query)}


def set_factor(session: Session, party_id: str, kind: Factor, value: str) -> None:
    session.execute(
        identity_factors.delete().where(identity_factors.c.party_id == party_id, identity_factors.c.kind == kind)
    )
    session.execute(identity_factors.insert().values(party_id=party_id, kind=kind, hash=value))


def party_of_reference(session: Session, reference: Token) -> str | None:
    query = sa.select(identity_factors.c.party_id).where(
        identity_factors.c.kind == "reference", identity_factors.c.hash == reference
    )
    return session.execute(query).scalar_one_or_none()


def insert_reference(session: Session, party_id: str, reference: Token) -> None:
    session.execute(identity_factors.insert().values(party_id=party_id, kind="reference", hash=reference))


def parties_of_references(session: Session, references: Sequence[Token]) -> dict[Token, str]:
    found: dict[Token, str] = {}
    for start in range(0, len(references), 500):
        some = references[start : start + 500]
        here = sa.and_(identity_factors.c.kind == "reference", identity_factors.c.hash.in_(some))
        found.update({Token(row.hash): row.party_id for row in session.execute(sa.select(identity_factors).where(here))})
    return found


def add_factors(session: Session, rows: Sequence[Mapping[str, str]]) -> None:
    """One that is there already stays."""
    insert: Any = (sqlite.insert if session.dialect.name == "sqlite" else postgresql.insert)(identity_factors)
    if rows:
        session.execute(insert.on_conflict_do_nothing(), list(rows))


def fresh_factors(session: Session, most: int) -> list[Any]:
    """Rows that wait for Argon2id."""
    waiting = sa.and_(identity_factors.c.kind != "reference", identity_factors.c.hash.startswith(FRESH, autoescape=True))
    return list(session.execute(sa.select(identity_factors).where(waiting).limit(most)).all())


def replace_factor(session: Session, old: Any, value: str) -> None:
    this = [identity_factors.c[name] == old[name] for name in ("party_id", "kind", "hash")]
    session.execute(identity_factors.update().where(*this).values(hash=value))


def partials(session: Session, conversation_id: str, now: datetime) -> dict[Factor, Token]:
    query = sa.select(identity_partials.c.kind, identity_partials.c.token).where(
        identity_partials.c.conversation_id == conversation_id, identity_partials.c.expires_at > now
    )
    return {row.kind: Token(row.token) for row in session.execute(query)}


def keep_partials(session: Session, conversation_id: str, parts: Mapping[Factor, Token], expires_at: datetime) -> None:
    """Replaces what was kept; an empty mapping forgets everything."""
    session.execute(identity_partials.delete().where(identity_partials.c.conversation_id == conversation_id))
    rows = [
        {"conversation_id": conversation_id, "kind": kind, "token": value, "expires_at": expires_at}
        for kind, value in parts.items()
    ]
    if rows:
        session.execute(identity_partials.insert(), rows)


def add_attempt(session: Session, conversation_id: str, keys: Iterable[Token], outcome: str, now: datetime) -> None:
    session.execute(
        identity_attempts.insert(),
        [
            {
                "id": new_id("att"),
                "conversation_id": conversation_id,
                "key": key,
                "at": now,
                "outcome": outcome,
            }
            for key in keys
        ],
    )


def wrong(session: Session, key: Token, since: datetime) -> int:
    """Wrong attempts under this key since then."""
    query = sa.select(sa.func.count()).where(
        identity_attempts.c.key == key, identity_attempts.c.at > since, identity_attempts.c.outcome == WRONG
    )
    return int(session.execute(query).scalar_one())


def one_by_one(session: Session, keys: Iterable[Token]) -> None:
    """Tries under the same key wait for each other until the transaction ends; SQLite has one writer anyway.

    Always in the same order, so that two tries never wait for each other both ways.
    """
    if session.dialect.name == "sqlite":
        return
    for key in sorted(keys):
        insert_once(session, identity_keys, {"key": key})
        session.execute(sa.select(identity_keys.c.key).where(identity_keys.c.key == key).with_for_update())


def conversations_gone_wrong(session: Session, since: datetime) -> int:
    query = sa.select(sa.func.count(sa.distinct(identity_attempts.c.conversation_id))).where(
        identity_attempts.c.at > since, identity_attempts.c.outcome == WRONG
    )
    return int(session.execute(query).scalar_one())
