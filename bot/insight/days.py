"""A day in the operator's zone, and where the numbers of a day belong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from itertools import product
from zoneinfo import ZoneInfo

UNKNOWN = "unknown"
"""The segment of whom we do not know."""
ALL = ""


@dataclass(frozen=True)
class Day:
    """[start, end) are moments: 23 or 25 hours apart when clocks change."""

    on: date
    zone: str

    @property
    def start(self) -> datetime:
        return self._midnight(self.on)

    @property
    def end(self) -> datetime:
        return self._midnight(self.on + timedelta(days=1))

    def ago(self, count: int) -> Day:
        return Day(self.on - timedelta(days=count), self.zone)

    def _midnight(self, on: date) -> datetime:
        return datetime.combine(on, time(), ZoneInfo(self.zone)).astimezone(timezone.utc)


def day_of(moment: datetime, zone: str) -> Day:
    return Day(moment.astimezone(ZoneInfo(zone)).date(), zone)


@dataclass(frozen=True)
class Place:
    """Whose number it is. An empty channel: it has none, such as a payment; an empty currency: it is counted."""

    channel: str
    language: str
    segment: str
    currency: str = ""

    def within(self) -> Iterator[Place]:
        """Every filter that it passes: its own values, and ALL for each."""
        choices = ({self.channel, ALL}, {self.language, ALL}, {self.segment, ALL})
        for channel, language, segment in product(*choices):
            yield Place(channel, language, segment, self.currency)


@dataclass(frozen=True)
class Count:
    """So much of a measure in one place."""

    measure: str
    place: Place
    number: int


def summed(counts: Iterable[Count]) -> dict[tuple[Place, str], int]:
    """By every filter. What sums to nothing is not there."""
    found: dict[tuple[Place, str], int] = {}
    for one in counts:
        for place in one.place.within():
            found[place, one.measure] = found.get((place, one.measure), 0) + one.number
    return {key: number for key, number in found.items() if number}
