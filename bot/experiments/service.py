"""The life of an experiment: set up, started by a second manager, stopped by one. What runs cannot be changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from bot.core import Problems, Session, lock, new_id
from bot.core import record as record_fact
from bot.experiments import store
from bot.experiments.model import (
    AnotherRuns,
    Design,
    Event,
    Experiment,
    NoSuchExperiment,
    NotInState,
    OwnReview,
    State,
    problems,
)
from bot.experiments.sizing import Size

BY_ITSELF = "parley"
_FACTS = {"proposed": "ExperimentProposed", "withdrawn": "ExperimentWithdrawn", "rejected": "ExperimentRejected",
          "started": "ExperimentStarted", "stopped": "ExperimentStopped"}  # fmt: skip
_KNOWN: dict[str, Experiment] = {}
_MOST_KNOWN = 16


def propose(
    session: Session, name: str, versions: tuple[tuple[str, str], tuple[str, str]], design: Design, size: Size, *,
    told: str, by: str, why: str, now: datetime,
) -> Experiment:  # fmt: skip
    """For a second manager to look at. `versions`: champion and challenger, each id and hash. Raises Problems."""
    wrong = problems(design)
    if wrong:
        raise Problems(wrong)
    (champion_id, champion_hash), (challenger_id, challenger_hash) = versions
    values = {
        "id": new_id("exp"), "name": name, "champion_id": champion_id, "champion_hash": champion_hash,
        "challenger_id": challenger_id, "challenger_hash": challenger_hash, "salt": new_id("slt"),
        "design": msgspec.json.encode(design).decode(), "tuned": size.tuned, "told": told, "author": by,
        "proposed_at": now,
    }  # fmt: skip
    session.execute(store.experiments.insert().values(**values))
    data = {
        "challenger": challenger_hash,
        "champion": champion_hash,
        "design": msgspec.to_builtins(design),
        "told": told,
    }
    return _append(session, str(values["id"]), "proposed", by, now, why, data)


def withdraw(session: Session, experiment_id: str, by: str, now: datetime, why: str) -> Experiment:
    """Before it is started. Raises NotInState."""
    _expect(experiment(session, experiment_id), "withdrawn", State.PROPOSED)
    return _append(session, experiment_id, "withdrawn", by, now, why)


def reject(session: Session, experiment_id: str, by: str, now: datetime, why: str) -> Experiment:
    """Raises OwnReview or NotInState."""
    found = _expect(experiment(session, experiment_id), "sent back", State.PROPOSED)
    _second(found, by)
    return _append(session, experiment_id, "rejected", by, now, why)


def start(session: Session, experiment_id: str, by: str, now: datetime, note: str = "") -> Experiment:
    """By somebody else than who set it up. Raises OwnReview, NotInState or AnotherRuns."""
    lock(session, "experiments")  # of two at the same moment, the second sees the first
    record_fact(session, "ExperimentStarting", subject=experiment_id, data={}, now=now, actor=by)
    found = _expect(experiment(session, experiment_id), "started", State.PROPOSED)
    _second(found, by)
    other = running(session)
    if other is not None:
        raise AnotherRuns(other)
    return _append(session, experiment_id, "started", by, now, note)


def stop(session: Session, experiment_id: str, by: str, now: datetime, why: str) -> Experiment:
    """Everybody gets the champion from the next offer on. Raises NotInState."""
    lock(session, "experiments")
    _expect(experiment(session, experiment_id), "stopped", State.RUNNING)
    return _append(session, experiment_id, "stopped", by, now, why)


def experiment(session: Session, experiment_id: str) -> Experiment:
    """Raises NoSuchExperiment."""
    row = session.execute(sa.select(store.experiments).where(store.experiments.c.id == experiment_id)).first()
    if row is None:
        raise NoSuchExperiment(experiment_id)
    return _experiment(session, row)


def experiments(session: Session, limit: int = 50) -> tuple[Experiment, ...]:
    """The newest first."""
    table = store.experiments
    rows = session.execute(sa.select(table).order_by(table.c.proposed_at.desc(), table.c.id.desc()).limit(limit)).all()
    return tuple(_experiment(session, row) for row in rows)


def running_id() -> Any:
    """A query for the id of the one that runs."""
    begun, over = store.events, store.events.alias()
    stopped = sa.exists().where(sa.and_(over.c.experiment_id == begun.c.experiment_id, over.c.kind == "stopped"))
    return sa.select(begun.c.experiment_id).where(begun.c.kind == "started", ~stopped.correlate(begun))


def running(session: Session) -> Experiment | None:
    found = session.execute(running_id().limit(1)).scalar()
    return experiment(session, found) if found is not None else None


def known(session: Session, experiment_id: str) -> Experiment:
    """One that was started, as it was then: its design never changes, so it is read once a process."""
    found = _KNOWN.get(experiment_id)
    if found is None:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        found = _KNOWN[experiment_id] = experiment(session, experiment_id)
    return found


def _second(found: Experiment, by: str) -> None:
    if by.strip().casefold() == found.author.strip().casefold():
        raise OwnReview(found)


def _expect(found: Experiment, step: str, state: State) -> Experiment:
    if found.state is not state:
        raise NotInState(found, step)
    return found


def _append(
    session: Session,
    experiment_id: str,
    kind: str,
    by: str,
    now: datetime,
    note: str,
    data: dict[str, Any] | None = None,
) -> Experiment:
    values = {"experiment_id": experiment_id, "kind": kind, "by": by, "at": now, "note": note}
    session.execute(store.events.insert().values(**values))
    record_fact(session, _FACTS[kind], subject=experiment_id, data={"note": note, **(data or {})}, now=now, actor=by)
    return experiment(session, experiment_id)


def _experiment(session: Session, row: Any) -> Experiment:
    query = sa.select(store.events).where(store.events.c.experiment_id == row.id).order_by(store.events.c.number)
    happened = tuple(Event(one.kind, one.by, one.at, one.note) for one in session.execute(query))
    return Experiment(
        row.id, row.name, row.champion_id, row.champion_hash, row.challenger_id, row.challenger_hash, row.salt,
        msgspec.json.decode(row.design, type=Design), row.tuned, row.told, row.author, row.proposed_at, happened,
    )  # fmt: skip
