"""What can be wrong within one row: cells that contradict each other or lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from bot.negotiation.model import PLANS, Frequency, Kind
from bot.negotiation.terms import Row, Terms, When

Fault = tuple[str, str, str, str]  # kind, field, expected, got
_GAPS = {Frequency.EVERY_4_WEEKS: 28, Frequency.MONTHLY: 31, Frequency.QUARTERLY: 92}


def faults(row: Row) -> Iterator[Fault]:
    """(kind, field, expected, got) for every mistake of this row."""
    yield from _naming(row)
    yield from _bands(row.when)
    yield from _offers(row.terms)
    if row.terms.person_only:
        return
    yield from _full(row.terms)
    if PLANS & set(row.terms.offers):
        yield from _plans(row.terms, row.when)
    yield from _settlement(row.terms, row.when)
    yield from _steps(row.terms)
    yield from _relief(row.terms)
    yield from _keeping(row.terms)


def _naming(row: Row) -> Iterator[Fault]:
    if not row.name.strip():
        yield "no_name", "name", "a name that managers will see", "nothing"
    if not row.reference.strip():
        yield "no_reference", "reference", "where its figures come from", "nothing"


def _bands(when: When) -> Iterator[Fault]:
    for field in ("balance", "days_past_due", "broken_plans"):
        low, below = getattr(when, f"{field}_from"), getattr(when, f"{field}_below")
        if low is not None and below is not None and low >= below:
            scale = 100 if field == "balance" else 1
            got = f"from {low / scale:g}, below {below / scale:g}"
            yield "band_upside_down", field, "a lower end below the upper end", got


def _offers(terms: Terms) -> Iterator[Fault]:
    if not terms.offers and not terms.person_only:
        yield "empty_offers", "offers", "at least one offer, or person_only", "neither"
    if terms.offers and terms.person_only:
        yield "person_only_with_offers", "offers", "no offers where only a person may decide", _list(terms.offers)
    for kind in sorted({kind.value for kind in terms.offers if terms.offers.count(kind) > 1}):
        yield "offer_twice", "offers", "each offer once", f"{kind} twice"
    if terms.offers and not terms.counter_offers:
        yield "no_counter_offers", "counter_offers", "room for at least one counter-offer", "0"


def _list(kinds: tuple[Kind, ...]) -> str:
    return ", ".join(kind.value for kind in kinds)


def _full(terms: Terms) -> Iterator[Fault]:
    if not terms.full_discount_pct:
        return
    if Kind.FULL not in terms.offers:
        yield "discount_without_full", "full_discount_pct", "full among the offers", "a discount for it"
    if terms.full_discount_days > terms.full_payment_days:
        got = f"{terms.full_discount_days} days of discount, {terms.full_payment_days} to pay"
        yield "discount_outlives_full", "full_discount_days", "no more days than there are to pay", got
    dearest = max((step.opening_pct for step in terms.settlement), default=0)
    if 100 - terms.full_discount_pct <= dearest and Kind.SETTLEMENT in terms.offers:
        got = f"{100 - terms.full_discount_pct} % in full, {dearest} % to settle"
        yield "discount_beats_settlement", "full_discount_pct", "a settlement that costs less", got


def _plans(terms: Terms, when: When) -> Iterator[Fault]:
    if not terms.frequencies:
        yield "no_frequency", "frequencies", "at least one, since plans are offered", "none"
    if Frequency.PAYDAY in terms.frequencies:
        yield "payday_frequency", "frequencies", "real frequencies; paydays become one of them", "payday"
    if not terms.max_term_months or not terms.short_term_months:
        yield "term_of_nothing", "max_term_months", "terms of at least one month", "0"
    if terms.short_term_months > terms.max_term_months:
        got = f"{terms.short_term_months} and {terms.max_term_months} months"
        yield "short_above_long", "short_term_months", "a short term below the longest", got
    if terms.affordable_term_months < terms.max_term_months:
        got = f"{terms.affordable_term_months} and {terms.max_term_months} months"
        yield "affordable_below_long", "affordable_term_months", "at least the longest term", got
    if not terms.surplus_share_pct:
        yield "surplus_of_nothing", "surplus_share_pct", "a share above 0", "0"
    if not terms.min_payment and not terms.min_payment_pct:
        yield "minimum_of_nothing", "min_payment", "a smallest payment above 0", "0.00"
    if terms.down_payment_pct >= 50:
        yield "down_payment_too_high", "down_payment_pct", "less than half down", f"{terms.down_payment_pct} %"
    yield from _reachable_term(terms, when)
    for frequency, days in _GAPS.items():
        if frequency in terms.frequencies and days > terms.max_days_between_payments:
            got = f"{frequency.value} with {terms.max_days_between_payments} days"
            yield "frequency_beyond_gap", "max_days_between_payments", f"at least {days} days", got


def _reachable_term(terms: Terms, when: When) -> Iterator[Fault]:
    if when.balance_below is None:
        largest = 0 if not terms.min_payment_pct else 100 / terms.min_payment_pct
        if largest and largest < terms.max_term_months:
            got = f"{terms.min_payment_pct} % a month, paid off in {largest:.0f}"
            yield "minimum_beats_term", "min_payment_pct", f"payments that can last {terms.max_term_months} months", got
        return
    least = max(terms.min_payment, int(when.balance_below * terms.min_payment_pct / 100))
    if least * (terms.max_term_months - 1) >= when.balance_below:
        got = f"{least / 100:.2f} a month, which ends before it for every balance of the row"
        yield "minimum_beats_term", "min_payment", f"payments that can last {terms.max_term_months} months", got


def _settlement(terms: Terms, when: When) -> Iterator[Fault]:
    settles = Kind.SETTLEMENT in terms.offers
    if settles and not terms.settlement:
        yield "settlement_without_step", "settlement", "steps with opening and floor", "none"
    if terms.settlement and not settles and Kind.SETTLEMENT_PARTS not in terms.offers:
        return
    if Kind.SETTLEMENT_PARTS in terms.offers:
        yield from _parts(terms, settles=settles)
    if not settles:
        return
    if not terms.concessions_pct:
        yield "no_concessions", "concessions_pct", "shares of the gap to give", "none"
    if any(later > earlier for earlier, later in zip(terms.concessions_pct, terms.concessions_pct[1:], strict=False)):
        got = ", ".join(str(share) for share in terms.concessions_pct)
        yield "concessions_grow", "concessions_pct", "shares that shrink", got
    if 100 in terms.concessions_pct:
        yield "concession_reveals_floor", "concessions_pct", "shares below 100, or the floor is told", "100"
    if not terms.settlement_days:
        yield "settlement_at_once_only", "settlement_days", "at least a week to find the money", "0 days"
    if when.balance_below is not None and terms.min_settlement >= when.balance_below:
        got = f"{terms.min_settlement / 100:.2f} for balances below {when.balance_below / 100:.2f}"
        yield "min_settlement_too_high", "min_settlement", "less than the balances of the row", got
    if terms.max_forgiven == 0:
        yield "nothing_forgiven", "max_forgiven", "an amount above 0 where settlements are offered", "0.00"


def _parts(terms: Terms, *, settles: bool) -> Iterator[Fault]:
    if not settles:
        yield "parts_without_settlement", "offers", "settlement beside settlement_parts", "only the parts"
    if terms.settlement_max_parts < 2:
        got = str(terms.settlement_max_parts)
        yield "parts_below_two", "settlement_max_parts", "at least 2, since parts are offered", got
    needed = 28 * (terms.settlement_max_parts - 1)
    if terms.settlement_parts_days < needed:
        got = f"{terms.settlement_parts_days} days for {terms.settlement_max_parts} parts"
        yield "parts_too_tight", "settlement_parts_days", f"at least {needed} days", got


def _steps(terms: Terms) -> Iterator[Fault]:
    seen: list[tuple[int, int]] = []
    for number, step in enumerate(terms.settlement, 1):
        field = f"settlement {number}"
        if step.floor_pct > step.opening_pct:
            got = f"opening {step.opening_pct} %, floor {step.floor_pct} %"
            yield "floor_above_opening", field, "a floor at or below the opening", got
        if step.floor_pct == step.opening_pct:
            got = f"{step.floor_pct} % for both"
            yield "no_room_to_bargain", field, "an opening above the floor", got
        if not step.floor_pct:
            yield "floor_of_nothing", field, "a floor above 0 %", "0 %"
        if any(age <= step.days_past_due_from and size <= step.balance_from for age, size in seen):
            got = f"from {step.days_past_due_from} days, which a step before it takes"
            yield "step_unreachable", field, "the oldest accounts first", got
        seen.append((step.days_past_due_from, step.balance_from))


def _relief(terms: Terms) -> Iterator[Fault]:
    offers = set(terms.offers)
    if Kind.PAUSE in offers and not (terms.pause_days and terms.pauses_per_year):
        got = f"{terms.pause_days} days, {terms.pauses_per_year} a year"
        yield "pause_of_nothing", "pause_days", "days and a number of pauses, since pauses are offered", got
    if Kind.TOKEN in offers and not (terms.token_payment and terms.token_months):
        got = f"{terms.token_payment / 100:.2f} for {terms.token_months} months"
        yield "token_of_nothing", "token_payment", "an amount and months, since it is offered", got
    if Kind.TOKEN in offers and terms.token_payment > terms.min_payment > 0:
        got = f"{terms.token_payment / 100:.2f} and {terms.min_payment / 100:.2f}"
        yield "token_above_minimum", "token_payment", "less than the smallest payment of a plan", got
    if Kind.EXTENSION in offers and not terms.extension_days:
        yield "extension_of_nothing", "extension_days", "days, since extensions are offered", "0"
    if Kind.REDUCTION in offers and not (0 < terms.reduction_pct < 100 and terms.reduction_months):
        got = f"{terms.reduction_pct} % for {terms.reduction_months} months"
        yield "reduction_of_nothing", "reduction_pct", "a share between 0 and 100 and months", got
    if Kind.PROMISE in offers and not terms.promise_days:
        yield "promise_of_nothing", "promise_days", "days, since promises are taken", "0"
    if offers & {Kind.EXTENSION, Kind.REDUCTION} and not terms.changes_per_year:
        yield "no_changes", "changes_per_year", "at least one, since changes are offered", "0"


def _keeping(terms: Terms) -> Iterator[Fault]:
    if terms.missed_in_a_row_ends < 2:
        got = str(terms.missed_in_a_row_ends)
        yield "ends_at_once", "missed_in_a_row_ends", "a plan that outlives one missed payment", got
    if terms.kept_threshold_pct < 50:
        got = f"{terms.kept_threshold_pct} %"
        yield "kept_threshold_low", "kept_threshold_pct", "at least half to count as kept", got
