"""Agreements as they stand: what was agreed, what changed since, what has come and what is still to come.

Nothing here writes. An agreement is what its rows say: the yes, its changes, its end, and the ledger.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from bot import accounts, contact
from bot.core import Money, Session
from bot.identity import Verified
from bot.negotiation import store
from bot.negotiation.fitting import trimmed
from bot.negotiation.kept import BY_TIME, COUNTED, Kept, What, split
from bot.negotiation.model import Case, Frequency, Instalment, Kind, Offer
from bot.negotiation.policy import Decision

YEAR = timedelta(days=365)
_MOVES = (accounts.EntryKind.PAYMENT, accounts.EntryKind.REVERSAL)


@dataclass(frozen=True)
class Agreement:
    """`schedule` is the whole of it as it stands now, paid parts first; its sum is always `total`.

    `kind` is the value of a `Kind`. `discount` is forgiven when it is completed. `until` ends a pause.
    `revision` counts the changes since it was agreed. `message_id` is where they said yes.
    """

    id: str
    offer_id: str
    debt_id: str
    kind: str
    schedule: tuple[Instalment, ...]
    total: Money
    agreed_at: datetime
    after_entry: int
    """The last ledger entry before it: only later payments count towards it."""
    party_id: str
    conversation_id: str
    discount: Money
    frequency: Frequency | None
    until: date | None
    policy_version: str
    message_id: str | None
    revision: int


class Recorded(msgspec.Struct, frozen=True):
    """What stands in the record of an offer."""

    case: Case
    decision: Decision


def recorded(record: str) -> Recorded:
    """Reads `policy.record`."""
    return msgspec.json.decode(record, type=Recorded)


def agreement(session: Session, agreement_id: str) -> Agreement:
    """One that is known to exist."""
    row = session.execute(_query().where(store.agreements.c.id == agreement_id)).one()
    return _agreement_of(row)


def agreed_to(session: Session, offer_id: str) -> Agreement | None:
    """The agreement that this offer became or changed."""
    changed = sa.select(store.agreement_changes.c.agreement_id).where(store.agreement_changes.c.offer_id == offer_id)
    is_it = sa.or_(store.agreements.c.offer_id == offer_id, store.agreements.c.id.in_(changed))
    row = session.execute(_query().where(is_it)).first()
    return _agreement_of(row) if row is not None else None


def current_agreement(session: Session, debt_id: str) -> Agreement | None:
    """The agreement in force, if there is one."""
    query = _query().where(store.agreements.c.debt_id == debt_id, _is_open())
    row = session.execute(query.order_by(store.agreements.c.agreed_at.desc()).limit(1)).first()
    return _agreement_of(row) if row is not None else None


def newest_on(session: Session, debt_id: str) -> Agreement | None:
    """In force or not."""
    query = _query().where(store.agreements.c.debt_id == debt_id).order_by(store.agreements.c.agreed_at.desc())
    row = session.execute(query.limit(1)).first()
    return _agreement_of(row) if row is not None else None


def running(session: Session, who: Verified) -> dict[str, tuple[Agreement, tuple[Instalment, ...]]]:
    """By debt: the agreement in force and what is still to pay of it; one whose parts are all paid is not there."""
    mine = _query().where(store.agreements.c.party_id == who.party_id, _is_open())
    found = {row.debt_id: _agreement_of(row) for row in session.execute(mine.order_by(store.agreements.c.agreed_at))}
    entries = accounts.known_histories(session, found) if found else {}
    left = {debt_id: left_of(plan, entries[debt_id]) for debt_id, plan in found.items()}
    return {debt_id: (plan, left[debt_id]) for debt_id, plan in found.items() if left[debt_id] or not plan.schedule}


def latest_agreement(session: Session, who: Verified, debt_id: str | None = None) -> Agreement | None:
    """The newest of this person, running or ended; of one debt when it is named."""
    query = _query().where(store.agreements.c.party_id == who.party_id)
    if debt_id is not None:
        query = query.where(store.agreements.c.debt_id == debt_id)
    row = session.execute(query.order_by(store.agreements.c.agreed_at.desc()).limit(1)).first()
    return _agreement_of(row) if row is not None else None


def agreements_of(session: Session, who: Verified) -> tuple[Agreement, ...]:
    """All of this person, running or ended, the newest first."""
    query = _query().where(store.agreements.c.party_id == who.party_id).order_by(store.agreements.c.agreed_at.desc())
    return tuple(_agreement_of(row) for row in session.execute(query))


def broken_since(session: Session, since: datetime) -> tuple[Agreement, ...]:
    """Agreements that ended since then because their parts did not come."""
    ends = store.agreement_ends
    late = sa.select(ends.c.agreement_id).where(ends.c.how == "broken", ends.c.at > since)
    return tuple(_agreement_of(row) for row in session.execute(_query().where(store.agreements.c.id.in_(late))))


def was_completed(session: Session, debt_id: str) -> bool:
    """Whether an agreement on this debt was kept to its end."""
    ends, ours = store.agreement_ends, store.agreements
    query = sa.select(ends.c.agreement_id).join(ours, ours.c.id == ends.c.agreement_id)
    done = query.where(ours.c.debt_id == debt_id, ends.c.how == "completed")
    return session.execute(done.limit(1)).first() is not None


def open_agreements(session: Session, after: str = "", limit: int = 500) -> list[str]:
    """Ids of agreements in force, in order of id, from behind `after`: to look at all of them in portions."""
    query = sa.select(store.agreements.c.id).where(store.agreements.c.id > after, _is_open())
    return list(session.execute(query.order_by(store.agreements.c.id).limit(limit)).scalars())


def how_it_ended(session: Session, agreement_id: str) -> str | None:
    """replaced, cancelled, broken or completed; None while it is in force."""
    query = sa.select(store.agreement_ends.c.how).where(store.agreement_ends.c.agreement_id == agreement_id)
    how: str | None = session.execute(query).scalar()
    return how


def remaining(session: Session, agreement: Agreement) -> tuple[Instalment, ...]:
    """What is still to pay of it: payments since then cover the schedule from its start.

    Never more than is owed, whatever became of the balance in the meantime.
    """
    return left_of(agreement, accounts.known_history(session, agreement.debt_id))


def paid_parts(session: Session, agreement: Agreement) -> tuple[Instalment, ...]:
    """The parts that have come, and so much of the one that came in part."""
    return split(agreement.schedule, paid_towards(session, agreement))[0]


def left_of(agreement: Agreement, entries: Sequence[accounts.Entry]) -> tuple[Instalment, ...]:
    """`remaining`, from all entries of its debt."""
    zero = Money.zero(agreement.total.currency)
    left = split(agreement.schedule, paid_after(entries, agreement.after_entry, began(agreement.agreed_at), zero))[1]
    owed = max(0, sum(entry.amount.minor for entry in entries))
    return trimmed(left, sum(part.amount.minor for part in left) - owed)


def after_paying(session: Session, agreement: Agreement, amount: Money) -> tuple[Instalment, ...]:
    """What would be left of it after a payment of `amount` now."""
    return split(remaining(session, agreement), amount)[1]


def next_due(session: Session, debt_id: str, today: date) -> Instalment | None:
    """The next payment of the agreement in force."""
    running = current_agreement(session, debt_id)
    left = remaining(session, running) if running is not None else ()
    return left[0] if left else None


def paid_towards(session: Session, agreement: Agreement) -> Money:
    """What has come for it since it was agreed; below nothing when more went back."""
    entries = accounts.known_history(session, agreement.debt_id)
    return paid_after(entries, agreement.after_entry, began(agreement.agreed_at), Money.zero(agreement.total.currency))


def paid_after(entries: Iterable[accounts.Entry], number: int, since: date, zero: Money) -> Money:
    """What came in entries after this one, less what went back. What was paid before `since` and recorded late makes
    the debt smaller and pays no part.
    """
    return -sum((entry.amount for entry in counted(entries, number, since)), zero)


def counted(entries: Iterable[accounts.Entry], number: int, since: date) -> list[accounts.Entry]:
    """The entries that `paid_after` adds up."""
    return [
        entry for entry in entries if entry.kind in _MOVES and entry.number > number and entry.effective_on >= since
    ]


def began(agreed_at: datetime) -> date:
    """The first day on which a payment may count towards it: the day of the yes, wherever they live in the country."""
    return (agreed_at - timedelta(hours=12)).date()


def terms_of(session: Session, agreement: Agreement) -> Recorded:
    """The facts and the decision on which it was made."""
    its_record = sa.select(store.offers.c.record).where(store.offers.c.id == agreement.offer_id)
    return recorded(session.execute(its_record).scalar_one())


def kept(session: Session, agreement: Agreement, now: datetime, terms: Recorded | None = None) -> Kept:
    """The agreement with what its upkeep needs to know, under the terms on which it was made; `terms` where they are
    known already.
    """
    terms = terms or terms_of(session, agreement)
    changes = session.execute(
        sa.select(store.agreement_changes.c.kind, store.agreement_changes.c.day)
        .where(store.agreement_changes.c.agreement_id == agreement.id)
        .order_by(store.agreement_changes.c.revision)
    ).all()
    on_this_debt, debt_id = store.agreements.c.debt_id == agreement.debt_id, agreement.debt_id
    this_year = _changes_since(session, now - YEAR, on_this_debt)[debt_id]
    return Kept(
        kind=Kind(agreement.kind),
        schedule=agreement.schedule,
        paid=paid_towards(session, agreement),
        frequency=agreement.frequency,
        limits=terms.decision.limits,
        changes_per_year=terms.decision.limits.relief.changes_left + terms.case.changes_this_year,
        moves=sum(row.kind == What.MOVED for row in changes),
        skips=this_year[What.SKIPPED],
        changes=_used(_ends_since(session, now - YEAR, on_this_debt)[debt_id], this_year),
        missed=tuple(row.day for row in standing(changes) if row.kind == What.MISSED),
    )


def grace_days(session: Session, agreement: Agreement, now: datetime) -> int:
    """For how many days after its day a part is still waited for."""
    return kept(session, agreement, now).limits.upkeep.grace_days


def standing(changes: Iterable[Any]) -> list[Any]:
    """Without what a replay has taken back: all that time alone had done right before it."""
    settled, by_time = list[Any](), list[Any]()
    for row in changes:
        if row.kind == What.REPLAYED:
            by_time = []
        elif What(row.kind) in BY_TIME:
            by_time.append(row)
        else:
            settled, by_time = [*settled, *by_time, row], []
    return settled + by_time


def facts_of(session: Session, debt_id: str, now: datetime) -> dict[str, Any]:
    """What earlier agreements on a debt leave for its `Case`: the plan that runs, and the last twelve months."""
    return facts_of_all(session, now, store.agreements.c.debt_id == debt_id).get(debt_id, {})


def facts_of_all(session: Session, now: datetime, *conditions: Any) -> dict[str, dict[str, Any]]:
    """The same by debt, for all agreements that meet the conditions; debts without any are missing."""
    table, since = store.agreements, now - YEAR
    agreed = session.execute(sa.select(table.c.debt_id, table.c.kind, table.c.agreed_at).where(*conditions)).all()
    if not agreed:
        return {}
    ends, changes = _ends_since(session, since, *conditions), _changes_since(session, since, *conditions)
    paused = Counter(row.debt_id for row in agreed if row.kind == Kind.PAUSE.value and row.agreed_at > since)
    rows = session.execute(_query().where(_is_open(), *conditions).order_by(table.c.agreed_at))
    running = {row.debt_id: _agreement_of(row) for row in rows}
    entries = accounts.known_histories(session, running) if running else {}
    left = {debt_id: left_of(plan, entries[debt_id]) for debt_id, plan in running.items()}
    return {
        debt_id: {
            "broken_plans": ends[debt_id]["broken"],
            "changes_this_year": _used(ends[debt_id], changes[debt_id]),
            "pauses_used": paused[debt_id] + changes[debt_id][What.PAUSED],
            "plan": left.get(debt_id, ()),
            "plan_frequency": running[debt_id].frequency if debt_id in running else None,
        }
        for debt_id in {row.debt_id for row in agreed}
    }


def in_hardship(now: datetime) -> Any:
    """A query for the ids of those who told us of a hardship within the last six months."""
    return sa.select(store.hardships.c.party_id).where(store.hardships.c.told_at > now - YEAR / 2)


def is_held(session: Session, debt: accounts.Debt, now: datetime) -> bool:
    """Whether it is on hold, or the right to it has ended."""
    return is_on_hold(session, debt.party_id, debt.id, now) or bool(accounts.ended(session, [debt], now))


def is_on_hold(session: Session, party_id: str, debt_id: str, now: datetime) -> bool:
    """Whether a hold of any kind is on the person or on all of this debt."""
    return any(hold.stops(debt_id) for hold in contact.active_holds(session, party_id, now))


def schedule_as_stored(schedule: Collection[Instalment]) -> list[dict[str, object]]:
    return [{"due": part.due.isoformat(), "minor": part.amount.minor} for part in schedule]


def schedule_of(stored: Iterable[Any], currency: str) -> tuple[Instalment, ...]:
    """Reads `schedule_as_stored`."""
    return tuple(Instalment(date.fromisoformat(one["due"]), Money(one["minor"], currency)) for one in stored)


def _ends_since(session: Session, since: datetime, *conditions: Any) -> dict[str, Counter[str]]:
    """How agreements ended, by debt."""
    ends = store.agreement_ends
    return _counted(
        session, sa.select(store.agreements.c.debt_id, ends.c.how).where(ends.c.at > since, *conditions), ends
    )


def _changes_since(session: Session, since: datetime, *conditions: Any) -> dict[str, Counter[str]]:
    """What was changed in agreements, by debt."""
    changes = store.agreement_changes
    query = sa.select(store.agreements.c.debt_id, changes.c.kind).where(changes.c.at > since, *conditions)
    return _counted(session, query, changes)


def _counted(session: Session, query: Any, table: sa.Table) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for debt_id, what in session.execute(query.select_from(table.join(store.agreements))):
        found[debt_id][what] += 1
    return found


def _used(ends: Counter[str], changes: Counter[str]) -> int:
    """Agreements that were replaced, and changes that count."""
    return ends["replaced"] + sum(changes[what] for what in COUNTED)


def _is_open() -> Any:
    return ~sa.exists().where(store.agreement_ends.c.agreement_id == store.agreements.c.id)


def _query() -> Any:
    """Agreements with their offer and their newest change."""
    changes = store.agreement_changes
    newest = sa.select(sa.func.max(changes.c.revision)).where(changes.c.agreement_id == store.agreements.c.id)
    is_newest = sa.and_(
        changes.c.agreement_id == store.agreements.c.id,
        changes.c.revision == newest.correlate(store.agreements).scalar_subquery(),
    )
    tables = store.agreements.join(store.offers, store.offers.c.id == store.agreements.c.offer_id)
    columns = (
        store.agreements,
        store.offers.c.offer,
        store.offers.c.conversation_id,
        changes.c.revision,
        changes.c.schedule.label("now"),
    )
    return sa.select(*columns).select_from(tables.outerjoin(changes, is_newest))


def _agreement_of(row: Any) -> Agreement:
    offer = msgspec.convert(row.offer, Offer)
    schedule = schedule_of(row.schedule if row.revision is None else row.now, row.currency)
    return Agreement(
        id=row.id,
        offer_id=row.offer_id,
        debt_id=row.debt_id,
        kind=row.kind,
        schedule=schedule,
        total=Money(row.total_minor, row.currency),
        agreed_at=row.agreed_at,
        after_entry=row.after_entry,
        party_id=row.party_id,
        conversation_id=row.conversation_id,
        discount=offer.discount,
        frequency=offer.frequency,
        until=offer.until,
        policy_version=row.policy_version,
        message_id=row.agreed_by_message,
        revision=row.revision or 0,
    )
