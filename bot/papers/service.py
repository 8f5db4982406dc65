"""Documents that stand by themselves: frozen once with their number, listed, and reached by links that never end."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec
import sqlalchemy as sa

from bot.core import ParleyError, Session, insert_once, record
from bot.papers import numbers
from bot.papers.rendering import Frozen
from bot.papers.sheet import Content, Sheet
from bot.papers.store import document_links, document_numbers, documents


class Kind(str, Enum):
    RECEIPT = "receipt"
    PAID = "paid"
    """All of an account is paid."""
    YEAR = "year"


_LETTERS = {Kind.RECEIPT: "R", Kind.PAID: "L", Kind.YEAR: "S"}


class NoSuchDocument(ParleyError):
    """There is no such document, or not yet."""


@dataclass(frozen=True)
class Whose:
    party_id: str
    debt_id: str


@dataclass(frozen=True)
class Kept:
    """One that is there, without its words."""

    number: str
    kind: Kind
    whose: Whose
    at: datetime
    of: str
    """What it is of: "receipt:pi_…", "year:dbt_…:2026:…"."""


class _Stored(msgspec.Struct, frozen=True):
    facts: dict[str, object]
    sheets: dict[str, Sheet]


def freeze(
    session: Session, kind: Kind, of: str, whose: Whose, worded: Callable[[str], Content], now: datetime
) -> str:  # fmt: skip
    """Its number. `worded` is given the number as it is shown; it is asked only the first time that `of` is named."""
    number = numbers.number_for(session, _LETTERS[kind], of, whose.party_id)
    if session.execute(sa.select(documents.c.number).where(documents.c.number == number)).first() is not None:
        return number
    text, digest = canonical(worded(numbers.spoken(number)))
    values = {
        "number": number, "kind": kind.value, "party_id": whose.party_id, "debt_id": whose.debt_id, "content": text,
        "sha256": digest, "at": now,
    }  # fmt: skip
    if insert_once(session, documents, values):
        data = {"number": number, "kind": kind.value, "sha256": digest}
        record(session, "DocumentWritten", subject=whose.debt_id, data=data, now=now)
    return number


def canonical(content: Content) -> tuple[str, str]:
    """What is stored, and its SHA-256."""
    text = msgspec.json.encode(content, order="sorted").decode()
    return text, hashlib.sha256(text.encode()).hexdigest()


def sheets(text: str, sha256: str) -> dict[str, Sheet]:
    """The words of a stored document. Raises NoSuchDocument when it is not what was stored."""
    if hashlib.sha256(text.encode()).hexdigest() != sha256:
        raise NoSuchDocument("the document is not what was stored")
    return msgspec.json.decode(text, type=_Stored).sheets


def frozen(session: Session, number: str) -> Frozen:
    """Raises NoSuchDocument."""
    row = session.execute(sa.select(documents).where(documents.c.number == number)).first()
    if row is None:
        raise NoSuchDocument(number)
    return Frozen(row.kind, numbers.spoken(row.number), sheets(row.content, row.sha256), row.sha256, row.at)


def link(session: Session, number: str, public_url: str, now: datetime) -> str:
    """A new address of it, good for ever; only its hash is kept."""
    token = secrets.token_urlsafe(16)
    session.execute(document_links.insert().values(token_hash=_hash(token), number=number, made_at=now))
    return f"{public_url}/d/{token}"


def by_token(session: Session, token: str) -> Kept | None:
    asked = _kept().join(document_links, document_links.c.number == documents.c.number)
    row = session.execute(asked.where(document_links.c.token_hash == _hash(token))).first()
    return _kept_of(row) if row is not None else None


def by_source(session: Session, of: str) -> Kept | None:
    """The document of whatever `of` names, if it was written."""
    row = session.execute(_kept().where(document_numbers.c.of == of)).first()
    return _kept_of(row) if row is not None else None


def of_party(session: Session, party_id: str) -> tuple[Kept, ...]:
    """All of one person, the newest first."""
    query = _kept().where(documents.c.party_id == party_id).order_by(documents.c.at.desc(), documents.c.number)
    return tuple(_kept_of(row) for row in session.execute(query))


def _kept() -> Any:
    columns = [documents.c.number, documents.c.kind, documents.c.party_id, documents.c.debt_id, documents.c.at]
    return sa.select(*columns, document_numbers.c.of).join(
        document_numbers, document_numbers.c.number == documents.c.number
    )


def _kept_of(row: Any) -> Kept:
    return Kept(row.number, Kind(row.kind), Whose(row.party_id, row.debt_id), row.at, row.of)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
