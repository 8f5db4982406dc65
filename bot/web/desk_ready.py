"""Ready replies for one conversation, with what is known there filled in."""

from __future__ import annotations

from datetime import datetime

from bot import handoff
from bot.core import Settings
from bot.web import desk_view, staff


def of(settings: Settings, me: staff.Staff, row: desk_view.Waiting, now: datetime, spoken: str) -> list[handoff.Ready]:
    """Titles in the agent's language, texts in the debtor's. Nothing for whoever does not have the conversation."""
    if row.owner != me.actor:
        return []
    verified, language = row.talk.is_verified(now), row.talk.language
    values = {"agent": me.name.split()[0], "company": settings.company, "phone": settings.company_phone}
    if verified:
        values |= _about(row, language)
    return handoff.ready(values, verified=verified, language=language, spoken=spoken)


def _about(row: desk_view.Waiting, language: str) -> dict[str, str]:
    """With several accounts open, no balance is the one that is meant: an agent writes it."""
    open_ones = [debt for debt in row.debts if debt.balance.is_positive]
    known = {"name": row.party.given_name} if row.party else {}
    if len(open_ones) == 1:
        [debt] = open_ones
        known |= {"reference": debt.reference, "balance": debt.balance.spoken(language)}
    return known
