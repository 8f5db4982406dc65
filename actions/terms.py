"""An offer in words: every payment with weekday, date and amount, or first, last and count."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from bot.dialogue import Turn
from bot.negotiation import Collector, Instalment, Kind, Offer

LISTED = 4
"""Payments that are listed one by one before "then 12 more"."""
_SINGLE = (Kind.SETTLEMENT, Kind.PROMISE, Kind.TOKEN, Kind.EXTENSION)


def terms(turn: Turn, offer: Offer) -> str:
    """Whole: what is read back before it counts, and after."""
    first, last = offer.first, offer.last
    if first is None or last is None:
        return turn.phrase(f"utter_negotiation_terms_{offer.kind.value}", until=offer.until or offer.expires)
    values = {"amount": first.amount, "date": first.due, "total": offer.total, "discount": offer.discount}
    if offer.kind is Kind.EXTENSION and len(offer.schedule) > 1:
        return turn.phrase("utter_negotiation_terms_extension", **values)
    if len(offer.schedule) == 1:
        name = offer.kind.value if offer.kind in _SINGLE else "settlement" if offer.discount.is_positive else "one"
        return turn.phrase(f"utter_negotiation_terms_{name}", **values)
    if offer.frequency is None or not offer.is_even:
        return _parts(turn, offer)
    values |= {"every": _every(turn, offer), "count": len(offer.schedule), "last": last.amount, "last_date": last.due}
    if offer.kind is Kind.TOKEN:
        return turn.phrase("utter_negotiation_terms_tokens", **values)
    same = "same" if last.amount == first.amount else "plan"
    saved = turn.phrase("utter_negotiation_terms_forgiven", discount=offer.discount) if offer.discount.minor else ""
    return turn.phrase(f"utter_negotiation_terms_{same}", **values) + saved


def collector(turn: Turn) -> Collector:
    """The company that an agreement names."""
    by = turn.settings
    return Collector(by.company, by.company_phone, by.collection_role == "third_party")


def month(turn: Turn, day: date) -> str:
    """ "January", in their language."""
    return str(format_date(day, "LLLL", locale=turn.conversation.language))


def in_short(turn: Turn, offer: Offer) -> str:
    """One line of a list of choices; the whole is read back when they choose it."""
    first = offer.first
    if first is None or len(offer.schedule) == 1 or not offer.is_even or offer.frequency is None:
        return terms(turn, offer)
    saved = turn.phrase("utter_negotiation_terms_forgiven", discount=offer.discount) if offer.discount.minor else ""
    return turn.phrase("utter_negotiation_short_plan", amount=first.amount, every=_every(turn, offer),
                       count=len(offer.schedule), date=first.due) + saved  # fmt: skip


def _every(turn: Turn, offer: Offer) -> str:
    assert offer.frequency is not None
    return turn.phrase(f"utter_negotiation_every_{offer.frequency.value}")


def _parts(turn: Turn, offer: Offer) -> str:
    """One by one as far as they differ, then how many more of the same."""
    plan = offer.schedule
    shown = plan[: _differing(plan) if len(plan) > LISTED + 2 else len(plan)]
    listed = ", ".join(turn.phrase("utter_negotiation_terms_part", amount=part.amount, date=part.due) for part in shown)
    more = plan[len(shown) :]
    if not more:
        return turn.phrase("utter_negotiation_terms_parts", parts=listed, total=offer.total)
    every = _every(turn, offer) if offer.frequency else ""
    return listed + turn.phrase("utter_negotiation_terms_more", count=len(more), amount=more[0].amount, every=every,
                                last=more[-1].amount, last_date=more[-1].due)  # fmt: skip


def _differing(plan: tuple[Instalment, ...]) -> int:
    """How many payments stand before those that are all alike (but for the last); at least one, at most LISTED."""
    usual = plan[-2].amount
    before = next((place for place in range(len(plan)) if plan[place].amount == usual), 0)
    return min(max(before + 1, 1), LISTED)
