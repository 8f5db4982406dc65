"""Which version somebody gets: by a hash of who they are, so that all their accounts and channels have the same.

Whoever is among the first 5 % is among the first 25 % too: a ramp only adds. Who was exposed stays as they were written
down, whatever the ramp does later.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.core import Session, insert_once
from bot.experiments import service
from bot.experiments.model import Arm, Experiment
from bot.experiments.sizing import share_on
from bot.experiments.store import assignments

_ONE = 10_000


@dataclass(frozen=True)
class Exposure:
    """One debtor in an experiment. `share_pct` is the challenger's when they were first exposed."""

    experiment_id: str
    arm: Arm
    share_pct: int
    is_new: bool = False
    """It is not written down yet."""

    @property
    def propensity_pct(self) -> int:
        """With what chance they got the version that they have."""
        return self.share_pct if self.arm is Arm.CHALLENGER else 100 - self.share_pct


def place(salt: str, party_id: str) -> int:
    """From 0 to 9999, evenly and for ever the same."""
    return int.from_bytes(hashlib.sha256(f"{salt}|{party_id}".encode()).digest()[:8], "big") * _ONE >> 64


def arm_at(salt: str, party_id: str, share_pct: int) -> Arm:
    return Arm.CHALLENGER if place(salt, party_id) < share_pct * (_ONE // 100) else Arm.CHAMPION


def share_at(experiment: Experiment, now: datetime) -> int:
    """The challenger's share now, in per cent."""
    assert experiment.started_at is not None
    return round(100 * share_on(experiment.design.ramp, (now - experiment.started_at) // timedelta(days=1)))


def asked(party_id: str) -> tuple[Any, Any, Any]:
    """Columns for the statement that asks what is in force anyway: `experiment_id` of what runs, and the `arm` and
    `share_pct` of this debtor when they were exposed before. So it costs no statement of its own.
    """
    running = service.running_id().limit(1).scalar_subquery()
    theirs = sa.and_(assignments.c.party_id == party_id, assignments.c.experiment_id == running)
    arm, share = (
        sa.select(one).where(theirs).scalar_subquery() for one in (assignments.c.arm, assignments.c.share_pct)
    )
    return running.label("experiment_id"), arm.label("arm"), share.label("share_pct")


def exposure(experiment: Experiment, party_id: str, row: Any, now: datetime) -> Exposure:
    """From a row of `asked`; of somebody who was not exposed before, what they will be."""
    if row.arm is not None:
        return Exposure(experiment.id, Arm(row.arm), row.share_pct)
    share = share_at(experiment, now)
    return Exposure(experiment.id, arm_at(experiment.salt, party_id, share), share, is_new=True)


def expose(session: Session, party_id: str, found: Exposure, now: datetime) -> bool:
    """Writes down who is in it, before anything is offered. False when somebody else did at this moment: ask again."""
    values = {"experiment_id": found.experiment_id, "party_id": party_id, "arm": found.arm.value,
              "share_pct": found.share_pct, "at": now}  # fmt: skip
    return insert_once(session, assignments, values)
