"""One bot of two stands still in the middle of its turn, and everybody goes on ringing."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from tests.soak.plant import BOTS, Plant
from tests.soak.ringing import Rings, ring_all

PEOPLE, A_SECOND = 60, 4.0
"""Each writes every fifteen seconds: no message of theirs is of the same burst as the one before."""
_WAITED = {
    "postgresql": "EXTRACT(EPOCH FROM min(o.sent_at) - i.received_at)",
    "sqlite": "(julianday(min(o.sent_at)) - julianday(i.received_at)) * 86400",
}
_HOLDS = (
    "SELECT 1 FROM pg_stat_activity JOIN pg_locks USING (pid) WHERE application_name = :name"
    " AND relation = 'inbox'::regclass AND mode = 'RowShareLock'"
    " AND state LIKE 'idle in transaction%' AND state_change < clock_timestamp() - interval '400 ms'"
)
"""Whoever has claimed a message and does nothing for longer than any turn takes."""


@dataclass(frozen=True)
class Frozen:
    """`others` and `its_own` are the longest waits in seconds for an answer of people whose message the frozen bot did
    not have, and of whoever it had.
    """

    rings: Rings
    was_in_turn: bool
    others: float
    its_own: float

    def __str__(self) -> str:
        return (
            f"{self.rings}; longest wait for an answer {self.others:.1f} s, behind the frozen one {self.its_own:.1f} s"
        )


def freeze_one(box: Plant, seconds: float) -> Frozen:
    """Returns when everything that was rung is answered and sent."""
    count = round(A_SECOND * (seconds + 4))
    messages = [(f"+1555010{n % PEOPLE:04}", f"new {n}") for n in range(count)]
    for phone, text in messages:
        box.lines.setdefault(phone, []).append(text)
    caught: list[str] = []

    def freeze() -> None:
        time.sleep(2)
        if box.aim(lambda: _caught(box, caught), 30):
            time.sleep(seconds)
            box.thaw(caught[0])

    freezing = threading.Thread(target=freeze)
    freezing.start()
    rings = ring_all(box.web, messages, seconds + 4)
    freezing.join()
    box.settle(90)
    waited = sorted(_waits(box), reverse=True)
    return Frozen(rings, bool(caught), waited[1], waited[0])


def _caught(box: Plant, caught: list[str]) -> bool:
    """Stopped, and then it was still in its turn and had a message that nobody else may take."""
    for bot in BOTS:
        if box.is_in_turn(bot):
            box.freeze(bot)
            if box.is_in_turn(bot) and _holds_a_message(box, bot):
                caught.append(bot)
                return True
            box.thaw(bot)
    return False


def _holds_a_message(box: Plant, bot: str) -> bool:
    """PostgreSQL says; on SQLite whoever stands still with the one write lock is ended by the others."""
    if box.kind == "sqlite":
        return box.aim(lambda: not box.is_running(bot), 3)
    return box.aim(lambda: bool(box.rows(_HOLDS, name=box.name)), 0.8)


def _waits(box: Plant) -> list[float]:
    """The longest of each conversation, in seconds."""
    longest: dict[str, float] = {}
    query = (
        f"SELECT i.conversation_id, {_WAITED[box.kind]} FROM inbox i JOIN outbox o"
        " ON o.reply_to = coalesce(i.answered_with, i.id) GROUP BY i.id, i.conversation_id, i.received_at"
    )
    for talk, waited in box.rows(query):
        longest[talk] = max(longest.get(talk, 0.0), float(waited))
    return list(longest.values())
