"""A proposal over several turns: what they say next changes what is on the table. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec

from bot.dialogue import Matter
from bot.negotiation import Kind, Offer, Part, Proposal

_BARE_DAY = re.compile(r"(?:(?:on|by|the|el|d[ií]a|para|day)\s+)*\d{1,2}(?:st|nd|rd|th|ro|°)?", re.IGNORECASE)


def is_empty(proposal: Proposal) -> bool:
    """No figure of any kind in it."""
    return not (
        proposal.payment or proposal.total or proposal.percent or proposal.count or proposal.parts
        or proposal.frequency or proposal.first_date or proposal.pause_until
    )  # fmt: skip


def merge(earlier: Proposal, later: Proposal) -> Proposal:
    """What was on the table and what they say now, the newer word winning.

    A new number of payments replaces the amount of each and the other way round; a new day replaces the old rhythm's
    own days; parts of their own replace a single amount and day. "The rest on the 15th" goes on behind the parts that
    were named, and a day alone moves the part that it is nearest to.
    """
    gone: set[str] = set()
    if later.parts and all(amount == "rest" for _, amount in later.parts):
        lead = tuple(part for part in earlier.parts if part[1] != "rest") or _single(earlier)
        later, gone = replace(later, parts=(*lead, *later.parts)), {"each", "at_most", "at_least", "lump"}
    elif earlier.parts and later.first_date and not (later.parts or later.payment or later.count or later.frequency):
        later = replace(later, first_date=None, parts=_moved(earlier.parts, later.first_date))
    if later.parts and earlier.wants == "promise":
        earlier = replace(earlier, wants="plan")
    if (later.payment and later.frequency or later.count) and not later.parts:
        # A rhythm for what is left takes the place of "the rest on a day".
        earlier = replace(earlier, parts=tuple(part for part in earlier.parts if part[1] != "rest"))
    if later.each or later.at_most or later.at_least:
        gone |= {"count", "each", "at_most", "at_least", "total", "percent"}
    if later.count:
        gone |= {"each", "at_most", "at_least"}
    if later.frequency or later.first_date:
        gone |= {"weekday", "days_of_month"}
    if later.parts:
        gone |= {"first_date", "count"} | ({"each"} if not later.frequency else set())
    changes: dict[str, Any] = {name: Proposal.__dataclass_fields__[name].default for name in gone}
    changes |= {name: value for name, value in vars(later).items() if value}
    return replace(earlier, **changes)


def of_offer(offer: Offer) -> Proposal:
    """An offer as if they had proposed it: what "the same, but on the 15th" changes."""
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
    if offer.regular == first.amount and last > first.amount:
        return Proposal(wants="plan", count=len(offer.schedule), frequency=offer.frequency, first_date=first.due)
    if offer.frequency is None:
        return Proposal(wants="plan", parts=tuple((part.due, part.amount) for part in offer.schedule))
    if offer.regular == first.amount:
        return Proposal(wants="plan", each=first.amount, frequency=offer.frequency, first_date=first.due)
    return Proposal(wants="plan", each=offer.regular, frequency=offer.frequency, parts=((first.due, first.amount),))


def near(proposal: Proposal, matter: Matter, day: date, today: date) -> Proposal:
    """ "No, the 18th" is the 18th nearest to the day that is talked about, and not today."""
    named = [e for e in matter.entities if e["entity"] == "date"]
    if len(named) != 1 or not is_bare_day(matter, named[0]):
        return proposal
    heard = date.fromisoformat(named[0]["value"])
    best = nearest(heard, day, today)
    parts = tuple((best if when == heard else when, amount) for when, amount in proposal.parts)
    return replace(proposal, parts=parts, first_date=best if proposal.first_date == heard else proposal.first_date)


def nearest(heard: date, day: date, today: date, before: int = 1) -> date:
    """The day of `heard`'s number that is nearest to `day` and to come; days before count `before` times."""
    months = [day + timedelta(days=31 * ahead) for ahead in (-1, 0, 1)]
    meant = [one for one in (_on(month, heard.day) for month in months) if one is not None and one > today]
    return min(meant, key=lambda one: (one - day).days if one >= day else (day - one).days * before, default=heard)


def is_bare_day(matter: Matter, entity: Mapping[str, Any]) -> bool:
    """ "The 18th", without a month."""
    text = (matter.whole or matter.text)[entity["start"] : entity["end"]]
    return _BARE_DAY.fullmatch(text.strip()) is not None


def talked_of(proposal: Proposal) -> date | None:
    """The day that a correction is about: their first one that is not at once."""
    days = [day for day, _ in proposal.parts if day is not None]
    return proposal.first_date or (days[-1] if days else None)


def dump(proposal: Proposal) -> dict[str, Any]:
    """For `load` in a later turn."""
    plain: dict[str, Any] = msgspec.to_builtins(proposal)
    return plain


def load(data: Mapping[str, Any]) -> Proposal:
    return msgspec.convert(data, Proposal) if data else Proposal()


def _single(earlier: Proposal) -> tuple[Part, ...]:
    """One amount that was named without a rhythm, as the first part."""
    alone = earlier.payment is not None and not earlier.frequency and not earlier.count
    return ((earlier.first_date, earlier.payment),) if alone and earlier.payment else ()


def _moved(parts: tuple[Part, ...], day: date) -> tuple[Part, ...]:
    """The part without a day gets it, else the one whose day is nearest."""
    places = [place for place, (when, _) in enumerate(parts) if when is None and place > 0]
    if not places:
        known = [(abs(when - day), place) for place, (when, _) in enumerate(parts) if when is not None]
        places = [min(known)[1]] if known else [0]
    return tuple((day, amount) if place == places[0] else (when, amount) for place, (when, amount) in enumerate(parts))


def _on(month: date, day: int) -> date | None:
    try:
        return month.replace(day=day)
    except ValueError:
        return None
