"""Why not as they said: the one thing in the way, about what they named and in their figure."""

from __future__ import annotations

from collections.abc import Sequence

from actions import baskets
from bot import negotiation
from bot.core import Money
from bot.dialogue import Turn
from bot.negotiation import Countered, FinalOffer, Made, Proposal, Reason

Answer = Countered | FinalOffer
_TOO_LITTLE = (Reason.PAYMENT_TOO_SMALL, Reason.TERM_TOO_LONG)
_OF_ANY = (
    Reason.GAP_TOO_LONG, Reason.FIRST_DATE_TOO_LATE, Reason.DATE_PASSED, Reason.FREQUENCY_NOT_AVAILABLE,
    Reason.FULL_DATE_TOO_LATE, Reason.SETTLEMENT_TOO_MANY_PARTS, Reason.SETTLEMENT_DATE_TOO_LATE,
    Reason.OUR_SETTLEMENT, Reason.PROMISE_DATE_TOO_LATE, Reason.PAUSE_TOO_LONG,
)  # fmt: skip
"""Of a day, a rhythm or a number: what they named for all, and no figure of one debt."""


def of_one(turn: Turn, answer: Answer) -> str:
    return turn.phrase(f"utter_negotiation_reason_{answer.reason.value}", **answer.values)


def of_several(turn: Turn, answers: Sequence[tuple[str, Answer]], made: Sequence[Made], whole: Proposal | None) -> str:
    """What is in the way of all of them as they named it; else of the first that it is in the way of, by its creditor."""
    (client, answer), *_ = answers
    of_whole = _of_whole(turn, [one for _, one in answers], made, whole) if whole is not None else None
    if of_whole is not None:
        return of_whole
    is_same = len(answers) == len(made) and all(
        (one.reason, one.values) == (answer.reason, answer.values) for _, one in answers
    )
    if is_same or answer.reason in _OF_ANY:
        return of_one(turn, answer)
    return turn.phrase("utter_negotiation_several_line", client=client, terms=of_one(turn, answer))


def too_small(turn: Turn, named: Money, least: Money) -> str:
    return turn.phrase(f"utter_negotiation_reason_{Reason.PAYMENT_TOO_SMALL.value}", amount=named, minimum=least)


def goes_on(turn: Turn, wish: Proposal, owed: Money) -> str | None:
    """ "$450 over 4 payments is $112.50 each": theirs as it is, though it takes more payments than they named."""
    if not negotiation.goes_on(wish, owed):
        return None
    pace = negotiation.paced(wish, owed)
    assert pace.payment is not None and pace.count is not None
    if wish.total is None:
        rest = owed - pace.payment * pace.count
        return turn.phrase("utter_negotiation_reason_count_leaves_rest", count=pace.count, rest=rest)
    return turn.phrase("utter_negotiation_total_each", total=wish.total, count=pace.count, amount=pace.payment)


def _of_whole(turn: Turn, answers: Sequence[Answer], made: Sequence[Made], whole: Proposal) -> str | None:
    """In the figure that they named for all of them."""
    reasons, both = {answer.reason for answer in answers}, baskets.all_of(turn, len(made))
    named = whole.payment
    if named is not None and reasons <= set(_TOO_LITTLE) and _least(made) > named.minor:
        return turn.phrase("utter_negotiation_several_least", amount=named, all=both)
    if whole.total is not None and reasons == {Reason.SETTLEMENT_TOO_LOW}:
        return turn.phrase("utter_negotiation_several_too_low", amount=whole.total, all=both)
    if named is not None and reasons == {Reason.TOKEN_FOR_NOW}:
        return turn.phrase("utter_negotiation_reason_token_for_now", amount=named)
    return None


def _least(made: Sequence[Made]) -> int:
    """What all of them take each time, in minor units."""
    return sum(one.offer.regular.minor for one in made if one.offer.regular is not None)
