"""The game of counter-offers, played to its end with somebody who always names too little.

It goes well when every offer keeps the limits, none costs more than the one before, each is taken when they say yes
to it, and after the last one there is a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.core import Money
from bot.negotiation.model import Accepted, Case, Countered, FinalOffer, Offer, Proposal
from bot.negotiation.offers import respond
from bot.negotiation.oversight import breaches
from bot.negotiation.policy import Decision

_FIELD = "concessions_pct"


def faults(case: Case, decision: Decision) -> Iterator[tuple[str, str, str]]:
    """(field, expected, got) for everything that goes wrong. Each answer is one turn of the assistant."""
    offers = offers_in_turn(case, decision)
    if len(offers) > decision.limits.counter_offers + 1:
        yield _FIELD, f"a person after {decision.limits.counter_offers + 1} offers", "no end"
    for turn in range(len(offers)):
        yield from _made(offers[: turn + 1], replace(case, counters_made=turn), decision)


def offers_in_turn(case: Case, decision: Decision) -> tuple[Offer, ...]:
    """What is offered to somebody who names a cent each time, until a person takes over."""
    history: tuple[Offer, ...] = ()
    too_little = Proposal(total=Money(1, case.balance.currency), wants="settlement")
    for turn in range(decision.limits.counter_offers + 2):
        answer = respond(too_little, replace(case, counters_made=turn), decision, history)
        if not isinstance(answer, (Accepted, Countered, FinalOffer)):
            break
        history = (*history, answer.offer)
        if isinstance(answer, Accepted):
            break
    return history


def _made(history: tuple[Offer, ...], case: Case, decision: Decision) -> Iterator[tuple[str, str, str]]:
    offer = history[-1]
    for crossed in breaches(offer, case, decision, history[:-1]):
        yield _FIELD, "offers within the row's own limits", crossed
    if len(history) > 1 and offer.kind is history[-2].kind and offer.total > history[-2].total:
        yield (
            _FIELD,
            "no offer that is worse than the one before",
            f"{offer.total.major} after {history[-2].total.major}",
        )
    if not isinstance(respond(Proposal(total=offer.total, wants="settlement"), case, decision, history), Accepted):
        yield _FIELD, "a yes to our own offer that is taken", f"{offer.total.major} refused"
