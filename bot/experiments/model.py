"""What an experiment is: its design, which never changes, and what happened to it.

ExperimentRefused
    NoSuchExperiment   OwnReview   NotInState   AnotherRuns   ChampionMoved
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import msgspec

from bot.core import ParleyError, Problem

OUTCOMES = ("agreed", "collected", "kept")
"""An agreement within so many days; cash within so many days, per debtor; an agreement that stands on that day."""
GUARDS = ("opted_out", "disputed", "complained", "broken")
"""Of those exposed; `broken`: of those who agreed on something since then."""
GUARD_DAYS = 60
"""Within which harm counts: most plans that break do it at their first or second payment."""
LONGEST_DAYS = 90


class Arm(str, Enum):
    CHAMPION = "champion"
    CHALLENGER = "challenger"


class State(str, Enum):
    """Where it stands, derived from what happened."""

    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    RUNNING = "running"
    STOPPED = "stopped"


class Step(msgspec.Struct, frozen=True):
    """The challenger's share, in per cent, for so many days; the last step has no end, and 0 days."""

    share_pct: int
    days: int = 0


class Design(msgspec.Struct, frozen=True):
    """`smallest` effect worth knowing and outcomes: a share of one, or minor units of `currency`. `limits` are of GUARDS, as
    is `margins`: by what share more of its debtors than the champion the challenger may do that harm. None of those that
    were set up before there were margins.
    """

    outcome: str
    days: int
    smallest: float
    ramp: tuple[Step, ...]
    limits: dict[str, float]
    currency: str = "USD"
    margins: dict[str, float] = {}

    @property
    def is_money(self) -> bool:
        return self.outcome == "collected"


@dataclass(frozen=True)
class Event:
    """`by` is a member of staff, or parley for what stopped by itself."""

    kind: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class Experiment:
    """Champion and challenger by id and by the hash of their content. `tuned` and `told` are of the sizing before it."""

    id: str
    name: str
    champion_id: str
    champion_hash: str
    challenger_id: str
    challenger_hash: str
    salt: str
    design: Design
    tuned: float
    told: str
    author: str
    proposed_at: datetime
    events: tuple[Event, ...]

    @property
    def state(self) -> State:
        return {"proposed": State.PROPOSED, "withdrawn": State.WITHDRAWN, "rejected": State.REJECTED,
                "started": State.RUNNING, "stopped": State.STOPPED}[self.events[-1].kind]  # fmt: skip

    @property
    def started_at(self) -> datetime | None:
        return self._when("started")

    @property
    def stopped_at(self) -> datetime | None:
        return self._when("stopped")

    def _when(self, kind: str) -> datetime | None:
        return next((event.at for event in self.events if event.kind == kind), None)


class ExperimentRefused(ParleyError):
    """A step that cannot be taken now; the text says why."""


class NoSuchExperiment(ExperimentRefused):
    def __init__(self, experiment_id: str) -> None:
        super().__init__(f'there is no experiment "{experiment_id}"')


class OwnReview(ExperimentRefused):
    """Nobody starts what they set up themselves."""

    def __init__(self, experiment: Experiment) -> None:
        super().__init__(f'"{experiment.name}" was set up by {experiment.author}: a second manager has to start it')


class NotInState(ExperimentRefused):
    def __init__(self, experiment: Experiment, step: str) -> None:
        super().__init__(
            f'"{experiment.name}" is {experiment.state.value}: it cannot be {step}. '
            "What runs is not changed; it is stopped, and another one is set up and reviewed"
        )


class AnotherRuns(ExperimentRefused):
    """One at a time: two would change the same offers."""

    def __init__(self, running: Experiment) -> None:
        super().__init__(f'"{running.name}" runs; stop it first')


class ChampionMoved(ExperimentRefused):
    """What is in force, or the challenger, is no longer what was set up."""

    def __init__(self, experiment: Experiment, what: str) -> None:
        super().__init__(f'"{experiment.name}" cannot run: {what}. Set it up again')


def problems(design: Design) -> list[Problem]:
    """All that is wrong with it, in the reader's words."""
    found = []
    if design.outcome not in OUTCOMES:
        found.append(Problem("Outcome", "one of the list", design.outcome))
    if not 7 <= design.days <= LONGEST_DAYS:
        found.append(Problem("Days", f"7 to {LONGEST_DAYS} days", str(design.days)))
    if not design.smallest > 0 or (not design.is_money and design.smallest > 0.5):
        found.append(Problem("Smallest difference", "more than nothing, and at most 50 points", f"{design.smallest:g}"))
    return [*found, *_of_ramp(design), *_of_limits(design)]


def _of_ramp(design: Design) -> list[Problem]:
    shares = [step.share_pct for step in design.ramp]
    if not shares or not all(1 <= share <= 50 for share in shares) or shares != sorted(set(shares)):
        told = ", ".join(f"{share} %" for share in shares) or "none"
        return [Problem("Ramp", "shares from 1 to 50 %, each larger than the one before", told)]
    if not all(1 <= step.days <= 60 for step in design.ramp[:-1]):
        return [Problem("Ramp", "1 to 60 days for each step but the last", "another number")]
    return []


def _of_limits(design: Design) -> list[Problem]:
    found = []
    if set(design.limits) != set(GUARDS) or not all(0.001 <= one <= 0.9 for one in design.limits.values()):
        found.append(Problem("Guardrails", "a limit of 0.1 to 90 % for each", "another number, or none"))
    if set(design.margins) != set(GUARDS) or not all(0.001 <= one <= 0.5 for one in design.margins.values()):
        found.append(Problem("Margins", "0.1 to 50 points more than the champion for each", "another number, or none"))
    return found
