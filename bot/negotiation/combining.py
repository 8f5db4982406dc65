"""A proposal over several turns: what they say next changes what is on the table. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from bot.core import Money
from bot.negotiation.model import PLANS, Instalment, Kind, Offer, Part, Proposal

_BOUNDS = frozenset({"each", "at_most", "at_least"})


def is_empty(proposal: Proposal) -> bool:
    """No figure of any kind in it."""
    return not (
        proposal.payment or proposal.total or proposal.percent or proposal.count or proposal.parts
        or proposal.frequency or proposal.first_date or proposal.pause_until or proposal.weekday is not None
        or proposal.days_of_month or proposal.nothing_due
    )  # fmt: skip


def against(table: Proposal | None, fresh: Proposal, theirs: Proposal | None = None) -> Proposal:
    """What they mean now, given what is on the table: only the part that they named changes.

    `theirs` is their own figure that we had answered with a counter-offer: a new rhythm speaks of that one and not of
    ours. What begins anew (a share, all of it, parts of its own, a figure with its rhythm) takes the table's place.
    """
    if table is None or is_empty(table) and table.wants is None:
        return fresh
    if table.wants == "settlement":
        return _of_settlement(table, fresh)
    if fresh.wants == "settlement" and not (fresh.total or fresh.percent or fresh.payment or fresh.parts):
        return replace(fresh, total=_named_in_all(table))  # "to close it", of a sum that they named
    if fresh.wants == "full" and not (fresh.first_date or fresh.parts or table.payment):
        return replace(fresh, first_date=table.first_date)  # "all of it", where the day was named already
    if _begins_anew(fresh):
        return _from_their_day(table, fresh)
    if _is_first_alone(table, fresh):
        return merge(table, fresh)
    if fresh.wants == "pause":
        return merge(table, replace(fresh, wants=None, pause_until=None)) if fresh.first_date else fresh
    if fresh.frequency and not fresh.payment and not fresh.count and theirs is not None and theirs.each is not None:
        table = replace(table, each=theirs.each, count=None, first_date=theirs.first_date)
    if fresh.wants in ("promise", "extension") and table.wants in ("plan", None) and not fresh.payment:
        fresh = replace(fresh, wants=table.wants)
    return merge(table, fresh) if fresh.wants in (None, table.wants, "plan") else fresh


def _from_their_day(table: Proposal, fresh: Proposal) -> Proposal:
    """ "15 on Fridays then", of Fridays from the 27th: from that Friday on."""
    day = table.first_date
    if day is None or fresh.first_date or fresh.parts or fresh.weekday != day.weekday() or fresh.nth:
        return fresh
    return replace(fresh, first_date=day, weekday=None)


def merge(earlier: Proposal, later: Proposal) -> Proposal:
    """What was on the table and what they say now, the newer word winning.

    A new number of payments replaces the amount of each and the other way round; a new day replaces the old rhythm's
    own days; parts of their own replace a single amount and day. "The rest on the 15th" goes on behind the parts that
    were named, and a day alone moves the part that it is nearest to.
    """
    gone: set[str] = set()
    if later.parts and all(amount == "rest" for _, amount in later.parts):
        lead = tuple(part for part in earlier.parts if part[1] != "rest") or _single(earlier)
        later, gone = replace(later, parts=(*lead, *later.parts)), {*_BOUNDS, "lump"}
    elif earlier.parts and later.first_date and not (later.parts or later.payment or later.count or later.frequency):
        later = replace(later, first_date=None, parts=_moved(earlier.parts, later))
    if later.parts and earlier.wants == "promise":
        earlier = replace(earlier, wants="plan")
    if later.count and not later.parts and _is_all_in_parts(earlier):
        earlier = replace(earlier, parts=(), first_date=earlier.parts[0][0])  # "make it three payments instead"
    if (later.payment and later.frequency or later.count) and not later.parts:
        # A rhythm for what is left takes the place of "the rest on a day".
        earlier = replace(earlier, parts=tuple(part for part in earlier.parts if part[1] != "rest"))
    if later.each or later.at_most or later.at_least:
        gone |= {*_BOUNDS, "count", "total", "percent"}
    if later.count:
        gone |= _BOUNDS
    if later.total and not later.parts:
        gone |= {"parts"} if later.wants == "settlement" else {"parts", *_BOUNDS}
    if later.frequency or later.first_date:
        gone |= {"weekday", "days_of_month", "nth"}
    if later.first_date:
        gone.add("not_before")
    if later.parts:
        gone |= {"first_date", "count"} | ({"each"} if not later.frequency and later.each is None else set())
    changes: dict[str, Any] = {name: Proposal.__dataclass_fields__[name].default for name in gone}
    changes |= {name: value for name, value in vars(later).items() if value or name == "weekday" and value is not None}
    return replace(earlier, **changes)


def of_offer(offer: Offer) -> Proposal:
    """An offer as if they had proposed it: what "the same, but on the 15th" changes."""
    return replace(_of_offer(offer), nothing_due=offer.nothing_due)


def _of_offer(offer: Offer) -> Proposal:
    first = offer.first
    if offer.kind is Kind.PAUSE or first is None:
        return Proposal(wants="pause", pause_until=offer.until)
    if offer.kind in (Kind.SETTLEMENT, Kind.SETTLEMENT_PARTS):
        many = len(offer.schedule) > 1
        return Proposal(wants="settlement", total=offer.total, first_date=first.due, lump=not many,
                        count=len(offer.schedule) if many else None)  # fmt: skip
    if offer.kind is Kind.FULL:
        return Proposal(wants="full", first_date=first.due)
    if offer.kind is Kind.PROMISE:
        return Proposal(wants="promise", each=first.amount, first_date=first.due)
    last = offer.schedule[-1].amount
    if offer.frequency is None:
        return Proposal(wants="plan", parts=tuple((part.due, part.amount) for part in offer.schedule))
    if offer.regular == first.amount and last > first.amount:
        return Proposal(wants="plan", each=first.amount, count=len(offer.schedule), frequency=offer.frequency,
                        first_date=first.due)  # fmt: skip
    if offer.regular == first.amount:
        return Proposal(wants="plan", each=first.amount, frequency=offer.frequency, first_date=first.due)
    return Proposal(wants="plan", each=offer.regular, frequency=offer.frequency, parts=((first.due, first.amount),))


def of_offers(offers: Sequence[Offer]) -> Proposal | None:
    """Offers for several debts as one proposal for all of them; None where they differ in more than their sums."""
    whole = together(offers)
    if whole is None or whole.frequency is None:
        return None if whole is None else of_offer(whole)
    regular = [offer.schedule[0].amount for offer in offers]
    if any(not offer.is_even or offer.frequency is None for offer in offers) or whole.kind not in PLANS:
        return None
    return Proposal(wants="plan", each=sum(regular[1:], regular[0]), frequency=whole.frequency,
                    first_date=whole.schedule[0].due, nothing_due=whole.nothing_due)  # fmt: skip


def together(offers: Sequence[Offer]) -> Offer | None:
    """Offers for several debts as the one that they are together: what is due on a day is one sum. None where they are
    of several kinds, begin on several days, or leave out several times.
    """
    first, kinds = offers[0], {_sort(offer) for offer in offers}
    paces = {offer.frequency for offer in offers if offer.frequency}
    begins = {offer.schedule[0].due if offer.schedule else offer.until for offer in offers}
    times = {offer.nothing_due for offer in offers if len(offer.schedule) > 1}
    if len(kinds) > 1 or len(begins) > 1 or len(paces) > 1 or len(times) > 1:
        return None
    sums: dict[date, Money] = {}
    for part in (part for offer in offers for part in offer.schedule):
        sums[part.due] = sums[part.due] + part.amount if part.due in sums else part.amount
    schedule = tuple(Instalment(day, sums[day]) for day in sorted(sums))
    return replace(
        max(offers, key=lambda offer: len(offer.schedule)),
        schedule=schedule,
        total=sum((offer.total for offer in offers[1:]), first.total),
        discount=sum((offer.discount for offer in offers[1:]), first.discount),
        frequency=next(iter(paces), None),
        expires=min(offer.expires for offer in offers),
    )


def _sort(offer: Offer) -> Kind:
    return Kind.PLAN if offer.kind in PLANS else offer.kind


def without_down_payment(proposal: Proposal) -> Proposal:
    """A first payment of its own falls away; the rhythm begins on its day."""
    if not proposal.parts or proposal.each is None:
        return proposal
    return replace(proposal, parts=(), first_date=proposal.first_date or proposal.parts[0][0])


def changed(wishes: Mapping[str, Proposal], fresh: Mapping[str, Proposal]) -> dict[str, Proposal]:
    """Wishes for several debts after a change of some of them."""
    return {**wishes, **{debt: against(wishes.get(debt), wish) for debt, wish in fresh.items()}}


def _of_settlement(table: Proposal, fresh: Proposal) -> Proposal:
    """Of a sum that closes it, "1300 in 3 parts" is what they pay in all, and "in 2 parts" divides the sum."""
    if fresh.wants in ("plan", "full", "pause", "promise") or fresh.frequency:
        return fresh
    if fresh.each and not fresh.total:
        return replace(
            fresh, wants="settlement", total=fresh.each, each=None, lump=not fresh.count,
            first_date=fresh.first_date or table.first_date,
        )  # fmt: skip
    return merge(table, replace(fresh, wants=None)) if not fresh.percent and not fresh.parts else fresh


def _begins_anew(fresh: Proposal) -> bool:
    of_rest = bool(fresh.parts) and all(amount == "rest" for _, amount in fresh.parts)
    if fresh.parts and not of_rest and not _only_first(fresh):
        return True
    return bool(fresh.percent or fresh.wants in ("settlement", "full") or fresh.payment and fresh.frequency
                or fresh.payment and fresh.count)  # fmt: skip


def _only_first(fresh: Proposal) -> bool:
    return len(fresh.parts) == 1 and not (fresh.payment or fresh.frequency or fresh.count)


def _is_first_alone(table: Proposal, fresh: Proposal) -> bool:
    """ "Make the first one 80", of a plan on the table: that one alone, the others as they are."""
    return _only_first(fresh) and table.each is not None and table.frequency is not None


def _named_in_all(table: Proposal) -> Money | None:
    """What they would pay in all, where no rhythm goes on: a total, or a first part of which nothing followed."""
    named = [amount for _, amount in table.parts if isinstance(amount, Money)]
    if table.total or not named or table.frequency or table.payment:
        return table.total
    return sum(named[1:], named[0])


def _is_all_in_parts(earlier: Proposal) -> bool:
    """Every part has its sum, and no rhythm goes on behind them."""
    named = bool(earlier.parts) and all(amount != "rest" for _, amount in earlier.parts)
    return named and earlier.payment is None and earlier.frequency is None


def _single(earlier: Proposal) -> tuple[Part, ...]:
    """One amount that was named without a rhythm, as the first part."""
    alone = earlier.payment is not None and not earlier.frequency and not earlier.count
    return ((earlier.first_date, earlier.payment),) if alone and isinstance(earlier.payment, Money) else ()


def _moved(parts: tuple[Part, ...], later: Proposal) -> tuple[Part, ...]:
    """The part without a day gets it, else the one whose day is nearest."""
    day = later.first_date
    assert day is not None
    places = [place for place, (when, _) in enumerate(parts) if when is None and place > 0]
    if not places:
        known = [(abs(when - day), place) for place, (when, _) in enumerate(parts) if when is not None]
        places = [min(known)[1]] if known else [0]
    return tuple((day, amount) if place == places[0] else (when, amount) for place, (when, amount) in enumerate(parts))
