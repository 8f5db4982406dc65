"""The only place that knows what time it is. Everything below the edges is handed `now`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

_SHIFT = re.compile(r"([+-]\d+)([dhms])")
_TOO_LATE = datetime(2200, 1, 1, tzinfo=timezone.utc).timestamp()
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


@dataclass(frozen=True)
class Clock:
    """`fixed` stops it, `shift` moves it. Both are for demo and tests; so is `hand`, a file that moves the clocks of all
    processes that share it, while they run.
    """

    fixed: datetime | None = None
    shift: timedelta = field(default=timedelta())
    hand: Path | None = None

    @classmethod
    def parse(cls, text: str) -> Clock:
        """ "" (real), "+30d" or "-2h" (shifted), or an ISO time with offset (fixed). Raises ValueError."""
        if not text:
            return cls()
        if match := _SHIFT.fullmatch(text):
            return cls(shift=timedelta(**{_UNITS[match[2]]: int(match[1])}))
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            raise ValueError("a fixed clock needs an offset")
        return cls(fixed=moment.astimezone(timezone.utc))

    def now(self) -> datetime:
        """Aware, UTC."""
        return self.fixed or datetime.now(timezone.utc) + self.shift + self.by_hand

    @property
    def by_hand(self) -> timedelta:
        """By how much it was moved on by hand."""
        if self.hand is None:
            return timedelta()
        try:
            return _read(self.hand, self.hand.stat().st_mtime_ns)
        except (OSError, ValueError):
            return timedelta()

    def move(self, by: timedelta) -> None:
        """For everybody who shares the hand; never back. Written whole or not at all."""
        assert self.hand is not None and by > timedelta()
        self.hand.parent.mkdir(parents=True, exist_ok=True)
        new = self.hand.with_suffix(".new")
        new.write_text(str((self.by_hand + by).total_seconds()))
        new.replace(self.hand)


def from_unix(seconds: float) -> datetime:
    """A time that a provider names, in seconds since 1970. Raises ValueError for what is no time of ours."""
    try:
        if 0 <= seconds < _TOO_LATE:
            return datetime.fromtimestamp(seconds, timezone.utc)
    except TypeError as error:
        raise ValueError(f"expected seconds since 1970, got {type(seconds).__name__}") from error
    raise ValueError(f"expected seconds since 1970, got {seconds}")


@lru_cache(maxsize=4)
def _read(hand: Path, _changed: int) -> timedelta:
    return timedelta(seconds=float(hand.read_text()))
