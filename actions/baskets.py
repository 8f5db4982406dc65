"""Offers for several debts as one basket: their sum and their rhythm first, then what of it goes to each.

Only where rhythms or first days differ does each debt get a line of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from babel.lists import format_list

from bot import negotiation
from bot.core import Money
from bot.dialogue import Turn
from bot.negotiation import Offer

_MOST_LISTED = 3
"""Payments of their own, before those that are all alike."""


def in_words(turn: Turn, offers: Mapping[str, Offer]) -> str | None:
    """Whole, by creditor; None where they cannot be said as one."""
    whole = negotiation.together(tuple(offers.values()))
    if whole is None:
        return None
    if whole.first is None or whole.last is None:
        until = whole.until or whole.expires
        return turn.phrase("utter_negotiation_basket_pause", until=until, all=all_of(turn, len(offers)))
    is_listed = whole.frequency is None or not all(_is_plain(offer) for offer in offers.values())
    if is_listed and len({part.amount for part in whole.schedule[_MOST_LISTED:-1]}) > 1:
        return None
    if is_listed:
        shares = _shares(turn, {client: offer.total for client, offer in offers.items()})
        whole_terms = negotiation.in_words(whole, turn.phrase)
        return turn.phrase("utter_negotiation_basket_once", terms=whole_terms, shares=shares)
    return _by_rhythm(turn, whole, offers)


def all_of(turn: Turn, count: int) -> str:
    """ "both", "all 3"."""
    return turn.phrase("utter_negotiation_basket_both" if count == 2 else "utter_negotiation_basket_all", count=count)


def _by_rhythm(turn: Turn, whole: Offer, offers: Mapping[str, Offer]) -> str:
    assert whole.first is not None and whole.last is not None
    values: dict[str, object] = {
        "amount": whole.first.amount, "every": negotiation.every(whole, turn.phrase), "date": whole.first.due,
        "all": all_of(turn, len(offers)), "last": whole.last.amount, "last_date": whole.last.due,
    }  # fmt: skip
    if not whole.is_even:
        apart = [
            turn.phrase("utter_negotiation_basket_share_apart" if len(offer.schedule) > 1 else
                        "utter_negotiation_basket_share", amount=offer.schedule[0].amount, client=client,
                        count=len(offer.schedule)) for client, offer in offers.items()
        ]  # fmt: skip
        terms = turn.phrase("utter_negotiation_basket_apart", shares=_listed(turn, apart), **values)
        return terms + negotiation.left_out(whole, turn.phrase)
    shares = _shares(turn, {client: offer.schedule[0].amount for client, offer in offers.items()})
    name = "same" if whole.last.amount == whole.first.amount else "plan"
    terms = turn.phrase(f"utter_negotiation_basket_{name}", count=len(whole.schedule), **values)
    terms += negotiation.forgiven(whole, turn.phrase) + negotiation.left_out(whole, turn.phrase)
    return turn.phrase("utter_negotiation_basket_each", terms=terms, shares=shares)


def _is_plain(offer: Offer) -> bool:
    """The same sum each time, but for the last."""
    return len(offer.schedule) == 1 or offer.is_even


def _shares(turn: Turn, amounts: Mapping[str, Money]) -> str:
    return _listed(turn, [
        turn.phrase("utter_negotiation_basket_share", amount=amount, client=client) for client, amount in amounts.items()
    ])  # fmt: skip


def _listed(turn: Turn, shares: Sequence[str]) -> str:
    return str(format_list(list(shares), locale=turn.conversation.language))
