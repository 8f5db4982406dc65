"""One look at a running experiment: who is in it, the interval, the split, the guardrails; and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec
import sqlalchemy as sa

from bot.core import Session, upsert
from bot.experiments import guarding, store
from bot.experiments.model import Design
from bot.experiments.statistics import UNEVEN, Seen, interval, split_by_chance


class Beside(msgspec.Struct, frozen=True):
    """The challenger beside the champion, of all who were exposed so many `days` ago: how certain it is that the harm is
    more than the margin more, and `at_least` how much more it is.
    """

    margin: float
    days: int
    known: int
    evidence: float
    at_least: float


def beside(margin: float, seen: Mapping[int, Sequence[Seen]]) -> Beside:
    """By days the debtors whose days are over, in the order of exposure. The days that say most, held to as much as it
    takes for several looks at the same people (Bonferroni).
    """
    told = {days: guarding.evidence_beside(these, margin) / len(seen) for days, these in seen.items()}
    days = max(told, key=lambda one: told[one])
    least = guarding.at_least(seen[days], guarding.ALPHA / len(seen))
    return Beside(margin, days, len(seen[days]), told[days], least)


class Guard(msgspec.Struct, frozen=True):
    """Of the challenger `harmed` of so many, and of the champion. `beside` compares both, where the design has a margin."""

    name: str
    limit: float
    harmed: int
    of: int
    champion_harmed: int
    champion_of: int
    beside: Beside | None = None

    @property
    def evidence(self) -> float:
        return guarding.evidence(self.harmed, self.of, self.limit)

    @property
    def is_over(self) -> bool:
        return guarding.is_crossed(self.harmed, self.of, self.limit)

    @property
    def is_worse(self) -> bool:
        return self.beside is not None and self.beside.evidence >= 1 / guarding.ALPHA

    @property
    def is_crossed(self) -> bool:
        return self.is_over or self.is_worse


class Reading(msgspec.Struct, frozen=True):
    """`champion` and `challenger`: exposed, and of how many the outcome is known. No `estimate`: it is too early, or the
    split is not by chance.
    """

    at: datetime
    champion: tuple[int, int]
    challenger: tuple[int, int]
    expected_challengers: float
    by_chance: float
    guards: tuple[Guard, ...]
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None

    @property
    def is_uneven(self) -> bool:
        return self.by_chance < UNEVEN

    @property
    def crossed(self) -> tuple[Guard, ...]:
        return tuple(one for one in self.guards if one.is_crossed)


def read(
    assigned: Sequence[tuple[bool, float]], seen: Sequence[Seen], guards: Sequence[Guard], tuned: float, now: datetime
) -> Reading:
    """`assigned` is everybody, (challenger?, share then); `seen` those whose outcome is known, in the order of exposure."""
    known = sum(one.challenger for one in seen)
    challengers = sum(challenger for challenger, _ in assigned)
    by_chance = split_by_chance(assigned)
    found = interval(seen, tuned) if by_chance >= UNEVEN else None
    values = (found.estimate, found.lower, found.upper) if found else (None, None, None)
    return Reading(
        now, (len(assigned) - challengers, len(seen) - known), (challengers, known), sum(share for _, share in assigned),
        by_chance, tuple(guards), *values,
    )  # fmt: skip


def verdict(reading: Reading | None, design: Design) -> str:
    """nothing, uneven, early, better, worse, small (no difference worth knowing) or open."""
    if reading is None:
        return "nothing"
    if reading.is_uneven:
        return "uneven"
    if reading.lower is None or reading.upper is None:
        return "early"
    if reading.lower > 0:
        return "better"
    if reading.upper < 0:
        return "worse"
    return "small" if max(-reading.lower, reading.upper) < design.smallest else "open"


def write(session: Session, experiment_id: str, day: date, reading: Reading) -> None:
    """In the place of the same day's."""
    content = msgspec.json.encode(reading).decode()
    upsert(session, store.readings, {"experiment_id": experiment_id, "day": day, "at": reading.at, "content": content})


def readings(session: Session, experiment_id: str) -> tuple[tuple[date, Reading], ...]:
    """One a day, oldest first."""
    query = sa.select(store.readings).where(store.readings.c.experiment_id == experiment_id)
    rows = session.execute(query.order_by(store.readings.c.day))
    return tuple((row.day, msgspec.json.decode(row.content, type=Reading)) for row in rows)


def last_at(session: Session, experiment_id: str) -> datetime | None:
    query = sa.select(store.readings.c.at).where(store.readings.c.experiment_id == experiment_id)
    found: datetime | None = session.execute(query.order_by(store.readings.c.day.desc()).limit(1)).scalar()
    return found
