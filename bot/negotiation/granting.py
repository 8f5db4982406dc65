"""An offer that a person makes: as the table allows it, or beyond it as far as the policy's tiers let somebody go.

Only the floor and the longest term can be gone beyond. Holds, days, what is owed and what the law caps bind everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import sqlalchemy as sa

from bot.core import Money, ParleyError, Session
from bot.identity import Verified
from bot.negotiation import approval, offers, oversight, service, store
from bot.negotiation.making import make, single
from bot.negotiation.model import Case, Frequency, Instalment, Kind, Offer
from bot.negotiation.policy import Decision
from bot.negotiation.schedule import Rhythm, nominal, repeated
from bot.negotiation.service import Made
from bot.negotiation.terms import Policy

BY_HAND = "by_hand"
"""How an offer of a person is kept; its reason is the role that was needed, `table` where none was."""
MOST_PAYMENTS = 600
_GRANTED = frozenset({"longer than the longest term", "a part below the minimum", "below the floor",
                      "a settlement where there is none"})  # fmt: skip
"""Breaches that a tier may allow."""


class BeyondAuthority(ParleyError):
    """Somebody with more authority has to be asked: `role`; nobody may, where it is None."""

    def __init__(self, role: str | None) -> None:
        self.role = role
        super().__init__(f"it needs {role or 'what nobody may'}")


@dataclass(frozen=True)
class ByHand:
    """What a person wants to offer. `amount` is each payment of a plan, else the only one; `on` the first day."""

    kind: Literal["plan", "settlement", "promise"]
    amount: Money
    on: date
    frequency: Frequency = Frequency.MONTHLY


Wanted = ByHand | Kind
"""Figures of their own, or the offer of this kind that policy has."""


class NotOffered(ParleyError):
    """Policy has no such offer here."""


@dataclass(frozen=True)
class Weighed:
    """`needs` is "" where the table allows it, the lowest role that may grant it, or None: nobody may, for `problems`."""

    offer: Offer
    needs: str | None
    problems: tuple[str, ...]
    case: Case
    decision: Decision
    roles: tuple[str, ...]
    """Of the policy's tiers, the least authority first."""
    term: approval.Term | None = None
    """Of a plan of several payments."""
    moved: tuple[tuple[date, date], ...] = ()
    """Days that fall on no banking day, each with the day on which it is due."""

    def may(self, role: str) -> bool:
        if self.needs == "":
            return True
        return self.needs is not None and role in self.roles and self.roles.index(self.needs) <= self.roles.index(role)


@dataclass(frozen=True)
class Allowed:
    """What policy allows on one debt now, and how far its tiers go beyond; nothing of it is kept. For staff."""

    offers: tuple[Offer, ...]
    case: Case
    decision: Decision
    policy: Policy


def allowed(session: Session, who: Verified, debt_id: str, now: datetime, today: date) -> Allowed:
    """Raises DebtOnHold."""
    talk = service.bargaining(session, who, debt_id, now, today)
    found = offers.options(talk.case, talk.decision, talk.history)
    return Allowed(found, talk.case, talk.decision, talk.holding.policy)


def weigh(session: Session, who: Verified, debt_id: str, wanted: Wanted, now: datetime, today: date) -> Weighed:
    """Who may make this offer; nothing is kept. Raises DebtOnHold or NotOffered."""
    return _weigh(service.bargaining(session, who, debt_id, now, today), wanted)


def offer_by_hand(
    session: Session, who: Verified, debt_id: str, wanted: Wanted, *, role: str, by: str, now: datetime, today: date
) -> Made:
    """Kept like every offer, with the decision and what was beyond it. Raises DebtOnHold, NotOffered
    or BeyondAuthority.
    """
    talk = service.begin(session, who, debt_id, now, today)
    found = _weigh(talk, wanted)
    if not found.may(role):
        raise BeyondAuthority(found.needs)
    return service.save(talk, found.offer, BY_HAND, reason=found.needs or "table", by=by)


def open_by_hand(session: Session, who: Verified, today: date) -> tuple[Made, ...]:
    """Offers of people to them in this conversation that nobody has said yes to and that have not run out, the newest
    first.
    """
    taken = sa.select(store.agreements.c.offer_id).union(
        sa.select(store.agreement_changes.c.offer_id).where(store.agreement_changes.c.offer_id.is_not(None))
    )
    query = sa.select(store.offers.c.id).where(
        store.offers.c.party_id == who.party_id, store.offers.c.conversation_id == who.conversation_id,
        store.offers.c.made_as == BY_HAND, store.offers.c.expires >= today, store.offers.c.id.not_in(taken),
    )  # fmt: skip
    newest = query.order_by(store.offers.c.made_at.desc(), store.offers.c.id.desc())
    return tuple(service.offer(session, who, one) for one in session.execute(newest).scalars())


def _weigh(talk: service.Talk, wanted: Wanted) -> Weighed:
    case, decision, policy = talk.case, talk.decision, talk.holding.policy
    roles = tuple(tier.role for tier in policy.approval)
    if isinstance(wanted, Kind):
        found_one = next((one for one in offers.options(case, decision, talk.history) if one.kind is wanted), None)
        if found_one is None:
            raise NotOffered
        return Weighed(found_one, "", (), case, decision, roles)
    offer = _offer(wanted, case, decision)
    found = oversight.breaches(offer, case, decision, talk.history)
    problems = tuple(one for one in found if one not in _GRANTED) + tuple(_in_time(offer, case, decision))
    needs = None if problems else approval.role_for(offer, case, decision, policy)
    term = approval.term_of(offer, case, decision, policy)
    return Weighed(offer, needs, problems, case, decision, roles, term, _moved(wanted, offer, case.today))


def _moved(wanted: ByHand, offer: Offer, today: date) -> tuple[tuple[date, date], ...]:
    """One that has passed is due today, and has not moved for the banks."""
    rhythm = Rhythm(wanted.frequency, max(wanted.on, today))
    asked = [nominal(rhythm, place) for place in range(len(offer.schedule))]
    return tuple((day, part.due) for day, part in zip(asked, offer.schedule, strict=True) if day != part.due)


def made_at(session: Session, offer_id: str) -> datetime:
    """Of an offer that is known to exist."""
    at: datetime = session.execute(sa.select(store.offers.c.made_at).where(store.offers.c.id == offer_id)).scalar_one()
    return at


def _in_time(offer: Offer, case: Case, decision: Decision) -> list[str]:
    """What `oversight` leaves open where policy has no such offer at all."""
    latest = decision.limits.full.latest
    is_late = offer.kind is Kind.SETTLEMENT and decision.limits.settlement is None and offer.schedule[0].due > latest
    least = decision.limits.relief.promise_min
    is_little = offer.kind is Kind.PROMISE and offer.total < min(least, case.balance)
    return ["a settlement too late"] * is_late + ["a promise too small"] * is_little


def _offer(wanted: ByHand, case: Case, decision: Decision) -> Offer:
    day = max(wanted.on, case.today)
    amount = min(wanted.amount, case.balance)
    if wanted.kind == "promise":
        return make(case, decision, Kind.PROMISE, single(amount, day, case))
    if wanted.kind == "settlement":
        kind = Kind.SETTLEMENT if amount < case.balance else Kind.FULL
        return make(case, decision, kind, single(amount, day, case))
    schedule = _instalments(amount, Rhythm(wanted.frequency, day), case, decision)
    kind = Kind.PLAN if len(schedule) > 1 else Kind.FULL
    return make(case, decision, kind, schedule, wanted.frequency)


def _instalments(each: Money, rhythm: Rhythm, case: Case, decision: Decision) -> tuple[Instalment, ...]:
    """Equal payments, the last with the rest; the first is as large as the down payment where there has to be one."""
    down = min(decision.limits.plan.down_payment, case.balance)
    if each >= down or each >= case.balance:
        return repeated(case.balance, each, rhythm, case.today)
    days = repeated(case.balance - down + each, each, rhythm, case.today)
    return (Instalment(days[0].due, down), *days[1:])
