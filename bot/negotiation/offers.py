"""What we offer, and what we answer to what the debtor proposes: accept it as made, or the nearest that fits.

The order of the menu is policy's. A person in hardship, vulnerable or on benefits only sees breathing room, never
the payment ladder; what they propose themselves is judged like anybody's. Under a hold there is no offer at all.
"""

from __future__ import annotations

from dataclasses import replace

from bot.negotiation import plans, relief, settlements
from bot.negotiation.making import Judged, Obstacle
from bot.negotiation.model import (
    PLANS,
    RELIEF,
    SETTLEMENTS,
    Accepted,
    Answer,
    Ask,
    Case,
    Countered,
    FinalOffer,
    Kind,
    Missing,
    NoRoom,
    Offer,
    Proposal,
    Reason,
)
from bot.negotiation.policy import Decision
from bot.negotiation.wishes import Wish, read


def options(case: Case, decision: Decision, history: tuple[Offer, ...] = ()) -> tuple[Offer, ...]:
    """Everything this person qualifies for, in policy's order. `history`: offers made to them, oldest first."""
    if _closed(case, decision):
        return ()
    kinds = [kind for kind in decision.limits.offers if not case.in_care or kind in RELIEF]
    found = (_menu(kind, case, decision, history) for kind in kinds)
    return tuple(offer for offer in found if offer is not None)


def respond(proposal: Proposal, case: Case, decision: Decision, history: tuple[Offer, ...] = ()) -> Answer:
    """The answer to one proposal. `history`: offers made under this policy version, oldest first.

    `case.counters_made` counts the Countered and FinalOffer answers before this one: up to the policy's number
    come Countered, then one FinalOffer, then NoRoom. What policy allows is accepted at any time.
    """
    if reason := _closed(case, decision):
        return NoRoom(reason)
    wish = read(proposal, case, decision)
    if isinstance(wish, Ask):
        return Missing(wish)
    return _answer(_judge(wish, case, decision, history), case, decision)


def _closed(case: Case, decision: Decision) -> Reason | None:
    if case.held:
        return Reason.HELD
    if not case.balance.is_positive:
        return Reason.NOTHING_OWED
    return Reason.PERSON_ONLY if decision.limits.person_only else None


def _menu(kind: Kind, case: Case, decision: Decision, history: tuple[Offer, ...]) -> Offer | None:
    if kind is Kind.FULL:
        return relief.full(Proposal(), case, decision).offer
    if kind in SETTLEMENTS:
        return settlements.menu(kind, case, decision, history)
    if kind in RELIEF:
        return relief.menu(kind, case, decision)
    return plans.menu(kind, case, decision) if kind in (Kind.SHORT_PLAN, Kind.LONG_PLAN) else None


def _answer(judged: Judged, case: Case, decision: Decision) -> Answer:
    offer, obstacle = judged.offer, judged.obstacle
    if obstacle is None:
        assert offer is not None
        return Accepted(offer, judged.better)
    if offer is None:
        return NoRoom(obstacle.reason, obstacle.values)
    if case.counters_made > decision.limits.counter_offers:
        return NoRoom(Reason.ROUNDS_USED)
    answer = Countered if case.counters_made < decision.limits.counter_offers else FinalOffer
    return answer(offer, obstacle.reason, obstacle.values)


def _judge(wish: Wish, case: Case, decision: Decision, history: tuple[Offer, ...]) -> Judged:
    proposal, wants = wish.proposal, wish.wants
    if wants == "full":
        return relief.full(proposal, case, decision)
    if wants == "settlement":
        return _settlement(wish, case, decision, history)
    if wants == "promise":
        return _promise(wish, case, decision, history)
    if wants in ("pause", "token"):
        return _breathing(wish, case, decision, history)
    if wants in ("extension", "reduction"):
        return relief.change(proposal, case, decision, Kind(wants))
    return _plan(wish, case, decision, history)


def _settlement(wish: Wish, case: Case, decision: Decision, history: tuple[Offer, ...]) -> Judged:
    if settlements.available(decision):
        return settlements.judge(wish.proposal, case, decision, history, wish.lead)
    return _instead(Reason.SETTLEMENT_NOT_AVAILABLE, wish, case, decision, history)


def _promise(wish: Wish, case: Case, decision: Decision, history: tuple[Offer, ...]) -> Judged:
    if Kind.PROMISE in decision.limits.offers and decision.limits.relief.promise_latest is not None:
        return relief.promise(wish.proposal, case, decision)
    return _instead(Reason.PROMISE_NOT_AVAILABLE, wish, case, decision, history)


def _breathing(wish: Wish, case: Case, decision: Decision, history: tuple[Offer, ...]) -> Judged:
    kind = Kind(wish.wants)
    if kind not in decision.limits.offers:
        return _no_breathing(kind, wish, case, decision, history)
    if kind is Kind.TOKEN:
        return relief.token(wish.proposal, case, decision)
    judged = relief.pause(wish.proposal, case, decision)
    if judged.offer is None and judged.obstacle and Kind.TOKEN in decision.limits.offers:
        return Judged(relief.token(Proposal(), case, decision).offer, judged.obstacle)
    return judged


def _no_breathing(kind: Kind, wish: Wish, case: Case, decision: Decision, history: tuple[Offer, ...]) -> Judged:
    """A plan that starts as late as it may, for somebody who needs time."""
    late = replace(wish.proposal, first_date=decision.limits.plan.latest_first, not_before=True)
    reason = Reason.PAUSE_NOT_AVAILABLE if kind is Kind.PAUSE else Reason.TOKEN_NOT_AVAILABLE
    wish = replace(wish, proposal=late) if kind is Kind.PAUSE else wish
    return _instead(reason, wish, case, decision, history)


def _plan(wish: Wish, case: Case, decision: Decision, history: tuple[Offer, ...]) -> Judged:
    if not decision.limits.plan.frequencies or not PLANS & set(decision.limits.offers):
        return _instead(Reason.PLAN_NOT_AVAILABLE, wish, case, decision, history)
    judged = plans.judge(wish.proposal, case, decision, wish.lead, history)
    if judged.offer and judged.offer.kind is Kind.FULL and not judged.obstacle:
        return _at_once(judged, judged.offer, case, decision)
    too_little = judged.obstacle and judged.obstacle.reason in (
        Reason.PAYMENT_TOO_SMALL,
        Reason.TERM_TOO_LONG,
    )
    if too_little and case.in_care and not wish.lead and Kind.TOKEN in decision.limits.offers:
        return _token_for_now(wish, case, decision)
    return judged


def _at_once(judged: Judged, offer: Offer, case: Case, decision: Decision) -> Judged:
    """A plan of one payment is paying in full, with its discount."""
    full = relief.full(Proposal(first_date=offer.schedule[0].due), case, decision)
    if full.obstacle or full.offer is None or full.offer.total >= offer.total:
        return judged
    return Judged(full.offer, None, True)


def _token_for_now(wish: Wish, case: Case, decision: Decision) -> Judged:
    """Their small figure for a few months, since no plan can be that small."""
    judged = relief.token(wish.proposal, case, decision)
    if judged.obstacle or judged.offer is None:
        return judged
    months = decision.limits.relief.token_months
    each = judged.offer.schedule[0].amount
    return Judged(judged.offer, Obstacle(1, Reason.TOKEN_FOR_NOW, {"amount": each, "months": months}))


def _instead(reason: Reason, wish: Wish, case: Case, decision: Decision, history: tuple[Offer, ...]) -> Judged:
    """Something of another kind, with the reason: the smallest plan, or the first option there is."""
    obstacle = Obstacle(1, reason, {})
    if not case.in_care and PLANS & set(decision.limits.offers):
        offer = plans.longest(wish.proposal, case, decision)
        if offer and len(offer.schedule) > 1:
            return Judged(offer, obstacle)
    return Judged(next(iter(options(case, decision, history)), None), obstacle)
