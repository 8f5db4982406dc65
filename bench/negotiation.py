"""How long a decision and its offers take."""

from __future__ import annotations

import statistics
import time
from datetime import date
from typing import Any

from msgspec import structs

from bench import load
from bot import negotiation
from bot.core import Money
from bot.negotiation import live

ROUNDS = 2000
CASES = 10_000


def measure() -> list[dict[str, Any]]:
    policy = negotiation.load_policy(live.STANDARD.read_bytes())
    proposal = negotiation.Proposal(
        each=Money(4000, "USD"), frequency=negotiation.Frequency.MONTHLY, first_date=date(2026, 12, 4), wants="plan"
    )
    took = []
    for n in range(ROUNDS):
        case = negotiation.Case(
            balance=Money(30000 + n * 97, "USD"), days_past_due=20 + n % 700, today=date(2026, 11, 18)
        )
        started = time.perf_counter()
        decision = negotiation.decide(case, policy)
        negotiation.possible_offers(case, decision)
        negotiation.answer_to(proposal, case, decision)
        took.append((time.perf_counter() - started) * 1000)
    context = f"decide, list the offers and answer one proposal, {ROUNDS} cases; {load.now()}"
    return [
        {
            "name": "decision and offers, median",
            "value": round(statistics.median(took), 3),
            "unit": "ms",
            "context": context,
        },
        _simulation(policy),
    ]


def _simulation(policy: negotiation.Policy) -> dict[str, Any]:
    """Ten thousand cases, each with two things that its debtor said, under a draft that changes every row."""
    draft = structs.replace(policy, rows=tuple(
        structs.replace(row, terms=structs.replace(row.terms, max_term_months=row.terms.max_term_months + 3))
        for row in policy.rows
    ))  # fmt: skip
    said = (negotiation.Proposal(each=Money(3000, "USD"), frequency=negotiation.Frequency.MONTHLY),
            negotiation.Proposal(total=Money(20000, "USD"), wants="settlement"))  # fmt: skip
    cases = [
        negotiation.Account(f"case_{n}", negotiation.Case(
            balance=Money(30000 + n * 37, "USD"), days_past_due=n % 800, today=date(2026, 11, 18)), said)
        for n in range(CASES)
    ]  # fmt: skip
    started = time.perf_counter()
    report = negotiation.simulate(draft, policy, cases, [], workers=2)
    assert report.coverage.replayed == CASES
    return {
        "name": "simulation of a draft",
        "value": round(time.perf_counter() - started, 1),
        "unit": "s",
        "context": f"{CASES} cases with two proposals each, two processes; {load.now()}",
    }
