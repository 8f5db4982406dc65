"""An agreement as it stands and what may be wanted of it, as values.

The limits are those of the decision that allowed the agreement, so a later policy never alters it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from bot.core import Money
from bot.negotiation.limits import Limits
from bot.negotiation.model import Frequency, Instalment, Kind, Reason, Value

Parts = tuple[Instalment, ...]


class What(str, Enum):
    """A change of a schedule, as it is stored. Only those in `COUNTED` use up changes."""

    MOVED = "moved"
    SKIPPED = "skipped"
    NEW_AMOUNT = "new_amount"
    MOVED_UP = "moved_up"
    MISSED = "missed"
    SHORT = "short"
    HELD = "held"
    PAUSED = "paused"
    EXTENSION = "extension"
    REDUCTION = "reduction"
    REPLAYED = "replayed"
    """Something came to light that was paid, or was not: what time had done since is worked out anew."""


BY_TIME = frozenset({What.MISSED, What.SHORT, What.HELD})
COUNTED = frozenset({What.MOVED, What.NEW_AMOUNT, What.EXTENSION, What.REDUCTION})


@dataclass(frozen=True)
class Move:
    """One part on another day; the next one when `due` is None."""

    to: date
    due: date | None = None


@dataclass(frozen=True)
class Skip:
    """Leave one part out and add it at the end; the next one when `due` is None."""

    due: date | None = None


@dataclass(frozen=True)
class NewAmount:
    """Another regular payment from the next one on."""

    each: Money


@dataclass(frozen=True)
class MoveUp:
    """They paid ahead: what is left moves to the days that became free, and the plan ends sooner."""


Change = Move | Skip | NewAmount | MoveUp


@dataclass(frozen=True)
class Kept:
    """An agreement as it stands. `schedule` is the whole of it, paid parts first; `paid` is what has come.

    `moves` counts since it was agreed, `skips` and `changes` twelve months back. `missed` are the days of parts
    that did not come, in order.
    """

    kind: Kind
    schedule: Parts
    paid: Money
    frequency: Frequency | None
    limits: Limits
    changes_per_year: int
    moves: int = 0
    skips: int = 0
    changes: int = 0
    missed: tuple[date, ...] = ()

    @property
    def covered(self) -> Parts:
        return split(self.schedule, self.paid)[0]

    @property
    def left(self) -> Parts:
        return split(self.schedule, self.paid)[1]


@dataclass(frozen=True)
class Changed:
    """The whole schedule after a change. `day` is the part that it was about."""

    what: What
    schedule: Parts
    day: date | None = None


@dataclass(frozen=True)
class Denied:
    """Its terms do not allow it. The reasons are those of offers and have their texts."""

    reason: Reason
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Broken:
    """It ends: the part of `day` did not come and no more may be missed."""

    day: date


@dataclass(frozen=True)
class ForPerson:
    """A part did not come, and policy wants a person to speak with them."""

    day: date


def split(schedule: Parts, paid: Money) -> tuple[Parts, Parts]:
    """(what is paid, what is left). Payments cover the schedule from its start, ahead of time too.

    Money that went back (`paid` below nothing) is added to the first part that is left.
    """
    covered, left, rest = list[Instalment](), list[Instalment](), paid.minor
    for part in schedule:
        here = min(rest, part.amount.minor)
        rest -= here
        if here > 0:
            covered.append(Instalment(part.due, Money(here, part.amount.currency)))
        if here < part.amount.minor:
            left.append(Instalment(part.due, Money(part.amount.minor - here, part.amount.currency)))
    return tuple(covered), tuple(left)
