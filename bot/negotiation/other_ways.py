"""What there is for somebody whose payment no plan can be as small as, at once and without anybody: their own payment
for some months, or once on their day, or a pause. Who needs more than that needs a person.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from bot.core import Money, Session
from bot.identity import Verified
from bot.negotiation import offers as rules
from bot.negotiation import service
from bot.negotiation.model import Accepted, Kind, Offer, Proposal, Wants
from bot.negotiation.service import Made, Talk
from bot.negotiation.several import in_step

_IN_TURN: tuple[Wants, ...] = ("token", "promise", "pause")
_PLAIN = 100
"""Minor units: who says 39 means 39.18."""


def another_way(
    session: Session, who: Verified, debt_ids: tuple[str, ...], wish: Proposal, now: datetime, today: date
) -> tuple[Made, ...]:  # fmt: skip
    """One offer for each debt, saved where every one of them has it; empty where policy has none for all of them.

    `wish` names their payment for all of the debts together, and a day.
    """
    payment, talks = wish.payment, [service.begin(session, who, one, now, today) for one in debt_ids]
    if payment is None:
        return ()
    for wants in _IN_TURN:
        wishes = _shared(wants, payment, replace(wish, wants=wants), talks)
        if offers := _offered(wishes, talks):
            return tuple(
                service.save(talk, offer, "accepted", its)
                for talk, offer, its in zip(talks, offers, wishes, strict=True)
            )
    return ()


def _shared(wants: Wants, payment: Money, wish: Proposal, talks: list[Talk]) -> list[Proposal]:
    if wants == "pause":
        return [Proposal(wants="pause")] * len(talks)
    limits = [talk.decision.limits.relief for talk in talks]
    least = [one.token_payment if wants == "token" else one.promise_min for one in limits]
    shares = in_step(payment, [talk.case.balance for talk in talks], least)
    frequency = wish.frequency if wants == "token" else None
    return [Proposal(each=one, first_date=wish.first_date, frequency=frequency, wants=wants) for one in shares]


def _offered(wishes: list[Proposal], talks: list[Talk]) -> list[Offer]:
    found = []
    for wish, talk in zip(wishes, talks, strict=True):
        assert wish.wants is not None
        is_there = Kind(wish.wants) in talk.decision.limits.offers and (wish.wants != "token" or talk.case.in_care)
        answer = rules.respond(wish, talk.case, talk.decision, talk.history) if is_there else None
        if not isinstance(answer, Accepted) or answer.offer.kind.value != wish.wants:
            return []
        found.append(answer.offer)
    return found


def as_offered(
    session: Session, who: Verified, debt_ids: tuple[str, ...], wish: Proposal, now: datetime, today: date
) -> Proposal:
    """ "39", where 39.18 was offered in this rhythm for all of these debts and is the least: 39.18."""
    if wish.wants not in (None, "plan") or wish.parts or wish.frequency is None or wish.payment is None:
        return wish
    before = [service.payments_offered(session, one, wish, now) for one in debt_ids]
    could_be = len(before) > 1 or any(one.minor // _PLAIN * _PLAIN == wish.payment.minor for one in before[0])
    if not all(before) or not could_be:
        return wish
    named = {one: service.least_payment(session, who, one, wish, now, today) for one in debt_ids}
    least = sum(named.values(), Money.zero(wish.payment.currency))
    is_rounded = wish.payment.minor % _PLAIN == 0 and wish.payment.minor == least.minor // _PLAIN * _PLAIN
    if not is_rounded or least == wish.payment or not all(one.is_positive for one in named.values()):
        return wish
    offered = (service.was_offered(session, who, one, named[one], wish, now, today) for one in debt_ids)
    return replace(wish, each=least, at_most=None, at_least=None) if all(offered) else wish
