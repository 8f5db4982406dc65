"""Keys of the API: each opens the accounts of one creditor. Only the hash of one is kept; it is shown once."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.core import Problem, Problems, Session, new_id, record
from bot.exchange import store

_keys = store.api_keys


@dataclass(frozen=True)
class Key:
    id: str
    client: str
    name: str
    by: str
    at: datetime
    ended_at: datetime | None

    @property
    def actor(self) -> str:
        """As facts name whoever uses it."""
        return f"api:{self.id}"


def make(session: Session, *, client: str, name: str, by: str, now: datetime) -> str:
    """The key itself. Raises Problems."""
    given = {"Creditor": client.strip(), "Name": name.strip()}
    problems = [Problem(where, "1 to 80 letters", said[:60]) for where, said in given.items()
                if not 0 < len(said) <= 80 or not said.isprintable()]  # fmt: skip
    if problems:
        raise Problems(problems)
    secret = f"parley_{secrets.token_urlsafe(32)}"
    values = {"id": new_id("key"), "client": client.strip(), "name": name.strip(), "hash": _hashed(secret), "by": by, "at": now}
    session.execute(_keys.insert().values(**values))
    record(session, "ApiKeyMade", subject=str(values["id"]), data={"client": client.strip()}, now=now, actor=by)
    return secret


def find(session: Session, secret: str) -> Key | None:
    """None when there is none such, or it ended."""
    here = sa.and_(_keys.c.hash == _hashed(secret), _keys.c.ended_at.is_(None))
    row = session.execute(sa.select(_keys).where(here)).first()
    return _key(row) if row is not None else None


def all_keys(session: Session) -> list[Key]:
    """Those that work, oldest first."""
    return [_key(row) for row in session.execute(sa.select(_keys).where(_keys.c.ended_at.is_(None)).order_by(_keys.c.at))]


def end(session: Session, key_id: str, *, by: str, now: datetime) -> bool:
    """It opens nothing any more. False when it did not."""
    this = _keys.update().where(_keys.c.id == key_id, _keys.c.ended_at.is_(None)).values(ended_at=now)
    done = bool(session.execute(this).rowcount)
    if done:
        record(session, "ApiKeyEnded", subject=key_id, data={}, now=now, actor=by)
    return done


def _key(row: sa.engine.Row) -> Key:
    return Key(row.id, row.client, row.name, row.by, row.at, row.ended_at)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
