"""The decision: facts and a policy in, limits out, with the row that won and why each row before it did not.

It imports no clock, no session and no client. The same case and version always give the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import msgspec

from bot.core import Money
from bot.negotiation import caps, cells
from bot.negotiation.limits import (
    FullLimits,
    Limits,
    PlanLimits,
    ReliefLimits,
    SettlementLimits,
    Upkeep,
    share,
)
from bot.negotiation.model import Case
from bot.negotiation.schedule import banking_day
from bot.negotiation.terms import Policy, Terms, When


@dataclass(frozen=True)
class PassedOver:
    """A row that did not win, and the first of its cells that the case does not fit."""

    row: str
    field: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f'"{self.row}" is for {self.field} {self.expected}; here it is {self.got}'


@dataclass(frozen=True)
class Decision:
    """`version` is the SHA-256 of the policy's canonical JSON; `caps` names the legal caps that changed a limit."""

    limits: Limits
    row: str
    passed_over: tuple[PassedOver, ...]
    version: str
    caps: tuple[str, ...]


def load(data: bytes) -> Policy:
    """The policy in a JSON file. Raises core.Problems with every malformed cell, each with row and field."""
    return cells.read(data)


def dump(policy: Policy) -> bytes:
    """Canonical JSON, every cell of every row spelled out. `load(dump(policy)) == policy`."""
    return cells.write(policy)


@lru_cache(maxsize=256)
def version(policy: Policy) -> str:
    """Hexadecimal SHA-256 of the canonical JSON."""
    return hashlib.sha256(dump(policy)).hexdigest()


def decide(case: Case, policy: Policy) -> Decision:
    """The limits for `case`. Raises LookupError when no row fits: `check.problems` refuses such a policy."""
    passed: list[PassedOver] = []
    for row in policy.rows:
        miss = next(misses(row.when, case), None)
        if miss is None:
            limits, bound = caps.bind(case, limits_of(row.terms, case))
            return Decision(limits, row.name, tuple(passed), version(policy), bound)
        passed.append(PassedOver(row.name, *miss))
    raise LookupError(f"no row of {policy.name!r} fits; its last row must be for everybody")


def record(case: Case, decision: Decision) -> bytes:
    """What is stored with each offer: canonical JSON of the facts and the decision."""
    return msgspec.json.encode({"case": case, "decision": decision}, order="sorted")


def replay(stored: bytes, policy: Policy) -> bool:
    """Whether `policy` decides the stored facts again to the same bytes."""
    facts = msgspec.json.decode(stored, type=dict[str, msgspec.Raw])["case"]
    case = msgspec.json.decode(facts, type=Case)
    return record(case, decide(case, policy)) == stored


def misses(when: When, case: Case) -> Iterator[tuple[str, str, str]]:
    """(field, expected, got) for every cell that the case does not fit. Vulnerable counts as hardship."""
    yield from _band("balance", when.balance_from, when.balance_below, case.balance.minor, 100)
    yield from _band("days past due", when.days_past_due_from, when.days_past_due_below, case.days_past_due)
    yield from _band("broken plans", when.broken_plans_from, when.broken_plans_below, case.broken_plans)
    if when.product and case.product not in when.product:
        yield "product", " or ".join(when.product), case.product or "none"
    if when.jurisdiction and case.jurisdiction not in when.jurisdiction:
        yield "jurisdiction", " or ".join(when.jurisdiction), case.jurisdiction or "none"
    if when.client and case.client not in when.client:
        yield "client", " or ".join(when.client), case.client or "none"
    hardship = case.hardship or case.vulnerable
    if when.hardship is not None and when.hardship is not hardship:
        yield "hardship", _yes(when.hardship), _yes(hardship)
    if when.income_only_benefits is not None and when.income_only_benefits is not case.income_only_benefits:
        yield "benefits only", _yes(when.income_only_benefits), _yes(case.income_only_benefits)


def _band(name: str, low: int | None, below: int | None, got: int, scale: int = 1) -> Iterator[tuple[str, str, str]]:
    if low is not None and got < low:
        yield name, f"from {_number(low, scale)}", _number(got, scale)
    if below is not None and got >= below:
        yield name, f"below {_number(below, scale)}", _number(got, scale)


def _number(value: int, scale: int) -> str:
    return str(value) if scale == 1 else f"{value // scale}.{value % scale:02}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def limits_of(terms: Terms, case: Case) -> Limits:
    """One row's terms for this case, before the legal caps."""
    return Limits(
        offers=terms.offers,
        person_only=terms.person_only,
        counter_offers=terms.counter_offers,
        offer_valid_days=terms.offer_valid_days,
        full=_full(terms, case),
        plan=_plan(terms, case),
        settlement=_settlement(terms, case),
        relief=_relief(terms, case),
        upkeep=_upkeep(terms),
    )


def _full(terms: Terms, case: Case) -> FullLimits:
    return FullLimits(
        latest=banking_day(case.today + timedelta(days=terms.full_payment_days)),
        discount=share(case.balance, terms.full_discount_pct, "down"),
        discount_until=banking_day(case.today + timedelta(days=terms.full_discount_days)),
    )


def _plan(terms: Terms, case: Case) -> PlanLimits:
    least = max(terms.min_payment, share(case.balance, terms.min_payment_pct, "up").minor, 1)
    longest = terms.max_term_months
    if case.monthly_surplus is not None:
        affordable = share(case.monthly_surplus, terms.surplus_share_pct, "down").minor
        if affordable * longest < case.balance.minor:
            longest = max(longest, terms.affordable_term_months)
            least = min(least, max(affordable, terms.token_payment, 1))
    return PlanLimits(
        min_payment=Money(min(least, max(case.balance.minor, 1)), case.balance.currency),
        down_payment=share(case.balance, terms.down_payment_pct, "down"),
        short_term_months=terms.short_term_months,
        max_term_months=longest,
        frequencies=terms.frequencies,
        latest_first=banking_day(case.today + timedelta(days=terms.max_days_to_first_payment)),
        max_days_between=terms.max_days_between_payments,
    )


def _settlement(terms: Terms, case: Case) -> SettlementLimits | None:
    for step in terms.settlement:
        if case.days_past_due >= step.days_past_due_from and case.balance.minor >= step.balance_from:
            break
    else:
        return None
    least = max(
        share(case.balance, step.floor_pct, "up").minor,
        terms.min_settlement,
        case.balance.minor - (case.balance.minor if terms.max_forgiven is None else terms.max_forgiven),
    )
    floor = min(least, case.balance.minor)
    opening = max(floor, share(case.balance, step.opening_pct, "up").minor)
    return SettlementLimits(
        opening=Money(opening, case.balance.currency),
        floor=Money(floor, case.balance.currency),
        latest=banking_day(case.today + timedelta(days=terms.settlement_days)),
        max_parts=terms.settlement_max_parts,
        parts_extra=share(case.balance, terms.settlement_parts_points, "up"),
        parts_latest=banking_day(case.today + timedelta(days=terms.settlement_parts_days)),
        concessions=terms.concessions_pct,
    )


def _relief(terms: Terms, case: Case) -> ReliefLimits:
    pausing = case.pauses_used < terms.pauses_per_year and terms.pause_days > 0
    return ReliefLimits(
        pause_until=banking_day(case.today + timedelta(days=terms.pause_days)) if pausing else None,
        pauses_allowed=terms.pauses_per_year,
        token_payment=Money(min(terms.token_payment, case.balance.minor), case.balance.currency),
        token_months=terms.token_months,
        extension_days=terms.extension_days,
        reduction_pct=terms.reduction_pct,
        reduction_months=terms.reduction_months,
        promise_latest=banking_day(case.today + timedelta(days=terms.promise_days)) if terms.promise_days else None,
        promise_min=Money(min(terms.promise_min, case.balance.minor), case.balance.currency),
        changes_left=max(0, terms.changes_per_year - case.changes_this_year),
    )


def _upkeep(terms: Terms) -> Upkeep:
    return Upkeep(
        grace_days=terms.grace_days,
        kept_threshold_pct=terms.kept_threshold_pct,
        missed_payment=terms.missed_payment,
        missed_in_a_row_ends=terms.missed_in_a_row_ends,
        payments_per_change=terms.payments_per_change,
        skips_per_year=terms.skips_per_year,
    )
