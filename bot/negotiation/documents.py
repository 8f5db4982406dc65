"""The written agreement and the letter at its end, frozen when they come to be and the same for ever.

What is stored is the canonical content with its SHA-256; page and PDF are only its two shapes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

import jinja2
import msgspec
import sqlalchemy as sa

from bot import accounts, contact
from bot.core import Money, ParleyError, Session, insert_once
from bot.negotiation import agreed, store, wording
from bot.negotiation.agreed import Agreement
from bot.negotiation.wording import Collector, Content, Matter, Sheet

Which = Literal["agreement", "completion"]
_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Document:
    """One document in one language. `sha256` is over its content in all languages, `at` when it was frozen."""

    language: str
    html: str
    sha256: str
    sheet: Sheet
    at: datetime

    @property
    def pdf(self) -> bytes:
        """The same bytes every time."""
        from bot.negotiation import pdf  # half a second to import, and only a web process ever needs it

        return pdf.render(self.sheet, self.language, self.sha256, self.at)


class NoSuchDocument(ParleyError):
    """There is no such document, or not yet."""


class _Stored(msgspec.Struct, frozen=True):
    facts: dict[str, object]
    sheets: dict[str, Sheet]


@dataclass(frozen=True)
class Frozen:
    """A stored document: which it is, its words in each language, its hash."""

    agreement_id: str
    which: str
    sheets: Mapping[str, Sheet]
    sha256: str
    at: datetime


def freeze_agreement(session: Session, agreement: Agreement, now: datetime, by: Collector | None = None) -> str:
    """Keeps the agreement as it stands now as its newest revision; returns the hash.

    `by` is the company that collects, named at the yes; later revisions take it from the first.
    """
    matter = _matter(session, agreement, now, by)
    return _freeze(session, agreement, "agreement", wording.agreement_content(matter), now)


def freeze_completion(session: Session, agreement: Agreement, forgiven: Money, now: datetime) -> str:
    """Keeps the letter that everything has come; returns the hash."""
    left = max(accounts.balance(session, agreement.debt_id), Money.zero(agreement.total.currency))
    content = wording.completion_content(_matter(session, agreement, now), forgiven, left)
    return _freeze(session, agreement, "completion", content, now)


def agreement_document(session: Session, agreement_id: str, language: str, revision: int | None = None) -> Document:
    """The agreement as it stands, or as it stood at a revision (0: as agreed). Raises NoSuchDocument."""
    return rendered(_found(session, agreement_id, "agreement", revision), language)


def completion_letter(session: Session, agreement_id: str, language: str) -> Document:
    """Raises NoSuchDocument before it is completed."""
    return rendered(_found(session, agreement_id, "completion", None), language)


def has_completion_letter(session: Session, agreement_id: str) -> bool:
    """Whether the letter is there."""
    table = store.agreement_documents
    query = sa.select(table.c.sha256).where(table.c.agreement_id == agreement_id, table.c.kind == "completion")
    return session.execute(query.limit(1)).first() is not None


def rendered(frozen: Frozen, language: str, **page: object) -> Document:
    """`page` fills the frame of the web page; a document on its own has none."""
    sheet = frozen.sheets.get(language) or frozen.sheets["en"]
    shown = language if language in frozen.sheets else "en"
    values = {"sheet": sheet, "lang": shown, "sha256": frozen.sha256, "say": speaker(shown), "page": page or None}
    html = _templates().get_template("document.html").render(values)
    return Document(shown, html, frozen.sha256, sheet, frozen.at)


def speaker(language: str) -> object:
    """`wording.text` with the language filled in, for templates."""
    return lambda name, **values: wording.text(name, language, **values)


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(name: str, **values: object) -> str:
    """One of our templates, filled in strictly."""
    return _templates().get_template(name).render(values)


def _matter(session: Session, agreement: Agreement, now: datetime, by: Collector | None = None) -> Matter:
    party = accounts.known_party(session, agreement.party_id)
    debt = accounts.known_debt(session, agreement.debt_id)
    its_record = sa.select(store.offers.c.record).where(store.offers.c.id == agreement.offer_id)
    terms = agreed.recorded(session.execute(its_record).scalar_one())
    return Matter(
        agreement=agreement,
        kept=agreed.kept(session, agreement, now),
        name=f"{party.given_name} {party.family_name}",
        client=debt.client,
        ending=debt.ending,
        owed=terms.case.balance,
        channel=contact.conversation(session, agreement.conversation_id).channel,
        time_zone=party.time_zone,
        at=now,
        collector=by or _collector(session, agreement.id),
    )


def _collector(session: Session, agreement_id: str) -> Collector | None:
    """The company that the first revision names."""
    table = store.agreement_documents
    query = sa.select(table.c.content).where(table.c.agreement_id == agreement_id, table.c.kind == "agreement")
    first = session.execute(query.order_by(table.c.revision).limit(1)).scalar()
    named = msgspec.json.decode(first, type=_Stored).facts.get("collector") if first else None
    return msgspec.convert(named, Collector) if named else None


def _freeze(session: Session, agreement: Agreement, which: Which, content: Content, now: datetime) -> str:
    text = msgspec.json.encode(content, order="sorted").decode()
    digest = hashlib.sha256(text.encode()).hexdigest()
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
    if hashlib.sha256(row.content.encode()).hexdigest() != row.sha256:
        raise NoSuchDocument(f"the {which} document of {agreement_id} is not what was stored")
    stored = msgspec.json.decode(row.content, type=_Stored)
    return Frozen(agreement_id, which, stored.sheets, row.sha256, row.at)


def frozen(session: Session, agreement_id: str, which: Which = "agreement") -> Frozen:
    """The newest of its kind, to be rendered with the frame of a page. Raises NoSuchDocument."""
    return _found(session, agreement_id, which, None)
