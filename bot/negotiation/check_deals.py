"""What only shows when cases are decided: somebody poorer or older gets worse terms, a legal cap is crossed,
somebody in hardship finds nothing. Tries every corner of the table's own bands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product

from bot.core import Money
from bot.negotiation.caps import CAPS
from bot.negotiation.limits import Limits, SettlementLimits
from bot.negotiation.model import PLANS, Case, Kind
from bot.negotiation.offers import options
from bot.negotiation.policy import Decision, decide
from bot.negotiation.relief import payoff
from bot.negotiation.terms import Policy

Fault = tuple[str, str, str, str, str]  # kind, row, field, expected, got
_BALANCES = (5_000, 61_240, 400_000)
_AGES = (0, 30, 90, 180, 365, 730)
_MOST_CORNERS = 3_000


def faults(policy: Policy) -> tuple[Fault, ...]:
    """(kind, row, field, expected, got); of several cases that show the same mistake the first."""
    found: dict[tuple[str, ...], Fault] = {}
    for ages in _corners(policy):
        decided = [(case, decide(case, policy)) for case in ages]
        for fault in [*_older(decided), *(one for case, plain in decided for one in _each(case, plain, policy))]:
            found.setdefault(fault[:3], fault)
    return tuple(found.values())


def _corners(policy: Policy) -> Iterator[list[Case]]:
    """For every corner of the other bands, one case for each age, youngest first."""
    today = policy.effective_from + timedelta(days=365)
    whens = [row.when for row in policy.rows]
    balances = _edges(_BALANCES, ((when.balance_from, when.balance_below) for when in whens), 1)
    broken = _edges((0,), ((when.broken_plans_from, when.broken_plans_below) for when in whens), 0)
    ages = _edges(_AGES, ((when.days_past_due_from, when.days_past_due_below) for when in whens), 0)
    steps = {step.days_past_due_from for row in policy.rows for step in row.terms.settlement}
    others = [("", *sorted({one for when in whens for one in getattr(when, field)})) for field in _FIELDS]
    corners = list(product(balances, broken, *others))
    for balance, plans, *words in corners[:: max(1, len(corners) * len(ages) // _MOST_CORNERS)]:
        facts = dict(zip(_FIELDS, words, strict=True))
        yield [
            Case(Money(balance, policy.currency), age, today, broken_plans=plans, **facts)
            for age in sorted({*ages, *steps})
        ]


_FIELDS = ("product", "jurisdiction", "client")


def _edges(usual: Iterable[int], bands: Iterable[tuple[int | None, int | None]], least: int) -> list[int]:
    ends = {end for band in bands for end in band if end is not None}
    return sorted({value for end in ends for value in (end, end - 1) if value >= least} | set(usual))


def _each(case: Case, plain: Decision, policy: Policy) -> Iterator[Fault]:
    yield from _caps(plain)
    poor = {
        "hardship": replace(case, hardship=True),
        "benefits only": replace(case, income_only_benefits=True),
    }
    for name, poorer in poor.items():
        decision = decide(poorer, policy)
        yield from _caps(decision)
        kind = "poorer_gets_worse" if name == "hardship" else "benefits_get_worse"
        for field, got in _worse(plain.limits, decision.limits, case):
            yield kind, decision.row, field, f'no worse for {name} than in "{plain.row}"', got
        if not decision.limits.person_only and not options(poorer, decision):
            expected = "a pause, a token payment or a person"
            yield "dead_end", decision.row, "offers", f"{expected} for {name}", "nothing that they may be offered"


def _caps(decision: Decision) -> Iterator[Fault]:
    for cap in CAPS:
        if cap.id in decision.caps:
            yield "legal_cap_crossed", decision.row, cap.id, f"{cap.says} ({cap.citation})", "terms beyond it"


def _older(decided: list[tuple[Case, Decision]]) -> Iterator[Fault]:
    for (case, younger), (_, older) in zip(decided, decided[1:], strict=False):
        for field, got in _worse(younger.limits, older.limits, case):
            yield "older_gets_worse", older.row, field, f'no worse than a younger account in "{younger.row}"', got
        if older.limits.person_only and not younger.limits.person_only:
            expected = f'offers as in "{younger.row}"'
            yield "older_gets_worse", older.row, "person_only", expected, "only a person"


def _worse(before: Limits, after: Limits, case: Case) -> Iterator[tuple[str, str]]:
    """(field, got) for everything in which `after` is worse for the debtor than `before`."""
    if before.person_only or after.person_only:
        return
    if PLANS & set(before.offers):
        yield from _worse_plan(before, after)
    cheapest, then = (_closing(case, limits) for limits in (before, after))
    if then > cheapest:
        yield "settlement", f"{then.major} instead of {cheapest.major} to close {case.balance.major} at once"
    one, other = _settlement(before), _settlement(after)
    if one and not other:
        yield "settlement", "no settlement where there was one"
    elif one and other and other.floor > one.floor:
        yield "settlement", "a higher floor"
    if _pauses(before) and not _pauses(after):
        yield "pauses_per_year", "no pause where there was one"


def _worse_plan(before: Limits, after: Limits) -> Iterator[tuple[str, str]]:
    one, other = before.plan, after.plan
    if not PLANS & set(after.offers):
        yield "offers", "no plan where there was one"
    if other.min_payment > one.min_payment:
        yield "min_payment", f"{other.min_payment.major} instead of {one.min_payment.major} a month"
    if other.down_payment > one.down_payment:
        yield "down_payment_pct", f"{other.down_payment.major} instead of {one.down_payment.major} down"
    if other.max_term_months < one.max_term_months:
        yield "max_term_months", f"{other.max_term_months} instead of {one.max_term_months} months"
    if other.latest_first < one.latest_first:
        yield "max_days_to_first_payment", "less time to the first payment"
    if missing := [frequency.value for frequency in one.frequencies if frequency not in other.frequencies]:
        yield "frequencies", f"no {', '.join(missing)}"


def _closing(case: Case, limits: Limits) -> Money:
    """What the best of paying in full and settling at the opening takes."""
    decision = Decision(limits, "", (), "", ())
    full, settlement = payoff(case, decision, case.today), _settlement(limits)
    return min(full, settlement.opening) if settlement else full


def _settlement(limits: Limits) -> SettlementLimits | None:
    return limits.settlement if Kind.SETTLEMENT in limits.offers else None


def _pauses(limits: Limits) -> bool:
    return Kind.PAUSE in limits.offers and limits.relief.pause_until is not None
