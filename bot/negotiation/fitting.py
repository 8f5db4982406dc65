"""Fits a debtor's own figures into plan limits, moving as little as possible and noting what was in the way.

Their amount is kept if it can be, then their first day, then their rhythm. The lowest rank is the reason told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core import Money
from bot.negotiation.limits import PER_YEAR, PlanLimits
from bot.negotiation.making import Obstacle
from bot.negotiation.model import Between, Case, Frequency, Instalment, Proposal, Reason, Value
from bot.negotiation.schedule import (
    Rhythm,
    after,
    behind,
    cut,
    due_day,
    first_payment,
    how_many,
    is_within,
    last_day,
    named_day,
    on_days,
    repeated,
    resolve,
    rhythm_of,
)

Parts = tuple[Instalment, ...]


@dataclass(frozen=True)
class Bench:
    """The facts, the limits, and the obstacles found so far."""

    case: Case
    limits: PlanLimits
    found: list[Obstacle]
    promised: int | None = None
    """What a year of a plan takes that was offered and still stands, in minor units."""
    nothing_due: Between | None = None

    def least_ever(self, frequency: Frequency, left: int) -> int:
        """A payment that was offered before is enough; `left` where nothing was."""
        return left if self.promised is None else -(-self.promised // PER_YEAR[frequency])

    def hit(self, rank: int, reason: Reason, **values: Value) -> None:
        self.found.append(Obstacle(rank, reason, values))

    def rhythm_from(self, frequency: Frequency, day: date, *, named: bool = False) -> Rhythm:
        """Beginning on that day, whatever else is left out."""
        return Rhythm(frequency, day, named=named, nothing_due=cut(self.nothing_due, day))

    def money(self, minor: int) -> Money:
        return Money(minor, self.case.balance.currency)

    def left(self, lead: Parts) -> int:
        """What is still owed after payments of their own, in minor units."""
        return self.case.balance.minor - sum(part.amount.minor for part in lead)

    def due(self, day: date) -> date:
        """Of a day that they named."""
        return named_day(self.behind_it(day), self.case.today)

    def behind_it(self, day: date) -> date:
        """That day, or the first one behind the time that they leave out, where it falls into it."""
        if self.nothing_due is None or not is_within(day, self.nothing_due):
            return day
        return due_day(self.nothing_due[1] + timedelta(days=1), self.case.today)


@dataclass(frozen=True)
class Wish:
    """A plan with its gaps filled: payments of their own first, then `each` (or `count` equal ones)."""

    lead: Parts
    each: int | None
    count: int | None
    rhythm: Rhythm
    is_pace: bool = False
    """`each` and `count` come from a sum in all: it goes on like that until everything is paid."""


def own_parts(lead: Parts, bench: Bench) -> Parts:
    """Their own parts: days that passed, come too late or lie too far apart are moved, amounts kept. What falls into the
    time that they leave out is due behind it.
    """
    fitted: list[Instalment] = []
    for part in lead:
        fitted.append(_own_part(part, fitted[-1].due if fitted else None, bench))
    return _within_term(_with_down_payment(tuple(fitted), bench), bench)


def _own_part(part: Instalment, previous: date | None, bench: Bench) -> Instalment:
    latest, due = bench.limits.latest_first, bench.due(part.due)
    if previous:
        latest = due_day(previous + timedelta(days=bench.limits.max_days_between), bench.case.today)
    if part.due < bench.case.today:
        bench.hit(3, Reason.DATE_PASSED, date=part.due)
    elif due > latest and previous:
        bench.hit(2, Reason.GAP_TOO_LONG, days=bench.limits.max_days_between)
    elif due > latest:
        bench.hit(3, Reason.FIRST_DATE_TOO_LATE, date=part.due, latest=latest)
    least = min(bench.money(bench.limits.least(Frequency.WEEKLY)), bench.case.balance)
    if part.amount < least:
        bench.hit(1, Reason.PAYMENT_TOO_SMALL, amount=part.amount, minimum=least)
    return Instalment(min(due, latest), max(part.amount, least))


def _with_down_payment(lead: Parts, bench: Bench) -> Parts:
    down = bench.limits.down_payment
    if not lead or lead[0].amount >= down:
        return lead
    bench.hit(2, Reason.DOWN_PAYMENT_NEEDED, down_payment=down)
    return (replace(lead[0], amount=down), *lead[1:])


def _within_term(lead: Parts, bench: Bench) -> Parts:
    if not lead:
        return lead
    months = bench.limits.max_term_months
    end = last_day(lead[0].due, months)
    if lead[-1].due > end:
        bench.hit(2, Reason.GAP_TOO_LONG, days=bench.limits.max_days_between)
    return tuple(replace(part, due=min(part.due, end)) for part in lead)


def trimmed(lead: Parts, excess: int) -> Parts:
    """Payments that sum to what is owed: what is too much, in minor units, is taken off the end."""
    kept = list(lead)
    while excess > 0 and kept:
        last = kept.pop()
        cut = min(excess, last.amount.minor)
        excess -= cut
        if cut < last.amount.minor:
            kept.append(replace(last, amount=Money(last.amount.minor - cut, last.amount.currency)))
    return tuple(kept)


def wish(proposal: Proposal, lead: Parts, bench: Bench) -> Wish:
    """Their plan with a rhythm that policy has, a first day within limits, and an amount or a count."""
    named = resolve(proposal) or Frequency.MONTHLY
    frequency = named if named in bench.limits.frequencies else _closest(named, bench.limits)
    each = proposal.payment.minor if proposal.payment else None
    if frequency is not named:
        bench.hit(4, Reason.FREQUENCY_NOT_AVAILABLE, frequency=named.value)
        each = -(-each * PER_YEAR[named] // PER_YEAR[frequency]) if each else None
    if each is None and proposal.count is None:
        bench.hit(3, Reason.PARTS_LEAVE_REST, rest=bench.money(bench.left(lead)))
        each = lead[-1].amount.minor
    rhythm = _following(proposal, frequency, lead, bench) if lead else _starting(proposal, frequency, bench)
    return Wish(lead, each, proposal.count, rhythm, is_pace=bool(proposal.total and proposal.each))


def _closest(named: Frequency, limits: PlanLimits) -> Frequency:
    return min(limits.frequencies, key=lambda one: (abs(PER_YEAR[one] - PER_YEAR[named]), PER_YEAR[one]))


def _starting(proposal: Proposal, frequency: Frequency, bench: Bench) -> Rhythm:
    today, latest = bench.case.today, bench.limits.latest_first
    wanted = proposal.first_date or min(first_payment(frequency, today), latest)
    if wanted < today:
        bench.hit(3, Reason.DATE_PASSED, date=wanted)
        wanted = today
    aligned = bool(proposal.days_of_month) or proposal.weekday is not None
    rhythm = rhythm_of(
        proposal, frequency, today + timedelta(days=1) if aligned and not proposal.first_date else wanted
    )
    rhythm = behind(replace(rhythm, nothing_due=bench.nothing_due), today)
    if bench.due(rhythm.first) <= latest:
        return rhythm
    if not aligned and (soonest := bench.behind_it(wanted)) <= latest:
        return bench.rhythm_from(frequency, soonest)
    bench.hit(3, Reason.FIRST_DATE_TOO_LATE, date=rhythm.first, latest=latest)
    return bench.rhythm_from(frequency, latest)


def _following(proposal: Proposal, frequency: Frequency, lead: Parts, bench: Bench) -> Rhythm:
    day = lead[-1].due
    named = proposal.first_date if proposal.first_date and proposal.first_date > day else None
    if proposal.days_of_month or proposal.weekday is not None or named:
        rhythm = rhythm_of(proposal, frequency, named or day + timedelta(days=1))
    else:
        rhythm = after(Rhythm(frequency, day, named=True), day)
    latest = _latest_behind(day, frequency, bench)
    if rhythm.first <= latest:
        return replace(rhythm, nothing_due=bench.nothing_due)
    bench.hit(2, Reason.GAP_TOO_LONG, days=bench.limits.max_days_between)
    return bench.rhythm_from(frequency, latest)


def _latest_behind(day: date, frequency: Frequency, bench: Bench) -> date:
    """How long after a payment on that day the next one may come."""
    return max(day + timedelta(days=bench.limits.max_days_between), after(Rhythm(frequency, day), day).first)


def resuming(plan: Wish, bench: Bench) -> Wish:
    """Behind the time that they leave out it goes on as late as policy lets it."""
    time = plan.rhythm.nothing_due
    if time is None:
        return plan
    schedule, _ = instalments(plan, replace(bench, found=[]))
    days = [part.due for part in schedule]
    before = next((one for one, other in zip(days, days[1:]) if one < time[0] and time[1] < other), None)
    if before is None:
        return plan
    latest = due_day(_latest_behind(before, plan.rhythm.frequency, bench), bench.case.today)
    if next(day for day in days if day > time[1]) <= latest:
        return plan
    bench.hit(2, Reason.GAP_TOO_LONG, days=bench.limits.max_days_between)
    return replace(plan, rhythm=replace(plan.rhythm, resumes=latest, nothing_due=cut(time, latest)))


def room(plan: Wish, bench: Bench) -> int:
    """How many payments of the rhythm fit into the longest term after the payments of their own."""
    most = bench.limits.payments(plan.rhythm.frequency)
    if not plan.lead and plan.rhythm.nothing_due is None:
        return most
    begins = plan.lead[0].due if plan.lead else due_day(plan.rhythm.first, bench.case.today)
    end = last_day(begins, bench.limits.max_term_months)
    return how_many(plan.rhythm, bench.case.today, end, most - 1 if plan.lead else most)


def _has_whole_term(plan: Wish, bench: Bench) -> bool:
    """Neither payments of their own nor a time that they leave out take anything of it."""
    return not plan.lead and room(plan, bench) == bench.limits.payments(plan.rhythm.frequency)


def put_down(plan: Wish, bench: Bench) -> Wish:
    """The down payment as the first instalment where the first would be less."""
    down, balance = bench.limits.down_payment, bench.case.balance
    if plan.lead:
        return plan
    most = room(plan, bench)
    least = max(bench.limits.least(plan.rhythm.frequency), -(-balance.minor // most))
    first = max(plan.each or balance.minor // max(plan.count or 1, 1), least)
    if first >= down.minor or down >= balance or most < 2:
        return plan
    bench.hit(2, Reason.DOWN_PAYMENT_NEEDED, down_payment=down)
    lead = on_days([down], plan.rhythm, bench.case.today)
    count = max(1, plan.count - 1) if plan.count else None
    return replace(plan, lead=lead, count=count, rhythm=after(plan.rhythm, plan.rhythm.first))


def instalments(plan: Wish, bench: Bench) -> tuple[Parts, bool]:
    """The schedule, and whether they need fewer payments than they offered. Odd cents of so many payments of so much
    go to the last one.
    """
    left, most = bench.left(plan.lead), room(plan, bench)
    if plan.each is None:
        equal = _evenly(left, _count(plan, left, most, bench), bench)
        return plan.lead + on_days(equal, plan.rhythm, bench.case.today), False
    each, count = _each(plan, plan.each, left, most, bench), plan.count or 0
    if each == plan.each and 0 < left - count * each < count:
        amounts = [bench.money(each)] * (count - 1) + [bench.money(left - each * (count - 1))]
        return plan.lead + on_days(amounts, plan.rhythm, bench.case.today), False
    if count and count * plan.each < left and each == plan.each and not plan.is_pace:
        bench.hit(3, Reason.COUNT_LEAVES_REST, count=count, rest=bench.money(left - count * plan.each))
    better = plan.count is not None and -(-left // each) < plan.count
    return plan.lead + repeated(bench.money(left), bench.money(each), plan.rhythm, bench.case.today), better


def _evenly(left: int, count: int, bench: Bench) -> list[Money]:
    """So many payments, rounded up to a cent, and what is left last, as in our own plans; never nothing."""
    each = -(-left // count)
    last = left - each * (count - 1)
    return [*[bench.money(each)] * (count - 1), bench.money(last)] if last > 0 else list(bench.money(left).split(count))


def _count(plan: Wish, left: int, most: int, bench: Bench) -> int:
    assert plan.count is not None
    ever = bench.least_ever(plan.rhythm.frequency, left)
    least = min(bench.limits.least(plan.rhythm.frequency), ever)
    most = max(most, -(-left // ever)) if _has_whole_term(plan, bench) else most
    affordable = max(1, left // least)
    if plan.count > affordable and affordable <= most:
        amount = bench.money(left // plan.count)
        bench.hit(1, Reason.PAYMENT_TOO_SMALL, amount=amount, minimum=bench.money(least))
    elif plan.count > most:
        _too_long(plan, plan.count, left // plan.count, bench)
    return max(1, min(plan.count, most, affordable))


def _each(plan: Wish, each: int, left: int, most: int, bench: Bench) -> int:
    least, for_term = bench.limits.least(plan.rhythm.frequency), -(-left // most)
    ever = bench.least_ever(plan.rhythm.frequency, left) if _has_whole_term(plan, bench) else left
    needed = min(max(least, for_term), left, ever)
    if each >= needed:
        return min(each, left)
    if least >= for_term:
        bench.hit(1, Reason.PAYMENT_TOO_SMALL, amount=bench.money(each), minimum=bench.money(least))
    else:
        _too_long(plan, -(-left // each), each, bench)
    return needed


def _too_long(plan: Wish, payments: int, each: int, bench: Bench) -> None:
    """How long their way would take, in months rounded up, and the longest that can be set up."""
    months = -(-payments * 12 // PER_YEAR[plan.rhythm.frequency])
    longest = bench.limits.max_term_months
    if not _has_whole_term(plan, bench):
        # The term runs from their own first payment, and a time left out takes of it: the rest may look short enough.
        months = max(months, longest + 1)
    bench.hit(1, Reason.TERM_TOO_LONG, amount=bench.money(each), months=months, longest_months=longest)
