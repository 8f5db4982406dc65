"""How long something has looked the same, by a clock that nobody sets.

Two processes whose clocks differ by minutes need not agree on the time: each counts from the moment that it saw it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field


@dataclass
class Unchanged:
    ticks: Callable[[], float] = time.monotonic
    _since: dict[Hashable, float] = field(default_factory=dict)

    def keep(self, things: Iterable[Hashable]) -> None:
        """What is there now; what is not is forgotten."""
        now = self.ticks()
        self._since = {thing: self._since.get(thing, now) for thing in things}

    def add(self, thing: Hashable) -> None:
        """It is there now, and what else there is stays."""
        self._since.setdefault(thing, self.ticks())

    def for_as_long_as(self, thing: Hashable, seconds: float) -> bool:
        return thing in self._since and self.ticks() - self._since[thing] >= seconds
