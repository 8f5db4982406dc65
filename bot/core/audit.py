"""The append-only log of facts. Each row carries the hash of the row before it.

A row that was changed, removed or put between others breaks the chain at a place that `verify` names. Cutting
off the end is seen too: the head of the chain is kept beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.core.db import Session, UtcDateTime, metadata

audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("subject", sa.String(80), nullable=False, index=True),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
_START = "0" * 64


@dataclass(frozen=True)
class Fact:
    """One thing that happened. `kind` is in the past tense; `data` is JSON without personal details."""

    number: int
    at: datetime
    kind: str
    subject: str
    actor: str
    data: dict[str, Any]


def record(
    session: Session, kind: str, *, subject: str, data: Mapping[str, Any], now: datetime, actor: str = "parley"
) -> None:
    """Append one fact. Two transactions that append wait for each other: the chain has one order."""
    number, previous = _locked_head(session)
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    row = {"number": number + 1, "at": now, "kind": kind, "subject": subject, "actor": actor, "data": text}
    digest = _hash(row, previous)
    session.execute(audit_log.insert().values(**row, previous=previous, hash=digest))
    session.execute(audit_head.update().where(audit_head.c.id == 1).values(number=number + 1, hash=digest))


def facts(session: Session, *, subject: str | None = None, kind: str | None = None) -> list[Fact]:
    """Oldest first."""
    query = sa.select(audit_log).order_by(audit_log.c.number)
    if subject is not None:
        query = query.where(audit_log.c.subject == subject)
    if kind is not None:
        query = query.where(audit_log.c.kind == kind)
    return [
        Fact(row.number, row.at, row.kind, row.subject, row.actor, json.loads(row.data))
        for row in session.execute(query)
    ]


def verify(session: Session) -> Iterator[str]:
    """Yields one sentence for each broken place; nothing when the log is whole."""
    expected, previous = 1, _START
    for row in session.execute(sa.select(audit_log).order_by(audit_log.c.number)).mappings():
        if row["number"] != expected:
            yield f"rows {expected} to {row['number'] - 1} are missing"
            previous = row["previous"]
        if row["previous"] != previous or row["hash"] != _hash(dict(row), row["previous"]):
            yield f"row {row['number']} ({row['kind']}) was changed"
        expected, previous = row["number"] + 1, row["hash"]
    head = session.execute(sa.select(audit_head)).first()
    number = head.number if head else 0
    if number != expected - 1:
        yield f"rows {expected} to {number} are missing"
    elif head and head.hash != previous:
        yield f"the head does not fit row {number}"


def _locked_head(session: Session) -> tuple[int, str]:
    query = sa.select(audit_head).where(audit_head.c.id == 1).with_for_update()
    head = session.execute(query).first()
    if head is None:
        if session.dialect.name == "postgresql":
            session.execute(sa.text("SELECT pg_advisory_xact_lock(7001)"))
            head = session.execute(query).first()
        if head is None:
            session.execute(audit_head.insert().values(id=1, number=0, hash=_START))
            return 0, _START
    return head.number, head.hash


def _hash(row: Mapping[str, Any], previous: str) -> str:
    fields = [row["number"], row["at"].isoformat(), row["kind"], row["subject"], row["actor"], row["data"], previous]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()
