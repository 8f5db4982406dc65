"""What was due and what became of it, read from accounts, the ledger and agreements.

An entry counts from the day on which it took effect, or on which it was posted where that is later; what a creditor's
file brought was known to the creditor from the day on which it took effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot import negotiation
from bot.core import Money, Session, UtcDateTime
from bot.scores import store
from bot.scores.model import Due, Target

_DEBTS = sa.table(
    "debts", sa.column("id"), sa.column("party_id"), sa.column("currency"), sa.column("opened_on", sa.Date()),
    sa.column("due_since", sa.Date()), sa.column("due_on", sa.Date()), sa.column("was_disputed", sa.Boolean()),
)  # fmt: skip
_ENTRIES = sa.table(
    "ledger_entries", sa.column("number"), sa.column("debt_id"), sa.column("kind"), sa.column("amount_minor"),
    sa.column("effective_on", sa.Date()), sa.column("at", UtcDateTime()), sa.column("source"),
)  # fmt: skip
_DISPUTES = sa.table("disputes", sa.column("party_id"), sa.column("debt_id"))
_OWED = ("principal", "interest", "fee")
Step = tuple[date, bool]


def all_dues(session: Session, today: date, zone: str) -> list[Due]:
    """Of accounts with a day on which they are due, and of agreements."""
    found = {due.key: due for due in (*open_parts(session, zone), *judged_parts(session))}
    return [*of_accounts(session, today, zone), *found.values()]


def of_accounts(session: Session, today: date, zone: str) -> Iterator[Due]:
    """What is disputed, or went by something else than a payment, counts for nothing."""
    due_on = sa.func.coalesce(_DEBTS.c.due_on, _DEBTS.c.due_since, type_=sa.Date()).label("day")
    query = sa.select(_DEBTS, due_on).where(sa.or_(_DEBTS.c.due_on.is_not(None), _DEBTS.c.due_since.is_not(None)))
    debts = {row.id: row for row in session.execute(query.order_by(_DEBTS.c.id))}
    claims = {(row.party_id, row.debt_id) for row in session.execute(sa.select(_DISPUTES))}
    for debt_id, entries in _entries(session, zone):
        row = debts.get(debt_id)
        if row is not None:
            disputed = (row.party_id, row.id) in claims or (row.party_id, None) in claims
            yield _account(row, entries, today, disputed=disputed)


def _entries(session: Session, zone: str) -> Iterator[tuple[str, list[tuple[date, Any]]]]:
    """By debt, each with the day from which on it was known, in order of that."""
    query = sa.select(_ENTRIES).order_by(_ENTRIES.c.debt_id, _ENTRIES.c.number)
    for debt_id, rows in groupby(session.execute(query), key=lambda row: row.debt_id):
        dated = [(_known_on(row, zone), row) for row in rows]
        yield debt_id, sorted(dated, key=lambda one: (one[0], one[1].number))


def _known_on(row: Any, zone: str) -> date:
    effective: date = row.effective_on
    return effective if row.source.startswith("placed:") else max(effective, row.at.astimezone(ZoneInfo(zone)).date())


def _account(row: Any, entries: Sequence[tuple[date, Any]], today: date, *, disputed: bool) -> Due:
    judged_on = row.day + timedelta(days=1)
    owed = sum(entry.amount_minor for day, entry in entries if entry.kind in _OWED and day <= row.day)
    due = Due(
        f"account:{row.id}", row.party_id, row.id, Target.MISS, Money(owed, row.currency), row.opened_on, row.day, judged_on,
        tuple(_steps(entries)), None, bool(row.was_disputed),
    )  # fmt: skip
    counts = not disputed and owed > 0 and row.opened_on <= row.day and not _went_otherwise(entries, judged_on)
    missed = due.ended(judged_on) is None if counts and judged_on <= today else None
    return Due(**{**vars(due), "missed": missed})


def _steps(entries: Sequence[tuple[date, Any]]) -> Iterator[Step]:
    """The days on which nothing was owed any more, and those on which something was again."""
    balance, is_paid = 0, False
    for day, some in groupby(entries, key=lambda one: one[0]):
        balance += sum(entry.amount_minor for _, entry in some)
        if (balance <= 0) != is_paid:
            is_paid = not is_paid
            yield day, is_paid


def _went_otherwise(entries: Sequence[tuple[date, Any]], judged_on: date) -> bool:
    others = (entry for day, entry in entries if day < judged_on and entry.kind in ("write_off", "adjustment"))
    return bool(sum(entry.amount_minor for entry in others) < 0)


def judged_parts(session: Session) -> Iterator[Due]:
    """Of a part that was kept only that is known, and no day."""
    for row in session.execute(sa.select(store.parts)):
        paid: tuple[Step, ...] = ((row.due_on, True),) if row.is_kept else ()
        yield Due(
            row.key, row.party_id, row.debt_id, Target.KEEP, Money(row.amount_minor, row.currency), row.begun_on, row.due_on,
            row.judged_on + timedelta(days=1), paid, not row.is_kept,
        )  # fmt: skip


def open_parts(session: Session, zone: str) -> Iterator[Due]:
    """What comes next of each agreement in force."""
    after = ""
    while portion := negotiation.open_agreements(session, after):
        for agreement in (negotiation.agreement(session, one) for one in portion):
            left = negotiation.remaining(session, agreement)
            if left:
                yield _next(agreement, left[0], zone)
        after = portion[-1]


def _next(agreement: negotiation.Agreement, part: negotiation.Instalment, zone: str) -> Due:
    agreed_on = agreement.agreed_at.astimezone(ZoneInfo(zone)).date()
    begun = max([one.due for one in agreement.schedule if one.due < part.due], default=agreed_on)
    return Due(
        key_of(agreement.id, part.due), agreement.party_id, agreement.debt_id, Target.KEEP, part.amount, begun, part.due,
        date.max, (), None,
    )  # fmt: skip


def key_of(agreement_id: str, due: date) -> str:
    return f"{agreement_id}:{due}"


