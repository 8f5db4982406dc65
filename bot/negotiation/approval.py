"""Who may grant what the table does not: the first tier whose authority reaches far enough.

Every such grant needs a reason and stands in the figures; the table itself is never changed by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.core import Money
from bot.negotiation.limits import share
from bot.negotiation.model import PLANS, SETTLEMENTS, Case, Frequency, Kind, Offer
from bot.negotiation.policy import Decision
from bot.negotiation.schedule import add_months, banking_day
from bot.negotiation.terms import Policy, Tier

MOST_MONTHS = 600


@dataclass(frozen=True)
class Term:
    """Months from the first payment of a plan to its last: what it `takes`, what the table gives by itself, and how far
    each role may go. `is_low`: its payments are below the minimum, so that the table gives what the minimum would take.
    """

    takes: int
    table: int
    by_role: Mapping[str, int]
    is_low: bool


def term_of(offer: Offer, case: Case, decision: Decision, policy: Policy) -> Term | None:
    """None where it is no plan of several payments."""
    if offer.kind not in PLANS or len(offer.schedule) < 2:
        return None
    longest, first, last = _longest(offer, case, decision), offer.schedule[0].due, offer.schedule[-1].due
    takes = next(months for months in range(MOST_MONTHS + 1) if _within(first, last, months, months))
    by_role = {
        tier.role: longest + (tier.extra_months if _is_small_enough(tier, case) else 0) for tier in policy.approval
    }
    is_low = offer.frequency is not None and _is_below_minimum(offer, offer.frequency, decision)
    return Term(takes, longest, by_role, is_low)


def role_for(offer: Offer, case: Case, decision: Decision, policy: Policy) -> str | None:
    """ "" when the table allows the offer, the lowest role that may grant it, or None when nobody may."""
    if case.held or offer.total > case.balance:
        return None
    if not _points_below(offer, case, decision) and not _months_beyond(offer, case, decision):
        return ""
    return next((tier.role for tier in policy.approval if _reaches(tier, offer, case, decision)), None)


def _reaches(tier: Tier, offer: Offer, case: Case, decision: Decision) -> bool:
    if not _is_small_enough(tier, case):
        return False
    if _months_beyond(offer, case, decision) > tier.extra_months:
        return False
    short = _points_below(offer, case, decision)
    return short <= share(case.balance, tier.points_below_floor, "down").minor


def _is_small_enough(tier: Tier, case: Case) -> bool:
    return tier.balance_below is None or case.balance.minor < tier.balance_below


def _points_below(offer: Offer, case: Case, decision: Decision) -> int:
    """Minor units by which a settlement is under the floor; the whole balance counts where there is no floor."""
    if offer.kind not in SETTLEMENTS:
        return 0
    limits = decision.limits.settlement
    floor = limits.floor if limits and offer.kind in decision.limits.offers else case.balance
    extra = limits.parts_extra if limits and offer.kind is Kind.SETTLEMENT_PARTS else Money.zero(floor.currency)
    return max(0, min(floor + extra, case.balance).minor - offer.total.minor)


def _months_beyond(offer: Offer, case: Case, decision: Decision) -> int:
    """Whole months by which a plan is longer than the longest term, rounded up. Where its payments are below the
    minimum, the longest term is what the minimum would take.
    """
    if offer.kind not in PLANS or len(offer.schedule) < 2:
        return 0
    first, last, longest = offer.schedule[0].due, offer.schedule[-1].due, _longest(offer, case, decision)
    return next(months for months in range(MOST_MONTHS + 1) if _within(first, last, longest + months, months))


def _longest(offer: Offer, case: Case, decision: Decision) -> int:
    limits = decision.limits.plan
    if offer.frequency is not None and _is_below_minimum(offer, offer.frequency, decision):
        return min(limits.max_term_months, case.balance.minor // limits.min_payment.minor - 1)
    return limits.max_term_months


def _is_below_minimum(offer: Offer, frequency: Frequency, decision: Decision) -> bool:
    least = decision.limits.plan.least(frequency)
    return any(part.amount.minor < least for part in offer.schedule[:-1])


def _within(first: date, last: date, term: int, months: int) -> bool:
    return months == MOST_MONTHS or last <= banking_day(add_months(first, term))
