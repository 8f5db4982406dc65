"""Ready replies for one conversation, with what is known there filled in."""

from __future__ import annotations

from bot import accounts, contact, handoff
from bot.core import Session
from bot.web import staff
from bot.web.parts import Parts


def of(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, spoken: str) -> list[handoff.Ready]:
    """Titles in the agent's language, texts in the debtor's."""
    talk, now = contact.conversation(session, case.conversation_id), parts.settings.clock.now()
    verified = talk.is_verified(now)
    values = {"agent": me.name.split()[0], "company": parts.settings.company, "phone": parts.settings.company_phone}
    if verified and talk.party_id is not None:
        values |= _about(session, talk.party_id, talk.language)
    return handoff.ready(values, verified=verified, language=talk.language, spoken=spoken)


def _about(session: Session, party_id: str, language: str) -> dict[str, str]:
    """With several accounts open, no balance is the one that is meant: an agent writes it."""
    open_ones = [debt for debt in accounts.known_debts_of(session, party_id) if debt.balance.is_positive]
    known = {"name": accounts.known_party(session, party_id).given_name}
    if len(open_ones) == 1:
        [debt] = open_ones
        known |= {"reference": debt.reference, "balance": debt.balance.spoken(language)}
    return known
