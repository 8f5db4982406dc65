"""One case tried under a policy, for a manager: every row in turn, the one that fits, and what would be offered."""

from __future__ import annotations

from dataclasses import dataclass

from bot.negotiation.bargained import offers_in_turn
from bot.negotiation.caps import CAPS
from bot.negotiation.limits import Limits
from bot.negotiation.model import Case, Kind, Offer
from bot.negotiation.offers import options
from bot.negotiation.policy import PassedOver, decide
from bot.negotiation.terms import Policy


@dataclass(frozen=True)
class Tried:
    """`bargained` are our settlement offers to somebody who always names too little, the last one included.

    For staff: `limits` holds the floor.
    """

    case: Case
    row: str
    passed_over: tuple[PassedOver, ...]
    caps: tuple[str, ...]
    limits: Limits
    offers: tuple[Offer, ...]
    bargained: tuple[Offer, ...]


def try_case(case: Case, policy: Policy) -> Tried:
    """Raises LookupError when no row fits."""
    decision = decide(case, policy)
    settles = decision.limits.settlement is not None and Kind.SETTLEMENT in decision.limits.offers
    bargains = settles and not decision.limits.person_only and not case.held and case.balance.is_positive
    return Tried(
        case=case,
        row=decision.row,
        passed_over=decision.passed_over,
        caps=tuple(cap.says for cap in CAPS if cap.id in decision.caps),
        limits=decision.limits,
        offers=options(case, decision),
        bargained=offers_in_turn(case, decision) if bargains else (),
    )
