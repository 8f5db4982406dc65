"""The worker's look at the experiment that runs: what is read of it, and whether it stops by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.engine import Engine

from bot import experiments, negotiation
from bot.core import Session, Settings, alone, reading, transaction
from bot.insight import outcomes
from bot.insight.days import day_of

OFTEN = timedelta(minutes=10)
NAMES = {"opted_out": "opt-outs", "disputed": "disputes", "complained": "complaints", "broken": "broken plans"}


def watch(engine: Engine, settings: Settings) -> int:
    """Reads it every ten minutes, and stops it where it must not go on. 1 when it did something.

    It is read in a snapshot and written in one short transaction.
    """
    now = settings.clock.now()
    with alone(engine, "insight", "experiment") as is_mine:
        if not is_mine:
            return 0
        with reading(engine) as session:
            running = experiments.running(session)
            if running is None or not _is_due(session, running, now):
                return 0
            found = look(session, running, now)
        with transaction(engine) as session:
            experiments.write(session, running.id, day_of(now, settings.time_zone).on, found)
            _stop(session, running, found, now)
    return 1


def look(session: Session, experiment: experiments.Experiment, now: datetime) -> experiments.Reading:
    """What can be read of it now; writes nothing."""
    everybody, design = outcomes.exposed(session, experiment.id), experiment.design
    what = outcomes.happened(session, experiment.started_at or now, experiment.id, design.currency)
    over = [one for one in everybody if one.at + timedelta(days=design.days) <= now]
    seen = [experiments.Seen(one.challenger, one.share, outcomes.outcome(one, what, design)) for one in over]
    beside = {name: outcomes.beside(name, margin, everybody, what, now) for name, margin in design.margins.items()}
    guards = [outcomes.guard(name, limit, everybody, what, beside.get(name)) for name, limit in design.limits.items()]
    assigned = [(one.challenger, one.share) for one in everybody]
    return experiments.read(assigned, seen, guards, experiment.tuned, now)


def _is_due(session: Session, running: experiments.Experiment, now: datetime) -> bool:
    last = experiments.last_at(session, running.id)
    return last is None or not timedelta() <= now - last < OFTEN


def _stop(session: Session, watched: experiments.Experiment, found: experiments.Reading, now: datetime) -> None:
    moved = negotiation.challenging.moved_since(session, watched, now)
    why = "; ".join([*filter(None, [moved]), *map(_harm, found.crossed)])
    running = experiments.running(session)
    if why and running is not None and running.id == watched.id:
        experiments.stop(session, running.id, experiments.BY_ITSELF, now, why)


def _harm(guard: experiments.Guard) -> str:
    told = (
        f"guardrail {NAMES[guard.name]}: {guard.harmed} of {guard.of} with the challenger, "
        f"{guard.champion_harmed} of {guard.champion_of} with the champion; "
    )
    if guard.is_over or guard.beside is None:
        return f"{told}the limit was {guard.limit:.1%}".replace("%", " %")
    beside = guard.beside
    return (
        f"{told}within {beside.days} days it is {beside.at_least * 100:.1f} points more of all its debtors at least, "
        f"the margin was {beside.margin * 100:.1f}"
    )
