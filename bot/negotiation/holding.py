"""Which version of the policy holds for a debtor: the one in force, or that of an experiment which they are in.

A negotiation that runs stays with the version that it was begun with. Somebody in care is never experimented with. When
an experiment stops, or anything else goes live, what is in force holds for everybody from the next offer on; what was
offered stands until it expires.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot import experiments
from bot.core import Session
from bot.negotiation import live
from bot.negotiation import policy as policies
from bot.negotiation.terms import Policy


@dataclass(frozen=True)
class Holding:
    """`exposure` is there when chance decided on the version."""

    policy: Policy
    exposure: experiments.Exposure | None = None


def holding(session: Session, party_id: str, now: datetime, *, begun: str | None, in_care: bool = False) -> Holding:
    """`begun` is the version (by hash) that a negotiation which runs was begun with. One statement, as without any
    experiment.
    """
    newest = live.newest(now).scalar_subquery().label("version_id")
    row = session.execute(sa.select(newest, *experiments.asked(party_id))).one()
    in_force = live.shipped() if row.version_id is None else live.content(session, row.version_id)
    if row.experiment_id is None:
        return Holding(in_force)
    experiment = experiments.known(session, row.experiment_id)
    is_outside = row.arm is None and (begun is not None or in_care)
    if experiment.champion_hash != policies.version(in_force) or is_outside:
        return Holding(in_force)
    exposure = experiments.exposure(experiment, party_id, row, now)
    if exposure.arm is experiments.Arm.CHAMPION:
        return Holding(in_force, exposure)
    if begun == experiment.champion_hash:
        return Holding(in_force)
    return Holding(live.content(session, experiment.challenger_id), exposure)
