"""What happened to each version of the policy, and where that leaves it. A version never changes; its steps add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from bot.core import ParleyError, Session
from bot.core import record as record_fact
from bot.negotiation import live, store
from bot.negotiation.terms import Policy


class Step(str, Enum):
    """What can happen to a version."""

    SIMULATED = "simulated"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    LIVE = "live"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class State(str, Enum):
    """Where a version stands, derived from its steps."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    REPLACED = "replaced"
    SCHEDULED = "scheduled"
    LIVE = "live"
    WITHDRAWN = "withdrawn"
    RETIRED = "retired"


@dataclass(frozen=True)
class Event:
    """`by` is a member of staff. `note` is a reason, or the hash of a simulation's report."""

    step: Step
    by: str
    at: datetime
    effective_from: datetime | None
    note: str


@dataclass(frozen=True)
class Version:
    """One version of the policy and what happened to it, oldest first. `base` is the version it was begun from."""

    id: str
    policy: Policy
    hash: str
    base: str | None
    author: str
    created_at: datetime
    state: State
    events: tuple[Event, ...]

    @property
    def name(self) -> str:
        return self.policy.name

    @property
    def effective_from(self) -> datetime | None:
        """Since when, or from when on; None when it was never published."""
        return next((event.effective_from for event in reversed(self.events) if event.step is Step.LIVE), None)


_A = {State.DRAFT: "a draft"}


class VersionRefused(ParleyError):
    """A step that cannot be taken now; the text says why."""


class NotInState(VersionRefused):
    """The step does not follow from where the version stands."""

    def __init__(self, version: Version, step: str, *expected: State) -> None:
        *others, last = (_A.get(state, state.value) for state in expected)
        wanted = f"{', '.join(others)} or {last}" if others else last
        stands = _A.get(version.state, version.state.value)
        super().__init__(f'"{version.name}" is {stands}: only what is {wanted} can be {step}')


class NoSuchVersion(VersionRefused):
    """No version has this id."""

    def __init__(self, version_id: str) -> None:
        super().__init__(f'there is no version "{version_id}"; `parley policy versions` lists them')


class OwnApproval(VersionRefused):
    """Nobody approves or rejects what they wrote themselves."""

    def __init__(self, version: Version) -> None:
        super().__init__(f'"{version.name}" was written by {version.author}: a second manager has to look at it')


class BaseMoved(VersionRefused):
    """Something else was published since the draft was begun: begin again from that."""

    def __init__(self, version: Version, current: Version) -> None:
        self.current = current
        super().__init__(
            f'"{current.name}" was published since "{version.name}" was begun. Look at `parley policy diff {version.id}`, '
            f"keep in your file what shall stay, and begin from it with `parley policy revise {version.id} FILE`"
        )


class NothingBefore(VersionRefused):
    """There is no version before the one in force."""

    def __init__(self) -> None:
        super().__init__("no version was in force before this one")


def version(session: Session, version_id: str, now: datetime) -> Version:
    """One version as it stands. Raises NoSuchVersion."""
    row = session.execute(sa.select(store.policy_versions).where(store.policy_versions.c.id == version_id)).first()
    if row is None:
        raise NoSuchVersion(version_id)
    return _version(session, row, now)


def versions(session: Session, now: datetime, limit: int = 50) -> tuple[Version, ...]:
    """The newest first."""
    newest = sa.select(store.policy_versions).order_by(
        store.policy_versions.c.created_at.desc(), store.policy_versions.c.id.desc()
    )
    return tuple(_version(session, row, now) for row in session.execute(newest.limit(limit)).all())


def append(
    session: Session,
    version_id: str,
    step: Step,
    by: str,
    now: datetime,
    *,
    note: str = "",
    effective_from: datetime | None = None,
) -> Version:
    """Writes down a step; whether it may be taken was asked before."""
    values = {
        "version_id": version_id, "kind": step.value, "by": by, "at": now, "effective_from": effective_from,
        "note": note,
    }  # fmt: skip
    session.execute(store.policy_events.insert().values(**values))
    data = {"note": note, "effective_from": effective_from.isoformat() if effective_from else None}
    record_fact(session, f"Policy{step.value.title()}", subject=version_id, data=data, now=now, actor=by)
    return version(session, version_id, now)


def expect(found: Version, step: str, *states: State) -> None:
    """`step` is what only a version in these states can be: "approved". Raises NotInState."""
    if found.state not in states:
        raise NotInState(found, step, *states)


def _version(session: Session, row: Any, now: datetime) -> Version:
    query = sa.select(store.policy_events).where(store.policy_events.c.version_id == row.id)
    events = tuple(
        Event(Step(one.kind), one.by, one.at, one.effective_from, one.note)
        for one in session.execute(query.order_by(store.policy_events.c.number))
    )
    in_force = live.in_force(session, now) or live.shipped_id()
    state = State.LIVE if in_force == row.id else _state(events, now)
    policy = live.content(session, row.id)
    return Version(row.id, policy, row.hash, row.base_version, row.author, row.created_at, state, events)


def _state(events: tuple[Event, ...], now: datetime) -> State:
    """Of a version that is not in force."""
    steps = [event for event in events if event.step is not Step.SIMULATED]
    if not steps:
        return State.DRAFT
    last = steps[-1]
    if last.step is Step.LIVE:
        return State.SCHEDULED if last.effective_from and last.effective_from > now else State.RETIRED
    return State(last.step.value)
