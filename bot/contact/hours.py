"""When somebody may be written to, wherever they may be: inside the hours of every zone that the facts allow.

Zones follow daylight saving by themselves: each moment is looked at as the clock on their wall shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from phonenumbers import timezone as number_zones

NOWHERE_KNOWN = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu",
)  # fmt: skip
"""Where somebody may be of whom nothing says where."""
_MOST_ZONES = 4
"""A number that may be in more zones than this says nothing: it is of a whole country."""
LONGEST = timedelta(days=15)


@dataclass(frozen=True)
class Open:
    """From `opens` to `closes`, both included."""

    opens: time
    closes: time

    def next(self, moment: datetime, zone: ZoneInfo) -> datetime:
        local = moment.astimezone(zone)
        if self.opens <= local.time() <= self.closes:
            return moment
        day = local.date() + timedelta(days=local.time() > self.closes)
        return datetime.combine(day, self.opens, zone).astimezone(moment.tzinfo)


@dataclass(frozen=True)
class Barred:
    """What they called inconvenient: between two times of some weekdays, 1 is Monday; midnight as the end is the end of
    the day."""

    begins: time
    ends: time
    weekdays: frozenset[int] = frozenset(range(1, 8))

    def next(self, moment: datetime, zone: ZoneInfo) -> datetime:
        local = moment.astimezone(zone)
        all_day = self.ends == time(0)
        if local.isoweekday() not in self.weekdays or local.time() < self.begins:
            return moment
        if not all_day and local.time() >= self.ends:
            return moment
        return datetime.combine(local.date() + timedelta(days=all_day), self.ends, zone).astimezone(moment.tzinfo)


def next_open(moment: datetime, zones: Collection[str], windows: Sequence[Open | Barred]) -> datetime | None:
    """The first moment from this one on that is inside all windows in all zones; None when there is none for weeks."""
    places = [ZoneInfo(name) for name in sorted(zones)]
    last = moment + LONGEST
    while moment <= last:
        later = max((window.next(moment, zone) for window in windows for zone in places), default=moment)
        if later == moment:
            return moment
        moment = later
    return None


@lru_cache(maxsize=4096)
def zones_of_number(number: str) -> frozenset[str]:
    """Where a number's area code is; empty when it may be anywhere in its country, or is no number."""
    try:
        found = number_zones.time_zones_for_number(phonenumbers.parse(number, "US"))
    except phonenumbers.NumberParseException:
        return frozenset()
    known = {name for name in found if name != "Etc/Unknown"}
    return frozenset(known) if len(known) <= _MOST_ZONES else frozenset()
