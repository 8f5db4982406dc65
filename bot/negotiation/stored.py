"""What is stored, as a simulation wants it: every open case of now, and what came of the offers that were made.

The facts of a case are those that a negotiation would see; only counter-offers begin anew.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from bot import accounts, contact
from bot.core import Money, Session
from bot.negotiation import agreed, store
from bot.negotiation.forecast import Logged
from bot.negotiation.model import Case, Kind, Proposal
from bot.negotiation.replaying import Account


def stored_cases(session: Session, now: datetime) -> tuple[list[Account], list[Logged]]:
    """Each open debt with its facts of today and the proposals made on it; and the log of offers.

    The groups are for the fairness part of the report only; no decision sees them.
    """
    known = _everything(session, now)
    return [_account(debt, known, now) for debt in accounts.known_open_debts(session)], _log(session)


@dataclass(frozen=True)
class _Known:
    """What is read once for all: people, holds by person, what was said and where by debt, hardships, agreements."""

    people: dict[str, accounts.Party]
    holds: dict[str, list[contact.Hold]]
    proposals: dict[str, list[Proposal]]
    channels: dict[str, contact.Channel]
    in_hardship: frozenset[str]
    agreed: dict[str, dict[str, Any]]


def _everything(session: Session, now: datetime) -> _Known:
    holds: dict[str, list[contact.Hold]] = defaultdict(list)
    for hold in contact.every_active_hold(session, now):
        if hold.party_id is not None:
            holds[hold.party_id].append(hold)
    proposals, channels = _negotiated(session)
    return _Known(
        people=accounts.known_people(session),
        holds=holds,
        proposals=proposals,
        channels=channels,
        in_hardship=frozenset(session.execute(agreed.in_hardship(now)).scalars()),
        agreed=agreed.facts_of_all(session, now),
    )


def _account(debt: accounts.Debt, known: _Known, now: datetime) -> Account:
    party = known.people[debt.party_id]
    today = party.today(now)
    case = Case(
        balance=debt.rest,
        days_past_due=accounts.days_past_due(debt, today),
        today=today,
        product=debt.product,
        jurisdiction=debt.jurisdiction,
        client=debt.client,
        hardship=debt.party_id in known.in_hardship,
        held=any(hold.stops(debt.id) for hold in known.holds.get(debt.party_id, ())),
        **known.agreed.get(debt.id, {}),
    )
    groups = {"language": party.language, "state": party.state}
    if debt.id in known.channels:
        groups["channel"] = known.channels[debt.id]
    return Account(debt.id, case, tuple(known.proposals.get(debt.id, ())), groups)


def _negotiated(session: Session) -> tuple[dict[str, list[Proposal]], dict[str, contact.Channel]]:
    """What was proposed on each debt, oldest first; and the channel of the last conversation with an offer on it."""
    proposals: dict[str, list[Proposal]] = defaultdict(list)
    talks: dict[str, str] = {}
    columns = (store.offers.c.debt_id, store.offers.c.proposal, store.offers.c.conversation_id)
    for debt_id, proposal, talk in session.execute(sa.select(*columns).order_by(store.offers.c.made_at)):
        talks[debt_id] = talk
        if proposal:
            proposals[debt_id].append(msgspec.convert(proposal, Proposal))
    channels = contact.glance.channels(session) if talks else {}
    return proposals, {debt_id: channels[talk] for debt_id, talk in talks.items()}


def _log(session: Session) -> list[Logged]:
    ends = {row.agreement_id: row.how for row in session.execute(sa.select(store.agreement_ends))}
    yeses = {row.offer_id: row for row in session.execute(sa.select(store.agreements))}
    entries = accounts.known_histories(session, {row.debt_id for row in yeses.values()}) if yeses else {}
    columns = (store.offers.c.id, store.offers.c.debt_id, store.offers.c.kind, store.offers.c.made_as)
    return [
        Logged(
            account=row.debt_id,
            kind=Kind(row.kind),
            how=row.made_as,
            agreed=row.id in yeses,
            parts_paid=_parts_paid(yeses[row.id], entries[row.debt_id]) if row.id in yeses else 0,
            broken=row.id in yeses and ends.get(yeses[row.id].id) == "broken",
        )
        for row in session.execute(sa.select(*columns).order_by(store.offers.c.made_at))
    ]


def _parts_paid(agreement: sa.engine.Row, entries: Iterable[accounts.Entry]) -> int:
    """How many parts of its schedule payments since then have covered."""
    paid = agreed.paid_after(
        entries, agreement.after_entry, agreed.began(agreement.agreed_at), Money.zero(agreement.currency)
    )
    covered = 0
    for part in agreement.schedule:
        paid = paid - Money(part["minor"], agreement.currency)
        if paid.minor < 0:
            break
        covered += 1
    return covered
