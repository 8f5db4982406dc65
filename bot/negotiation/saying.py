"""An offer in the words of approved texts, for whoever says it: the assistant in its turn, or a person at the desk."""

from __future__ import annotations

from typing import Protocol

from bot.contact import texts
from bot.negotiation.model import Instalment, Kind, Offer

LISTED = 4
"""Payments that are listed one by one before "then 12 more"."""
_SINGLE = (Kind.SETTLEMENT, Kind.PROMISE, Kind.TOKEN, Kind.EXTENSION)


class Phrase(Protocol):
    """The text of a response in their language, as a part of another one."""

    def __call__(self, response: str, **values: object) -> str: ...


def in_words(offer: Offer, phrase: Phrase) -> str:
    """Whole: what is read back before it counts, and after."""
    return _terms(offer, phrase) + left_out(offer, phrase)


def _terms(offer: Offer, phrase: Phrase) -> str:
    first, last = offer.first, offer.last
    if first is None or last is None:
        return phrase(f"utter_negotiation_terms_{offer.kind.value}", until=offer.until or offer.expires)
    values = {"amount": first.amount, "date": first.due, "total": offer.total, "discount": offer.discount}
    if offer.kind is Kind.EXTENSION and len(offer.schedule) > 1:
        return phrase("utter_negotiation_terms_extension", **values)
    if len(offer.schedule) == 1:
        name = offer.kind.value if offer.kind in _SINGLE else "settlement" if offer.discount.is_positive else "one"
        return phrase(f"utter_negotiation_terms_{name}", **values)
    if offer.frequency is None or not offer.is_even:
        return _parts(offer, phrase)
    values |= {"every": every(offer, phrase), "count": len(offer.schedule), "last": last.amount, "last_date": last.due}
    if offer.kind is Kind.TOKEN:
        return phrase("utter_negotiation_terms_tokens", **values)
    same = "same" if last.amount == first.amount else "plan"
    return phrase(f"utter_negotiation_terms_{same}", **values) + forgiven(offer, phrase)


def every(offer: Offer, phrase: Phrase) -> str:
    assert offer.frequency is not None
    return phrase(f"utter_negotiation_every_{offer.frequency.value}")


def forgiven(offer: Offer, phrase: Phrase) -> str:
    return phrase("utter_negotiation_terms_forgiven", discount=offer.discount) if offer.discount.minor else ""


def left_out(offer: Offer, phrase: Phrase) -> str:
    """The time between its payments in which nothing is due, where they wanted one, and when it goes on."""
    if offer.gap is None:
        return ""
    behind = next(part.due for part in offer.schedule if part.due > offer.gap[1])
    first, until, again = (texts.Bare(day.year, day.month, day.day) for day in (*offer.gap, behind))
    return phrase("utter_negotiation_terms_left_out", first=first, until=until, next_date=again)


def _parts(offer: Offer, phrase: Phrase) -> str:
    """One by one as far as they differ, then how many more of the same."""
    plan = offer.schedule
    shown = plan[: _differing(plan) if len(plan) > LISTED + 2 else len(plan)]
    listed = ", ".join(phrase("utter_negotiation_terms_part", amount=part.amount, date=part.due) for part in shown)
    more = plan[len(shown) :]
    if not more:
        return phrase("utter_negotiation_terms_parts", parts=listed, total=offer.total)
    rhythm = every(offer, phrase) if offer.frequency else ""
    return listed + phrase("utter_negotiation_terms_more", count=len(more), amount=more[0].amount, every=rhythm,
                           last=more[-1].amount, last_date=more[-1].due)  # fmt: skip


def _differing(plan: tuple[Instalment, ...]) -> int:
    """How many payments stand before those that are all alike (but for the last); at least one, at most LISTED."""
    usual = plan[-2].amount
    before = next((place for place in range(len(plan)) if plan[place].amount == usual), 0)
    return min(max(before + 1, 1), LISTED)
