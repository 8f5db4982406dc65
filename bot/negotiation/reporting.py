"""What was offered, agreed and kept in a span of time, for figures: sums leave this way, never terms of one person.

A part is judged once: on the day on which its days of grace are over, or on the day on which its agreement was paid to
the end. A part under a hold counts for nothing, as in the upkeep, and so does one of an agreement that was replaced.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import sqlalchemy as sa

from bot import accounts
from bot.core import Money, Session
from bot.negotiation import agreed, store
from bot.negotiation.kept import BY_TIME, Parts
from bot.negotiation.model import SETTLEMENTS, Kind, Offer
from bot.negotiation.oversight import breaches
from bot.negotiation.schedule import banking_day

_LONGEST = timedelta(days=1200)
"""Before the day: no term of ours is longer."""
_MOST_GRACE = timedelta(days=45)
BY_HAND = "by_hand"


class _Grace(msgspec.Struct, frozen=True):
    grace_days: int
    kept_threshold_pct: Decimal


class _Limits(msgspec.Struct, frozen=True):
    upkeep: _Grace


class _Decided(msgspec.Struct, frozen=True):
    limits: _Limits


class _Record(msgspec.Struct, frozen=True):
    """The little of an offer's record that judging needs."""

    decision: _Decided


@dataclass(frozen=True)
class Offered:
    """`inside`: within the limits of the decision that it was made under."""

    conversation_id: str
    debt_id: str
    by_hand: bool
    inside: bool


@dataclass(frozen=True)
class Agreed:
    """`owed` is the balance when it was offered; `over_floor` what a settlement brings above the least that policy would
    have taken, None for other kinds and where a person decided.
    """

    conversation_id: str
    debt_id: str
    kind: Kind
    owed: Money
    total: Money
    over_floor: Money | None


@dataclass(frozen=True)
class Judged:
    """One payment that was agreed on. `single`: it is all of its agreement, a promise; else an instalment of a plan.
    `before` is the due day of the part before it, None for the first.
    """

    agreement_id: str
    conversation_id: str
    debt_id: str
    party_id: str
    agreed_at: datetime
    before: date | None
    due: date
    single: bool
    first: bool
    amount: Money
    kept: bool


def offered(session: Session, since: datetime, until: datetime) -> Iterator[Offered]:
    """Every offer made in [since, until)."""
    table = store.offers
    made = sa.select(table).where(table.c.made_at >= since, table.c.made_at < until)
    for row in session.execute(made.order_by(table.c.made_at)):
        yield Offered(row.conversation_id, row.debt_id, row.made_as == BY_HAND, _is_inside(session, row))


def _is_inside(session: Session, row: Any) -> bool:
    terms, offer = agreed.recorded(row.record), msgspec.convert(row.offer, Offer)
    if not breaches(offer, terms.case, terms.decision):
        return True
    table = store.offers
    earlier = sa.select(table.c.offer).where(table.c.debt_id == row.debt_id, table.c.made_at < row.made_at)
    history = tuple(msgspec.convert(one, Offer) for one in session.execute(earlier).scalars())
    return not breaches(offer, terms.case, terms.decision, history)


def agreed_in(session: Session, since: datetime, until: datetime) -> Iterator[Agreed]:
    """Every yes in [since, until)."""
    yes, made = store.agreements, store.offers
    query = sa.select(
        yes.c.debt_id, yes.c.kind, yes.c.total_minor, yes.c.currency, made.c.record, made.c.made_as,
        made.c.conversation_id,
    ).select_from(yes.join(made, made.c.id == yes.c.offer_id))  # fmt: skip
    for row in session.execute(query.where(yes.c.agreed_at >= since, yes.c.agreed_at < until)):
        kind, total, terms = Kind(row.kind), Money(row.total_minor, row.currency), agreed.recorded(row.record)
        limits = terms.decision.limits.settlement
        is_ours = kind in SETTLEMENTS and limits is not None and row.made_as != BY_HAND
        over = total - limits.floor if is_ours and limits is not None else None
        yield Agreed(row.conversation_id, row.debt_id, kind, terms.case.balance, total, over)


def judged(session: Session, day: date, since: datetime, until: datetime) -> Iterator[Judged]:
    """Every part that is judged on `day`, which lasts from `since` to `until`."""
    for row in session.execute(_running(since, until)):
        schedule = agreed.schedule_of(row.schedule if row.now is None else row.now, row.currency)
        completed = row.how == "completed" and row.ended_at < until
        if not schedule or (not completed and not any(day - _MOST_GRACE <= part.due <= day for part in schedule)):
            continue
        grace = msgspec.json.decode(row.record, type=_Record).decision.limits.upkeep
        due = [banking_day(part.due + timedelta(days=grace.grace_days)) for part in schedule]
        here = [at for at, on in enumerate(due) if on == day or (completed and on > day)]
        if here:
            yield from _of(session, row, schedule, here, day, until, grace, completed=completed)


def _of(
    session: Session, row: Any, schedule: Parts, here: list[int], day: date, until: datetime, grace: _Grace, *,
    completed: bool,
) -> Iterator[Judged]:  # fmt: skip
    entries = [one for one in accounts.known_history(session, row.debt_id) if one.effective_on <= day]
    zero = Money.zero(row.currency)
    paid = agreed.paid_after(entries, row.after_entry, agreed.began(row.agreed_at), zero)
    for at in here:
        amount, before = schedule[at].amount, sum(part.amount.minor for part in schedule[:at])
        kept = completed or (paid.minor - before) * 100 >= amount.minor * grace.kept_threshold_pct
        if kept or not agreed.is_on_hold(session, row.party_id, row.debt_id, until):
            yield Judged(
                row.id, row.conversation_id, row.debt_id, row.party_id, row.agreed_at, schedule[at - 1].due if at else None,
                schedule[at].due, len(schedule) == 1, at == 0, amount, kept,
            )  # fmt: skip


def _running(since: datetime, until: datetime) -> Any:
    """Agreements in force on that day at some time, with the schedule as it stood at its end; what time alone did to it
    on that day follows from what is judged here, and does not count yet.
    """
    yes, made, ends, changes = store.agreements, store.offers, store.agreement_ends, store.agreement_changes
    by_time = changes.c.kind.in_([what.value for what in BY_TIME])
    stood = sa.or_(changes.c.at < since, sa.and_(changes.c.at < until, ~by_time))
    newest = sa.select(sa.func.max(changes.c.revision)).where(changes.c.agreement_id == yes.c.id, stood)
    is_newest = sa.and_(
        changes.c.agreement_id == yes.c.id, changes.c.revision == newest.correlate(yes).scalar_subquery()
    )
    tables = yes.join(made, made.c.id == yes.c.offer_id).outerjoin(ends, ends.c.agreement_id == yes.c.id)
    ends_otherwise = sa.and_(ends.c.at < until, ends.c.how.in_(("replaced", "cancelled")))
    return (
        sa.select(yes, made.c.record, made.c.conversation_id, changes.c.schedule.label("now"), ends.c.how,
                  ends.c.at.label("ended_at"))
        .select_from(tables.outerjoin(changes, is_newest))
        .where(yes.c.agreed_at < until, yes.c.agreed_at >= since - _LONGEST)
        .where(sa.or_(ends.c.at.is_(None), sa.and_(ends.c.at >= since, ~ends_otherwise)))
    )  # fmt: skip
