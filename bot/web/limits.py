"""How often somebody may do something: a bucket of tokens each, kept in this process.

It keeps a person's slip and a stuck script from filling the inbox. It is no defence against a flood from many
machines: that is the proxy's.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_KEPT = 10_000


class Bucket:
    """`burst` at once, then `per_second` each second, for each key. Safe to share between threads."""

    def __init__(self, *, burst: int, per_second: float, timer: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._per_second, self._timer = float(burst), per_second, timer
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> int:
        """0 when it may go on; otherwise the whole seconds to wait."""
        with self._lock:
            now = self._timer()
            level, then = self._levels.pop(key, (self._burst, now))
            level = min(self._burst, level + (now - then) * self._per_second)
            wait = 0 if level >= 1 else math.ceil((1 - level) / self._per_second)
            self._levels[key] = (level if wait else level - 1, now)
            if len(self._levels) > _KEPT:
                self._levels.popitem(last=False)
            return wait
