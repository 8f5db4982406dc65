"""Agreements as they stand at any moment, by chance and by hand, for the tests of their upkeep."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from hypothesis import strategies as st

from bot.core import Money
from bot.negotiation import Case, Frequency, Instalment, Kind, Limits, Proposal, Upkeep, answer_to, decide, load_policy
from bot.negotiation.kept import Change, Kept, Move, MoveUp, NewAmount, Skip
from bot.negotiation.model import Accepted
from bot.negotiation.schedule import on_days, rhythm_of

STANDARD = load_policy(Path("data/policies/standard.json").read_bytes())
TODAY = date(2026, 11, 18)


def usd(text: str | int) -> Money:
    return Money.of(str(text), "USD")


def limits(**upkeep: object) -> Limits:
    """The standard limits for $600 that are half a year overdue, with other rules of upkeep where asked."""
    case = Case(balance=usd(600), days_past_due=200, today=TODAY, product="electricity", jurisdiction="US-GA")
    found = decide(case, STANDARD).limits
    return replace(found, upkeep=replace(found.upkeep, **upkeep))


def plan(*days_and_amounts: tuple[str, str | int], paid: str | int = 0, **facts: object) -> Kept:
    """A monthly plan of parts such as ("2026-12-04", 40)."""
    schedule = tuple(Instalment(date.fromisoformat(day), usd(amount)) for day, amount in days_and_amounts)
    known: dict[str, object] = {
        "kind": Kind.PLAN, "frequency": Frequency.MONTHLY, "limits": limits(), "changes_per_year": 4,
    }  # fmt: skip
    return Kept(schedule=schedule, paid=usd(paid), **{**known, **facts})  # type: ignore[arg-type]


def shown(kept_or_changed: object) -> list[str]:
    schedule = kept_or_changed.schedule  # type: ignore[attr-defined]
    return [f"{part.due} {part.amount.major:f}".removesuffix(".00") for part in schedule]


REAL = [one for one in Frequency if one is not Frequency.PAYDAY]


def kept_of(chance: Random) -> Kept:
    """Any agreement at any moment: some of it paid, some of it late, rules of upkeep of all kinds."""
    frequency = chance.choice(REAL)
    count = chance.choice((1, chance.randint(2, 30)))
    amounts = list(Money(chance.randint(count, 200_000), "USD").split(count))
    first = TODAY - timedelta(days=chance.randint(-40, 200))
    days = tuple(chance.sample(range(1, 32), chance.choice((0, 1, 2))))
    weekday = {"weekday": chance.randint(0, 6), "nth": chance.choice((1, 2, 3, 4, -1))} if chance.random() < 0.2 else {}
    rhythm = rhythm_of(Proposal(days_of_month=days, **weekday), frequency, first)
    schedule = on_days(amounts, rhythm, first)
    total = sum(part.amount.minor for part in schedule)
    return Kept(
        kind=chance.choice(
            [Kind.PLAN, Kind.SHORT_PLAN, Kind.TOKEN, Kind.SETTLEMENT_PARTS] if count > 1 else list(Kind)
        ),
        schedule=schedule,
        paid=Money(chance.choice((0, chance.randint(0, total), chance.randint(0, total) // 5)), "USD"),
        frequency=chance.choice((frequency, frequency, None)),
        limits=limits_of(chance),
        changes_per_year=chance.randint(0, 4),
        moves=chance.randint(0, 3),
        skips=chance.randint(0, 3),
        changes=chance.randint(0, 5),
        missed=tuple(sorted(part.due for part in schedule if chance.random() < 0.1)),
    )


def limits_of(chance: Random) -> Limits:
    return limits(
        **vars(
            Upkeep(
                grace_days=chance.randint(0, 10),
                kept_threshold_pct=chance.choice((100, 90, 50)),  # type: ignore[arg-type]
                missed_payment=chance.choice(("append", "append", "person")),
                missed_in_a_row_ends=chance.randint(0, 3),
                payments_per_change=chance.randint(0, 4),
                skips_per_year=chance.randint(0, 3),
            )
        )
    )


def change_of(chance: Random, kept: Kept) -> Change:
    """Whatever somebody may ask for, and a little more."""
    due = chance.choice([None, *(part.due for part in kept.schedule)])
    return chance.choice(
        (
            Move(TODAY + timedelta(days=chance.randint(-5, 60)), due),
            Skip(due),
            NewAmount(Money(chance.randint(1, 100_000), "USD")),
            MoveUp(),
        )
    )


seeds = st.integers(0, 2**48)


def agreed_plan(proposal: Proposal, balance: str = "600.00") -> tuple[Instalment, ...]:
    """The schedule that policy gives for a proposal."""
    case = Case(balance=usd(balance), days_past_due=200, today=TODAY, product="electricity", jurisdiction="US-GA")
    answer = answer_to(proposal, case, decide(case, STANDARD))
    assert isinstance(answer, Accepted)
    return answer.offer.schedule
