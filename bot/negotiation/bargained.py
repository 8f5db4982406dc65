"""The game of counter-offers, played to its end with somebody who always names too little.

It goes well when every offer keeps the limits, none costs more than the one before, each is taken when they say yes
to it, and after the last one there is a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.core import Money
from bot.negotiation.model import Accepted, Case, Countered, FinalOffer, NoRoom, Offer, Proposal
from bot.negotiation.offers import respond
from bot.negotiation.oversight import breaches
from bot.negotiation.policy import Decision

_FIELD = "concessions_pct"


def faults(case: Case, decision: Decision) -> Iterator[tuple[str, str, str]]:
    """(field, expected, got) for everything that goes wrong. Each answer is one turn of the assistant."""
    history: tuple[Offer, ...] = ()
    too_little = Proposal(total=Money(1, case.balance.currency), wants="settlement")
    for turn in range(decision.limits.counter_offers + 2):
        now = replace(case, counters_made=turn)
        answer = respond(too_little, now, decision, history)
        if isinstance(answer, NoRoom):
            return
        if isinstance(answer, Accepted):
            history = (*history, answer.offer)
            yield from _made(history, now, decision)
            return
        if not isinstance(answer, (Countered, FinalOffer)):
            break
        history = (*history, answer.offer)
        yield from _made(history, now, decision)
    yield _FIELD, f"a person after {decision.limits.counter_offers + 1} offers", "no end"


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
