"""What the terms of a policy mean, worked out a second time from its cells, and the calendar read day by day.

It shares no arithmetic with bot/negotiation: a limit that is computed wrongly there is another number here.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

from bot.negotiation import Case, Frequency, Policy, Proposal, SettlementStep, Terms, When

INCOME_CAPS = {"ny-medical-5-percent", "ca-medical-10-percent"}
A_YEAR = {
    Frequency.WEEKLY: 52,
    Frequency.BIWEEKLY: 26,
    Frequency.EVERY_4_WEEKS: 13,
    Frequency.SEMIMONTHLY: 24,
    Frequency.MONTHLY: 12,
    Frequency.QUARTERLY: 4,
}
BANK_HOLIDAYS = {
    date(2026, month, day)
    for month, day in [(1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (7, 4), (9, 7), (10, 12), (11, 11), (11, 26), (12, 25)]
} | {
    date(2027, month, day)
    for month, day in [(1, 1), (1, 18), (2, 15), (5, 31), (6, 19), (7, 5), (9, 6), (10, 11), (11, 11), (11, 25), (12, 25)]
}  # fmt: skip
"""The Federal Reserve's list: a holiday on a Sunday is kept on Monday, one on a Saturday on no other day."""


def terms_for(case: Case, policy: Policy) -> tuple[str, Terms]:
    """The first row that fits."""
    return next((row.name, row.terms) for row in policy.rows if _fits(row.when, case))


def _fits(when: When, case: Case) -> bool:
    bands = (
        (when.balance_from, case.balance.minor, when.balance_below),
        (when.days_past_due_from, case.days_past_due, when.days_past_due_below),
        (when.broken_plans_from, case.broken_plans, when.broken_plans_below),
    )
    words = ((when.product, case.product), (when.jurisdiction, case.jurisdiction), (when.client, case.client))
    answers = (
        (when.hardship, case.hardship or case.vulnerable),
        (when.income_only_benefits, case.income_only_benefits),
    )
    return (
        all((low is None or got >= low) and (below is None or got < below) for low, got, below in bands)
        and all(not listed or word in listed for listed, word in words)
        and all(asked is None or asked == given for asked, given in answers)
    )


def percent(case: Case, share: object) -> Fraction:
    """So much of the balance, in minor units."""
    return Fraction(case.balance.minor) * Fraction(str(share)) / 100


def can_spare(case: Case, terms: Terms) -> int | None:
    """A month's share of what is left over; None where it does not change the terms."""
    if case.monthly_surplus is None:
        return None
    spare = floor(Fraction(case.monthly_surplus.minor) * Fraction(str(terms.surplus_share_pct)) / 100)
    return spare if spare * terms.max_term_months < case.balance.minor else None


def least_a_month(case: Case, terms: Terms) -> int:
    """The smallest monthly payment, in minor units."""
    least = max(terms.min_payment, ceil(percent(case, terms.min_payment_pct)), 1)
    spare = can_spare(case, terms)
    if spare is not None:
        least = min(least, max(spare, terms.token_payment, 1))
    return min(least, case.balance.minor)


def least_payment(case: Case, terms: Terms, frequency: Frequency) -> int:
    """The same year's money in payments of this frequency, in minor units."""
    return ceil(Fraction(least_a_month(case, terms) * 12, A_YEAR[frequency]))


def longest_months(case: Case, terms: Terms) -> int:
    longer = can_spare(case, terms) is not None
    return max(terms.max_term_months, terms.affordable_term_months) if longer else terms.max_term_months


def down_payment(case: Case, terms: Terms) -> int:
    """In minor units; nothing for a person in care."""
    return 0 if case.in_care else floor(percent(case, terms.down_payment_pct))


def settlement_floor(case: Case, terms: Terms, *, in_parts: bool) -> int | None:
    """In minor units; None where nothing is forgiven."""
    step = _step(case, terms)
    if step is None:
        return None
    forgivable = case.balance.minor if terms.max_forgiven is None else terms.max_forgiven
    least = max(ceil(percent(case, step.floor_pct)), terms.min_settlement, case.balance.minor - forgivable)
    extra = ceil(percent(case, terms.settlement_parts_points)) if in_parts else 0
    return min(min(least, case.balance.minor) + extra, case.balance.minor)


def _step(case: Case, terms: Terms) -> SettlementStep | None:
    old_enough = [
        step
        for step in terms.settlement
        if case.days_past_due >= step.days_past_due_from and case.balance.minor >= step.balance_from
    ]
    return old_enough[0] if old_enough else None


def banking(day: date) -> date:
    """The first day from `day` on that is no weekend and no bank holiday; for 2026 and 2027."""
    while day.weekday() in (5, 6) or day in BANK_HOLIDAYS:
        day += timedelta(days=1)
    return day


def plus_months(day: date, months: int) -> date:
    """One month after the other; the 31st becomes the last day of a shorter one."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def days_of(proposal: Proposal, frequency: Frequency, earliest: date) -> Iterator[date]:
    """The days that the words mean, from `earliest` on, found by walking through the calendar."""
    weeks = {Frequency.WEEKLY: 1, Frequency.BIWEEKLY: 2, Frequency.EVERY_4_WEEKS: 4}.get(frequency)
    if weeks:
        day = earliest
        while proposal.weekday is not None and day.weekday() != proposal.weekday:
            day += timedelta(days=1)
        while True:
            yield day
            day += timedelta(weeks=weeks)
    if proposal.nth and proposal.weekday is not None and frequency in _STEP:
        yield from _weekdays_of_months(proposal.weekday, proposal.nth, _STEP[frequency], earliest)
    named = sorted(proposal.days_of_month)[:2] or _unnamed(frequency, earliest)
    yield from _in_months(named, frequency, earliest)


def due_without(days: Iterator[date], theirs: int, time: tuple[date, date]) -> Iterator[date]:
    """When those are due that neither fall into the time nor would be due in it; the first `theirs` of them stay."""
    for place, day in enumerate(days):
        due = day if place < theirs else banking(day)
        if not any(time[0] <= one <= time[1] for one in (day, due)):
            yield due


def _weekdays_of_months(weekday: int, nth: int, step: int, earliest: date) -> Iterator[date]:
    """The 2nd Friday, or with -1 the last, of every `step`-th month, by listing the Fridays of each."""
    month, begun = earliest.replace(day=1), False
    while True:
        all_days = (month + timedelta(days=number) for number in range(monthrange(month.year, month.month)[1]))
        ones = [day for day in all_days if day.weekday() == weekday]
        day = ones[nth - 1 if nth > 0 else nth]
        begun = begun or day >= earliest
        if begun:
            yield day
        month = plus_months(month, step if begun else 1)


def _unnamed(frequency: Frequency, first: date) -> list[int]:
    """Twice a month is half a month apart."""
    if frequency is not Frequency.SEMIMONTHLY:
        return [first.day]
    return sorted([first.day, first.day + 15 if first.day <= 15 else first.day - 15])


def _in_months(named: list[int], frequency: Frequency, earliest: date) -> Iterator[date]:
    if frequency is Frequency.SEMIMONTHLY and len(named) == 1:
        raise AssertionError("one day of the month is not twice a month")
    month, first = earliest.replace(day=1), None
    while True:
        for number in named:
            day = month.replace(day=min(number, monthrange(month.year, month.month)[1]))
            if day < earliest:
                continue
            if frequency is Frequency.SEMIMONTHLY:
                yield day
            elif first is None or (number == first[0] and _apart(first[1], day) % _STEP[frequency] == 0):
                first = first or (number, day)
                yield day
        month = plus_months(month, 1)


_STEP = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3}


def _apart(first: date, day: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month
