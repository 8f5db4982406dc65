"""Offers as use cases: load the facts, decide, save what was offered with its reasons.

An offer is saved before it is said, with the record of facts and decision, so that it can be replayed for ever.
Nothing that was offered under the policy version in force gets worse.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from bot import accounts, contact, experiments
from bot.core import Money, Session, new_id
from bot.core import record as record_fact
from bot.identity import Verified
from bot.negotiation import agreed, live, plans, settlements, store
from bot.negotiation import offers as rules
from bot.negotiation import policy as policies
from bot.negotiation.agreed import YEAR
from bot.negotiation.agreements import DebtOnHold, OfferExpired
from bot.negotiation.holding import Holding, holding
from bot.negotiation.model import Accepted, Answer, Case, Countered, FinalOffer, Kind, Offer, Proposal

_COUNTERS = ("countered", "final")
_ROUND = timedelta(days=7)
"""Counter-offers of this long ago belong to another negotiation."""
_MADE_AS: dict[type[object], str] = {Accepted: "accepted", Countered: "countered", FinalOffer: "final"}


@dataclass(frozen=True)
class Made:
    """An offer as it was saved."""

    id: str
    debt_id: str
    offer: Offer


@dataclass(frozen=True)
class _Past:
    """An offer of the last twelve months."""

    made: Made
    made_as: str
    version: str
    at: datetime
    proposal: Mapping[str, Any] | None = None
    """What they had named, as it was stored."""


@dataclass(frozen=True)
class Talk:
    """One negotiation: who, about what, the facts, and what policy says of them."""

    session: Session
    who: Verified
    debt_id: str
    now: datetime
    case: Case
    holding: Holding
    decision: policies.Decision
    past: tuple[_Past, ...]
    since: datetime
    """When it began: something that was agreed closes the one before it."""

    @property
    def history(self) -> tuple[Offer, ...]:
        """What was offered under the policy version that holds for them, oldest first."""
        return tuple(past.made.offer for past in self.past if past.version == self.decision.version)


def case_for(session: Session, who: Verified, debt_id: str, now: datetime, today: date) -> Case:
    """The facts of one debt as the policy sees them; nothing that could stand for a protected class."""
    return _open(session, who, debt_id, now, today).case


def options(session: Session, who: Verified, debt_id: str, now: datetime, today: date) -> tuple[Made, ...]:
    """All that they qualify for now, in the policy's order; each is saved, the same one only once a day."""
    talk = begin(session, who, debt_id, now, today)
    found = rules.options(talk.case, talk.decision, talk.history)
    known = {past.made.offer: past.made for past in talk.past if past.made_as == "listed" and past.at > talk.since}
    return tuple(known.get(one) or save(talk, one, "listed") for one in found)


def respond(
    session: Session, who: Verified, debt_id: str, proposal: Proposal, now: datetime, today: date
) -> tuple[Answer, Made | None]:
    """What we say to their figures, and the saved offer when there is one in it."""
    talk = begin(session, who, debt_id, now, today)
    answer = rules.respond(proposal, talk.case, talk.decision, talk.history)
    if not isinstance(answer, (Accepted, Countered, FinalOffer)):
        return answer, None
    reason = None if isinstance(answer, Accepted) else answer.reason.value
    return answer, save(talk, answer.offer, _MADE_AS[type(answer)], proposal, reason)


def least_payment(
    session: Session, who: Verified, debt_id: str, proposal: Proposal, now: datetime, today: date
) -> Money:
    """The smallest payment of a plan in their rhythm and from their day, and no more than one that was offered and still
    stands; nothing where there can be no plan.
    """
    talk = bargaining(session, who, debt_id, now, today)
    smallest = plans.longest(proposal, talk.case, talk.decision, talk.history)
    return (smallest.regular if smallest else None) or Money.zero(talk.case.balance.currency)


def least_settlement(
    session: Session, who: Verified, debt_id: str, proposal: Proposal, now: datetime, today: date
) -> Money:
    """The smallest total that would close this debt in their way. Stays in this room."""
    talk = bargaining(session, who, debt_id, now, today)
    return settlements.least(proposal, talk.case, talk.decision)


def least_token(session: Session, who: Verified, debt_id: str, now: datetime, today: date) -> Money | None:
    """The smallest payment that is taken for a while from somebody in hardship; None where that is not to be had."""
    talk = bargaining(session, who, debt_id, now, today)
    if not talk.case.in_care or Kind.TOKEN not in talk.decision.limits.offers:
        return None
    return min(talk.decision.limits.relief.token_payment, talk.case.balance)


def closing_for(
    session: Session, who: Verified, debt_id: str, figure: Money, now: datetime, today: date
) -> Offer | None:
    """The offer to close it at once for this figure (or for this and some cents) that still stands, if there is one."""
    standing = standing_closings(session, who, debt_id, now, today)
    return next((one for one in standing if _is_called(one.total, figure)), None)


def standing(session: Session, who: Verified, debt_id: str, now: datetime, today: date) -> tuple[Made, ...]:
    """The counter-offers of this negotiation that can still be taken, the newest first; all that we said is kept."""
    return tuple(one.made for one in _standing(session, who, debt_id, now, today) if one.made_as in _COUNTERS)


def payments_offered(session: Session, debt_id: str, wish: Proposal, now: datetime) -> list[Money]:
    """Of the plans in the rhythm of `wish` that were offered in this negotiation, whether or not they can be taken."""
    past, since = _past(session, debt_id, now)
    found = [one.made.offer for one in past if one.at > since and one.made.offer.frequency in (wish.frequency, None)]
    return [one.regular for one in found if one.regular is not None]


def was_offered(
    session: Session, who: Verified, debt_id: str, each: Money, wish: Proposal, now: datetime, today: date
) -> bool:
    """Whether a plan of this payment in the rhythm of `wish` was offered in this negotiation and can still be taken."""
    found = (one.made.offer for one in _standing(session, who, debt_id, now, today))
    return any(one.regular == each and one.frequency in (wish.frequency, None) for one in found)


def standing_closings(session: Session, who: Verified, debt_id: str, now: datetime, today: date) -> tuple[Offer, ...]:
    """The offers of this negotiation to close it at once that can still be taken, the newest first."""
    found = _standing(session, who, debt_id, now, today)
    return tuple(one.made.offer for one in found if one.made.offer.kind is Kind.SETTLEMENT)


def _standing(session: Session, who: Verified, debt_id: str, now: datetime, today: date) -> list[_Past]:
    past, since = _past(session, debt_id, now)
    if not past:
        return []
    in_force = policies.version(holding(session, who.party_id, now, begun=_begun(past, since, now)).policy)
    open_ones = [one for one in reversed(past) if one.at > since and one.made.offer.expires >= today]
    return [one for one in open_ones if one.version == in_force]


def times_offered(session: Session, who: Verified, made: Made, now: datetime, today: date) -> int:
    """How often in this negotiation these sums of ours, with nothing due in the same time, have answered what was too
    little, this time too.
    """
    past, begun = _past(session, made.debt_id, now)
    since, sums = max(begun, now - _ROUND), _sums(made.offer)
    return sum(one.made_as in _COUNTERS and one.at > since and _sums(one.made.offer) == sums for one in past)


def _sums(one: Offer) -> tuple[object, ...]:
    return (one.nothing_due, *(part.amount for part in one.schedule))


def _is_called(total: Money, figure: Money) -> bool:
    """563 is $563.41 to most people."""
    return total == figure or figure.minor % 100 == 0 and total.minor // 100 == figure.minor // 100


def offer(session: Session, who: Verified, offer_id: str) -> Made:
    """One that was made to them. Raises OfferExpired when none was."""
    row = store.offer_row(session, who.party_id, offer_id)
    if row is None:
        raise OfferExpired
    return _made_of(row)


def offers_made(session: Session, who: Verified, offer_ids: Collection[str]) -> dict[str, Made]:
    """Those of these ids that were made to them, by id."""
    rows = store.offer_rows(session, who.party_id, offer_ids) if offer_ids else ()
    return {row.id: _made_of(row) for row in rows}


def note_hardship(session: Session, who: Verified, message_id: str, now: datetime) -> None:
    """They told of a hardship: for half a year they are offered care instead of the payment ladder."""
    values = {"id": new_id("har"), "party_id": who.party_id, "message_id": message_id, "told_at": now}
    session.execute(store.hardships.insert().values(**values))
    record_fact(session, "HardshipTold", subject=who.party_id, data={"message": message_id}, now=now, actor="debtor")


def _open(session: Session, who: Verified, debt_id: str, now: datetime, today: date) -> Talk:
    past, since = _past(session, debt_id, now)
    rounds = sum(one.made_as in _COUNTERS and one.at > max(since, now - _ROUND) for one in past)
    case = _case(session, who, debt_id, now, today)
    case = replace(case, counters_made=rounds)
    held = holding(session, who.party_id, now, begun=_begun(past, since, now), in_care=case.in_care)
    return Talk(session, who, debt_id, now, case, held, policies.decide(case, held.policy), past, since)


def _begun(past: tuple[_Past, ...], since: datetime, now: datetime) -> str | None:
    """The version of a negotiation that runs."""
    newest = past[-1] if past else None
    return newest.version if newest is not None and newest.at > max(since, now - _ROUND) else None


def begin(session: Session, who: Verified, debt_id: str, now: datetime, today: date) -> Talk:
    """A negotiation that is about to offer: who is in an experiment is written down first, whatever comes of it."""
    talk = bargaining(session, who, debt_id, now, today)
    exposure = talk.holding.exposure
    if exposure is None or not exposure.is_new or experiments.expose(session, who.party_id, exposure, now):
        return talk
    return bargaining(session, who, debt_id, now, today)


def bargaining(session: Session, who: Verified, debt_id: str, now: datetime, today: date) -> Talk:
    talk = _open(session, who, debt_id, now, today)
    if talk.case.held or contact.switches.is_off(session, contact.switches.OFFERS):
        raise DebtOnHold
    return talk


def _case(session: Session, who: Verified, debt_id: str, now: datetime, today: date) -> Case:
    facts = accounts.case_facts(session, who, debt_id, now, today)
    return Case(
        balance=facts.balance,
        days_past_due=facts.days_past_due,
        today=today,
        product=facts.product,
        jurisdiction=facts.jurisdiction,
        client=facts.client,
        hardship=_hardship(session, who.party_id, now),
        held=facts.closed or agreed.is_on_hold(session, who.party_id, debt_id, now),
        open_until=_open_until(session, debt_id, today),
        **agreed.facts_of(session, debt_id, now),
    )


def _open_until(session: Session, debt_id: str, today: date) -> date | None:
    """The last day of a validation period that runs: a deadline before it would undercut the right to dispute."""
    end = accounts.validation_ends(session, debt_id)
    return end if end is not None and today <= end else None


def _past(session: Session, debt_id: str, now: datetime) -> tuple[tuple[_Past, ...], datetime]:
    """Oldest first; and when something was agreed last, which closes the negotiation before it."""
    last_yes = sa.select(sa.func.max(store.agreements.c.agreed_at)).where(store.agreements.c.debt_id == debt_id)
    query = (
        sa.select(store.offers, last_yes.scalar_subquery().label("last_yes"))
        .where(store.offers.c.debt_id == debt_id, store.offers.c.made_at > now - YEAR)
        .order_by(store.offers.c.made_at, store.offers.c.id)
    )
    rows = session.execute(query).all()
    past = tuple(_Past(_made_of(row), row.made_as, row.policy_version, row.made_at, row.proposal) for row in rows)
    return past, (rows[0].last_yes if rows else None) or now - YEAR


def _hardship(session: Session, party_id: str, now: datetime) -> bool:
    theirs = agreed.in_hardship(now).where(store.hardships.c.party_id == party_id)
    return session.execute(theirs.limit(1)).first() is not None


def save(
    talk: Talk, made: Offer, made_as: str, proposal: Proposal | None = None, reason: str | None = None,
    *, by: str = "parley",
) -> Made:  # fmt: skip
    """With the record of facts and decision. `by` is who made it, as facts name them."""
    offer_id, decision, exposure = new_id("off"), talk.decision, talk.holding.exposure
    live.keep_shipped(talk.session, talk.now)
    values = {
        "id": offer_id, "party_id": talk.who.party_id, "debt_id": talk.debt_id,
        "conversation_id": talk.who.conversation_id, "kind": made.kind.value, "made_as": made_as,
        "offer": msgspec.to_builtins(made), "record": policies.record(talk.case, decision).decode(),
        "proposal": msgspec.to_builtins(proposal) if proposal else None, "policy_version": decision.version,
        "experiment_id": exposure.experiment_id if exposure else None,
        "propensity_pct": exposure.propensity_pct if exposure else None, "row": decision.row, "reason": reason, "expires": made.expires, "made_at": talk.now,
    }  # fmt: skip
    talk.session.execute(store.offers.insert().values(**values))
    data = {"offer": offer_id, "kind": made.kind.value, "as": made_as, "row": decision.row, "version": decision.version}
    if exposure:
        data |= {"experiment": exposure.experiment_id, "propensity_pct": str(exposure.propensity_pct)}
    record_fact(talk.session, "OfferMade", subject=talk.debt_id, data=data, now=talk.now, actor=by)
    return Made(offer_id, talk.debt_id, made)


def _made_of(row: Any) -> Made:
    return Made(row.id, row.debt_id, msgspec.convert(row.offer, Offer))
