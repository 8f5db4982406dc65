"""Paying in full, a promise, and breathing room: pause, token payment, extension, temporary reduction.

A hardship, vulnerability or dispute leads here at once. Each function takes what the debtor asked and gives that,
or the nearest that fits; an offer of None means that nothing of this kind is left.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.core import Money
from bot.negotiation.limits import PER_YEAR
from bot.negotiation.making import Judged, Obstacle, make, single
from bot.negotiation.model import (
    Case,
    Frequency,
    Instalment,
    Kind,
    Offer,
    Proposal,
    Reason,
)
from bot.negotiation.policy import Decision
from bot.negotiation.schedule import (
    Rhythm,
    after,
    due_day,
    first_payment,
    named_day,
    on_days,
    resolve,
    rhythm_of,
    total_of,
)

Parts = tuple[Instalment, ...]
_LONGEST_GAP = (
    (10, Frequency.WEEKLY),
    (14, Frequency.BIWEEKLY),
    (22, Frequency.SEMIMONTHLY),
    (28, Frequency.EVERY_4_WEEKS),
    (45, Frequency.MONTHLY),
)


def payoff(case: Case, decision: Decision, day: date) -> Money:
    """What paying everything on `day` takes, with the discount while it lasts."""
    full = decision.limits.full
    in_time = named_day(day, case.today) <= full.discount_until
    return case.balance - full.discount if in_time and Kind.FULL in decision.limits.offers else case.balance


def full(proposal: Proposal, case: Case, decision: Decision) -> Judged:
    """Everything at once. Nobody is ever refused this; only the day and the discount have limits."""
    limits = decision.limits.full
    usual = limits.discount_until if limits.discount.minor else limits.latest
    day = proposal.first_date or usual
    obstacle = None
    if day < case.today:
        obstacle = Obstacle(3, Reason.DATE_PASSED, {"date": day})
    elif day > limits.latest:
        obstacle = Obstacle(2, Reason.FULL_DATE_TOO_LATE, {"date": day, "latest": limits.latest})
    day = min(max(day, case.today), limits.latest)
    amount = payoff(case, decision, day)
    offer = make(case, decision, Kind.FULL, single(amount, day, case))
    named = proposal.total or (proposal.payment if not proposal.count else None)
    return Judged(offer, obstacle, bool(named and named > amount))


def promise(proposal: Proposal, case: Case, decision: Decision) -> Judged:
    """An amount on a day, without a plan; the rest stays owed. Needs both to be named."""
    limits = decision.limits.relief
    amount, day = proposal.payment or proposal.total, proposal.first_date
    assert amount is not None and day is not None and limits.promise_latest is not None
    obstacle = None
    if day < case.today:
        obstacle = Obstacle(3, Reason.DATE_PASSED, {"date": day})
    elif day > limits.promise_latest:
        obstacle = Obstacle(2, Reason.PROMISE_DATE_TOO_LATE, {"date": day, "latest": limits.promise_latest})
    if amount < limits.promise_min:
        obstacle = Obstacle(1, Reason.PROMISE_TOO_SMALL, {"amount": amount, "minimum": limits.promise_min})
    fitting = min(max(amount, limits.promise_min), case.balance)
    schedule = single(fitting, min(max(day, case.today), limits.promise_latest), case)
    return Judged(make(case, decision, Kind.PROMISE, schedule), obstacle)


def pause(proposal: Proposal, case: Case, decision: Decision) -> Judged:
    """Nothing due until a day: theirs, or the longest that is allowed."""
    latest = decision.limits.relief.pause_until
    if latest is None:
        allowed: dict[str, Money | int | date | str] = {"allowed": decision.limits.relief.pauses_allowed}
        return Judged(None, Obstacle(1, Reason.PAUSES_USED, allowed))
    wanted = proposal.pause_until or proposal.first_date
    until = min(wanted, latest) if wanted and wanted > case.today else latest
    offer = replace(make(case, decision, Kind.PAUSE, ()), until=until)
    if wanted is None or wanted <= latest:
        return Judged(offer)
    return Judged(offer, Obstacle(1, Reason.PAUSE_TOO_LONG, {"date": wanted, "latest": latest}))


def token(proposal: Proposal, case: Case, decision: Decision) -> Judged:
    """A few dollars a month for a while, so that nothing else happens; the balance stays."""
    limits = decision.limits
    least = max(limits.relief.token_payment, Money(1, case.balance.currency))
    each = min(max(proposal.payment or least, least), case.balance)
    frequency = resolve(proposal) or Frequency.MONTHLY
    if frequency not in limits.plan.frequencies:
        frequency = Frequency.MONTHLY
    count = max(1, limits.relief.token_months * PER_YEAR[frequency] // 12)
    count = min(count, max(1, case.balance.minor // each.minor))
    first = proposal.first_date or first_payment(frequency, case.today)
    first = min(max(first, case.today), limits.plan.latest_first)
    schedule = on_days([each] * count, rhythm_of(proposal, frequency, first), case.today)
    offer = make(case, decision, Kind.TOKEN, schedule, frequency)
    if proposal.payment and proposal.payment < least:
        values: dict[str, Money | int | date | str] = {"amount": proposal.payment, "minimum": least}
        return Judged(offer, Obstacle(1, Reason.TOKEN_TOO_SMALL, values))
    return Judged(offer)


def change(proposal: Proposal, case: Case, decision: Decision, kind: Kind) -> Judged:
    """An extension or a reduction of the plan that runs, while changes are left this year."""
    if not case.plan:
        return Judged(None, Obstacle(1, Reason.NO_PLAN_TO_CHANGE, {}))
    if kind not in decision.limits.offers:
        return Judged(None, Obstacle(1, Reason.CHANGE_NOT_AVAILABLE, {}))
    if decision.limits.relief.changes_left < 1:
        return Judged(None, Obstacle(1, Reason.CHANGES_USED, {}))
    return _extension(proposal, case, decision) if kind is Kind.EXTENSION else _reduction(proposal, case, decision)


def _extension(proposal: Proposal, case: Case, decision: Decision) -> Judged:
    """The next payment on a later day; the others stay."""
    following, *others = case.plan
    latest = due_day(max(following.due, case.today) + timedelta(days=decision.limits.relief.extension_days), case.today)
    day = proposal.first_date or latest
    due = min(named_day(day, case.today), latest)
    schedule = tuple(sorted([Instalment(due, following.amount), *others], key=lambda part: part.due))
    offer = make(case, decision, Kind.EXTENSION, schedule, frequency_of(case))
    if day <= latest:
        return Judged(offer)
    return Judged(offer, Obstacle(1, Reason.EXTENSION_TOO_LATE, {"date": day, "latest": latest}))


def _reduction(proposal: Proposal, case: Case, decision: Decision) -> Judged:
    """Smaller payments for some months; what is left out follows at the end, in the usual amount."""
    usual = case.plan[0].amount
    least = max(usual.percent(decision.limits.relief.reduction_pct, "up"), Money(1, usual.currency))
    wanted = proposal.payment or least
    offer = make(case, decision, Kind.REDUCTION, _reduced(max(wanted, least), case, decision), frequency_of(case))
    if wanted >= least:
        return Judged(offer)
    return Judged(offer, Obstacle(1, Reason.REDUCTION_TOO_DEEP, {"amount": wanted, "minimum": least}))


def _reduced(each: Money, case: Case, decision: Decision) -> Parts:
    frequency = frequency_of(case)
    months = max(1, decision.limits.relief.reduction_months * PER_YEAR[frequency] // 12)
    smaller = tuple(replace(part, amount=min(part.amount, each)) for part in case.plan[:months])
    kept = smaller + case.plan[months:]
    currency = case.balance.currency
    left = total_of(case.plan, currency).minor - total_of(kept, currency).minor
    usual = case.plan[0].amount.minor
    amounts = [Money(min(usual, left - paid), currency) for paid in range(0, left, usual)]
    last = case.plan[-1].due
    return kept + on_days(amounts, after(Rhythm(frequency, last), last), case.today)


def frequency_of(case: Case) -> Frequency:
    """How often the plan that runs is paid; told by the days between its payments when nobody noted it."""
    if case.plan_frequency or len(case.plan) < 2:
        return case.plan_frequency or Frequency.MONTHLY
    gaps = sorted((after_.due - before.due).days for before, after_ in zip(case.plan, case.plan[1:], strict=False))
    usual = gaps[len(gaps) // 2]
    return next((frequency for days, frequency in _LONGEST_GAP if usual <= days), Frequency.QUARTERLY)


def menu(kind: Kind, case: Case, decision: Decision) -> Offer | None:
    """What this kind of relief would be if they named nothing; None when it is used up or makes no sense."""
    nothing = Proposal()
    if kind is Kind.PAUSE:
        return pause(nothing, case, decision).offer
    if kind is Kind.TOKEN:
        return token(nothing, case, decision).offer if decision.limits.relief.token_payment.minor else None
    return change(nothing, case, decision, kind).offer
