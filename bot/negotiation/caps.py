"""Hard caps that no policy can tune: each with its citation, its date and what it does to the limits.

`law` caps follow a statute or rule, `house` caps are promises of this product; both only ever help the debtor.
`says` is an engineer's paraphrase, not the law and not legal advice, and `read` says in what we read it. Counsel
must confirm each before real use and add what else the states in which you collect require: the list is not complete.

Caps on interest (N.Y. Public Health Law 2807-k(9-a) and CPLR 5004: 2 % a year; Cal. Code Civ. Proc. 685.010: 5 %)
need no line here: nothing that is agreed ever costs more than the balance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

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
    """`bind` returns limits at least as good for the debtor; the very same when nothing was crossed."""

    id: str
    basis: Literal["law", "house"]
    citation: str
    effective_from: date
    says: str  # a paraphrase; the citation is what counts
    read: str
    applies: Callable[[Case], bool]
    bind: Callable[[Case, Limits], Limits]


def bind(case: Case, limits: Limits) -> tuple[Limits, tuple[str, ...]]:
    """The limits under every cap that applies, and the ids of the caps that changed them."""
    crossed: list[str] = []
    for cap in CAPS:
        if case.today < cap.effective_from or not cap.applies(case):
            continue
        bound = cap.bind(case, limits)
        if bound is not limits:
            crossed.append(cap.id)
            limits = bound
    return limits, tuple(crossed)


def _plan(limits: Limits, **cells: Any) -> Limits:
    """The limits with these of a plan; the very same where they are so already."""
    crossed = any(getattr(limits.plan, name) != value for name, value in cells.items())
    return replace(limits, plan=replace(limits.plan, **cells)) if crossed else limits


def _no_down_payment(case: Case, limits: Limits) -> Limits:
    return _plan(limits, down_payment=Money.zero(case.balance.currency))


def _few_parts(case: Case, limits: Limits) -> Limits:
    if limits.settlement is None or limits.settlement.max_parts <= MOST_SETTLEMENT_PARTS:
        return limits
    return replace(limits, settlement=replace(limits.settlement, max_parts=MOST_SETTLEMENT_PARTS))


def _time_to_start(case: Case, limits: Limits) -> Limits:
    earliest = banking_day(case.today + timedelta(days=LEAST_DAYS_TO_FIRST_PAYMENT))
    return _plan(limits, latest_first=max(limits.plan.latest_first, earliest))


def _time_to_think(case: Case, limits: Limits) -> Limits:
    enough = limits.offer_valid_days >= LEAST_OFFER_DAYS
    return limits if enough else replace(limits, offer_valid_days=LEAST_OFFER_DAYS)


def _income(case: Case) -> Money | None:
    return case.monthly_income


def _income_after_expenses(case: Case) -> Money | None:
    """What is left after essential living expenses where they told us; else the whole income."""
    return case.monthly_income if case.monthly_surplus is None else case.monthly_surplus


def _share(percent: int, of: Callable[[Case], Money | None]) -> Callable[[Case, Limits], Limits]:
    """A plan of which a month takes at most `percent` of a month's money, however long that makes it."""

    def bound(case: Case, limits: Limits) -> Limits:
        money, plan = of(case), limits.plan
        assert money is not None
        most = max(1, money.percent(percent, "down").minor)
        months = max(plan.max_term_months, -(-case.balance.minor // most))
        if months > MOST_MONTHS:
            return replace(limits, offers=(), person_only=True)
        least, down = (min(cell, Money(most, case.balance.currency)) for cell in (plan.min_payment, plan.down_payment))
        return _plan(limits, min_payment=least, max_term_months=months, down_payment=down)

    return bound


def _medical_in(state: str, of: Callable[[Case], Money | None]) -> Callable[[Case], bool]:
    return lambda case: case.product == "medical" and case.jurisdiction == state and of(case) is not None


CAPS: tuple[Cap, ...] = (
    Cap(
        id="care-no-down-payment",
        basis="house",
        citation="after FCA CONC 7.3.10R(1); 42 USC 407(a) for benefits",
        effective_from=date(2014, 4, 1),
        says="a person in hardship, vulnerable or living on benefits only never has to put money down",
        read="the rule in the FCA Handbook: no pressure to pay in unreasonably large amounts",
        applies=lambda case: case.in_care,
        bind=_no_down_payment,
    ),
    Cap(
        id="settlement-parts-below-credit",
        basis="law",
        citation="12 CFR 1026.2(a)(17)(i)",
        effective_from=date(2011, 12, 30),
        says="a settlement that costs more in parts stays at four parts, below the credit rules",
        read="an excerpt of the section at consumerfinance.gov: credit that has a finance charge or is payable by written agreement "
        "in more than four instalments. To be confirmed by counsel: that the points for paying in parts are no "
        "finance charge, and that a plan for an existing debt is a workout and no new credit",
        applies=lambda case: True,
        bind=_few_parts,
    ),
    Cap(
        id="time-to-first-payment",
        basis="house",
        citation="after FCA CONC 7.3.10R(2)",
        effective_from=date(2014, 4, 1),
        says="a plan may always start a week away; nobody is pressed to pay today",
        read="the rule in the FCA Handbook: no pressure to pay within an unreasonably short period; the week is ours",
        applies=lambda case: True,
        bind=_time_to_start,
    ),
    Cap(
        id="time-to-think",
        basis="house",
        citation="after 15 USC 1692e(10)",
        effective_from=date(1978, 3, 20),
        says="an offer stands at least three days; urgency that is not real is deception",
        read="the statute forbids deceptive means; the three days are ours",
        applies=lambda case: True,
        bind=_time_to_think,
    ),
    Cap(
        id="ny-medical-5-percent",
        basis="law",
        citation="N.Y. Public Health Law 2807-k(9-a), as amended in 2024",
        effective_from=date(2024, 10, 20),
        says="a hospital plan in New York takes at most 5 per cent of gross monthly income",
        read="an account of the amendment by one law firm, not the section as amended; before, it was 10 per cent. It "
        "binds general hospitals; here every medical debt. To be confirmed by counsel against the section",
        applies=_medical_in("US-NY", _income),
        bind=_share(5, _income),
    ),
    Cap(
        id="ca-medical-10-percent",
        basis="law",
        citation="Cal. Health & Safety Code 127400(i), by SB 1276 (Stats. 2014, ch. 758)",
        effective_from=date(2015, 1, 1),
        says="a hospital plan in California takes at most 10 per cent of monthly family income after living expenses",
        read="the digest and the analyses of SB 1276. It holds where hospital and patient agree on nothing else, for "
        "hospitals and emergency physicians; here for every medical debt, and of the whole income where nobody told "
        "us the expenses. To be confirmed by counsel",
        applies=_medical_in("US-CA", _income_after_expenses),
        bind=_share(10, _income_after_expenses),
    ),
)
