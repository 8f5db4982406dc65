"""The numbers that a report's filters let through, read once for all figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

import sqlalchemy as sa

from bot.core import Session
from bot.insight.costing import MEASURES as COSTED
from bot.insight.days import ALL
from bot.insight.figures import figures
from bot.insight.store import daily, people, waits

PERIODS = (7, 30, 90, 365)
_BACK = 90
"""Days before the window that a figure may look at."""
_SPANS = 13
TO_DATE = ("placed:", "recovered:")
"""Measures that are summed since the beginning."""
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


def _begins(names: Iterable[str]) -> Any:
    return sa.or_(*(daily.c.measure.like(f"{name}%") for name in names))


class Source:
    """The numbers that one set of filters lets through, read once for all figures."""

    def __init__(self, session: Session, asked: Asked, channel: str, close: date | None) -> None:
        self.session, self.asked, self.channel, self.close = session, asked, channel, close
        self.spans, self.since = asked.spans(), asked.first - timedelta(days=_BACK)
        days = [self.since + timedelta(days=at) for at in range((asked.last - self.since).days + 1)]
        self.raw_days: dict[Any, date] = {**{str(day): day for day in days}, **{day: day for day in days}}
        self._known_people: dict[tuple[date, date], int] = {}
        self.numbers = self._window()
        self.to_date = self._to_date()

    def _mine(self, table: sa.Table, channel: str) -> Any:
        asked = self.asked
        return sa.and_(table.c.channel == channel, table.c.language == asked.language, table.c.segment == asked.segment)

    def _window(self) -> Numbers:
        query = sa.select(daily.c.measure, _raw(daily.c.day), daily.c.number).where(
            self._mine(daily, self.channel), daily.c.day >= self.since, daily.c.day <= self.asked.last,
            daily.c.currency.in_(("", self.asked.currency)), ~_begins(TO_DATE),
            self._is_looked_at(),
        )  # fmt: skip
        length = (self.asked.last - self.since).days + 1
        place = {raw: (day - self.since).days for raw, day in self.raw_days.items()}
        found: Numbers = defaultdict(lambda: [0] * length)
        rows: Any = self.session.execute(query)
        for measure, day, number in rows.cursor.fetchall():  # many thousand: tuples do
            found[measure][place[day]] = number
        return {measure: list(accumulate(numbers)) for measure, numbers in found.items()}

    def _is_looked_at(self) -> Any:
        """Before the window only what a figure divides by; of what stands at a close, the closes of the spans."""
        longer = {name for one in figures().values() if one.days for name in one.bottom}
        at_close = {name for one in figures().values() if one.over == "close" for name in one.measures} - longer
        closes = {last for _, last in self.spans} | ({self.close} if self.close is not None else set())
        is_asked: Any = sa.true()
        if self.asked.channel != ALL:  # then each half of the figures has a source of its own
            elsewhere = {name for one in figures().values() if not one.by_channel for name in one.measures}
            by_none = daily.c.measure.in_(sorted({*elsewhere, *COSTED}))
            is_asked = by_none if self.channel == ALL else daily.c.measure.not_in(sorted(elsewhere))
        return sa.and_(
            is_asked,
            sa.or_(daily.c.day >= self.asked.first, daily.c.measure.in_(sorted(longer))),
            sa.or_(daily.c.measure.not_in(sorted(at_close)), daily.c.day.in_(sorted(closes))),
        )

    def _to_date(self) -> dict[str, int]:
        """Sums since the beginning, of the measures that need it."""
        query = sa.select(daily.c.measure, sa.func.sum(daily.c.number)).where(
            self._mine(daily, self.channel), daily.c.day <= self.asked.last, _begins(TO_DATE),
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
        if (first, last) not in self._known_people:
            self._known_people[first, last] = self._count_people(first, last)
        return self._known_people[first, last]

    def _count_people(self, first: date, last: date) -> int:
        filters = {"language": self.asked.language, "segment": self.asked.segment}
        query = sa.select(sa.func.sum(people.c.count)).where(
            people.c.channel == self.channel, people.c.day >= first, people.c.day <= last, people.c.before < first,
            *(people.c[name] == value for name, value in filters.items() if value),
        )  # fmt: skip
        return int(self.session.execute(query).scalar() or 0)

    def waits(self, first: date, last: date) -> int:
        """How many answers there were."""
        return int(self.session.execute(sa.select(sa.func.count()).where(self._waits(first, last))).scalar_one())

    def wait(self, first: date, last: date, percent: int) -> int | None:
        """The shortest, in seconds, that so many per cent did not exceed; None of nothing."""
        place = max(0, -(-self.waits(first, last) * percent // 100) - 1)
        query = sa.select(waits.c.seconds).where(self._waits(first, last)).order_by(waits.c.seconds)
        found: int | None = self.session.execute(query.limit(1).offset(place)).scalar()
        return found

    def _waits(self, first: date, last: date) -> Any:
        filters = {"channel": self.channel, "language": self.asked.language, "segment": self.asked.segment}
        theirs = (waits.c[name] == value for name, value in filters.items() if value)
        return sa.and_(waits.c.day >= first, waits.c.day <= last, *theirs)


def _raw(column: Any) -> Any:
    """Days as the database has them: to make a date of each of many thousand takes longer than the query."""
    return sa.type_coerce(column, sa.types.NullType())
