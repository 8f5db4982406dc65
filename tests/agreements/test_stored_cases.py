"""What a simulation is given of the database."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.engine import Engine

from bot import contact, identity, negotiation
from bot.core import Session
from tests.agreements.kit import BORN, SECRET, ZIP, World, make_world

pytestmark = pytest.mark.postgres


def by_web(session: Session, now: datetime) -> identity.Verified:
    """The same person in the web chat, who says who they are by reference."""
    talk = contact.open_conversation(session, "web", "a-browser", now)
    answers = identity.Answers(BORN, ZIP, reference="ACC-0001-1000")
    outcome = identity.challenge(session, talk, answers, now=now, checks=identity.Checks.on("web", SECRET))
    assert isinstance(outcome, identity.Matched)
    return outcome.verified


def groups(world: World) -> list[str | None]:
    """The channel of each debt, in their order; None where it has none."""
    cases, _ = world.run(negotiation.stored_cases, world.now)
    found = {account.id: account.groups for account in cases}
    assert all(one["language"] == "en" and one["state"] == "GA" for one in found.values())
    return [found[debt_id].get("channel") for debt_id in world.debts]


def test_the_channel_is_that_of_the_last_conversation_with_an_offer_on_the_debt(engine: Engine, now: datetime) -> None:
    world = make_world(engine, now, bills=("600.00", "850.00"))
    assert groups(world) == [None, None]
    world.options()
    assert groups(world) == ["sms", None]
    world.later(minutes=5)
    world.who = world.run(by_web, world.now)
    world.options(world.debts[1])
    assert groups(world) == ["sms", "web"]
    world.later(days=2)
    world.options()
    assert groups(world) == ["web", "web"]
