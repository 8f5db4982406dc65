"""Small policies by chance, and all that is wrong with their deals, found by trying every case there is.

The arithmetic is worked out here a second time, in fractions; nothing of how `policy_problems` decides is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from random import Random

from msgspec import structs

from bot.negotiation import Case, Frequency, Kind, Policy, Row, SettlementStep, Terms, When
from tests.negotiation.bargaining_kit import ORDINARY, STANDARD

BALANCES, AGES, BROKEN = range(1, 61), range(5), range(2)
CARE = ((False, False), (True, False), (False, True), (True, True))
POORER = ((0, 1), (0, 2), (1, 3), (2, 3))
DEALS = {
    "older_gets_worse", "poorer_gets_worse", "benefits_get_worse", "legal_cap_crossed", "dead_end", "full_costs_less",
    "bargaining",
}  # fmt: skip
Found = tuple[str, str, str]
PLANS = {Kind.SHORT_PLAN, Kind.LONG_PLAN, Kind.PLAN}
_MENUS = (
    (Kind.FULL, Kind.LONG_PLAN, Kind.SETTLEMENT, Kind.PAUSE, Kind.TOKEN),
    (Kind.FULL, Kind.LONG_PLAN, Kind.SETTLEMENT, Kind.TOKEN),
    (Kind.FULL, Kind.LONG_PLAN, Kind.PAUSE),
    (Kind.LONG_PLAN, Kind.SETTLEMENT),
    (Kind.FULL, Kind.SETTLEMENT, Kind.TOKEN),
)


@dataclass(frozen=True)
class Somebody:
    balance: int
    age: int
    broken: int
    product: str
    care: int

    @property
    def in_care(self) -> bool:
        return self.care != 0


def small_policy(chance: Random) -> Policy:
    """Up to five rows. Thresholds and shares are such that 60 cents show whatever there is to show."""
    usual = _terms(chance, ORDINARY)
    rows = [_row(chance, number, usual) for number in range(chance.randint(1, 4))]
    last = When() if chance.random() < 0.8 else _when(chance)
    rows.append(Row(name="last", reference="test", when=last, terms=usual))
    return structs.replace(STANDARD, products=("p",), jurisdictions=(), clients=(), rows=tuple(rows), approval=())


def _row(chance: Random, number: int, usual: Terms) -> Row:
    """Most of its cells are the usual ones, so that what is wrong stands alone now and then."""
    terms = _terms(chance, usual) if chance.random() < 0.3 else _few(chance, usual)
    return Row(name=f"row {number}", reference="test", when=_when(chance), terms=terms)


def _when(chance: Random) -> When:
    def band(name: str, ends: tuple[int, ...]) -> dict[str, int]:
        low, below = sorted(chance.sample(ends, 2))
        return chance.choice(
            ({f"{name}_from": low}, {f"{name}_below": below}, {f"{name}_from": low, f"{name}_below": below})
        )

    cells: dict[str, object] = {}
    if chance.random() < 0.5:
        cells |= band("balance", (5, 12, 25))
    if chance.random() < 0.4:
        cells |= band("days_past_due", (1, 2, 3))
    if chance.random() < 0.2:
        cells["broken_plans_from"] = 1
    if chance.random() < 0.3:
        cells["product"] = ("p",)
    if chance.random() < 0.3:
        cells["hardship"] = chance.random() < 0.7
    if chance.random() < 0.2:
        cells["income_only_benefits"] = chance.random() < 0.7
    return When(**cells)  # type: ignore[arg-type]


def _cells(chance: Random) -> dict[str, object]:
    return {
        "offers": chance.choice(_MENUS),
        "min_payment": chance.randint(0, 8),
        "min_payment_pct": Decimal(20 * chance.randint(0, 2)),
        "down_payment_pct": Decimal(chance.choice((0, 0, 20, 40))),
        "full_discount_pct": Decimal(chance.choice((0, 0, 20))),
        "max_term_months": chance.randint(1, 3),
        "max_days_to_first_payment": chance.choice((5, 10, 11, 20)),
        "frequencies": chance.choice(((Frequency.MONTHLY,), (Frequency.MONTHLY, Frequency.WEEKLY))),
        "settlement": _steps(chance),
        "min_settlement": chance.choice((0, 0, 3, 6)),
        "max_forgiven": chance.choice((None, None, 4)),
        "pauses_per_year": chance.randint(0, 2),
        "pause_days": chance.choice((0, 5)),
        "token_payment": chance.choice((0, 1)),
        "offer_valid_days": chance.choice((2, 7, 7)),
        "settlement_max_parts": chance.choice((3, 3, 5)),
    }


def _terms(chance: Random, usual: Terms) -> Terms:
    person = {"person_only": True, "offers": ()} if chance.random() < 0.1 else {"person_only": False}
    return structs.replace(usual, **{**_cells(chance), **person})


def _few(chance: Random, usual: Terms) -> Terms:
    cells = _cells(chance)
    return structs.replace(usual, **{name: cells[name] for name in chance.sample(sorted(cells), chance.randint(0, 2))})


def _steps(chance: Random) -> tuple[SettlementStep, ...]:
    ages = sorted(chance.sample((0, 1, 2, 3), chance.randint(0, 2)), reverse=True)
    return tuple(_step(chance, age) for age in ages)


def _step(chance: Random, age: int) -> SettlementStep:
    low, high = sorted(chance.sample((20, 40, 60, 80), 2))
    size = chance.choice((0, 0, 8))
    return SettlementStep(days_past_due_from=age, opening_pct=Decimal(high), floor_pct=Decimal(low), balance_from=size)


def everybody() -> Iterator[Somebody]:
    for balance in BALANCES:
        for age in AGES:
            for broken in BROKEN:
                for product in ("", "p"):
                    yield from (Somebody(balance, age, broken, product, care) for care in range(4))


def row_of(who: Somebody, policy: Policy) -> int | None:
    """Counted from 0; None when no row takes them."""
    return next((number for number, row in enumerate(policy.rows) if _fits(who, row.when)), None)


def _fits(who: Somebody, when: When) -> bool:
    hardship, benefits = CARE[who.care]
    return (
        _in(who.balance, when.balance_from, when.balance_below)
        and _in(who.age, when.days_past_due_from, when.days_past_due_below)
        and _in(who.broken, when.broken_plans_from, when.broken_plans_below)
        and (not when.product or who.product in when.product)
        and when.hardship in (None, hardship)
        and when.income_only_benefits in (None, benefits)
    )


def _in(number: int, low: int | None, below: int | None) -> bool:
    return (low is None or number >= low) and (below is None or number < below)


def of_example(case: Case) -> Somebody:
    care = CARE.index((case.hardship, case.income_only_benefits))
    return Somebody(case.balance.minor, case.days_past_due, case.broken_plans, case.product, care)


@dataclass(frozen=True)
class Deal:
    """What one person may have; None stands for what there is not."""

    row: str
    person: bool
    plan: tuple[int, int, int, int, frozenset[Frequency]] | None
    """Least a month, put down, months, days to begin, rhythms; also where no plan is offered."""
    offers_plan: bool
    full: int
    opening: int | None
    floor: int | None
    pauses: int
    token: bool


def deal(who: Somebody, policy: Policy) -> Deal:
    number = row_of(who, policy)
    assert number is not None
    return _deal(policy.rows[number], who.balance, who.age, who.in_care)


@lru_cache(maxsize=100_000)
def _deal(row: Row, b: int, age: int, in_care: bool) -> Deal:
    terms = row.terms
    step = next((s for s in terms.settlement if age >= s.days_past_due_from and b >= s.balance_from), None)
    opening = low = None
    if step is not None and Kind.SETTLEMENT in terms.offers:
        forgiven = b if terms.max_forgiven is None else terms.max_forgiven
        low = min(b, max(ceil(_of(b, step.floor_pct)), terms.min_settlement, b - forgiven))
        opening = max(low, ceil(_of(b, step.opening_pct)))
    return Deal(
        row=row.name,
        person=terms.person_only,
        plan=(
            min(max(terms.min_payment, ceil(_of(b, terms.min_payment_pct)), 1), b),
            0 if in_care else floor(_of(b, terms.down_payment_pct)),
            terms.max_term_months,
            max(7, terms.max_days_to_first_payment),
            frozenset(terms.frequencies),
        ),
        offers_plan=bool(PLANS & set(terms.offers)),
        full=b - (floor(_of(b, terms.full_discount_pct)) if Kind.FULL in terms.offers else 0),
        opening=opening,
        floor=low,
        pauses=terms.pauses_per_year if Kind.PAUSE in terms.offers and terms.pause_days else 0,
        token=Kind.TOKEN in terms.offers and terms.token_payment > 0,
    )


def _of(balance: int, share: object) -> Fraction:
    return balance * Fraction(str(share)) / 100


def everything_wrong(policy: Policy) -> set[Found]:
    """Of everybody. The last row must be for everybody."""
    found: set[Found] = set()
    seen: set[tuple[object, ...]] = set()
    for who in everybody():
        number = row_of(who, policy)
        assert number is not None
        older = structs_of(who, age=who.age + 1)
        key = (who.balance, number, who.age, who.care, row_of(older, policy))
        if key not in seen:
            seen.add(key)
            found |= set(wrong_alone(who, policy)) | set(wrong_beside(who, older, policy))
        for plain, poor in POORER:
            if who.care == plain:
                other = structs_of(who, care=poor)
                key = (who.balance, number, who.age, plain, poor, row_of(other, policy))
                if key not in seen:
                    seen.add(key)
                    found |= set(wrong_beside(who, other, policy))
    return found


def structs_of(who: Somebody, **changes: int) -> Somebody:
    return Somebody(**{**who.__dict__, **changes})  # type: ignore[arg-type]


def wrong_alone(who: Somebody, policy: Policy) -> Iterator[Found]:
    number = row_of(who, policy)
    assert number is not None
    terms, mine = policy.rows[number].terms, deal(who, policy)
    if who.in_care and floor(_of(who.balance, terms.down_payment_pct)) > 0:
        yield "legal_cap_crossed", mine.row, "care-no-down-payment"
    if terms.max_days_to_first_payment < 7:
        yield "legal_cap_crossed", mine.row, "time-to-first-payment"
    if terms.offer_valid_days < 3:
        yield "legal_cap_crossed", mine.row, "time-to-think"
    has_step = any(who.age >= s.days_past_due_from and who.balance >= s.balance_from for s in terms.settlement)
    if has_step and terms.settlement_max_parts > 4:
        yield "legal_cap_crossed", mine.row, "settlement-parts-below-credit"
    if mine.person:
        return
    if who.in_care and not mine.pauses and not mine.token:
        yield "dead_end", mine.row, "offers"
    if mine.opening is None or mine.floor is None:
        return
    is_less_by_share = 100 - terms.full_discount_pct > max(s.opening_pct for s in terms.settlement)
    if is_less_by_share and mine.full < mine.opening < who.balance:
        yield "full_costs_less", mine.row, "settlement"
    prices = list(_prices(mine.opening, mine.floor, terms))
    if min(prices) < mine.floor or any(later > sooner for sooner, later in zip(prices, prices[1:], strict=False)):
        yield "bargaining", mine.row, "concessions_pct"


def _prices(opening: int, low: int, terms: Terms) -> Iterator[int]:
    """Whole dollars while that is no more than the opening."""
    gap = Fraction(opening - low)
    for share in (0, *terms.concessions_pct):
        gap -= gap * Fraction(str(share)) / 100
        yield min(opening, 100 * ceil(Fraction(ceil(low + gap), 100)))


def wrong_beside(who: Somebody, other: Somebody, policy: Policy) -> Iterator[Found]:
    """In what the second is worse off, who must not be."""
    one, two = deal(who, policy), deal(other, policy)
    kind = "older_gets_worse"
    if who.care != other.care:
        became_benefits = CARE[other.care][1] and not CARE[who.care][1]
        kind = "benefits_get_worse" if became_benefits else "poorer_gets_worse"
    if one.person or two.person:
        if two.person and not one.person and who.care == other.care:
            yield kind, two.row, "person_only"
        return
    yield from ((kind, two.row, field) for field in _worse(one, two))


def _worse(one: Deal, two: Deal) -> Iterator[str]:
    assert one.plan and two.plan
    if one.offers_plan:
        if not two.offers_plan:
            yield "offers"
        if two.plan[0] > one.plan[0]:
            yield "min_payment"
        if two.plan[1] > one.plan[1]:
            yield "down_payment_pct"
        if two.plan[2] < one.plan[2]:
            yield "max_term_months"
        if two.plan[3] < one.plan[3]:
            yield "max_days_to_first_payment"
        if one.plan[4] - two.plan[4]:
            yield "frequencies"
    best, then = (min(deal.full, deal.full if deal.opening is None else deal.opening) for deal in (one, two))
    if then > best or (one.floor is not None and (two.floor is None or two.floor > one.floor)):
        yield "settlement"
    if two.pauses < one.pauses:
        yield "pauses_per_year"
