"""The numbers that a report's filters let through, read once for all figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from bot.core import Session
from bot.insight.days import ALL
from bot.insight.store import daily, people, waits

PERIODS = (7, 30, 90, 365)
_BACK = 90
"""Days before the window that a figure may look at."""
_SPANS = 13
Numbers = dict[str, list[int]]
"""By measure, the sum of all days up to each day, counted from the first that was read."""


@dataclass(frozen=True)
class Asked:
    """The last day and how many, and whose. An empty channel, language or segment: all."""

    last: date
    days: int
    channel: str = ALL
    language: str = ALL
    segment: str = ALL
    currency: str = "USD"

    @property
    def first(self) -> date:
        return self.last - timedelta(days=self.days - 1)

    def spans(self) -> list[tuple[date, date]]:
        """At most thirteen of the same length, the last one to the last day; the first may be shorter."""
        step, found, last = -(-self.days // _SPANS), list[tuple[date, date]](), self.last
        while last >= self.first:
            found.append((max(self.first, last - timedelta(days=step - 1)), last))
            last -= timedelta(days=step)
        return found[::-1]


class Source:
    """The numbers that one set of filters lets through, read once for all figures."""

    def __init__(self, session: Session, asked: Asked, channel: str, close: date | None) -> None:
        self.session, self.asked, self.channel, self.close = session, asked, channel, close
        self.spans, self.since = asked.spans(), asked.first - timedelta(days=_BACK)
        self.numbers = self._window()
        self.to_date = self._to_date()

    def _mine(self, table: sa.Table, channel: str) -> Any:
        asked = self.asked
        return sa.and_(table.c.channel == channel, table.c.language == asked.language, table.c.segment == asked.segment)

    def _window(self) -> Numbers:
        query = sa.select(daily.c.measure, daily.c.day, daily.c.number).where(
            self._mine(daily, self.channel), daily.c.day >= self.since, daily.c.day <= self.asked.last,
            daily.c.currency.in_(("", self.asked.currency)),
        )  # fmt: skip
        length = (self.asked.last - self.since).days + 1
        found: Numbers = {}
        for measure, day, number in self.session.execute(query).all():
            found.setdefault(measure, [0] * length)[(day - self.since).days] = number
        return {measure: list(accumulate(numbers)) for measure, numbers in found.items()}

    def _to_date(self) -> dict[str, int]:
        """Sums since the beginning, of the measures that need it."""
        begins = sa.or_(*(daily.c.measure.like(f"{name}%") for name in ("placed:", "recovered:")))
        query = sa.select(daily.c.measure, sa.func.sum(daily.c.number)).where(
            self._mine(daily, self.channel), daily.c.day <= self.asked.last, begins,
            daily.c.currency == self.asked.currency,
        )  # fmt: skip
        rows = self.session.execute(query.group_by(daily.c.measure))
        return {measure: int(number) for measure, number in rows}

    def total(self, measures: Iterable[str], first: date, last: date) -> int:
        return sum(self._sum(name, first, last) for measure in measures for name in self.named(measure))

    def _sum(self, measure: str, first: date, last: date) -> int:
        if measure == "people":
            return self._people(first, last)
        sums = self.numbers.get(measure)
        if sums is None:
            return 0
        before = (first - self.since).days - 1
        return sums[(last - self.since).days] - (sums[before] if before >= 0 else 0)

    def named(self, measure: str) -> list[str]:
        """All that begin so, where it ends with a colon."""
        if not measure.endswith(":"):
            return [measure]
        return sorted(name for name in self.numbers.keys() | self.to_date.keys() if name.startswith(measure))

    def _people(self, first: date, last: date) -> int:
        """Each once: those who were not written to on an earlier day of the span."""
        filters = {"language": self.asked.language, "segment": self.asked.segment}
        query = sa.select(sa.func.sum(people.c.count)).where(
            people.c.channel == self.channel, people.c.day >= first, people.c.day <= last, people.c.before < first,
            *(people.c[name] == value for name, value in filters.items() if value),
        )  # fmt: skip
        return int(self.session.execute(query).scalar() or 0)

    def waits(self) -> list[tuple[date, int]]:
        filters = {"channel": self.channel, "language": self.asked.language, "segment": self.asked.segment}
        query = sa.select(waits.c.day, waits.c.seconds).where(
            waits.c.day >= self.asked.first, waits.c.day <= self.asked.last,
            *(waits.c[name] == value for name, value in filters.items() if value),
        )  # fmt: skip
        return [(row.day, row.seconds) for row in self.session.execute(query)]
