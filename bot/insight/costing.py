"""What collecting costs, as a manager says it: nothing of it can be read from what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa

from bot.core import Session, record
from bot.insight.store import costs as table

MEASURES = ("messages_sent", "answers_by_people", "payments", "collected")
_DAYS_OF_A_MONTH = Fraction(36525, 1200)


@dataclass(frozen=True)
class Costs:
    """Minor units, except `message_micro`: millionths of the currency's unit. A payment costs so much each and a share."""

    currency: str
    message_micro: int
    answer_minor: int
    payment_minor: int
    payment_basis_points: int
    month_minor: int

    def of(self, sums: Mapping[str, int], days: int) -> int:
        """Of so much in so many days, in minor units, rounded to the nearest."""
        exact = (
            Fraction(sums["messages_sent"] * self.message_micro, 10_000)
            + sums["answers_by_people"] * self.answer_minor
            + sums["payments"] * self.payment_minor
            + Fraction(sums["collected"] * self.payment_basis_points, 10_000)
            + self.month_minor * days / _DAYS_OF_A_MONTH
        )
        return round(exact)


def costs(session: Session, currency: str) -> Costs | None:
    """As they were said last."""
    newest = sa.select(table).where(table.c.currency == currency).order_by(table.c.number.desc()).limit(1)
    row = session.execute(newest).first()
    return Costs(**{name: getattr(row, name) for name in Costs.__dataclass_fields__}) if row is not None else None


def say_costs(session: Session, said: Costs, by: str, now: datetime) -> None:
    """From now on every report reckons with these, whatever its window."""
    session.execute(table.insert().values(**asdict(said), by=by, at=now))
    record(session, "CostsSaid", subject=said.currency, data=asdict(said), now=now, actor=by)
