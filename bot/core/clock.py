"""The only place that knows what time it is. Everything below the edges is handed `now`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

_SHIFT = re.compile(r"([+-]\d+)([dhms])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


@dataclass(frozen=True)
class Clock:
    """`fixed` stops it, `shift` moves it. Both are for demo and tests."""

    fixed: datetime | None = None
    shift: timedelta = field(default=timedelta())

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
        return self.fixed or datetime.now(timezone.utc) + self.shift
