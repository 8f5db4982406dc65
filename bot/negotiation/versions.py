"""How a policy becomes law of the house: draft, simulated, submitted, approved by somebody else, live, retired.

Another wording is another version, so an approval cannot outlive what it approved. Publishing fails when something
else went live since the draft was begun; rolling back is one step.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.core import Problem, Problems, Session, lock, new_id
from bot.core import record as record_fact
from bot.negotiation import check, golden, live, store
from bot.negotiation import policy as policies
from bot.negotiation.simulate import Report
from bot.negotiation.terms import Policy
from bot.negotiation.version_log import (
    BaseMoved,
    NothingBefore,
    OwnApproval,
    State,
    Step,
    Version,
    append,
    expect,
    version,
)

GOLDEN = Path(__file__).parents[2] / "tests" / "policy_cases"
FRESH = timedelta(days=7)
"""A simulation older than this says nothing about the cases of today."""


def draft(session: Session, content: bytes, by: str, now: datetime) -> Version:
    """A new draft from a policy file, based on the version last in line. Raises Problems for malformed cells."""
    return _insert(session, policies.load(content), _last(session, now), by, now)


def revise(session: Session, version_id: str, content: bytes, by: str, now: datetime) -> Version:
    """Another wording of a version that is not published; whatever was said about the old wording ends.

    It is begun from the version last in line, as a draft is. Raises NotInState, or Problems for malformed cells.
    """
    old = version(session, version_id, now)
    expect(old, "revised", State.DRAFT, State.SUBMITTED, State.APPROVED, State.REJECTED, State.WITHDRAWN)
    new = _insert(session, policies.load(content), _last(session, now), by, now)
    append(session, old.id, Step.REPLACED, by, now, note=new.id)
    return new


def simulated(session: Session, version_id: str, report: Report, by: str, now: datetime) -> Version:
    """Binds a report to a draft. Raises NotInState, BaseMoved, or Problems when it is not clean or about others."""
    found = version(session, version_id, now)
    expect(found, "simulated", State.DRAFT)
    last = version(session, _last(session, now), now)
    if found.base != last.id:
        raise BaseMoved(found, last)
    problems = [Problem("simulation", f"no {name}", str(count)) for name, count in report.safety.violations.items()]
    base = _hash(session, found.base)
    for side, wanted, got in (("draft", found.hash, report.honesty.draft), ("base", base, report.honesty.base)):
        if wanted != got:
            problems.append(Problem("simulation", f"a report whose {side} is {wanted[:12]}", got[:12]))
    if problems:
        raise Problems(problems)
    return append(session, found.id, Step.SIMULATED, by, now, note=report.sha)


def submit(
    session: Session,
    version_id: str,
    by: str,
    now: datetime,
    situations: Sequence[golden.Situation] | None = None,
    note: str = "",
) -> Version:
    """For a second manager to look at. Raises NotInState, or Problems with all that stands in the way.

    That is every problem of the policy, every golden case that it fails (`situations`, or those in
    tests/policy_cases), and a simulation that is missing or older than `FRESH`.
    """
    found = version(session, version_id, now)
    expect(found, "submitted", State.DRAFT)
    problems: list[Problem] = [*check.problems(found.policy)]
    # A table that is wrong fails cases for that reason; say the cause, not its hundred effects.
    if not problems:
        problems += _red(found.policy, golden_cases() if situations is None else situations)
    problems += _unsimulated(found, now)
    if problems:
        raise Problems(problems)
    return append(session, found.id, Step.SUBMITTED, by, now, note=note)


def approve(session: Session, version_id: str, by: str, now: datetime, note: str = "") -> Version:
    """Raises OwnApproval or NotInState."""
    return _decided(session, version_id, Step.APPROVED, by, now, note)


def reject(session: Session, version_id: str, by: str, now: datetime, note: str) -> Version:
    """Raises OwnApproval or NotInState."""
    return _decided(session, version_id, Step.REJECTED, by, now, note)


def publish(
    session: Session, version_id: str, by: str, now: datetime, effective_from: datetime | None = None
) -> Version:
    """In force from `effective_from` on, or at once. Raises NotInState, BaseMoved or Problems.

    Agreements stay as they are, and offers stay good until they expire.
    """
    lock(session, "policy")  # of two at the same moment, the second sees the first
    record_fact(session, "PolicyPublishing", subject=version_id, data={}, now=now, actor=by)
    found, start = version(session, version_id, now), effective_from or now
    expect(found, "published", State.APPROVED)
    last = version(session, _last(session, now), now)
    if found.base != last.id:
        raise BaseMoved(found, last)
    earliest = max(now, last.effective_from or now)
    problems: list[Problem] = [*check.problems(found.policy)]
    if start < earliest:
        problems.append(
            Problem("effective from", f"no earlier than {earliest:%Y-%m-%d %H:%M} UTC", f"{start:%Y-%m-%d %H:%M}")
        )
    if problems:
        raise Problems(problems)
    if last.effective_from is None:
        append(session, last.id, Step.LIVE, by, now, effective_from=now, note="as shipped")
    return append(session, found.id, Step.LIVE, by, now, effective_from=start)


def roll_back(session: Session, by: str, now: datetime, note: str) -> Version:
    """Puts the version that was in force before back in force, at once, and drops what was scheduled.

    Needs no approval. Raises NothingBefore.
    """
    lock(session, "policy")
    record_fact(session, "PolicyRollingBack", subject="policy", data={}, now=now, actor=by)
    order = _lives(session)
    past = [row.version_id for row in order if row.effective_from <= now]
    before = next((one for one in reversed(past) if one != past[-1]), None)
    if before is None:
        raise NothingBefore
    for row in order[len(past) :]:
        append(session, row.version_id, Step.WITHDRAWN, by, now, note=note)
    return append(session, before, Step.LIVE, by, now, effective_from=now, note=note)


def withdraw(session: Session, version_id: str, by: str, now: datetime, note: str) -> Version:
    """Takes back what is scheduled and not yet in force. Raises NotInState."""
    expect(version(session, version_id, now), "withdrawn", State.SCHEDULED)
    return append(session, version_id, Step.WITHDRAWN, by, now, note=note)


@lru_cache(maxsize=1)
def golden_cases() -> tuple[golden.Situation, ...]:
    """All situations in tests/policy_cases. Raises Problems with those that cannot be read."""
    files = sorted(GOLDEN.glob("*.yaml"))
    return tuple(one for file in files for one in golden.read(file.read_text(encoding="utf-8"), file.name))


def _red(policy: Policy, situations: Sequence[golden.Situation]) -> list[Problem]:
    outcomes = (golden.run(situation, policy) for situation in situations)
    return [
        Problem(f'golden case "{one.it}", {different.where}', different.expected, different.got)
        for one in outcomes
        for different in one.differences
    ]


def _unsimulated(found: Version, now: datetime) -> list[Problem]:
    when = [event.at for event in found.events if event.step is Step.SIMULATED]
    if when and now - when[-1] <= FRESH:
        return []
    got = f"one of {when[-1].date()}" if when else "none"
    return [Problem("simulation", f"a clean one of the last {FRESH.days} days", got)]


def _insert(session: Session, policy: Policy, base: str | None, by: str, now: datetime) -> Version:
    version_id = new_id("pol")
    values = {
        "id": version_id, "content": policies.dump(policy).decode(), "hash": policies.version(policy),
        "base_version": base, "author": by, "created_at": now,
    }  # fmt: skip
    session.execute(store.policy_versions.insert().values(**values))
    data = {"hash": values["hash"], "base": base}
    record_fact(session, "PolicyDrafted", subject=version_id, data=data, now=now, actor=by)
    return version(session, version_id, now)


def _decided(session: Session, version_id: str, step: Step, by: str, now: datetime, note: str) -> Version:
    found = version(session, version_id, now)
    expect(found, step.value, State.SUBMITTED)
    if by.strip().casefold() == found.author.strip().casefold():
        raise OwnApproval(found)
    return append(session, found.id, step, by, now, note=note)


def _last(session: Session, now: datetime) -> str:
    """The version that is last in line, in force or scheduled."""
    return live.in_force(session, None) or live.keep_shipped(session, now)


def _hash(session: Session, version_id: str | None) -> str:
    return policies.version(live.shipped() if version_id is None else live.content(session, version_id))


def _lives(session: Session) -> list[Any]:
    """What was published and not withdrawn, in the order in which it takes effect."""
    events = store.policy_events
    query = sa.select(events).where(*live.went_live())
    return list(session.execute(query.order_by(events.c.effective_from, events.c.number)))
