"""An approved version against the one in force: which may be tried, and that both are still what was set up.

The challenger was checked, simulated and approved like every version, and was begun from the champion.
"""

from __future__ import annotations

from datetime import datetime

from bot import experiments
from bot.core import Problem, Problems, Session
from bot.negotiation import live
from bot.negotiation import policy as policies
from bot.negotiation.version_log import State, Version, version, versions


def challengers(session: Session, now: datetime) -> tuple[Version, ...]:
    """Versions that are approved, not in force, and begun from what is."""
    champion = champion_id(session, now)
    return tuple(one for one in versions(session, now) if one.state is State.APPROVED and one.base == champion)


def champion_id(session: Session, now: datetime) -> str:
    return live.in_force(session, now) or live.shipped_id()


def propose(
    session: Session, name: str, challenger_id: str, design: experiments.Design, size: experiments.Size, *,
    told: str, by: str, why: str, now: datetime,
) -> experiments.Experiment:  # fmt: skip
    """Raises Problems."""
    found = next((one for one in challengers(session, now) if one.id == challenger_id), None)
    if found is None:
        raise Problems([Problem("Challenger", "an approved version that was begun from what is in force", "another")])
    champion = champion_id(session, now), policies.version(live.policy(session, now))
    both = champion, (found.id, found.hash)
    return experiments.propose(session, name, both, design, size, told=told, by=by, why=why, now=now)


def start(session: Session, experiment_id: str, by: str, now: datetime, note: str = "") -> experiments.Experiment:
    """Raises experiments.OwnReview, NotInState, AnotherRuns, or ChampionMoved."""
    found = experiments.experiment(session, experiment_id)
    moved = moved_since(session, found, now)
    if moved:
        raise experiments.ChampionMoved(found, moved)
    return experiments.start(session, experiment_id, by, now, note)


def moved_since(session: Session, found: experiments.Experiment, now: datetime) -> str:
    """Why champion and challenger are not what was set up; empty when they are."""
    if policies.version(live.policy(session, now)) != found.champion_hash:
        return "another version went live than the champion"
    if version(session, found.challenger_id, now).state is not State.APPROVED:
        return "the challenger is no longer approved"
    return ""
