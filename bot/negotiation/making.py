"""Makes offers from schedules: the one place that sets total, discount, expiry, policy version and row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core import Money
from bot.negotiation.limits import Limits
from bot.negotiation.model import Between, Case, Frequency, Instalment, Kind, Offer, Reason, Value
from bot.negotiation.policy import Decision
from bot.negotiation.schedule import cut, is_within, named_day, total_of


@dataclass(frozen=True)
class Obstacle:
    """One limit that the debtor's wish ran into. The lowest `rank` is the one that is told."""

    rank: int
    reason: Reason
    values: dict[str, Value]


@dataclass(frozen=True)
class Judged:
    """The nearest offer to a wish; no obstacle means that it is the wish itself."""

    offer: Offer | None
    obstacle: Obstacle | None = None
    better: bool = False


def told(obstacles: list[Obstacle]) -> Obstacle | None:
    """The one reason that is given: what changes their amount before what changes their date.

    A payment that is needed at the start is among its values, since nobody may meet one unprepared.
    """
    first = min(obstacles, key=lambda obstacle: obstacle.rank, default=None)
    down = next((one for one in obstacles if one.reason is Reason.DOWN_PAYMENT_NEEDED), None)
    return first if first is None or down is None else replace(first, values={**first.values, **down.values})


def make(
    case: Case,
    decision: Decision,
    kind: Kind,
    schedule: tuple[Instalment, ...],
    frequency: Frequency | None = None,
    *,
    nothing_due: Between | None = None,
) -> Offer:
    """An offer of `kind`; a settlement or a discounted payment in full forgives what the schedule leaves. Of
    `nothing_due` counts what lies before the first payment in it.
    """
    inside = [part.due for part in schedule if is_within(part.due, nothing_due)]
    total = total_of(schedule, case.balance.currency)
    forgives = kind in (Kind.FULL, Kind.SETTLEMENT, Kind.SETTLEMENT_PARTS)
    return Offer(
        kind=kind,
        schedule=schedule,
        total=total,
        discount=case.balance - total if forgives else Money.zero(case.balance.currency),
        expires=max(case.today + timedelta(days=decision.limits.offer_valid_days), case.open_until or date.min),
        version=decision.version,
        row=decision.row,
        frequency=frequency if len(schedule) > 1 else None,
        needs_hardship=kind is Kind.TOKEN and not case.in_care,
        nothing_due=cut(nothing_due, min(inside)) if inside else nothing_due,
    )


def refreshed(offer: Offer, today: date) -> Offer:
    """The same offer when it is accepted later than it was made: days that have passed are due today."""
    moved = tuple(replace(part, due=named_day(part.due, today)) for part in offer.schedule)
    return replace(offer, schedule=moved)


def single(amount: Money, day: date, case: Case) -> tuple[Instalment, ...]:
    """One payment of `amount` on `day`."""
    return (Instalment(named_day(day, case.today), amount),)


def plans_allowed(limits: Limits) -> bool:
    """Whether this case may pay in instalments at all."""
    return any(kind in limits.offers for kind in (Kind.SHORT_PLAN, Kind.LONG_PLAN, Kind.PLAN))
