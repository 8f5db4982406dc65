"""Hard caps that no policy can tune: each with its citation, its date and what it does to the limits.

`law` caps follow a statute or rule, `house` caps are promises of this product; both only ever help the debtor.
`says` is an engineer's paraphrase, not the law and not legal advice. Before real use counsel must confirm each
against its source, and add what else the states in which you collect require: this list is not complete.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from bot.core import Money
from bot.negotiation.limits import Limits
from bot.negotiation.model import Case
from bot.negotiation.schedule import banking_day

LEAST_DAYS_TO_FIRST_PAYMENT = 7
LEAST_OFFER_DAYS = 3
MOST_SETTLEMENT_PARTS = 4
MOST_MONTHS = 360


@dataclass(frozen=True)
class Cap:
    """`bind` returns limits at least as good for the debtor; the same limits when nothing was crossed."""

    id: str
    basis: Literal["law", "house"]
    citation: str
    effective_from: date
    says: str  # a paraphrase; the citation is what counts
    applies: Callable[[Case], bool]
    bind: Callable[[Case, Limits], Limits]


def bind(case: Case, limits: Limits) -> tuple[Limits, tuple[str, ...]]:
    """The limits under every cap that applies, and the ids of the caps that changed them."""
    crossed: list[str] = []
    for cap in CAPS:
        if case.today < cap.effective_from or not cap.applies(case):
            continue
        bound = cap.bind(case, limits)
        if bound != limits:
            crossed.append(cap.id)
            limits = bound
    return limits, tuple(crossed)


def _no_down_payment(case: Case, limits: Limits) -> Limits:
    return replace(limits, plan=replace(limits.plan, down_payment=Money.zero(case.balance.currency)))


def _few_parts(case: Case, limits: Limits) -> Limits:
    if limits.settlement is None:
        return limits
    parts = min(limits.settlement.max_parts, MOST_SETTLEMENT_PARTS)
    return replace(limits, settlement=replace(limits.settlement, max_parts=parts))


def _time_to_start(case: Case, limits: Limits) -> Limits:
    earliest = banking_day(case.today + timedelta(days=LEAST_DAYS_TO_FIRST_PAYMENT))
    return replace(limits, plan=replace(limits.plan, latest_first=max(limits.plan.latest_first, earliest)))


def _time_to_think(case: Case, limits: Limits) -> Limits:
    return replace(limits, offer_valid_days=max(limits.offer_valid_days, LEAST_OFFER_DAYS))


def _share_of_income(percent: int) -> Callable[[Case, Limits], Limits]:
    """A plan of which a month takes at most `percent` of a month's income, however long that makes it.

    Sources: New York Public Health Law 2807-k(9-a) as amended in 2024 (hospitals: instalments of at most 5 % of gross
    monthly income); California Health and Safety Code 127400(i) (a reasonable payment plan: at most 10 % of monthly
    family income, less essential living expenses, which are not known here: counsel must say how to ask for them).
    """

    def bound(case: Case, limits: Limits) -> Limits:
        assert case.monthly_income is not None
        most = max(1, case.monthly_income.percent(percent, "down").minor)
        plan = limits.plan
        months = max(plan.max_term_months, -(-case.balance.minor // most))
        if months > MOST_MONTHS:
            return replace(limits, offers=(), person_only=True)
        least = min(plan.min_payment, Money(most, case.balance.currency))
        down = min(plan.down_payment, Money(most, case.balance.currency))
        return replace(limits, plan=replace(plan, min_payment=least, max_term_months=months, down_payment=down))

    return bound


def _medical_in(state: str) -> Callable[[Case], bool]:
    return lambda case: case.product == "medical" and case.jurisdiction == state and case.monthly_income is not None


CAPS: tuple[Cap, ...] = (
    Cap(
        id="care-no-down-payment",
        basis="house",
        citation="after FCA CONC 7.3.8G and 7.3.10R; 42 USC 407(a) for benefits",
        effective_from=date(2015, 1, 1),
        says="a person in hardship, vulnerable or living on benefits only never has to put money down",
        applies=lambda case: case.in_care,
        bind=_no_down_payment,
    ),
    Cap(
        id="settlement-parts-below-credit",
        basis="law",
        citation="12 CFR 1026.2(a)(17)(i)",
        effective_from=date(2015, 1, 1),
        says="a settlement that costs more in parts stays at four parts, below the credit rules",
        applies=lambda case: True,
        bind=_few_parts,
    ),
    Cap(
        id="time-to-first-payment",
        basis="house",
        citation="after FCA CONC 7.3.10R",
        effective_from=date(2015, 1, 1),
        says="a plan may always start a week away; nobody is pressed to pay today",
        applies=lambda case: True,
        bind=_time_to_start,
    ),
    Cap(
        id="time-to-think",
        basis="house",
        citation="after 15 USC 1692e(10)",
        effective_from=date(2015, 1, 1),
        says="an offer stands at least three days; urgency that is not real is deception",
        applies=lambda case: True,
        bind=_time_to_think,
    ),
    Cap(
        id="ny-medical-5-percent",
        basis="law",
        citation="N.Y. Public Health Law 2807-k(9-a)",
        effective_from=date(2024, 10, 20),
        says="a hospital plan in New York takes at most 5 per cent of gross monthly income",
        applies=_medical_in("US-NY"),
        bind=_share_of_income(5),
    ),
    Cap(
        id="ca-medical-10-percent",
        basis="law",
        citation="Cal. Health & Safety Code 127400(i)",
        effective_from=date(2015, 1, 1),
        says="a hospital plan in California takes at most 10 per cent of monthly family income",
        applies=_medical_in("US-CA"),
        bind=_share_of_income(10),
    ),
)
