"""The written agreement and the letter at its end, frozen when they come to be and the same for ever.

What is stored is the canonical content with its SHA-256; page, PDF and signed file are only its shapes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
import sqlalchemy as sa

from bot import accounts, contact, papers
from bot.core import Money, Session, insert_once
from bot.negotiation import agreed, store, wording
from bot.negotiation.agreed import Agreement
from bot.negotiation.wording import Collector, Matter
from bot.papers import Content, Document, Frozen, NoSuchDocument

Which = Literal["agreement", "completion"]
_LETTERS: dict[Which, str] = {"agreement": "A", "completion": "L"}


class _Facts(msgspec.Struct, frozen=True):
    facts: dict[str, object]


def freeze_agreement(session: Session, agreement: Agreement, now: datetime, by: Collector | None = None) -> str:
    """Keeps the agreement as it stands now as its newest revision; returns the hash.

    `by` is the company that collects, named at the yes; later revisions take it from the first.
    """
    matter = _matter(session, agreement, "agreement", now, by)
    return _freeze(session, agreement, "agreement", wording.agreement_content(matter), now)


def freeze_completion(session: Session, agreement: Agreement, forgiven: Money, now: datetime) -> str:
    """Keeps the letter that everything has come; returns the hash."""
    left = max(accounts.balance(session, agreement.debt_id), Money.zero(agreement.total.currency))
    content = wording.completion_content(_matter(session, agreement, "completion", now), forgiven, left)
    return _freeze(session, agreement, "completion", content, now)


def agreement_document(session: Session, agreement_id: str, language: str, revision: int | None = None) -> Document:
    """The agreement as it stands, or as it stood at a revision (0: as agreed). Raises NoSuchDocument."""
    return papers.rendered(_found(session, agreement_id, "agreement", revision), language)


def completion_letter(session: Session, agreement_id: str, language: str) -> Document:
    """Raises NoSuchDocument before it is completed."""
    return papers.rendered(_found(session, agreement_id, "completion", None), language)


def has_completion_letter(session: Session, agreement_id: str) -> bool:
    """Whether the letter is there."""
    table = store.agreement_documents
    query = sa.select(table.c.sha256).where(table.c.agreement_id == agreement_id, table.c.kind == "completion")
    return session.execute(query.limit(1)).first() is not None


def _matter(session: Session, agreement: Agreement, which: Which, now: datetime, by: Collector | None = None) -> Matter:
    party = accounts.known_party(session, agreement.party_id)
    debt = accounts.known_debt(session, agreement.debt_id)
    terms = agreed.terms_of(session, agreement)
    return Matter(
        agreement=agreement,
        kept=agreed.kept(session, agreement, now, terms),
        name=party.name,
        client=debt.client,
        ending=debt.ending,
        owed=terms.case.balance,
        channel=contact.conversation(session, agreement.conversation_id).channel,
        time_zone=party.time_zone,
        at=now,
        collector=by or _collector(session, agreement.id),
        number=_number(session, agreement, which),
    )


def _number(session: Session, agreement: Agreement, which: Which) -> str:
    """One for all revisions."""
    of = f"{which}:{agreement.id}"
    return papers.spoken(papers.number_for(session, _LETTERS[which], of, agreement.party_id))


def _collector(session: Session, agreement_id: str) -> Collector | None:
    """The company that the first revision names."""
    table = store.agreement_documents
    query = sa.select(table.c.content).where(table.c.agreement_id == agreement_id, table.c.kind == "agreement")
    first = session.execute(query.order_by(table.c.revision).limit(1)).scalar()
    named = msgspec.json.decode(first, type=_Facts).facts.get("collector") if first else None
    return msgspec.convert(named, Collector) if named else None


def _freeze(session: Session, agreement: Agreement, which: Which, content: Content, now: datetime) -> str:
    text, digest = papers.canonical(content)
    values = {
        "agreement_id": agreement.id, "kind": which, "revision": agreement.revision, "content": text,
        "sha256": digest, "at": now,
    }  # fmt: skip
    insert_once(session, store.agreement_documents, values)
    return digest


def _found(session: Session, agreement_id: str, which: Which, revision: int | None) -> Frozen:
    table = store.agreement_documents
    query = sa.select(table).where(table.c.agreement_id == agreement_id, table.c.kind == which)
    if revision is not None:
        query = query.where(table.c.revision == revision)
    row = session.execute(query.order_by(table.c.revision.desc()).limit(1)).first()
    if row is None:
        raise NoSuchDocument(f"agreement {agreement_id} has no {which} document")
    sheets = papers.sheets(row.content, row.sha256)
    number = msgspec.json.decode(row.content, type=_Facts).facts.get("number", "")
    return Frozen(which, str(number), sheets, row.sha256, row.at, row.revision)


def frozen(session: Session, agreement_id: str, which: Which = "agreement") -> Frozen:
    """The newest of its kind, to be rendered with the frame of a page. Raises NoSuchDocument."""
    return _found(session, agreement_id, which, None)
