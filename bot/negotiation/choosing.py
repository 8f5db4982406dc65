"""What somebody can choose from, shown all at once: each length of a plan that policy takes, and its other offers.

Nothing is saved and nothing counts as an answer of ours, so that looking costs nobody anything. A settlement is only
what is listed anyway: no price of it is tried out here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.core import Session
from bot.identity import Verified
from bot.negotiation import offers as rules
from bot.negotiation import service
from bot.negotiation.model import PLANS, Accepted, Frequency, Kind, Offer, Proposal

_BY_ITSELF = PLANS | {Kind.FULL}


@dataclass(frozen=True)
class Choices:
    """`plans` from the shortest to the longest, each accepted as it stands; `rhythms` are those of a plan."""

    plans: tuple[Offer, ...]
    others: tuple[Offer, ...]
    rhythms: tuple[Frequency, ...]


def choices(
    session: Session, who: Verified, debt_id: str, shape: Proposal, now: datetime, today: date
) -> Choices:  # fmt: skip
    """`shape`: the rhythm and the first day that they would like. Raises DebtOnHold."""
    talk = service.bargaining(session, who, debt_id, now, today)
    listed = rules.options(talk.case, talk.decision, talk.history)
    others = tuple(one for one in listed if one.kind not in _BY_ITSELF)
    if not any(one.kind in PLANS for one in listed):
        return Choices((), others, ())
    limits, found = talk.decision.limits.plan, list[Offer]()
    for count in range(2, limits.payments(shape.frequency or Frequency.MONTHLY) + 1):
        answer = rules.respond(replace(shape, count=count), talk.case, talk.decision, talk.history)
        if isinstance(answer, Accepted) and answer.offer.kind in PLANS and len(answer.offer.schedule) == count:
            found.append(answer.offer)
    return Choices(tuple(found), others, tuple(one for one in limits.frequencies if one is not Frequency.PAYDAY))
