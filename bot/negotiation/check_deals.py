"""What only shows when cases are decided: somebody older or poorer gets worse terms, a legal cap is crossed,
somebody in hardship finds nothing, bargaining ends badly. Decided for everybody, box by box, not tried here and there.

Within a box every figure is a line of the balance (`lines`), so each question has an exact answer; where it is no,
the debtor who shows it is decided as any other, and what they get makes the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from bot.core import Money
from bot.negotiation import bargained, lines
from bot.negotiation.beside import Side, forgives_from, in_full, opening, where_worse
from bot.negotiation.caps import CAPS, LEAST_DAYS_TO_FIRST_PAYMENT
from bot.negotiation.everybody import CARE, Box, Sort, Table, pairs, sorts, together
from bot.negotiation.limits import Limits, SettlementLimits
from bot.negotiation.model import PLANS, Case, Kind
from bot.negotiation.offers import options
from bot.negotiation.policy import Decision, decide
from bot.negotiation.relief import payoff
from bot.negotiation.schedule import banking_day
from bot.negotiation.terms import Policy, Terms

_POORER = ((0, 1), (0, 2), (1, 3), (2, 3))
"""Places in CARE: who is in hardship or on benefits next to who is not."""
_FORTNIGHT = range(14)


class Fault(NamedTuple):
    """`example` is the debtor who shows it, `beside` the one who is better off, where there is one."""

    kind: str
    row: str
    field: str
    expected: str
    got: str
    example: Case
    beside: Case | None = None


def faults(policy: Policy) -> tuple[Fault, ...]:
    """Of several cases that show the same mistake the first. Every case must find a row."""
    found: dict[tuple[str, ...], Fault] = {}
    looker = _Looker(policy)
    for sort in sorts(policy):
        for fault in looker.at(sort):
            found.setdefault(fault[:3], fault)
    return tuple(found.values())


class _Looker:
    """Looks at every sort of people; what two of them share is looked at once."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.today = policy.effective_from + timedelta(days=365)
        self.seen: set[tuple[Any, ...]] = set()

    def at(self, sort: Sort) -> Iterator[Fault]:
        for place, table in enumerate(sort.tables):
            if self._new("table", id(table), place):
                yield from self._alone(sort, place, table)
                yield from self._older(sort, place, table)
        for plain, poor in _POORER:
            one, other = sort.tables[plain], sort.tables[poor]
            if self._new("poorer", id(one), id(other), plain, poor):
                for days, before, after in together(one, other):
                    yield from self._compared(sort, (plain, poor), (days, days), (before, after))

    def _new(self, *key: Any) -> bool:
        is_new = key not in self.seen
        self.seen.add(key)
        return is_new

    def _case(self, sort: Sort, place: int, days: int, balance: int, today: date | None = None) -> Case:
        hardship, benefits = CARE[place]
        facts: Any = sort.facts
        money = Money(balance, self.policy.currency)
        return Case(money, days, today or self.today, hardship=hardship, income_only_benefits=benefits, **facts)

    def _alone(self, sort: Sort, place: int, table: Table) -> Iterator[Fault]:
        for age in table:
            for box in age.boxes:
                if self._new("alone", box.row, box.step, place, box.low, box.below):
                    yield from self._box(sort, place, age.days, box)

    def _box(self, sort: Sort, place: int, days: int, box: Box) -> Iterator[Fault]:
        assert box.row is not None
        terms, top = self.policy.rows[box.row].terms, _top(box)
        in_time = terms.max_days_to_first_payment >= LEAST_DAYS_TO_FIRST_PAYMENT
        for day in (0,) if in_time else _FORTNIGHT:
            yield from _caps(self._case(sort, place, days, top, self.today + timedelta(days=day)), self.policy)
        if any(CARE[place]):
            case = self._case(sort, place, days, lines.inside(box.low, box.below))
            yield from _dead_end(case, self.policy)
        settles = Kind.SETTLEMENT in terms.offers and box.step is not None and not terms.person_only
        if settles and self._new("settles", box.row, box.step, box.low, box.below):
            yield from self._dear(sort, place, days, box, terms)
            # Between these, prices are shares of 0 to 100 % of the gap above the floor: none is below it or grows.
            for balance in sorted({box.low, lines.inside(box.low, box.below), top}):
                case = self._case(sort, place, days, balance)
                for field, expected, got in bargained.faults(case, decide(case, self.policy)):
                    yield Fault("bargaining", self.policy.rows[box.row].name, field, expected, got, case)

    def _dear(self, sort: Sort, place: int, days: int, box: Box, terms: Terms) -> Iterator[Fault]:
        """Who would pay less in full than to settle, beyond what the percentages alone would say."""
        assert box.row is not None and box.step is not None
        if 100 - terms.full_discount_pct <= max(step.opening_pct for step in terms.settlement):
            return  # check_terms says so
        start = forgives_from(terms, box.step)
        if start is None or (box.below is not None and start >= box.below):
            return
        balance = lines.where_more(in_full(terms), opening(terms, box.step), max(box.low, start), box.below)
        if balance is not None:
            case = self._case(sort, place, days, balance)
            decision = decide(case, self.policy)
            full, settlement = payoff(case, decision, case.today), decision.limits.settlement
            assert settlement is not None
            got = f"{_said(full)} in full, {_said(settlement.opening)} to settle"
            yield Fault("full_costs_less", decision.row, "settlement", "less than paying in full", got, case)

    def _older(self, sort: Sort, place: int, table: Table) -> Iterator[Fault]:
        for younger, older in zip(table, table[1:], strict=False):
            yield from self._compared(sort, (place, place), (older.days - 1, older.days), (younger.boxes, older.boxes))

    def _compared(
        self, sort: Sort, places: tuple[int, int], days: tuple[int, int], boxes: tuple[Sequence[Box], Sequence[Box]]
    ) -> Iterator[Fault]:
        """Everything in which the second of two people with the same balance is worse off."""
        for one, other, low, below in pairs(*boxes):
            key = (one.row, one.step, other.row, other.step, low, below, places)
            if one.row is None or other.row is None or not self._new("compared", *key):
                continue
            if (one.row, one.step) == (other.row, other.step) and places[0] == places[1]:
                continue
            sides = [Side(self.policy.rows[box.row].terms, box.step, any(CARE[place]))
                     for box, place in zip((one, other), places, strict=True) if box.row is not None]  # fmt: skip
            for shown in where_worse(sides[0], sides[1], low, below):
                facts: Any = {"pauses_used": shown.pauses_used}
                before, after = (
                    replace(self._case(sort, place, age, shown.balance, self._day(shown.latest)), **facts)
                    for place, age in zip(places, days, strict=True)
                )
                yield from _told(before, after, self.policy)

    def _day(self, latest: int | None) -> date:
        """A day on which so many days later a bank is open, so that a day less is a day less."""
        if latest is None:
            return self.today
        days = (self.today + timedelta(days=shift) for shift in _FORTNIGHT)
        return next(day for day in days if _is_open(day + timedelta(days=latest)))


def _is_open(day: date) -> bool:
    return banking_day(day) == day


def _top(box: Box) -> int:
    """The largest balance of a box; of one without an end a large one."""
    return box.below - 1 if box.below is not None else max(box.low, 10_000_000)


def _caps(case: Case, policy: Policy) -> Iterator[Fault]:
    decision = decide(case, policy)
    for cap in CAPS:
        if cap.id in decision.caps:
            expected = f"{cap.says} ({cap.citation})"
            yield Fault("legal_cap_crossed", decision.row, cap.id, expected, "terms beyond it", case)


def _dead_end(case: Case, policy: Policy) -> Iterator[Fault]:
    decision = decide(case, policy)
    if not decision.limits.person_only and not options(case, decision):
        expected = f"a pause, a token payment or a person for {_care(case)}"
        yield Fault("dead_end", decision.row, "offers", expected, "nothing that they may be offered", case)


def _care(case: Case) -> str:
    return "benefits only" if case.income_only_benefits else "hardship"


def _told(before: Case, after: Case, policy: Policy) -> Iterator[Fault]:
    """Everything in which the second is worse off, as decided."""
    one, other = decide(before, policy), decide(after, policy)
    if before.in_care == after.in_care and before.days_past_due < after.days_past_due:
        kind, expected = "older_gets_worse", f'no worse than a younger account in "{one.row}"'
        if other.limits.person_only and not one.limits.person_only:
            yield Fault(kind, other.row, "person_only", f'offers as in "{one.row}"', "only a person", after, before)
    else:
        benefits = after.income_only_benefits and not before.income_only_benefits
        kind = "benefits_get_worse" if benefits else "poorer_gets_worse"
        expected = f'no worse for {"benefits only" if benefits else "hardship"} than in "{one.row}"'
    for field, got in _worse(one.limits, other.limits, after):
        yield Fault(kind, other.row, field, expected, got, after, before)


def _worse(before: Limits, after: Limits, case: Case) -> Iterator[tuple[str, str]]:
    """(field, got) for everything in which `after` is worse for the debtor than `before`."""
    if before.person_only or after.person_only:
        return
    if PLANS & set(before.offers):
        yield from _worse_plan(before, after)
    cheapest, then = (_closing(case, limits) for limits in (before, after))
    if then > cheapest:
        yield "settlement", f"{_said(then)} instead of {_said(cheapest)} to close {_said(case.balance)} at once"
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
        yield "min_payment", f"{_said(other.min_payment)} instead of {_said(one.min_payment)} a month"
    if other.down_payment > one.down_payment:
        yield "down_payment_pct", f"{_said(other.down_payment)} instead of {_said(one.down_payment)} down"
    if other.max_term_months < one.max_term_months:
        yield "max_term_months", f"{other.max_term_months} instead of {one.max_term_months} months"
    if other.latest_first < one.latest_first:
        yield "max_days_to_first_payment", "less time to the first payment"
    if missing := [frequency.value for frequency in one.frequencies if frequency not in other.frequencies]:
        yield "frequencies", f"no {', '.join(missing)}"


def _said(amount: Money) -> str:
    return amount.text("en")


def _closing(case: Case, limits: Limits) -> Money:
    """What the best of paying in full and settling at the opening takes."""
    decision = Decision(limits, "", (), "", ())
    full, settlement = payoff(case, decision, case.today), _settlement(limits)
    return min(full, settlement.opening) if settlement else full


def _settlement(limits: Limits) -> SettlementLimits | None:
    return limits.settlement if Kind.SETTLEMENT in limits.offers else None


def _pauses(limits: Limits) -> bool:
    return Kind.PAUSE in limits.offers and limits.relief.pause_until is not None
