"""Cases, proposals and policies for the negotiation tests: plain builders, and strange ones by chance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from msgspec import structs

from bot.core import Money
from bot.negotiation import (
    Accepted,
    Case,
    Countered,
    Decision,
    FinalOffer,
    Frequency,
    Instalment,
    Kind,
    Offer,
    Policy,
    Proposal,
    Row,
    SettlementStep,
    Terms,
    When,
    answer_to,
    dump_policy,
    load_policy,
    possible_offers,
)
from tests.examples import many

T = TypeVar("T")
STANDARD = load_policy(Path("data/policies/standard.json").read_bytes())
TODAY = date(2026, 11, 20)  # a Friday; Thanksgiving is the Thursday after
WISHES = ("plan", "settlement", "full", "pause", "token", "promise", "extension", "reduction", None)
ORDINARY = STANDARD.rows[-1].terms
PLANS = (Kind.PLAN, Kind.SHORT_PLAN, Kind.LONG_PLAN)
SETTLING = (Kind.SETTLEMENT, Kind.SETTLEMENT_PARTS)

thorough = settings(
    max_examples=many(1_000),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""For every promise: a thousand examples in `make soak`, a hundred in `make test`."""


def usd(text: str | int) -> Money:
    return Money.of(str(text), "USD")


def a_case(balance: str = "612.40", **facts: object) -> Case:
    """An ordinary debtor: $612.40 for electricity, 200 days late."""
    known: dict[str, object] = {
        "days_past_due": 200,
        "today": TODAY,
        "product": "electricity",
        "jurisdiction": "US-TX",
        "client": "northwind",
    }
    return Case(balance=usd(balance), **{**known, **facts})  # type: ignore[arg-type]


def a_policy(**cells: object) -> Policy:
    """One row for everybody, with the ordinary terms but for these cells."""
    return structs.replace(
        STANDARD,
        rows=(
            Row(
                name="Everybody",
                reference="test",
                when=When(),
                terms=structs.replace(ORDINARY, **cells),
            ),
        ),
    )


def _seeded(make: Callable[..., T]) -> Callable[..., st.SearchStrategy[T]]:
    """One draw an example instead of fifty: a thousand examples in seconds. What fails is printed whole."""

    def strategy(*given: object, **fixed: object) -> st.SearchStrategy[T]:
        return st.integers(0, 2**48).map(lambda seed: make(Random(seed), *given, **fixed))

    return strategy


def _money(chance: Random) -> Money:
    """Small, any, or a round figure."""
    minor = chance.choice((chance.randint(1, 3_000), chance.randint(1, 70_000), chance.randint(1, 60) * 500))
    return Money(minor, "USD")


def _maybe(chance: Random, share: float, value: Callable[[], T]) -> T | None:
    return value() if chance.random() < share else None


def case_of(chance: Random, *, running: bool = False, **fixed: object) -> Case:
    """Any debtor at all, with a plan that runs now and then, or always; holds are tested on their own."""
    today = date(2026, 1, 1) + timedelta(days=chance.randint(0, 1_095))
    sizes = (chance.randint(1, 100), chance.randint(1, 80_000), chance.randint(1, 2_000_000))
    facts: dict[str, object] = {
        "balance": Money(chance.choice(sizes), "USD"),
        "days_past_due": chance.choice((chance.randint(0, 1500), 0, 89, 90, 180, 365, 729, 730)),
        "today": today,
        "product": chance.choice(STANDARD.products),
        "jurisdiction": chance.choice(("US-TX", "US-CA", "US-NY")),
        "client": "northwind",
        "broken_plans": chance.choice((0, 0, 0, 1, 2, 3, 4, 5)),
        "hardship": chance.random() < 0.25,
        "income_only_benefits": chance.random() < 0.15,
        "vulnerable": chance.random() < 0.15,
        "counters_made": chance.randint(0, 5),
        "pauses_used": chance.randint(0, 3),
        "changes_this_year": chance.randint(0, 5),
        "monthly_income": _maybe(chance, 0.3, lambda: _money(chance)),
        "monthly_surplus": _maybe(chance, 0.3, lambda: _money(chance)),
    }
    if running or chance.random() < 0.25:
        facts["plan"] = _running_plan(chance, today)
        facts["plan_frequency"] = Frequency.MONTHLY
    return Case(**{**facts, **fixed})  # type: ignore[arg-type]


def _running_plan(chance: Random, today: date) -> tuple[Instalment, ...]:
    amount = Money(chance.randint(500, 20_000), "USD")
    first = today + timedelta(days=chance.randint(0, 30))
    return tuple(Instalment(first + timedelta(days=31 * n), amount) for n in range(chance.randint(1, 8)))


def proposal_of(chance: Random, today: date = TODAY, **fixed: object) -> Proposal:
    """Whatever a person, or a grammar that misheard a person, may come up with."""

    def day() -> date:
        return today + timedelta(days=chance.randint(-10, 200))

    def part() -> tuple[date | None, Money | Literal["rest"]]:
        return _maybe(chance, 0.8, day), "rest" if chance.random() < 0.2 else _money(chance)

    named: dict[str, object] = {
        "each": _maybe(chance, 0.6, lambda: _money(chance)),
        "count": _maybe(chance, 0.3, lambda: chance.randint(1, 40)),
        "frequency": _maybe(chance, 0.6, lambda: chance.choice(list(Frequency))),
        "first_date": _maybe(chance, 0.4, day),
        "total": _maybe(chance, 0.25, lambda: _money(chance)),
        "percent": _maybe(chance, 0.15, lambda: Decimal(chance.choice((10, 50, 75, 100)))),
        "lump": chance.random() < 0.2,
        "parts": tuple(part() for _ in range(chance.randint(0, 4))) if chance.random() < 0.3 else (),
        "at_most": _maybe(chance, 0.15, lambda: _money(chance)),
        "at_least": _maybe(chance, 0.1, lambda: _money(chance)),
        "pause_until": _maybe(chance, 0.15, day),
        "days_of_month": tuple(chance.sample(range(1, 32), chance.choice((0, 0, 1, 2)))),
        "weekday": _maybe(chance, 0.3, lambda: chance.randint(0, 6)),
        "nth": chance.choice((0, 0, 0, 1, 2, 4, -1)),
        "wants": chance.choice(WISHES),
        "nothing_due": _maybe(chance, 0.3, lambda: time_of(chance, today)),
    }
    return Proposal(**{**named, **fixed})  # type: ignore[arg-type]


def time_of(chance: Random, today: date) -> tuple[date, date]:
    """A week, a month or anything up to a quarter, soon or later."""
    first = today + timedelta(days=chance.choice((chance.randint(-20, 90), chance.randint(0, 400))))
    return first, first + timedelta(days=chance.choice((0, 6, 20, 30, chance.randint(0, 90))))


def terms_of(chance: Random) -> Terms:
    """Terms that no manager would choose but that the schema allows."""
    longest = chance.randint(1, 60)
    real = [one for one in Frequency if one is not Frequency.PAYDAY]
    return structs.replace(
        ORDINARY,
        offers=tuple(chance.sample(list(Kind), chance.randint(1, len(Kind)))),
        counter_offers=chance.randint(0, 5),
        full_discount_pct=Decimal(chance.choice((0, 5, 20))),
        min_payment=chance.randint(0, 10_000),
        min_payment_pct=Decimal(chance.choice((0, 0, 2, 10))),
        down_payment_pct=Decimal(chance.choice((0, 0, 10, 25, 60))),
        short_term_months=chance.randint(1, longest),
        max_term_months=longest,
        frequencies=tuple(chance.sample(real, chance.randint(1, len(real)))),
        max_days_to_first_payment=chance.randint(0, 90),
        max_days_between_payments=chance.randint(7, 95),
        settlement=_steps(chance),
        settlement_days=chance.randint(0, 60),
        settlement_max_parts=chance.randint(0, 6),
        settlement_parts_points=Decimal(chance.randint(0, 10)),
        settlement_parts_days=chance.randint(0, 200),
        min_settlement=chance.choice((0, 0, 5_000)),
        max_forgiven=chance.choice((None, None, 30_000)),
        concessions_pct=tuple(map(Decimal, chance.choice(((50, 30, 20), (40,), (), (90, 80))))),
        pause_days=chance.randint(0, 60),
        token_payment=chance.randint(0, 500),
        token_months=chance.randint(0, 6),
        reduction_pct=Decimal(chance.choice((0, 25, 50, 100))),
        reduction_months=chance.randint(0, 6),
        promise_days=chance.randint(0, 60),
    )


def _steps(chance: Random) -> tuple[SettlementStep, ...]:
    floors = sorted(chance.sample(range(20, 96), chance.randint(0, 3)))
    ages = sorted((chance.randint(0, 900) for _ in floors), reverse=True)
    return tuple(
        SettlementStep(
            days_past_due_from=age,
            opening_pct=Decimal(min(100, floor + chance.randint(0, 30))),
            floor_pct=Decimal(floor),
        )
        for age, floor in zip(ages, floors, strict=True)
    )


@cache
def _strange_policy(number: int) -> Policy:
    row = Row(name=f"Strange {number}", reference="test", when=When(), terms=terms_of(Random(number)))
    return structs.replace(STANDARD, rows=(row,))


@cache
def reloaded(policy: Policy) -> Policy:
    """The same policy after a journey through its file."""
    return load_policy(dump_policy(policy))


def policy_of(chance: Random) -> Policy:
    """The standard policy, or one row of strange terms for everybody."""
    return STANDARD if chance.random() < 0.4 else _strange_policy(chance.randint(1, 120))


cases, proposals, policies = _seeded(case_of), _seeded(proposal_of), _seeded(policy_of)


def _meeting(chance: Random) -> tuple[Case, Policy, Proposal]:
    case = case_of(chance)
    return case, policy_of(chance), proposal_of(chance, case.today)


meetings = _seeded(_meeting)


def offers_in(case: Case, decision: Decision, proposal: Proposal, history: tuple[Offer, ...] = ()) -> list[Offer]:
    """Every offer that this case can see: the menu and the answer."""
    answer = answer_to(proposal, case, decision, history)
    found = list(possible_offers(case, decision, history))
    if isinstance(answer, (Accepted, Countered, FinalOffer)):
        found.append(answer.offer)
    return found
