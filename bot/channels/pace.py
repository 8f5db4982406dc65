"""How fast a provider takes messages on a channel: a bucket of tokens each, so that 2,000 reminders do not stand in the
provider's own queue in front of one answer.

Of one worker; several workers share what the provider allows (`PARLEY_PACE` divided by their number).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass
class _Bucket:
    per_second: float
    level: float
    then: float


class Pace:
    """`per_second` by channel; a channel that is not named has no limit. What goes at once is a fifth of a second's worth,
    one at least, so that no second holds more than a fifth above the rate: 25 stay below the 30 of Telegram.
    """

    def __init__(self, per_second: Mapping[str, float], ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._buckets = {name: _Bucket(rate, _depth(rate), ticks()) for name, rate in per_second.items()}

    @property
    def channels(self) -> frozenset[str]:
        """Those with a limit."""
        return frozenset(self._buckets)

    def room(self, channel: str) -> int:
        """How many may go now."""
        bucket, now = self._buckets[channel], self._ticks()
        filled = bucket.level + (now - bucket.then) * bucket.per_second
        bucket.level, bucket.then = min(_depth(bucket.per_second), filled), now
        return int(bucket.level + 1e-9)

    def spend(self, channel: str, count: int) -> None:
        self._buckets[channel].level -= count


def _depth(per_second: float) -> float:
    return max(1.0, per_second / 5)
