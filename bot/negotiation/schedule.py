"""Exact dates and cents. A plan is a rhythm (how often, from when) and amounts; the last takes the rounding.

A day that they named stays as it is, weekend or holiday, since a link can be paid on any day. One that we set moves
forward to the next banking day, as the Federal Reserve does: a holiday on a Sunday is kept on Monday, one on a
Saturday is not kept on Friday.
"""

from __future__ import annotations

import itertools
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays
from dateutil import relativedelta

from bot.core import Money
from bot.negotiation.limits import PER_YEAR
from bot.negotiation.model import Between, Frequency, Instalment, Proposal

_DAYS = {Frequency.WEEKLY: 7, Frequency.BIWEEKLY: 14, Frequency.EVERY_4_WEEKS: 28}
_MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3}
_FIRST_PAYMENT_DAYS = {Frequency.WEEKLY: 7}
_USUAL_FIRST_PAYMENT_DAYS = 14


@dataclass(frozen=True)
class Rhythm:
    """`first` is the nominal first day; `days` are days of the month for monthly and twice-a-month plans.

    `nth` makes it that weekday of each month, the weekday of `first`: the 2nd Friday, with -1 the last one.
    `named`: they said its first day, or the weekday or day of the month that it falls on. Then `first` stays, and so
    do all days of a rhythm of weekdays; the later ones by the day of the month are worked out and move past weekends.
    Days that fall into `nothing_due`, or would be due then, are left out; behind it the rhythm goes on, or begins anew on
    the day when it `resumes`.
    """

    frequency: Frequency
    first: date
    days: tuple[int, ...] = ()
    named: bool = False
    nth: int = 0
    nothing_due: Between | None = None
    resumes: date | None = None

    def stays(self, index: int) -> bool:
        """Whether the `index`-th day is theirs."""
        return self.named and (index == 0 or self.frequency in _DAYS or bool(self.nth))


def local_date(now: datetime, zone: str) -> date:
    """The calendar day where the debtor is. `now` is aware, `zone` an IANA name."""
    return now.astimezone(ZoneInfo(zone)).date()


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    named = holidays.country_holidays("US", years=year, observed=False)
    return frozenset(day + timedelta(days=1) if day.weekday() == 6 else day for day in named)


@lru_cache(maxsize=65_536)
def banking_day(day: date) -> date:
    """`day`, or the first banking day after it."""
    while day.weekday() >= 5 or day in _bank_holidays(day.year):
        day += timedelta(days=1)
    return day


def due_day(day: date, today: date) -> date:
    """The day on which a payment that we set for `day` falls due; a day that has passed is due today."""
    return today if day <= today else banking_day(day)


def named_day(day: date, today: date) -> date:
    """The day on which a payment falls due that they named `day` for."""
    return max(day, today)


def add_months(day: date, months: int, anchor: int = 0) -> date:
    """The same day of a later month; the 31st becomes the 30th or 28th. `anchor` overrides the day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(anchor or day.day, _days_in(year, month + 1)))


@lru_cache(maxsize=1024)
def _days_in(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def nominal(rhythm: Rhythm, index: int) -> date:
    """The `index`-th day (from 0) before moving past weekends and holidays, also where it is left out."""
    if rhythm.frequency in _DAYS:
        return rhythm.first + timedelta(days=_DAYS[rhythm.frequency] * index)
    if rhythm.frequency is Frequency.SEMIMONTHLY:
        return _twice_a_month(rhythm, index)
    months = _MONTHS[rhythm.frequency] * index
    if rhythm.nth:
        return nth_weekday(add_months(rhythm.first, months, 1), rhythm.first.weekday(), rhythm.nth)
    anchor = rhythm.days[0] if rhythm.days else rhythm.first.day
    return add_months(rhythm.first, months, anchor)


def nth_weekday(month: date, weekday: int, nth: int) -> date:
    """The 1st to 4th, or with -1 the last, such weekday of the month of that day."""
    within = month.replace(day=1) if nth > 0 else add_months(month, 0, 31)
    return within + relativedelta.relativedelta(weekday=relativedelta.weekday(weekday, nth))


def _twice_a_month(rhythm: Rhythm, index: int) -> date:
    days = rhythm.days if len(rhythm.days) == 2 else _pair(rhythm.first.day)
    start = 0 if rhythm.first <= add_months(rhythm.first, 0, days[0]) else 1
    months, half = divmod(start + index, 2)
    return add_months(rhythm.first, months, days[half])


def _pair(day: int) -> tuple[int, int]:
    return (day, day + 15) if day <= 15 else (day - 15, day)


def rhythm_of(proposal: Proposal, frequency: Frequency, earliest: date) -> Rhythm:
    """The first day on or after `earliest` that fits the weekday or days of the month they named."""
    days = tuple(sorted(day for day in proposal.days_of_month if 1 <= day <= 31))[:2]
    if proposal.weekday is not None and proposal.nth and frequency in _MONTHS:
        found = (nth_weekday(add_months(earliest, months, 1), proposal.weekday, proposal.nth) for months in (0, 1))
        return Rhythm(frequency, next(day for day in found if day >= earliest), named=True, nth=proposal.nth)
    if proposal.weekday is not None and frequency in _DAYS:
        ahead = timedelta(days=(proposal.weekday - earliest.weekday()) % 7)
        return Rhythm(frequency, earliest + ahead, named=True)
    if not days or frequency in _DAYS:
        return Rhythm(frequency, earliest, named=proposal.first_date == earliest and not proposal.not_before)
    candidates = ((add_months(earliest, months, day), day) for months in (0, 1) for day in days)
    first, day = min(candidate for candidate in candidates if candidate[0] >= earliest)
    return Rhythm(frequency, first, days if frequency is Frequency.SEMIMONTHLY else (day,), named=True)


def first_payment(frequency: Frequency, today: date) -> date:
    """When a plan starts if the debtor named no date: a week or two away, never today."""
    return today + timedelta(days=_FIRST_PAYMENT_DAYS.get(frequency, _USUAL_FIRST_PAYMENT_DAYS))


def resolve(proposal: Proposal) -> Frequency | None:
    """Paydays, or days named alone ("on the 1st and 15th", "on Fridays"), as the frequency they amount to."""
    if proposal.frequency not in (None, Frequency.PAYDAY):
        return proposal.frequency
    if len(proposal.days_of_month) > 1:
        return Frequency.SEMIMONTHLY
    if proposal.days_of_month:
        return Frequency.MONTHLY
    if proposal.frequency is None:
        return Frequency.WEEKLY if proposal.weekday is not None and not proposal.first_date else None
    return Frequency.BIWEEKLY if proposal.weekday is not None or proposal.first_date else None


def after(rhythm: Rhythm, day: date) -> Rhythm:
    """The same rhythm, starting with its first day later than `day`."""
    index = max(0, (day - rhythm.first).days * PER_YEAR[rhythm.frequency] // 366)
    while nominal(rhythm, index) <= day:
        index += 1
    days = rhythm.days
    if rhythm.frequency is Frequency.SEMIMONTHLY and not days:
        days = _pair(rhythm.first.day)
    elif rhythm.frequency in _MONTHS and not days and not rhythm.nth:
        days = (rhythm.first.day,)
    return replace(rhythm, first=nominal(rhythm, index), days=days, named=rhythm.stays(index))


def repeated(total: Money, each: Money, rhythm: Rhythm, today: date) -> tuple[Instalment, ...]:
    """Payments of `each` until `total` is reached; the last is what remains."""
    full, rest = divmod(total.minor, each.minor)
    amounts = [each] * full + ([Money(rest, total.currency)] if rest else [])
    return on_days(amounts, rhythm, today)


def on_days(amounts: list[Money], rhythm: Rhythm, today: date) -> tuple[Instalment, ...]:
    """One payment for each amount, on the days of the rhythm."""
    return tuple(map(Instalment, _days(rhythm, today, len(amounts)), amounts))


def how_many(rhythm: Rhythm, today: date, end: date, most: int) -> int:
    """Its payments up to and with `end`, at most so many."""
    return sum(day <= end for day in _days(rhythm, today, most))


def behind(rhythm: Rhythm, today: date) -> Rhythm:
    """The same, from its first day on that is not left out."""
    while _is_left_out(rhythm, 0, today):
        rhythm = after(rhythm, rhythm.first)
    return rhythm


def is_within(day: date, time: Between | None) -> bool:
    return time is not None and time[0] <= day <= time[1]


def cut(time: Between | None, day: date) -> Between | None:
    """What is left of a time when there is a payment on a day of it: the days before."""
    if time is None or not is_within(day, time):
        return time
    return None if day == time[0] else (time[0], day - timedelta(days=1))


@lru_cache(maxsize=4096)
def _days(rhythm: Rhythm, today: date, count: int) -> tuple[date, ...]:
    if rhythm.nothing_due is None:
        return tuple(_day(rhythm, index, today) for index in range(count))
    days: list[date] = []
    for index in itertools.count():
        if len(days) == count:
            break
        if not _is_left_out(rhythm, index, today):
            days.append(_day(rhythm, index, today))
        elif rhythm.resumes is not None:
            return (*days, *_days(Rhythm(rhythm.frequency, rhythm.resumes), today, count - len(days)))
    return tuple(days)


def _is_left_out(rhythm: Rhythm, index: int, today: date) -> bool:
    return any(is_within(day, rhythm.nothing_due) for day in (nominal(rhythm, index), _day(rhythm, index, today)))


def _day(rhythm: Rhythm, index: int, today: date) -> date:
    falls_due = named_day if rhythm.stays(index) else due_day
    return falls_due(nominal(rhythm, index), today)


def total_of(schedule: tuple[Instalment, ...], currency: str) -> Money:
    """The exact sum of a schedule."""
    return Money(sum(part.amount.minor for part in schedule), currency)


def last_day(first: date, months: int) -> date:
    """The last day on which a plan of `months` that starts on `first` may have a payment."""
    return banking_day(add_months(first, months))
