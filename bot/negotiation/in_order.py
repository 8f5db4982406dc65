"""What time would have done to an agreement, had everything that was paid been known on its day. Pure.

Each day from `since` to today is gone through as the daily job would have: what had come by then counts, and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core import Money
from bot.negotiation import upkeep
from bot.negotiation.kept import Broken, Changed, ForPerson, Kept, What

Came = Sequence[tuple[date, Money]]
"""What was paid and when; below nothing is what went back."""


@dataclass(frozen=True)
class Played:
    """What happened, in order, and how it stands then. `broken` is the part that ended it."""

    changes: tuple[Changed, ...]
    kept: Kept
    broken: Broken | None = None


def play(kept: Kept, came: Came, since: date, today: date, held: Callable[[date], bool]) -> Played:
    """`kept` is the agreement as it stood on `since`; what it says of money is not looked at."""
    changes, day = list[Changed](), since
    while day <= today:
        kept = replace(kept, paid=sum((amount for on, amount in came if on <= day), Money.zero(kept.paid.currency)))
        if not kept.left:
            break
        due = upkeep.overdue(kept, day, held=held(day))
        if isinstance(due, Broken):
            return Played(tuple(changes), kept, due)
        if due is None:
            day += timedelta(days=1)
            continue
        done = Changed(What.MISSED, kept.schedule, due.day) if isinstance(due, ForPerson) else due
        changes.append(done)
        kept = after(kept, done)
    return Played(tuple(changes), kept)


def after(kept: Kept, done: Changed) -> Kept:
    missed = (done.day,) if done.what is What.MISSED and done.day is not None else ()
    return replace(kept, schedule=done.schedule, missed=(*kept.missed, *missed))
