"""The agreement and the letter at its end, behind one link."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from starlette.routing import Route

from bot import papers
from bot.core import Session, Settings
from bot.negotiation import agreed, documents, store
from bot.negotiation.agreed import Agreement


def document_link(session: Session, agreement: Agreement, public_url: str, now: datetime | None = None) -> str:
    """A new address of the agreement's document, good for ever; only its hash is kept.

    `now` is when it is asked for, if that is not at the yes.
    """
    token = secrets.token_urlsafe(16)
    values = {"token_hash": _hash(token), "agreement_id": agreement.id, "made_at": now or agreement.agreed_at}
    session.execute(store.agreement_links.insert().values(**values))
    return f"{public_url}/a/{token}"


def routes(settings: Settings, database: Engine) -> list[Route]:
    """`/a/<token>`; with `letter=1` the letter of completion."""
    return papers.routes(papers.Place(settings, database, _find, "/a", asks=("letter",)))


def _find(session: Session, token: str, asked: Mapping[str, str]) -> papers.Found | None:
    links = store.agreement_links
    found = session.execute(sa.select(links.c.agreement_id).where(links.c.token_hash == _hash(token))).scalar()
    if found is None:
        return None
    agreement, is_letter = agreed.agreement(session, found), "letter" in asked
    has_letter = documents.has_completion_letter(session, agreement.id)
    other: tuple[Mapping[str, str], str] | None = ({"letter": "1"}, "page_letter") if has_letter else None
    if is_letter:
        other = ({}, "page_agreement")
    # An agreement that is in force again took its letter back.
    since = "since_reopened" if is_letter and agreed.how_it_ended(session, agreement.id) is None else ""
    return papers.Found(
        agreement.party_id, agreement.debt_id, agreement.id, _frozen(session, agreement.id, is_letter), other, since
    )  # fmt: skip


def _frozen(session: Session, agreement_id: str, is_letter: bool) -> papers.Frozen | None:
    try:
        return documents.frozen(session, agreement_id, "completion" if is_letter else "agreement")
    except papers.NoSuchDocument:
        return None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
