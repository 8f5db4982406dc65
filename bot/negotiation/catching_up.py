"""Something was paid on a day before today and is known only now, or was taken for paid and was not.

What time did to the agreement since then (parts that counted as missed, an end) is worked out anew, as if everything
had been known on its day. What they have changed themselves stays as they chose it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot import accounts, contact
from bot.core import Money, Session, lock
from bot.negotiation import agreed, in_order, reopening, store
from bot.negotiation.agreed import Agreement
from bot.negotiation.agreements import end, write_change
from bot.negotiation.in_order import Played
from bot.negotiation.kept import BY_TIME, Changed, Kept, What

_UNDONE_BY_TIME = {*(what.value for what in BY_TIME), What.REPLAYED.value}


def replay(session: Session, debt_id: str, now: datetime, *, by: str) -> bool:
    """Of the newest agreement on this debt. False when it stands as it should. Twice changes nothing more."""
    lock(session, "debt", debt_id)
    newest = agreed.newest_on(session, debt_id)
    if newest is None or not newest.schedule:
        return False
    store.lock_agreement(session, newest.id)
    how = agreed.how_it_ended(session, newest.id)
    if how not in (None, "broken", "completed"):
        return False
    today = _today(session, newest, now)
    start, begun = _before_time(session, newest, now)
    played = in_order.play(start, _came(session, newest), begun, today, _held(session, newest))
    ends, as_it_was = _end_of(session, newest, played), _is_as_it_was(session, newest, played, now)
    if as_it_was and how == ends:
        return False
    if how is not None:
        reopening.reopen(session, newest, by=by, now=now)
    if how is not None or not as_it_was:
        _write(session, newest, start, played, now, by)
    if ends is not None:
        end(session, newest.id, ends, now)
    return True


def missed(session: Session, agreement: Agreement, now: datetime) -> tuple[date, ...]:
    """Days of the parts that count as missed."""
    return agreed.kept(session, agreement, now).missed


def _is_as_it_was(session: Session, newest: Agreement, played: Played, now: datetime) -> bool:
    kept = agreed.kept(session, newest, now)
    return kept.schedule == played.kept.schedule and kept.missed == played.kept.missed


def _end_of(session: Session, newest: Agreement, played: Played) -> str | None:
    if played.broken is not None:
        return "broken"
    return None if agreed.remaining(session, newest) else "completed"


def _write(session: Session, newest: Agreement, start: Kept, played: Played, now: datetime, by: str) -> None:
    running = write_change(session, newest, Changed(What.REPLAYED, start.schedule), now, by=by)
    for change in played.changes:
        running = write_change(session, running, change, now, by="parley")


def _before_time(session: Session, newest: Agreement, now: datetime) -> tuple[Kept, date]:
    """The agreement as it was agreed, or as they changed it last, and the day of that."""
    rows = _changes(session, newest)
    by_time = list(takewhile(lambda row: row.kind in _UNDONE_BY_TIME, reversed(rows)))
    base = rows[: len(rows) - len(by_time)]
    schedule = base[-1].schedule if base else _as_agreed(session, newest)
    at = base[-1].at if base else newest.agreed_at
    kept = agreed.kept(session, newest, now)
    days = tuple(row.day for row in agreed.standing(base) if row.kind == What.MISSED)
    parts = agreed.schedule_of(schedule, newest.total.currency)
    return replace(kept, schedule=parts, missed=days), _today(session, newest, at)


def _changes(session: Session, newest: Agreement) -> list[Any]:
    table = store.agreement_changes
    query = sa.select(table).where(table.c.agreement_id == newest.id).order_by(table.c.revision)
    return list(session.execute(query))


def _as_agreed(session: Session, newest: Agreement) -> Any:
    query = sa.select(store.agreements.c.schedule).where(store.agreements.c.id == newest.id)
    return session.execute(query).scalar_one()


def _came(session: Session, newest: Agreement) -> list[tuple[date, Money]]:
    entries = accounts.known_history(session, newest.debt_id)
    moved = agreed.counted(entries, newest.after_entry, agreed.began(newest.agreed_at))
    return [(entry.effective_on, -entry.amount) for entry in moved]


def _held(session: Session, newest: Agreement) -> Any:
    """Whether all of the debt was held at some moment of that day."""
    periods = contact.times_held(session, newest.party_id, newest.debt_id)
    zone = ZoneInfo(accounts.known_party(session, newest.party_id).time_zone)

    def held(day: date) -> bool:
        begins = datetime.combine(day, time(), zone)
        ends = datetime.combine(day + timedelta(days=1), time(), zone)
        return any(start < ends and (over is None or begins < over) for start, over in periods)

    return held


def _today(session: Session, newest: Agreement, now: datetime) -> date:
    return accounts.known_party(session, newest.party_id).today(now)
