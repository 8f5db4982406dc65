"""Why an offer is what it is, for the desks: the row that won, why others did not, what was asked and what told.

Everything comes from what was stored with the offer; nothing is decided anew but to check that it still would be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from bot.core import Session
from bot.negotiation import agreed, approval, granting, live, oversight, store
from bot.negotiation import policy as policies
from bot.negotiation.limits import Limits
from bot.negotiation.model import Case, Offer, Proposal
from bot.negotiation.policy import PassedOver
from bot.negotiation.terms import Policy


@dataclass(frozen=True)
class Explanation:
    """One offer and all that led to it. For staff: `limits` holds the floor, which no debtor may see.

    `made_as` is listed, accepted, countered, final or by_hand; `reason` the one limit that was told. `policy_name` and
    `replays` are None when the version is not kept here; `replays` says that it decides the same again, to the
    byte. `breaches` is empty, or there is a bug.
    """

    offer_id: str
    debt_id: str
    offer: Offer
    made_at: datetime
    made_as: str
    proposal: Proposal | None
    reason: str | None
    row: str
    passed_over: tuple[PassedOver, ...]
    caps: tuple[str, ...]
    version: str
    policy_name: str | None
    replays: bool | None
    case: Case
    limits: Limits
    breaches: tuple[str, ...]
    agreement_id: str | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """In words, for a panel: first the row that won, then each that did not."""
        capped = tuple(f"the law changed a limit: {cap}" for cap in self.caps)
        return (f'"{self.row}" fits', *(str(one) for one in self.passed_over), *capped)


def explain(session: Session, offer_id: str) -> Explanation:
    """An offer that is known to exist."""
    row = session.execute(sa.select(store.offers).where(store.offers.c.id == offer_id)).one()
    return _explained(session, row)


def explained(session: Session, debt_id: str, limit: int = 50) -> tuple[Explanation, ...]:
    """The offers made on a debt, the newest first."""
    newest = sa.select(store.offers).where(store.offers.c.debt_id == debt_id).order_by(store.offers.c.made_at.desc())
    return tuple(_explained(session, row) for row in session.execute(newest.limit(limit)).all())


def _explained(session: Session, row: Any) -> Explanation:
    stored = agreed.recorded(row.record)
    offer = msgspec.convert(row.offer, Offer)
    policy = live.by_hash(session, row.policy_version)
    became = agreed.agreed_to(session, row.id)
    return Explanation(
        offer_id=row.id,
        debt_id=row.debt_id,
        offer=offer,
        made_at=row.made_at,
        made_as=row.made_as,
        proposal=_proposal(row.proposal),
        reason=row.reason,
        row=stored.decision.row,
        passed_over=stored.decision.passed_over,
        caps=stored.decision.caps,
        version=row.policy_version,
        policy_name=policy.name if policy is not None else None,
        replays=policies.replay(row.record.encode(), policy) if policy is not None else None,
        case=stored.case,
        limits=stored.decision.limits,
        breaches=_breaches(session, row, offer, stored, policy),
        agreement_id=became.id if became is not None else None,
    )


def _breaches(
    session: Session, row: Any, offer: Offer, stored: agreed.Recorded, policy: Policy | None
) -> tuple[str, ...]:
    """None where a person made it within what the tiers of that policy let somebody grant."""
    found = oversight.breaches(offer, stored.case, stored.decision, _before(session, row))
    if row.made_as != granting.BY_HAND or policy is None:
        return found
    return () if approval.role_for(offer, stored.case, stored.decision, policy) is not None else found


def _before(session: Session, row: Any) -> tuple[Offer, ...]:
    """What was offered on this debt before, under the same version."""
    offers = store.offers.c
    earlier = sa.and_(offers.debt_id == row.debt_id, offers.policy_version == row.policy_version)
    query = sa.select(offers.offer).where(earlier, offers.made_at < row.made_at).order_by(offers.made_at)
    return tuple(msgspec.convert(one, Offer) for one in session.execute(query).scalars())


def _proposal(stored: Mapping[str, object] | None) -> Proposal | None:
    return msgspec.convert(stored, Proposal) if stored else None
