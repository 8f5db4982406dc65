"""A policy that is approved and not in force, an experiment with it, and people of either version."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy.engine import Engine

from bot import core, experiments, negotiation
from bot.experiments import Arm, Design, Experiment, Size, Step
from bot.negotiation import version_log
from tests.agreements.kit import World, make_world

LIMITS = {"opted_out": 0.05, "disputed": 0.05, "complained": 0.05, "broken": 0.3}
MARGINS = {"opted_out": 0.03, "disputed": 0.03, "complained": 0.03, "broken": 0.05}
DESIGN = Design("agreed", 14, 0.1, (Step(25, 7), Step(50)), LIMITS, margins=MARGINS)
SIZE = Size(weekly=100.0, known=50, mean=0.3, debtors=500, weeks=7, in_limit=0.1, tuned=10.0)
GRACE = 9
"""Days of grace that only the challenger gives."""


def approved(engine: Engine, now: datetime, name: str = "Nine days of grace") -> str:
    """Its id."""
    with core.transaction(engine) as session:
        content = json.loads(negotiation.dump_policy(negotiation.live_policy(session, now)))
        content["name"] = name
        for row in content["rows"]:
            row["terms"]["grace_days"] = GRACE
        found = negotiation.draft(session, json.dumps(content).encode(), "ann", now)
        for step in (version_log.Step.SUBMITTED, version_log.Step.APPROVED):
            version_log.append(session, found.id, step, "ben", now)
    return found.id


def proposed(engine: Engine, now: datetime, design: Design = DESIGN, challenger: str = "") -> Experiment:
    """Set up by mia."""
    challenger = challenger or approved(engine, now)
    with core.transaction(engine) as session:
        return negotiation.challenging.propose(
            session,
            "More grace",
            challenger,
            design,
            SIZE,
            told="It takes about 7 weeks.",
            by="mia",
            why="To know",
            now=now,
        )


def started(engine: Engine, now: datetime, design: Design = DESIGN) -> Experiment:
    """By max."""
    found = proposed(engine, now, design)
    with core.transaction(engine) as session:
        return negotiation.challenging.start(session, found.id, "max", now)


def someone_of(engine: Engine, now: datetime, found: Experiment, arm: Arm, share: int = 25, first: int = 1) -> World:
    """Somebody new, whom chance gives this version at this share."""
    for person in range(first, first + 60):
        world = make_world(engine, now, person=person, bills=("600.00", "400.00"))
        if experiments.arm_at(found.salt, world.who.party_id, share) is arm:
            return world
    raise AssertionError("of sixty people none")


def grace_of(world: World, offer_id: str) -> int:
    [row] = world.rows(negotiation.store.offers.select().where(negotiation.store.offers.c.id == offer_id))
    return int(json.loads(row.record)["decision"]["limits"]["upkeep"]["grace_days"])


def later(now: datetime, **delta: float) -> datetime:
    return now + timedelta(**delta)
