"""What is counted of accounts, payments, offers and agreements.

Flows are of the day; what stands at the close of a day is named so. Money without a payment of the client's own books:
what came with the account (`placed:`) is its placement, and what was paid since is recovered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from bot import negotiation
from bot.core import Session
from bot.insight.asking import AGREED, AGREEMENTS, DEBT, ask, place_of
from bot.insight.days import Count, Day, Place, day_of

CURE_DAYS = 30
SURVIVAL = (30, 90, 180)
BUCKETS = ("1_30", "31_60", "61_90", "over_90")
COLLECTED = f"""
SELECT {DEBT}, d.currency, -SUM(l.amount_minor) AS number FROM ledger_entries l
JOIN debts d ON d.id = l.debt_id JOIN parties p ON p.id = d.party_id
WHERE l.kind IN ('payment', 'reversal') AND l.source NOT LIKE 'placed:%' AND l.effective_on = :day
GROUP BY 1, 2, 3, 4
"""
PAYMENTS = f"""
SELECT {DEBT}, '' AS currency, COUNT(*) AS number FROM ledger_entries l
JOIN debts d ON d.id = l.debt_id JOIN parties p ON p.id = d.party_id
WHERE l.kind = 'payment' AND l.source NOT LIKE 'placed:%' AND l.effective_on = :day GROUP BY 1, 2, 3, 4
"""
BILLED = f"""
SELECT {DEBT}, d.currency, SUM(l.amount_minor) AS number FROM ledger_entries l
JOIN debts d ON d.id = l.debt_id JOIN parties p ON p.id = d.party_id
WHERE l.kind = 'principal' AND l.at >= :start AND l.at < :end GROUP BY 1, 2, 3, 4
"""
PLACED = f"""
SELECT {DEBT}, d.currency, SUM(l.amount_minor) AS number FROM debts d
JOIN parties p ON p.id = d.party_id JOIN ledger_entries l ON l.debt_id = d.id
WHERE l.source LIKE 'placed:%' AND d.placed_at >= :start AND d.placed_at < :end GROUP BY 1, 2, 3, 4
"""
RECOVERED = f"""
SELECT d.placed_at, {DEBT}, d.currency, -SUM(l.amount_minor) AS number FROM ledger_entries l
JOIN debts d ON d.id = l.debt_id JOIN parties p ON p.id = d.party_id
WHERE l.kind IN ('payment', 'reversal') AND l.source NOT LIKE 'placed:%' AND l.effective_on = :day
GROUP BY 1, 2, 3, 4, 5
"""
CLOSE = f"""
SELECT {DEBT}, d.currency,
  CASE WHEN d.due_since IS NULL OR d.due_since >= :day THEN 'current'
       WHEN d.due_since >= :d30 THEN '1_30' WHEN d.due_since >= :d60 THEN '31_60'
       WHEN d.due_since >= :d90 THEN '61_90' ELSE 'over_90' END AS bucket,
  SUM(CASE WHEN b.minor > 0 THEN b.minor ELSE 0 END) AS owed,
  SUM(CASE WHEN b.minor > 0 THEN 1 ELSE 0 END) AS accounts
FROM (SELECT l.debt_id, SUM(l.amount_minor) AS minor FROM ledger_entries l
      WHERE l.effective_on <= :day GROUP BY l.debt_id) b
JOIN debts d ON d.id = b.debt_id JOIN parties p ON p.id = d.party_id
WHERE d.placed_at < :end GROUP BY 1, 2, 3, 4, 5
"""
MOVED = f"""
SELECT {DEBT}, d.currency,
  CASE WHEN d.due_since >= :d30 THEN '1_30' WHEN d.due_since >= :d60 THEN '31_60'
       WHEN d.due_since >= :d90 THEN '61_90' ELSE 'over_90' END AS bucket,
  SUM(b.earlier) AS owed, SUM(CASE WHEN b.minor > 0 THEN b.earlier ELSE 0 END) AS rolled,
  COUNT(*) AS accounts, SUM(CASE WHEN b.minor <= 0 THEN 1 ELSE 0 END) AS cured
FROM (SELECT l.debt_id, SUM(l.amount_minor) AS minor,
        SUM(CASE WHEN l.effective_on <= :then THEN l.amount_minor ELSE 0 END) AS earlier
      FROM ledger_entries l WHERE l.effective_on <= :day GROUP BY l.debt_id) b
JOIN debts d ON d.id = b.debt_id JOIN parties p ON p.id = d.party_id
WHERE d.placed_at < :then_end AND d.due_since < :then AND b.earlier > 0 GROUP BY 1, 2, 3, 4, 5
"""
PLANS = f"""
SELECT {AGREED}, COUNT(*) AS active, SUM(CASE WHEN EXISTS (
    SELECT 1 FROM agreement_changes m WHERE m.agreement_id = g.id AND m.kind = 'missed' AND m.at < :end
  ) THEN 0 ELSE 1 END) AS on_time
FROM {AGREEMENTS}
WHERE g.kind IN ('short_plan', 'long_plan', 'plan') AND g.agreed_at < :end AND (e.at IS NULL OR e.at >= :end)
GROUP BY 1, 2, 3, 4
"""
SURVIVED = f"""
SELECT {AGREED}, COUNT(*) AS reached, SUM(CASE WHEN e.how = 'broken' AND e.at < :end THEN 0 ELSE 1 END) AS alive
FROM {AGREEMENTS}
WHERE g.kind IN ('short_plan', 'long_plan', 'plan') AND g.agreed_at >= :born AND g.agreed_at < :born_end
AND (e.at IS NULL OR e.at >= :end OR e.how NOT IN ('replaced', 'cancelled'))
GROUP BY 1, 2, 3, 4
"""
CUSTOMERS = f"""
SELECT s.debt_id, s.still_on, s.known_at, b.collected_on, {DEBT}, '' AS currency FROM customer_status s
JOIN (SELECT l.debt_id, MAX(CASE WHEN l.kind = 'payment' AND l.source NOT LIKE 'placed:%' THEN l.effective_on END) AS collected_on
      FROM ledger_entries l WHERE l.effective_on <= :day GROUP BY l.debt_id HAVING SUM(l.amount_minor) <= 0) b
  ON b.debt_id = s.debt_id AND b.collected_on IS NOT NULL
JOIN debts d ON d.id = s.debt_id JOIN parties p ON p.id = d.party_id
WHERE s.known_at < :end AND s.debt_id IN (SELECT t.debt_id FROM customer_status t WHERE t.known_at >= :start AND t.known_at < :end)
"""
FLOWS = {"collected": COLLECTED, "payments": PAYMENTS, "billed": BILLED}


def counts(session: Session, day: Day) -> Iterator[Count]:
    """All that is added up of a day of accounts."""
    for name, sql in FLOWS.items():
        bound = {"day": day.on} if ":day" in sql else {"start": day.start, "end": day.end}
        for row in ask(session, sql, **bound):
            yield Count(name, place_of(row), int(row.number))
    yield from _cohorts(session, day)
    yield from _close(session, day)
    yield from _moved(session, day)
    yield from _plans(session, day)
    yield from _customers(session, day)
    yield from _offers(session, day)
    yield from _judged(session, day)


def _cohorts(session: Session, day: Day) -> Iterator[Count]:
    """Of each month of placement: what was placed, and what has come of it since."""
    for row in ask(session, PLACED, start=day.start, end=day.end):
        yield Count(f"placed:{day.on:%Y-%m}", place_of(row), int(row.number))
    for row in ask(session, RECOVERED, ("placed_at",), day=day.on):
        yield Count(f"recovered:{day_of(row.placed_at, day.zone).on:%Y-%m}", place_of(row), int(row.number))


def _past(day: date) -> dict[str, date]:
    return {f"d{number}": day - timedelta(days=number) for number in (30, 60, 90)}


def _close(session: Session, day: Day) -> Iterator[Count]:
    for row in ask(session, CLOSE, (), day=day.on, end=day.end, **_past(day.on)):
        place, counted = place_of(row), Place(row.channel, row.language, row.segment)
        yield Count("receivable_at_close", place, int(row.owed))
        yield Count("accounts_open_at_close", counted, int(row.accounts))
        if row.bucket == "current":
            yield Count("receivable_current_at_close", place, int(row.owed))
        else:
            yield Count("receivable_past_due_at_close", place, int(row.owed))
            yield Count("accounts_past_due_at_close", counted, int(row.accounts))


def _moved(session: Session, day: Day) -> Iterator[Count]:
    """From thirty days ago until the close of this day."""
    then = day.ago(CURE_DAYS)
    for row in ask(session, MOVED, (), day=day.on, then=then.on, then_end=then.end, **_past(then.on)):
        place, counted = place_of(row), Place(row.channel, row.language, row.segment)
        yield Count("accounts_past_due_30_days_ago", counted, int(row.accounts))
        yield Count("accounts_cured_in_30_days", counted, int(row.cured))
        yield Count(f"bucket_{row.bucket}_30_days_ago", place, int(row.owed))
        yield Count(f"bucket_{row.bucket}_rolled", place, int(row.rolled))


def _plans(session: Session, day: Day) -> Iterator[Count]:
    for row in ask(session, PLANS, end=day.end):
        yield Count("plans_active_at_close", place_of(row), int(row.active))
        yield Count("plans_on_time_at_close", place_of(row), int(row.on_time))
    for age in SURVIVAL:
        born = day.ago(age)
        for row in ask(session, SURVIVED, born=born.start, born_end=born.end, end=day.end):
            yield Count(f"plans_{age}_days_old", place_of(row), int(row.reached))
            yield Count(f"plans_alive_at_{age}_days", place_of(row), int(row.alive))


def _customers(session: Session, day: Day) -> Iterator[Count]:
    """Counted once, on the day of the first file since their twelve months were over."""
    said: dict[str, list[Any]] = defaultdict(list)
    for row in ask(session, CUSTOMERS, ("known_at",), day=day.on, start=day.start, end=day.end):
        said[row.debt_id].append(row)
    for rows in said.values():
        due = date.fromisoformat(str(rows[0].collected_on)) + relativedelta(years=1)
        known = [row for row in rows if day_of(row.known_at, day.zone).on >= due]
        if known and all(row.known_at >= day.start for row in known):
            yield Count("customers_known_after_12_months", place_of(rows[0]), 1)
            kept = any(date.fromisoformat(str(row.still_on)) >= due for row in known)
            yield Count("customers_kept_12_months", place_of(rows[0]), int(kept))


def _offers(session: Session, day: Day) -> Iterator[Count]:
    made = list(negotiation.reporting.offered(session, day.start, day.end))
    agreed = list(negotiation.reporting.agreed_in(session, day.start, day.end))
    places = _places(session, [*made, *agreed])
    for one in made:
        place = places[one.conversation_id, one.debt_id]
        yield Count("offers_by_hand" if one.by_hand else "offers_made", place, 1)
        if one.inside and not one.by_hand:
            yield Count("offers_inside", place, 1)
    for yes in agreed:
        if yes.over_floor is not None:
            place = places[yes.conversation_id, yes.debt_id]
            paid = Place(place.channel, place.language, place.segment, yes.total.currency)
            yield Count("settlements", place, 1)
            yield Count("settled_owed", paid, yes.owed.minor)
            yield Count("settled_for", paid, yes.total.minor)
            yield Count("settled_over_floor", paid, yes.over_floor.minor)


def _judged(session: Session, day: Day) -> Iterator[Count]:
    parts = list(negotiation.reporting.judged(session, day.on, day.start, day.end))
    places = _places(session, parts)
    for part in parts:
        place = places[part.conversation_id, part.debt_id]
        money = Place(place.channel, place.language, place.segment, part.amount.currency)
        what = "promises" if part.single else "instalments"
        yield Count(f"{what}_due", place, 1)
        yield Count(f"{what}_due_money", money, part.amount.minor)
        if part.kept:
            yield Count(f"{what}_kept", place, 1)
            yield Count(f"{what}_kept_money", money, part.amount.minor)
        if part.first and not part.single:
            yield Count("first_instalments_due", place, 1)
            yield Count("first_instalments_missed", place, 0 if part.kept else 1)


def _places(session: Session, found: Iterable[Any]) -> dict[tuple[str, str], Place]:
    """Where what was offered or agreed belongs: the channel of its conversation, the language and product of the debt."""
    wanted = {(one.conversation_id, one.debt_id) for one in found}
    sql = """SELECT c.channel, p.language, d.product AS segment FROM conversations c, debts d
             JOIN parties p ON p.id = d.party_id WHERE c.id = :talk AND d.id = :debt"""
    return {
        (talk, debt): place_of(row) for talk, debt in wanted for row in ask(session, sql, talk=talk, debt=debt)
    }
