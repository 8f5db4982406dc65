"""When a debt is too old for a court: `data/law/limitation/states.yml`, read once with every problem listed.

A debt may be too old once the shortest time that its state knows has run from the first missed due date. Then nobody
is threatened with a court (12 CFR 1006.26(b), in force since 2021-11-30), and whoever is asked for a payment or a
promise is told first, at the door (rule RF-27): either may start the time anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypedDict

import yaml
from dateutil.relativedelta import relativedelta

from bot.accounts.model import Debt
from bot.core import Problem, Problems

TABLE = Path(__file__).parents[2] / "data" / "law" / "limitation" / "states.yml"
STATES = frozenset(
    [
        "AL",
        "AK",
        "AZ",
        "AR",
        "CA",
        "CO",
        "CT",
        "DE",
        "DC",
        "FL",
        "GA",
        "HI",
        "ID",
        "IL",
        "IN",
        "IA",
        "KS",
        "KY",
        "LA",
        "ME",
        "MD",
        "MA",
        "MI",
        "MN",
        "MS",
        "MO",
        "MT",
        "NE",
        "NV",
        "NH",
        "NJ",
        "NM",
        "NY",
        "NC",
        "ND",
        "OH",
        "OK",
        "OR",
        "PA",
        "RI",
        "SC",
        "SD",
        "TN",
        "TX",
        "UT",
        "VT",
        "VA",
        "WA",
        "WV",
        "WI",
        "WY",
    ]
)


@dataclass(frozen=True)
class Limitation:
    """Years for a written contract and for an open account; `revives` when a payment may start them anew."""

    state: str
    written: int
    open: int
    revives: bool
    source: str
    as_of: date

    @property
    def years(self) -> int:
        """The shorter one: somebody is warned early rather than late."""
        return min(self.written, self.open)


@lru_cache(maxsize=2)
def limitations(path: Path = TABLE) -> dict[str, Limitation]:
    """By state. Raises Problems with everything that is wrong or missing."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    problems = [problem for number, row in enumerate(rows, 1) for problem in _problems(f"row {number}", row)]
    seen = [row.get("state") for row in rows]
    problems += [Problem(str(state), "one row for each state") for state in STATES if seen.count(state) != 1]
    if problems:
        raise Problems(problems)
    return {row["state"]: Limitation(**row) for row in rows}


def runs_out(debt: Debt) -> date | None:
    """The first day on which it may be too old; None while nothing is overdue, and outside the United States. In a
    state that is not in the table it is as in the strictest one.
    """
    country, _, state = debt.jurisdiction.partition("-")
    if country != "US" or debt.due_since is None:
        return None
    known = limitations()
    years = known[state].years if state in known else min(one.years for one in known.values())
    return debt.due_since + relativedelta(years=years)


def is_time_barred(debt: Debt, today: date) -> bool:
    """Whether it may be. `today` is the debtor's."""
    end = runs_out(debt)
    return end is not None and today >= end


def time_barred(debts: Iterable[Debt], today: date) -> frozenset[str]:
    """The ids of those that may be."""
    return frozenset(debt.id for debt in debts if is_time_barred(debt, today))


REPORTED_FOR = relativedelta(years=7)
"""How long an unpaid account may stand in a credit report (15 USC 1681c(a)(4)); the 180 days before charge-off that
(c)(1) adds are left out: somebody is told that it is not reported early rather than late."""


def past_reporting(debts: Iterable[Debt], today: date) -> frozenset[str]:
    """The ids of those in the United States that no credit report may show any more."""
    old = (one for one in debts if one.jurisdiction.startswith("US") and one.due_since is not None)
    return frozenset(one.id for one in old if one.due_since and today >= one.due_since + REPORTED_FOR)


class TooOld(TypedDict):
    """What the door must know of debts that a message of ours is about."""

    time_barred: frozenset[str]
    past_reporting: frozenset[str]


def too_old(debts: Iterable[Debt], today: date) -> TooOld:
    """As `contact.Sending` takes it."""
    known = tuple(debts)
    return {"time_barred": time_barred(known, today), "past_reporting": past_reporting(known, today)}


def _problems(place: str, row: dict[str, Any]) -> Iterator[Problem]:
    if row.get("state") not in STATES:
        yield Problem(f"{place}, state", "a state or DC", repr(row.get("state")))
    for name in ("written", "open"):
        if not isinstance(row.get(name), int) or not 1 <= row[name] <= 20:
            yield Problem(f"{place}, {name}", "years, from 1 to 20", repr(row.get(name)))
    if not isinstance(row.get("revives"), bool):
        yield Problem(f"{place}, revives", "true or false", repr(row.get("revives")))
    if not isinstance(row.get("source"), str) or not row["source"].strip():
        yield Problem(f"{place}, source", "the statute", repr(row.get("source")))
    if not isinstance(row.get("as_of"), date):
        yield Problem(f"{place}, as_of", "a day such as 2026-11-29", repr(row.get("as_of")))
    for name in sorted(set(row) - set(Limitation.__dataclass_fields__)):
        yield Problem(f"{place}, {name}", "no such column")
