"""The policy in force at a moment. Until a version is published, it is the one that ships in data/policies.

Versions never change, so each is read once; what is asked each time is one row of an index.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.core import ParleyError, Session, insert_once
from bot.negotiation import policy as policies
from bot.negotiation import store
from bot.negotiation.terms import Policy

STANDARD = Path(__file__).parents[2] / "data" / "policies" / "standard.json"
_SHIPPED_BY = "parley"


class Tampered(ParleyError):
    """The stored content of a version is not what its hash says."""

    def __init__(self, version_id: str) -> None:
        super().__init__(f"the content of policy version {version_id} is not what was stored")


def policy(session: Session, now: datetime) -> Policy:
    """Raises core.Problems when the shipped file is malformed."""
    found = in_force(session, now)
    return shipped() if found is None else content(session, found)


def in_force(session: Session, now: datetime | None) -> str | None:
    """Id of the version in force at `now`; of the last one in line when that is None. None: the shipped one."""
    found: str | None = session.execute(newest(now)).scalar()
    return found


def newest(now: datetime | None) -> Any:
    """The query of `in_force`."""
    events = store.policy_events
    query = sa.select(events.c.version_id).where(*went_live())
    if now is not None:
        query = query.where(events.c.effective_from <= now)
    return query.order_by(events.c.effective_from.desc(), events.c.number.desc()).limit(1)


def went_live() -> tuple[Any, Any]:
    """Conditions on policy_events: published, and not withdrawn afterwards."""
    events, later = store.policy_events, store.policy_events.alias()
    is_later = sa.and_(
        later.c.version_id == events.c.version_id, later.c.kind == "withdrawn", later.c.number > events.c.number
    )
    withdrawn = sa.exists().where(is_later)
    return events.c.kind == "live", ~withdrawn.correlate(events)


def content(session: Session, version_id: str) -> Policy:
    """Raises Tampered."""
    known = _KNOWN.get(version_id)
    if known is None:
        row = session.execute(sa.select(store.policy_versions).where(store.policy_versions.c.id == version_id)).one()
        if hashlib.sha256(row.content.encode()).hexdigest() != row.hash:
            raise Tampered(version_id)
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[version_id] = policies.load(row.content.encode())
    return known


def by_hash(session: Session, version: str) -> Policy | None:
    """The policy that decided with this `Decision.version`; None when it was never kept here."""
    if policies.version(shipped()) == version:
        return shipped()
    query = sa.select(store.policy_versions.c.id).where(store.policy_versions.c.hash == version).limit(1)
    found = session.execute(query).scalar()
    return content(session, found) if found is not None else None


def shipped_id() -> str:
    """The id under which the shipped policy is kept."""
    return f"pol_shipped_{policies.version(shipped())[:24]}"


def keep_shipped(session: Session, now: datetime) -> str:
    """Its id. What it decides can then be replayed when a later release ships another."""
    is_kept = sa.select(store.policy_versions.c.id).where(store.policy_versions.c.id == shipped_id())
    if session.execute(is_kept).first() is None:
        values = {
            "id": shipped_id(), "content": policies.dump(shipped()).decode(),
            "hash": policies.version(shipped()), "base_version": None, "author": _SHIPPED_BY, "created_at": now,
        }  # fmt: skip
        insert_once(session, store.policy_versions, values)
    return shipped_id()


@lru_cache(maxsize=1)
def shipped() -> Policy:
    """Raises core.Problems when the file is malformed."""
    return policies.load(STANDARD.read_bytes())


_KNOWN: dict[str, Policy] = {}
_MOST_KNOWN = 64
