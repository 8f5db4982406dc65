"""How a named query is asked: SQL that both databases read, with moments and days as they store them.

Figures read the tables of the rooms below by their names, and write none but their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.core import Session, UtcDateTime
from bot.insight.days import UNKNOWN, Place

SEGMENT = f"COALESCE((SELECT MIN(own.product) FROM debts own WHERE own.party_id = c.party_id), '{UNKNOWN}') AS segment"
"""Of a conversation `c`: the product of the account, of several the first by name."""
TALK = f"c.channel, c.language, {SEGMENT}, '' AS currency"
DEBT = "'' AS channel, p.language, d.product AS segment"
"""Of an account `d` of a person `p`: money comes by no channel."""


AGREED = "c.channel, p.language, d.product AS segment, '' AS currency"
"""Of an agreement `g`: where it was made, and on which account of whom."""
AGREEMENTS = """agreements g JOIN offers o ON o.id = g.offer_id JOIN conversations c ON c.id = o.conversation_id
JOIN debts d ON d.id = g.debt_id JOIN parties p ON p.id = d.party_id
LEFT JOIN agreement_ends e ON e.agreement_id = g.id"""


def ask(session: Session, sql: str, moments: Sequence[str] = (), **values: Any) -> list[Any]:
    """`moments` are columns of the answer that are points in time."""
    typed = [sa.bindparam(name, value, type_=_type(value)) for name, value in values.items()]
    query: Any = sa.text(sql).bindparams(*typed)
    if moments:
        query = query.columns(**{name: UtcDateTime() for name in moments})
    return list(session.execute(query))


def _type(value: Any) -> Any:
    if isinstance(value, datetime):
        return UtcDateTime()
    return sa.Date() if isinstance(value, date) else None


def place_of(row: Any) -> Place:
    return Place(row.channel, row.language, row.segment, getattr(row, "currency", ""))
