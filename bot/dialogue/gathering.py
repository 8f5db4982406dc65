"""Messages that follow each other closely are one; what cannot be understood alone waits for the rest.

It waits by the clock of whoever stored it and by that of this process, whichever is over first: the two may differ by
minutes, and then nobody is to wait for that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.contact import InboxMessage
from bot.core import Unchanged

BURST = timedelta(seconds=2)


@dataclass
class Gathering:
    """One bot's. `within` is how closely they follow each other."""

    within: timedelta = BURST
    waiting: Unchanged = field(default_factory=Unchanged)

    def goes_on(self, first: InboxMessage, now: datetime) -> bool:
        """The rest of this message may yet come."""
        self.waiting.add(first.id)
        longest = self.within.total_seconds()
        return now - first.received_at < self.within and not self.waiting.for_as_long_as(first.id, longest)

    def over(self, left: set[str]) -> None:
        """A look at all that waits has ended: these are left."""
        self.waiting.keep(left)
