"""Closing for less than what is owed, at once or in a few parts.

Whatever is at or above the floor is taken exactly as offered. Below it, our offer comes down by shrinking shares
of the gap, never to a figure worse than one already given. No reason and no value ever carries the floor.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.core import Money
from bot.negotiation.limits import SettlementLimits
from bot.negotiation.making import Judged, Obstacle, make, told
from bot.negotiation.model import (
    SETTLEMENTS,
    Case,
    Frequency,
    Instalment,
    Kind,
    Offer,
    Proposal,
    Reason,
    Value,
)
from bot.negotiation.policy import Decision
from bot.negotiation.schedule import due_day, first_payment, named_day, on_days, resolve, rhythm_of

Parts = tuple[Instalment, ...]


def available(decision: Decision, kind: Kind = Kind.SETTLEMENT) -> bool:
    """Whether policy lets this account be closed for less in this way."""
    return decision.limits.settlement is not None and kind in decision.limits.offers


def menu(kind: Kind, case: Case, decision: Decision, history: tuple[Offer, ...]) -> Offer | None:
    """What we offer when nobody named a figure: the opening, or the best that was offered before."""
    if not available(decision, kind):
        return None
    deal = _Deal(kind, case, decision, history)
    total, step = deal.standing()
    if total >= case.balance or (kind is Kind.SETTLEMENT_PARTS and deal.limits.max_parts < 2):
        return None
    count = deal.limits.max_parts if kind is Kind.SETTLEMENT_PARTS else 1
    return deal.offer(total, step, Proposal(count=count), ())


def judge(proposal: Proposal, case: Case, decision: Decision, history: tuple[Offer, ...], lead: Parts = ()) -> Judged:
    """Their figure if it is at or above the floor, else our next offer. Call only when `available`."""
    parts = _parts(proposal, lead)
    deal = _Deal(Kind.SETTLEMENT_PARTS if parts > 1 else Kind.SETTLEMENT, case, decision, history)
    named = figure(proposal, case, lead)
    if parts > 1 and (not available(decision, Kind.SETTLEMENT_PARTS) or deal.limits.max_parts < 2):
        deal = replace(deal, kind=Kind.SETTLEMENT)
        deal.hit(2, Reason.SETTLEMENT_TOO_MANY_PARTS, parts=parts, most=1)
        lead = lead[:1]
    total, step = deal.price(named)
    offer = deal.offer(total, step, proposal, lead)
    return Judged(offer, told(deal.found), named is not None and named > total)


def least(proposal: Proposal, case: Case, decision: Decision) -> Money:
    """The smallest total that would close this for less in their way; all of it where nothing is forgiven.

    For sharing out one figure over several debts. It must not reach a person.
    """
    if not available(decision):
        return case.balance
    in_parts = max(_parts(proposal, ()), len(proposal.parts)) > 1
    deal = _Deal(Kind.SETTLEMENT_PARTS if in_parts else Kind.SETTLEMENT, case, decision, ())
    if in_parts and (not available(decision, Kind.SETTLEMENT_PARTS) or deal.limits.max_parts < 2):
        deal = replace(deal, kind=Kind.SETTLEMENT)
    return Money(deal.floor, case.balance.currency)


def figure(proposal: Proposal, case: Case, lead: Parts = ()) -> Money | None:
    """What they would pay in all, at most the balance; None when they named no figure."""
    named = proposal.total
    if named is None and proposal.percent is not None:
        named = case.balance.percent(proposal.percent)
    if named is None and lead:
        named = Money(sum(part.amount.minor for part in lead), case.balance.currency)
    if named is None and proposal.payment is not None:
        named = proposal.payment * (proposal.count or 1)
    return min(named, case.balance) if named is not None else None


def _parts(proposal: Proposal, lead: Parts) -> int:
    if len(lead) > 1:
        return len(lead)
    return proposal.count or (2 if proposal.frequency and not proposal.lump else 1)


@dataclass(frozen=True)
class _Deal:
    """One way of settling one case; collects what was in the way."""

    kind: Kind
    case: Case
    decision: Decision
    history: tuple[Offer, ...]
    found: list[Obstacle] = field(default_factory=list)

    @property
    def limits(self) -> SettlementLimits:
        assert self.decision.limits.settlement is not None
        return self.decision.limits.settlement

    def hit(self, rank: int, reason: Reason, **values: Value) -> None:
        self.found.append(Obstacle(rank, reason, values))

    @property
    def floor(self) -> int:
        return min(self.limits.floor.minor + self.extra, self.case.balance.minor)

    @property
    def extra(self) -> int:
        return self.limits.parts_extra.minor if self.kind is Kind.SETTLEMENT_PARTS else 0

    @property
    def given(self) -> int | None:
        """Concessions given so far; None when no settlement was offered yet."""
        return max((offer.step for offer in self.history if offer.kind in SETTLEMENTS), default=None)

    def at(self, step: int) -> Money:
        """Our price at `step`, never above one of the same kind that was offered before."""
        ours = min(self.limits.at(step).minor + self.extra, self.case.balance.minor)
        earlier = [offer.total.minor for offer in self.history if offer.kind is self.kind]
        return Money(max(min([ours, *earlier]), self.floor), self.case.balance.currency)

    def standing(self) -> tuple[Money, int]:
        """What we offer now without giving in any further."""
        step = self.given or 0
        return self.at(step), step

    def price(self, named: Money | None) -> tuple[Money, int]:
        """The total to agree on or to offer next, and its step."""
        total, step = self.standing()
        if named is None:
            self.hit(1, Reason.OUR_SETTLEMENT)
        elif named < total and named.minor >= self.floor:
            return named, step
        elif named < total:
            self.hit(1, Reason.SETTLEMENT_TOO_LOW, amount=named)
            step = step if self.given is None else min(step + 1, len(self.limits.concessions))
        return self.at(step), step

    def offer(self, total: Money, step: int, proposal: Proposal, lead: Parts) -> Offer:
        """The settlement at `total` on their days where those are within limits."""
        frequency = None
        if self.kind is Kind.SETTLEMENT:
            schedule = self._at_once(total, lead[0].due if lead else proposal.first_date)
        elif len(lead) > 1 and self._fits(lead, total):
            schedule = self._as_named(lead)
        else:
            frequency = resolve(proposal) or Frequency.MONTHLY
            schedule = self._in_parts(total, frequency, proposal, lead)
        return replace(make(self.case, self.decision, self.kind, schedule, frequency), step=step)

    def _at_once(self, total: Money, day: date | None) -> Parts:
        latest = self.limits.latest
        return (Instalment(self._within(day or latest, latest), total),)

    def _within(self, day: date, latest: date) -> date:
        due = named_day(day, self.case.today)
        if day < self.case.today:
            self.hit(3, Reason.DATE_PASSED, date=day)
        elif due > latest:
            self.hit(2, Reason.SETTLEMENT_DATE_TOO_LATE, date=day, latest=latest)
        return min(due, latest)

    def _as_named(self, lead: Parts) -> Parts:
        if lead[0].due < self.case.today:
            self.hit(3, Reason.DATE_PASSED, date=lead[0].due)
        return tuple(replace(part, due=named_day(part.due, self.case.today)) for part in lead)

    def _fits(self, lead: Parts, total: Money) -> bool:
        """Whether their own parts can stand as they are."""
        return (
            sum(part.amount.minor for part in lead) == total.minor
            and len(lead) <= self.limits.max_parts
            and lead[0].due <= self.limits.latest
            and lead[-1].due <= self.limits.parts_latest
        )

    def _in_parts(self, total: Money, frequency: Frequency, proposal: Proposal, lead: Parts) -> Parts:
        named = _parts(proposal, lead)
        count = min(named, self.limits.max_parts)
        if named > count:
            self.hit(2, Reason.SETTLEMENT_TOO_MANY_PARTS, parts=named, most=count)
        start = lead[0].due if lead else proposal.first_date
        latest = min(self.limits.latest, self.limits.parts_latest)
        first = self._within(start or min(first_payment(frequency, self.case.today), latest), latest)
        rhythm = rhythm_of(replace(proposal, first_date=start), frequency, first)
        schedule = on_days(list(total.split(min(count, total.minor))), rhythm, self.case.today)
        if schedule[-1].due <= self.limits.parts_latest and schedule[0].due <= latest:
            return schedule
        if proposal.frequency or lead:
            self.hit(2, Reason.SETTLEMENT_DATE_TOO_LATE, date=schedule[-1].due, latest=self.limits.parts_latest)
        return self._squeezed(schedule, first)

    def _squeezed(self, schedule: Parts, first: date) -> Parts:
        """The same amounts, evenly between the first day and the last that is allowed."""
        days = (self.limits.parts_latest - first).days
        gaps = max(len(schedule) - 1, 1)
        ours = [first + timedelta(days=days * number // gaps) for number in range(1, len(schedule))]
        dues = [min(due_day(day, self.case.today), self.limits.parts_latest) for day in ours]
        start = first if schedule[0].due == first else due_day(first, self.case.today)
        return tuple(replace(part, due=due) for part, due in zip(schedule, (start, *dues), strict=True))
