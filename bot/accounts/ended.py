"""Debts whose right ended with the time to sue, by a law of where the debtor lives (rules of the kind `extinguished`).

Such a debt stays in the ledger until a person closes it. Until then nothing of it is asked for, agreed on or taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot import contact
from bot.accounts import store
from bot.accounts.limitation import is_time_barred
from bot.accounts.model import Debt
from bot.core import Session

_AHEAD = timedelta(days=1)
"""No calendar is further ahead of UTC than this."""


def ended(session: Session, debts: Iterable[Debt], now: datetime) -> frozenset[str]:
    """The ids of those. Nothing is asked of the database where none is too old for a court."""
    old = [debt for debt in debts if is_time_barred(debt, (now + _AHEAD).date())]
    return frozenset(debt.id for debt in old if _has_ended(session, debt, now))


def _has_ended(session: Session, debt: Debt, now: datetime) -> bool:
    party = store.party_where(session, store.parties.c.id == debt.party_id)
    assert party is not None, f"there is no party {debt.party_id}"
    return is_time_barred(debt, party.today(now)) and not contact.may_be_asked_for(session, debt.party_id, now)
