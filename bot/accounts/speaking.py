"""In whose name we speak: of the one creditor whom everybody behind a conversation owes, else in the operator's own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa

from bot import contact
from bot.accounts import store
from bot.core import Creditor, Session, Settings


def speaking(
    session: Session, settings: Settings, talk: contact.Conversation, behind: Collection[str] = ()
) -> Settings:
    """The settings with the name and the number of that creditor. `behind` are those who may be writing, where more is
    known of them than their address: who came from a phone of theirs.
    """
    if not settings.creditors:
        return settings
    known = (talk.party_id,) if talk.party_id else behind
    return named(settings, creditor_of(session, settings, known or contact.parties_at(session, talk.channel, talk.address)))


def speaking_of_debt(session: Session, settings: Settings, debt_id: str) -> Settings:
    """The same for what is about one debt: its creditor, whomever else they owe."""
    if not settings.creditors:
        return settings
    client = session.execute(sa.select(store.debts.c.client).where(store.debts.c.id == debt_id)).scalar()
    return named(settings, settings.creditors.get(client or ""))


def creditor_of(session: Session, settings: Settings, party_ids: Collection[str]) -> Creditor | None:
    """None where there are several, or none that goes by a name of its own."""
    query = sa.select(store.debts.c.client).where(store.debts.c.party_id.in_(list(party_ids))).distinct()
    clients = list(session.execute(query).scalars())
    return settings.creditors.get(clients[0]) if len(clients) == 1 else None


def named(settings: Settings, creditor: Creditor | None) -> Settings:
    return replace(settings, company=creditor.name, company_phone=creditor.phone) if creditor else settings
