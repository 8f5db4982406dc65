"""Two people with equal debts get equal offers, whatever else is different about them, their channel and their hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from bot import accounts, contact, core, identity, negotiation
from bot.core import Session
from bot.negotiation import live, store
from tests.agreements.kit import SECRET, usd
from tests.examples import many
from tests.negotiation.bargaining_kit import proposal_of

BILLS = ("73.10", "612.40", "1999.99", "3100.00")
AGES = (20, 95, 200, 400, 800)
Known = tuple[identity.Verified, str]

ONE: dict[str, Any] = {
    "given_name": "Emily", "family_name": "Abbott", "date_of_birth": datetime(1951, 2, 3).date(), "postcode": "75201",
    "time_zone": "America/Chicago", "language": "en", "customer": "C-one", "phone": "+15550107001",
}  # fmt: skip
OTHER: dict[str, Any] = {
    "given_name": "Guadalupe", "family_name": "Zúñiga", "date_of_birth": datetime(2004, 9, 30).date(),
    "postcode": "78577", "time_zone": "America/New_York", "language": "es", "customer": "Z-other",
    "phone": "+15550199999",
}  # fmt: skip


@pytest.fixture(scope="module")
def twins() -> Any:
    """Both with every bill of every age, on one database; (session, now, one, other)."""
    from bot.tables import ROOMS

    assert ROOMS
    engine: Engine = core.connect("sqlite://")
    core.metadata.create_all(engine)
    now = datetime.fromisoformat("2026-11-18T15:00:00+00:00")
    with engine.connect() as session, session.begin() as all_of_it:
        live.keep_shipped(session, now)
        yield session, now, placed(session, ONE, "sms", now), placed(session, OTHER, "web", now)
        all_of_it.rollback()


def placed(session: Session, words: dict[str, Any], channel: str, now: datetime) -> tuple[identity.Verified, list[str]]:
    person = accounts.Person(**{"state": "TX", **words})
    placements = []
    for number, (bill, age) in enumerate((bill, age) for bill in BILLS for age in AGES):
        late_since = now.date() - timedelta(days=age)
        account = accounts.Account(
            client="Northwind Energy", product="electricity", reference=f"{words['customer']}-{number:03}",
            opened_on=datetime(2020, 1, 1).date() + timedelta(days=number), itemisation_date=late_since,
            itemisation_kind=accounts.ItemisationKind.LAST_STATEMENT, due_since=late_since,
        )  # fmt: skip
        opening = accounts.Opening(accounts.EntryKind.PRINCIPAL, usd(bill), late_since - timedelta(days=30))
        placements.append(accounts.Placement(f"row {number}", person, account, (opening,)))
    accounts.place(session, placements, now=now, secret=SECRET)
    talk = contact.open_conversation(session, channel, words["phone"], now)
    given_facts = identity.Answers(words["date_of_birth"], words["postcode"], reference=f"{words['customer']}-000")
    outcome = identity.challenge(session, talk, given_facts, now=now, checks=identity.Checks.on(channel, SECRET))
    assert isinstance(outcome, identity.Matched)
    return outcome.verified, [debt.id for debt in accounts.open_debts(session, outcome.verified, now)]


@settings(max_examples=many(1_000), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**48))
def test_equal_debts_get_equal_offers_whoever_owes_them(twins: Any, seed: int) -> None:
    session, now, one, other = twins
    chance = Random(seed)
    place = chance.randrange(len(one[1]))
    proposals = [proposal_of(chance, now.date()) for _ in range(chance.choice((1, 1, 1, 2)))]
    menu = chance.random() < 0.15
    with session.begin_nested() as this_example:
        for who, debts in chance.choice(([one], [other], [], [], [])):
            bargain(session, who, debts[place - 1], [proposal_of(chance, now.date())], now)
        hours = chance.sample((-3, 0, 4, 7), 2)
        seen = [
            bargain(session, who, debts[place], proposals, now + timedelta(hours=hour), menu=menu)
            for (who, debts), hour in zip((one, other), hours, strict=True)
        ]
        this_example.rollback()
    assert seen[0] == seen[1]


def bargain(
    session: Session,
    who: identity.Verified,
    debt_id: str,
    proposals: list[negotiation.Proposal],
    now: datetime,
    *,
    menu: bool = False,
) -> list[object]:
    """All answers to these words, or the menu if asked, each with the facts and reasons that were saved with it.

    Ids are left out. Where no offer was saved, the facts are asked for.
    """
    today = datetime(2026, 11, 18).date()
    if menu:
        listed = negotiation.options(session, who, debt_id, now, today)
        return [[one.offer for one in listed], saved(session, [one.id for one in listed])]
    said = [
        negotiation.respond(session, who, debt_id, proposal, now + timedelta(minutes=number), today)
        for number, proposal in enumerate(proposals)
    ]
    kept = saved(session, [made.id for _, made in said if made is not None])
    facts = kept or negotiation.case_for(session, who, debt_id, now + timedelta(minutes=9), today)
    return [[answer for answer, _ in said], facts]


def saved(session: Session, offer_ids: list[str]) -> list[tuple[str, ...]]:
    """What was written down about these offers, but for whose and when."""
    table = store.offers
    query = sa.select(
        table.c.record, table.c.kind, table.c.made_as, table.c.row, table.c.reason, table.c.policy_version
    )
    return sorted(map(tuple, session.execute(query.where(table.c.id.in_(offer_ids)))), key=str)
