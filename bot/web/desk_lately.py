"""A long list as it stood a moment ago, for pages that look by themselves: twenty of them ask for the same.

A short one is always looked up. A long one is kept for four times as long as it took, a second at most: so no more
than a fifth of the time goes into it, however many look.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

LONG = 50
"""Rows."""
AT_MOST = 1.0
TIMES = 4.0


class Lately:
    """Safe to share between threads: who comes while another looks waits for what that one finds."""

    def __init__(self) -> None:
        self._locks: dict[str, threading.Lock] = {}
        self._kept: dict[str, tuple[float, list[Any]]] = {}

    def rows(self, name: str, look: Callable[[], list[Any]]) -> list[Any]:
        with self._locks.setdefault(name, threading.Lock()):
            until, found = self._kept.get(name, (0.0, []))
            began = time.monotonic()
            if began < until:
                return found
            found = look()
            ended = time.monotonic()
            keeps = min(AT_MOST, TIMES * (ended - began)) if len(found) >= LONG else 0.0
            self._kept[name] = (ended + keeps, found)
            return found
