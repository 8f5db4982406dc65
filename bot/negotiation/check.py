"""Everything that is wrong with a policy, as sentences with the row: what the schema alone cannot see. Decided for
every possible case (`everybody`, `check_deals`), not for examples.

`problems` must be empty before a version may be simulated. The schema already refuses malformed cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from msgspec import structs

from bot.core import Money, Problem
from bot.negotiation import check_deals, check_terms, lines
from bot.negotiation.everybody import CARE, reached, sorts
from bot.negotiation.model import Case
from bot.negotiation.regions import DIMENSIONS, Band, Region, region_of, words_of
from bot.negotiation.terms import Policy, Row, When

_BANDS = ("balance", "days past due", "broken plans")


@dataclass(frozen=True)
class PolicyProblem(Problem):
    """`kind` names the mistake for code; the sentence is for the manager.

    `example` is a debtor who shows it, `beside` one with the same balance who is better off, where there is one.
    """

    kind: str = ""
    example: Case | None = None
    beside: Case | None = None


@lru_cache(maxsize=64)
def problems(policy: Policy) -> tuple[PolicyProblem, ...]:
    """Every problem of the policy, in the order of its rows; empty when it can be simulated."""
    found = list(_table(policy))
    for number, row in enumerate(policy.rows, 1):
        for kind, field, expected, got in check_terms.faults(row):
            found.append(PolicyProblem(f"{_row(number, row)}, {field}", expected, got, kind))
    if policy.rows:
        found += _deals(_for_everybody(policy))
    return tuple(found)


def _for_everybody(policy: Policy) -> Policy:
    """With a last row that takes whoever is left, so that every case can be decided."""
    last = structs.replace(policy.rows[-1], when=When())
    return structs.replace(policy, rows=(*policy.rows[:-1], last))


def _row(number: int, row: Row) -> str:
    return f'row {number} "{row.name}"'


def _table(policy: Policy) -> Iterator[PolicyProblem]:
    if not policy.rows:
        yield PolicyProblem("policy, rows", "at least one row", "none", "no_rows")
        return
    yield from _everybody(policy)
    yield from _same_names(policy)
    yield from _unknown_words(policy)
    yield from _unreachable(policy)
    yield from _overlaps(policy)
    yield from _gaps(policy)
    yield from _tiers(policy)


def _everybody(policy: Policy) -> Iterator[PolicyProblem]:
    last = policy.rows[-1]
    whole = region_of(type(last.when)(), words_of(policy))
    if region_of(last.when, words_of(policy)) != whole:
        where, kind = _row(len(policy.rows), last), "last_row_not_everybody"
        left_out = next(_left_out(policy), None)
        yield PolicyProblem(where, "a last row that is for everybody", "conditions on it", kind, left_out)


def _left_out(policy: Policy) -> Iterator[Case]:
    """Debtors whom no row takes."""
    today = policy.effective_from + timedelta(days=365)
    for sort in sorts(policy):
        for (hardship, benefits), table in zip(CARE, sort.tables, strict=True):
            for days, box in ((age.days, box) for age in table for box in age.boxes if box.row is None):
                facts: Any = {**sort.facts, "hardship": hardship, "income_only_benefits": benefits}
                balance = lines.inside(box.low, box.below)
                yield Case(Money(balance, policy.currency), days, today, **facts)


def _same_names(policy: Policy) -> Iterator[PolicyProblem]:
    seen: dict[str, int] = {}
    for number, row in enumerate(policy.rows, 1):
        if row.name in seen:
            got = f"the name of row {seen[row.name]}"
            yield PolicyProblem(_row(number, row), "a name of its own", got, "same_name")
        seen.setdefault(row.name, number)


def _unknown_words(policy: Policy) -> Iterator[PolicyProblem]:
    lists = {"product": policy.products, "jurisdiction": policy.jurisdictions, "client": policy.clients}
    for number, row in enumerate(policy.rows, 1):
        for field, known in lists.items():
            for word in getattr(row.when, field):
                if word not in known:
                    where = f"{_row(number, row)}, {field}"
                    yield PolicyProblem(where, f"a {field} that the policy lists", word, "unknown_word")


def _unreachable(policy: Policy) -> Iterator[PolicyProblem]:
    words, left = words_of(policy), reached(policy)
    earlier: list[Region] = []
    for number, row in enumerate(policy.rows, 1):
        region = region_of(row.when, words)
        if number - 1 not in left:
            by = [str(other) for other, one in enumerate(earlier, 1) if region.meets(one)]
            got = f"nobody: already taken by row {', '.join(by)}" if by else "nobody: its band is empty"
            yield PolicyProblem(_row(number, row), "somebody to be left for this row", got, "unreachable_row")
        earlier.append(region)


def _overlaps(policy: Policy) -> Iterator[PolicyProblem]:
    """Bands that cross: the earlier row wins the shared part, which is seldom what was meant."""
    words = words_of(policy)
    regions = [region_of(row.when, words) for row in policy.rows]
    for second, row in enumerate(policy.rows):
        for first in range(second):
            for name in _BANDS:
                one, other = regions[first].band(name), regions[second].band(name)
                if one.crosses(other) and regions[first].meets(regions[second]):
                    got = f"{_shown(one & other, name)} also in row {first + 1}"
                    where = f"{_row(second + 1, row)}, {name}"
                    yield PolicyProblem(where, "bands that do not cross", got, "overlap")


def _gaps(policy: Policy) -> Iterator[PolicyProblem]:
    """A hole between the bands of rows that are alike but for that band."""
    words = words_of(policy)
    regions = [region_of(row.when, words) for row in policy.rows]
    for name in _BANDS:
        groups: dict[tuple[object, ...], list[tuple[Band, int]]] = {}
        for number, region in enumerate(regions, 1):
            if region.band(name) != Band.ALL:
                alike = tuple(region.sides[side] for side in DIMENSIONS if side != name)
                groups.setdefault(alike, []).append((region.band(name), number))
        for bands in groups.values():
            bands.sort(key=lambda pair: pair[0].low)
            for (lower, _), (upper, number) in zip(bands, bands[1:], strict=False):
                if lower.below < upper.low:
                    where = f"{_row(number, policy.rows[number - 1])}, {name}"
                    got = f"nobody for {_shown(Band(lower.below, upper.low), name)}"
                    yield PolicyProblem(where, "no hole below its band", got, "gap")


def _shown(band: Band, name: str) -> str:
    scale = 100 if name == "balance" else 1
    return f"from {band.low / scale:g}, below {band.below / scale:g}"


def _tiers(policy: Policy) -> Iterator[PolicyProblem]:
    roles = [tier.role for tier in policy.approval]
    for role in sorted({role for role in roles if roles.count(role) > 1}):
        yield PolicyProblem(f"approval, {role}", "each role once", "it twice", "tier_twice")
    for lower, upper in zip(policy.approval, policy.approval[1:], strict=False):
        if (upper.points_below_floor, upper.extra_months) < (lower.points_below_floor, lower.extra_months):
            got = f"less than {lower.role}"
            yield PolicyProblem(f"approval, {upper.role}", "at least as much as the role before", got, "tier_shrinks")


def _deals(policy: Policy) -> Iterator[PolicyProblem]:
    numbers = {row.name: number for number, row in enumerate(policy.rows, 1)}
    for one in sorted(check_deals.faults(policy), key=lambda fault: numbers[fault.row]):
        where = f'row {numbers[one.row]} "{one.row}", {one.field}'
        yield PolicyProblem(where, one.expected, one.got, one.kind, one.example, one.beside)
