"""Many people write at once, to one web, one bot and one worker on SQLite."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.soak.plant import BOTS, Plant
from tests.soak.ringing import Rings, ring_all
from tests.whole.running import until

ROLES = ("sandbox", "web", BOTS[0], "worker1")


@dataclass(frozen=True)
class Burst:
    """`first_replies` are the seconds from the end of a conversation's first turn until its answer had left."""

    rings: Rings
    first_replies: Sequence[float]
    unanswered: int

    def __str__(self) -> str:
        return (
            f"{self.rings}; longest of {len(self.first_replies)} first replies after its turn "
            f"{max(self.first_replies, default=0.0):.2f} s, {self.unanswered} unanswered"
        )


def burst(folder: Path, *, messages: int, people: int, seconds: float, longest: float) -> Burst:
    """Returns when everything is answered and sent, or after `longest` seconds more."""
    box = Plant(folder, "sqlite")
    try:
        box.start(*ROLES)
        box.wait_ready(*ROLES)
        rung = ring_all(box.web, [(f"+1555010{n % people:04}", f"new {n}") for n in range(messages)], seconds)
        with contextlib.suppress(AssertionError):
            until(lambda: _done(box) == messages and _unsent(box) == 0, longest, "all turns and all replies")
        return Burst(rung, _first_replies(box), messages - _done(box))
    finally:
        box.close()


def _first_replies(box: Plant) -> list[float]:
    left = box.rows(
        "SELECT (julianday(min(sent_at)) - julianday(min(created_at))) * 86400 FROM outbox"
        " GROUP BY conversation_id HAVING min(sent_at) IS NOT NULL"
    )
    return sorted(float(row[0]) for row in left)


def _done(box: Plant) -> int:
    return int(box.rows("SELECT count(*) FROM inbox WHERE state = 'done'")[0][0])


def _unsent(box: Plant) -> int:
    return int(box.rows("SELECT count(*) FROM outbox WHERE state <> 'sent'")[0][0])
