"""Plans: what the debtor proposed or the nearest that fits, our own short and long plan, the smallest payments.

Every cent of the balance is in the schedule; a plan never costs more than what is owed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.core import Money
from bot.negotiation import fitting
from bot.negotiation.fitting import Bench, Parts, Wish
from bot.negotiation.limits import PER_YEAR, PlanLimits
from bot.negotiation.making import Judged, make, told
from bot.negotiation.model import PLANS, Between, Case, Frequency, Kind, Offer, Proposal, Reason
from bot.negotiation.policy import Decision
from bot.negotiation.schedule import first_payment, resolve


def promised(history: tuple[Offer, ...], case: Case) -> int | None:
    """What a year of the mildest even plan takes that was offered and has not run out, in minor units; None without one.

    A part paid may bring the balance into a row with a shorter term: what was offered is not taken back in between.
    """
    standing = [
        offer.regular.minor * PER_YEAR[offer.frequency]
        for offer in history
        if offer.kind in PLANS and offer.frequency and offer.is_even and offer.regular
        and offer.expires >= case.today and offer.total >= case.balance
    ]  # fmt: skip
    return min(standing, default=None)


def judge(
    proposal: Proposal, case: Case, decision: Decision, lead: Parts = (), history: tuple[Offer, ...] = ()
) -> Judged:
    """The plan they named, or the nearest one. `lead` are their own dated parts, in order of date."""
    time = _to_come(proposal.nothing_due, case)
    bench = Bench(case, decision.limits.plan, [], promised(history, case), time)
    lead = fitting.own_parts(lead, bench)
    left = bench.left(lead)
    if left <= 0:
        offer = _offer(fitting.trimmed(lead, -left), None, bench, decision)
        return Judged(offer, told(bench.found), better=left < 0)
    plan = fitting.put_down(_with_room(fitting.wish(proposal, lead, bench), bench), bench)
    plan = fitting.resuming(plan, bench)
    schedule, better = fitting.instalments(plan, bench)
    offer = _offer(schedule, plan.rhythm.frequency, bench, decision)
    return Judged(offer, told(bench.found), better)


def _to_come(time: Between | None, case: Case) -> Between | None:
    """What is left of a time from tomorrow on: what they pay today they named."""
    tomorrow = case.today + timedelta(days=1)
    return (max(time[0], tomorrow), time[1]) if time is not None and time[1] >= tomorrow else None


def _offer(schedule: Parts, frequency: Frequency | None, bench: Bench, decision: Decision) -> Offer:
    kind = Kind.PLAN if len(schedule) > 1 else Kind.FULL
    return make(bench.case, decision, kind, schedule, frequency, nothing_due=bench.nothing_due)


def _with_room(plan: Wish, bench: Bench) -> Wish:
    """Without payments of their own that would use up the whole term."""
    if fitting.room(plan, bench) >= 1:
        return plan
    bench.hit(2, Reason.GAP_TOO_LONG, days=bench.limits.max_days_between)
    return replace(plan, lead=(), rhythm=bench.rhythm_from(plan.rhythm.frequency, plan.lead[0].due, named=True))


def menu(kind: Kind, case: Case, decision: Decision) -> Offer | None:
    """Our own short or long plan; None when the balance is too small to be worth splitting that far."""
    limits = decision.limits.plan
    frequency = Frequency.MONTHLY if Frequency.MONTHLY in limits.frequencies else limits.frequencies[0]
    ours = _short(limits) if kind is Kind.SHORT_PLAN else limits
    count = _payments(ours, frequency, case)
    if count < 2 or (kind is Kind.LONG_PLAN and count <= _payments(_short(limits), frequency, case)):
        return None
    each = max(-(-case.balance.minor // count), ours.least(frequency))
    first = min(first_payment(frequency, case.today), limits.latest_first)
    wish = Proposal(each=Money(each, case.balance.currency), frequency=frequency, first_date=first, not_before=True)
    offer = judge(wish, case, replace(decision, limits=replace(decision.limits, plan=ours))).offer
    return replace(offer, kind=kind) if offer else None


def longest(
    proposal: Proposal, case: Case, decision: Decision, history: tuple[Offer, ...] = ()
) -> Offer | None:  # fmt: skip
    """The plan with the smallest payments, in their rhythm and from their day: what we give instead."""
    if not decision.limits.plan.frequencies:
        return None
    smallest = Money(1, case.balance.currency)
    wish = replace(proposal, each=smallest, frequency=resolve(proposal) or Frequency.MONTHLY, count=None, parts=())
    return judge(wish, case, decision, history=history).offer


def _short(limits: PlanLimits) -> PlanLimits:
    return replace(limits, max_term_months=min(limits.short_term_months, limits.max_term_months))


def _payments(limits: PlanLimits, frequency: Frequency, case: Case) -> int:
    return min(limits.payments(frequency), case.balance.minor // limits.least(frequency))
