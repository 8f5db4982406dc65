"""The append-only log of facts. Each row carries the hash of the row before it.

A fact is written without waiting for anybody, in the transaction of what happened. A moment later one sealer, any
worker, takes the new facts in order and forges them into the chain. A row that was changed, removed or put between
others breaks the chain at a place that `verify` names; cutting off the end is seen too: the head is kept beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.core.db import Session, UtcDateTime, insert_once, metadata

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("number", _Number, primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("subject", sa.String(80), nullable=False, index=True),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
audit_unsealed = sa.Table(
    "audit_unsealed",
    metadata,
    sa.Column("id", _Number, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("subject", sa.String(80), nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
)
"""Facts of the last second or two. A row is here or in `audit_log`, never in both."""
audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
_START = "0" * 64
_FIELDS = ("at", "kind", "subject", "actor", "data")
BATCH = 500
LATE = timedelta(minutes=10)
"""A fact that waits longer for its seal than this has no sealer."""


@dataclass(frozen=True)
class Fact:
    """One thing that happened. `kind` is in the past tense; `data` is JSON without personal details.

    `number` is its place in the chain, None until it is sealed.
    """

    number: int | None
    at: datetime
    kind: str
    subject: str
    actor: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Sealed:
    """How far the chain goes, and how many facts are newer."""

    number: int
    at: datetime | None
    waiting: int
    waiting_since: datetime | None


def record(
    session: Session, kind: str, *, subject: str, data: Mapping[str, Any], now: datetime, actor: str = "parley"
) -> None:
    """Append one fact. Nothing is locked and nobody is waited for."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    row = {"at": now, "kind": kind, "subject": subject, "actor": actor, "data": text}
    session.execute(audit_unsealed.insert().values(**row))


def seal(session: Session, limit: int = BATCH) -> int:
    """Forge the oldest new facts into the chain; returns how many. 0 when there are none or another is at it."""
    head = _head_for_sealing(session)
    if head is None:
        return 0
    end, previous = head
    new = session.execute(sa.select(audit_unsealed).order_by(audit_unsealed.c.id).limit(limit)).mappings().all()
    rows = []
    for number, fact in enumerate(new, end + 1):
        row = {"number": number, **{name: fact[name] for name in _FIELDS}}
        rows.append({**row, "previous": previous, "hash": _hash(row, previous)})
        previous = rows[-1]["hash"]
    if rows:
        session.execute(audit_log.insert(), rows)
        session.execute(audit_unsealed.delete().where(audit_unsealed.c.id.in_([fact["id"] for fact in new])))
        session.execute(audit_head.update().where(audit_head.c.id == 1).values(number=end + len(rows), hash=previous))
    return len(rows)


def sealed(session: Session) -> Sealed:
    head = session.execute(sa.select(audit_head)).first()
    number = head.number if head else 0
    at = session.execute(sa.select(audit_log.c.at).where(audit_log.c.number == number)).scalar()
    waiting = session.execute(sa.select(sa.func.count(), sa.func.min(audit_unsealed.c.at))).one()
    return Sealed(number, at, waiting[0], waiting[1])


def facts(session: Session, *, subject: str | None = None, kind: str | None = None) -> list[Fact]:
    """Oldest first, sealed or not."""
    found = []
    for table, order in ((audit_log, audit_log.c.number), (audit_unsealed, audit_unsealed.c.id)):
        query = sa.select(table).order_by(order)
        if subject is not None:
            query = query.where(table.c.subject == subject)
        if kind is not None:
            query = query.where(table.c.kind == kind)
        found += [_fact_of(row) for row in session.execute(query).mappings()]
    return found


def sealed_after(session: Session, number: int, most: int) -> list[Fact]:
    """Facts of the chain behind this place, in its order. There are no gaps: what is not sealed yet comes later."""
    query = sa.select(audit_log).where(audit_log.c.number > number).order_by(audit_log.c.number).limit(most)
    return [_fact_of(row) for row in session.execute(query).mappings()]


def count(session: Session, subjects: Collection[str]) -> int:
    """How many facts there are about these: when it is the same as before, nothing has happened to them."""
    about = list(subjects)
    counted = (
        sa.select(sa.func.count()).select_from(table).where(table.c.subject.in_(about)).scalar_subquery()
        for table in (audit_log, audit_unsealed)
    )
    sealed_ones, new = counted
    return int(session.execute(sa.select(sealed_ones + new)).scalar_one())


def verify(session: Session, now: datetime | None = None) -> Iterator[str]:
    """Yields one sentence for each broken place; nothing when the log is whole. `now` finds facts left unsealed."""
    head = session.execute(sa.select(audit_head)).first()
    end = head.number if head else 0
    expected, previous = 1, _START
    for row in session.execute(sa.select(audit_log).order_by(audit_log.c.number)).mappings():
        if row["number"] > end:
            yield f"row {row['number']} ({row['kind']}) came late: the chain was sealed up to row {end}"
            continue
        if row["number"] != expected:
            yield f"rows {expected} to {row['number'] - 1} are missing"
            previous = row["previous"]
        if row["previous"] != previous or row["hash"] != _hash(row, row["previous"]):
            yield f"row {row['number']} ({row['kind']}) was changed"
        expected, previous = row["number"] + 1, row["hash"]
    if end != expected - 1:
        yield f"rows {expected} to {end} are missing"
    elif head and head.hash != previous:
        yield f"the head does not fit row {end}"
    yield from _left_unsealed(session, now)


def _left_unsealed(session: Session, now: datetime | None) -> Iterator[str]:
    oldest = session.execute(sa.select(sa.func.min(audit_unsealed.c.at))).scalar() if now is not None else None
    if now is not None and oldest is not None and now - oldest > LATE:
        yield f"facts wait for their seal since {oldest.isoformat()}: no worker is running"


def _head_for_sealing(session: Session) -> tuple[int, str] | None:
    """Number and hash of the last sealed row, held until the transaction ends; None when another holds it."""
    query = sa.select(audit_head).where(audit_head.c.id == 1).with_for_update(skip_locked=True)
    head = session.execute(query).first()
    if head is None and insert_once(session, audit_head, {"id": 1, "number": 0, "hash": _START}):
        head = session.execute(query).first()
    return (head.number, head.hash) if head is not None else None


def _fact_of(row: Mapping[str, Any]) -> Fact:
    return Fact(row.get("number"), row["at"], row["kind"], row["subject"], row["actor"], json.loads(row["data"]))


def _hash(row: Mapping[str, Any], previous: str) -> str:
    fields = [row["number"], row["at"].isoformat(), row["kind"], row["subject"], row["actor"], row["data"], previous]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()
