"""Looks at a finished offer with fresh eyes: does it stay inside the limits and the law?

It shares no arithmetic with the code that makes offers, so that a simulation's count of violations means much.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.negotiation.limits import PER_YEAR
from bot.negotiation.model import PLANS, SETTLEMENTS, Case, Frequency, Kind, Offer
from bot.negotiation.policy import Decision
from bot.negotiation.schedule import add_months

_MOVE = timedelta(days=4)  # the longest row of days without a bank: a weekend with holidays around it


def breaches(offer: Offer, case: Case, decision: Decision, history: tuple[Offer, ...] = ()) -> tuple[str, ...]:
    """Names of the limits that the offer crosses; empty when it may be made.

    `history` are offers made before: a plan that is no better for the debtor than one that still stands may be made.
    """
    found = list(_always(offer, case, decision))
    if offer.kind in PLANS and not any(_stands(earlier, offer, case) for earlier in history):
        found += _plan(offer, case, decision)
    if offer.kind in SETTLEMENTS:
        found += _settlement(offer, case, decision)
    if offer.kind in (Kind.PAUSE, Kind.TOKEN, Kind.PROMISE):
        found += _relief(offer, decision)
    return tuple(found)


def _stands(earlier: Offer, offer: Offer, case: Case) -> bool:
    """Whether an earlier plan has not run out, and this one asks for no less at a time and for no longer."""
    if earlier.kind not in PLANS or earlier.expires < case.today or not (earlier.is_even and offer.is_even):
        return False
    if not (earlier.frequency and offer.frequency):
        return False
    yearly = [
        (one.regular.minor if one.regular else 0) * PER_YEAR[one.frequency] for one in (earlier, offer) if one.frequency
    ]
    days = [(one.schedule[-1].due - one.schedule[0].due).days for one in (earlier, offer)]
    in_sum = sum(part.amount.minor for part in offer.schedule) == case.balance.minor
    return in_sum and yearly[1] + PER_YEAR[offer.frequency] >= yearly[0] and days[1] <= days[0] + _MOVE.days


def _always(offer: Offer, case: Case, decision: Decision) -> Iterator[str]:
    amounts = [part.amount.minor for part in offer.schedule]
    dues = [part.due for part in offer.schedule]
    if case.held:
        yield "an offer under a hold"
    if sum(amounts) != offer.total.minor:
        yield "parts that do not sum to the total"
    if any(amount <= 0 for amount in amounts):
        yield "a part of nothing"
    if dues != sorted(dues):
        yield "days out of order"
    if offer.kind not in (Kind.EXTENSION, Kind.REDUCTION) and sum(amounts) > case.balance.minor:
        yield "more than is owed"
    if offer.nothing_due and any(offer.nothing_due[0] <= due <= offer.nothing_due[1] for due in dues):
        yield "a payment in the time that is left out"
    if offer.version != decision.version or offer.row != decision.row:
        yield "another policy"


def _plan(offer: Offer, case: Case, decision: Decision) -> Iterator[str]:
    limits = decision.limits.plan
    first, last = offer.schedule[0], offer.schedule[-1]
    pace = offer.frequency or Frequency.WEEKLY
    least = min(limits.least(pace), limits.least(Frequency.WEEKLY), case.balance.minor)
    if offer.total != case.balance:
        yield "a plan for another sum than is owed"
    if last.due > add_months(first.due, limits.max_term_months) + _MOVE:
        yield "longer than the longest term"
    if any(part.amount.minor < least for part in offer.schedule[:-1]):
        yield "a part below the minimum"
    if first.due > limits.latest_first:
        yield "a first payment too late"
    if first.amount < min(limits.down_payment, case.balance):
        yield "less than the down payment"
    if offer.frequency is not None and offer.frequency not in limits.frequencies:
        yield "a frequency that policy does not have"


def _settlement(offer: Offer, case: Case, decision: Decision) -> Iterator[str]:
    limits = decision.limits.settlement
    if limits is None or offer.kind not in decision.limits.offers:
        yield "a settlement where there is none"
        return
    in_parts = offer.kind is Kind.SETTLEMENT_PARTS
    floor = limits.floor.minor + (limits.parts_extra.minor if in_parts else 0)
    if offer.total.minor < min(floor, case.balance.minor):
        yield "below the floor"
    if len(offer.schedule) > (limits.max_parts if in_parts else 1):
        yield "too many parts"
    if offer.schedule[-1].due > (limits.parts_latest if in_parts else limits.latest):
        yield "a settlement too late"
    if offer.total + offer.discount != case.balance:
        yield "a discount that does not add up"


def _relief(offer: Offer, decision: Decision) -> Iterator[str]:
    limits = decision.limits.relief
    if offer.kind not in decision.limits.offers:
        yield "relief that policy does not have"
    if offer.kind is Kind.PAUSE and (
        offer.until is None or limits.pause_until is None or offer.until > limits.pause_until
    ):
        yield "a pause too long"
    if offer.kind is Kind.PROMISE and (limits.promise_latest is None or offer.schedule[0].due > limits.promise_latest):
        yield "a promise too late"
