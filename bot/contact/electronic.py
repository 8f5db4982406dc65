"""Consent to electronic documents, its withdrawal, the postal address, and which debts have had their notice.

15 USC 7001(c), in force since 2000-10-01: before they agree they read that they may have paper, how to withdraw, what it
covers and what they need to read it (`data/law/texts/electronic.yml`); which words they read is kept with the day.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
import yaml

from bot.contact.store import addresses, debt_notices, esign_consents, outbox
from bot.core import Session, insert_once, record

WORDS = Path(__file__).parents[2] / "data" / "law" / "texts" / "electronic.yml"


@lru_cache(maxsize=1)
def consent_words() -> dict[str, str]:
    """What is read before they agree, by language."""
    return {name: text.strip() for name, text in yaml.safe_load(WORDS.read_text(encoding="utf-8")).items()}


def version_of(words: str) -> str:
    """Names these very words."""
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def agree_to_electronic(
    session: Session, *, party_id: str, language: str, message_id: str | None, now: datetime
) -> None:
    """They have read `consent_words` in this language and said yes, in this message."""
    version = version_of(consent_words()[language])
    _note(session, party_id, "agreed", version, message_id, now)


def withdraw_electronic(session: Session, *, party_id: str, message_id: str | None, now: datetime) -> None:
    """From now on what must be written comes by post."""
    _note(session, party_id, "withdrawn", "", message_id, now)


def takes_electronic(session: Session, party_id: str) -> bool:
    """Whether their last word was a yes. Without any word it is no."""
    query = sa.select(esign_consents.c.kind).where(esign_consents.c.party_id == party_id)
    return session.execute(query.order_by(esign_consents.c.number.desc()).limit(1)).scalar() == "agreed"


def postal_address(session: Session, party_id: str) -> str:
    """The newest that is known; blank when none is."""
    theirs = sa.and_(addresses.c.party_id == party_id, addresses.c.channel == "post", addresses.c.removed_at.is_(None))
    query = sa.select(addresses.c.value).where(theirs).order_by(addresses.c.basis_at.desc()).limit(1)
    return str(session.execute(query).scalar() or "")


def note_notice(session: Session, *, party_id: str, debt_id: str, now: datetime) -> None:
    """The validation notice of this debt has been given: rule RF-31 looks for it."""
    insert_once(session, debt_notices, {"debt_id": debt_id, "party_id": party_id, "at": now})


def noticed(session: Session, party_id: str | None) -> frozenset[str]:
    """The debts of this person that have had their notice."""
    query = sa.select(debt_notices.c.debt_id).where(debt_notices.c.party_id == party_id)
    return frozenset(session.execute(query).scalars()) if party_id is not None else frozenset()


def told_of_collecting(session: Session) -> dict[str, tuple[str, datetime]]:
    """Who has been told that we collect: where, and when first."""
    told = sa.and_(outbox.c.discloses.like("%collection%"), outbox.c.state == "sent", outbox.c.party_id.is_not(None))
    columns = (outbox.c.party_id, outbox.c.conversation_id, outbox.c.sent_at)
    found: dict[str, tuple[str, datetime]] = {}
    for row in session.execute(sa.select(*columns).where(told).order_by(outbox.c.number)):
        found.setdefault(row.party_id, (row.conversation_id, row.sent_at))
    return found


def _note(session: Session, party_id: str, kind: str, version: str, message_id: str | None, now: datetime) -> None:
    row = {"party_id": party_id, "kind": kind, "version": version, "message_id": message_id, "at": now}
    session.execute(esign_consents.insert().values(**row))
    data = {"version": version, "message": message_id}
    name = {"agreed": "ElectronicAgreed", "withdrawn": "ElectronicWithdrawn"}[kind]
    record(session, name, subject=party_id, data=data, now=now, actor="debtor")
