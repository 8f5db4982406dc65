"""Two missed parts never end a plan in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import contact, core, handoff, negotiation, plan_ends
from bot.core import Clock, Settings
from tests.agreements.kit import World

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def _settings(world: World) -> Settings:
    return replace(Settings.load({}), clock=Clock(fixed=world.now))


def _what_was_said(world: World) -> list[str]:
    with core.reading(world.engine) as session:
        lines = contact.said(session, world.conversation_id)
    return [name for line in lines for name in line.responses if name.startswith("utter_negotiation")]


@pytest.mark.parametrize(("verified", "said"), [(True, "ended_missed"), (False, "news")])
def test_whoever_missed_two_parts_is_told_once_and_a_person_looks(world: World, verified: bool, said: str) -> None:
    agreement = world.monthly(100)
    for day in ("2026-12-08", "2027-01-08", "2027-02-08"):
        world.at(day)
        negotiation.keep_agreements(world.engine, Clock(fixed=world.now))
        if world.run(negotiation.how_it_ended, agreement.id) is not None:
            break
    assert world.run(negotiation.how_it_ended, agreement.id) == "broken"
    with core.transaction(world.engine) as session:
        contact.receive(session, contact.Incoming("web", "x", "m", "hi"), world.now)
        if verified:
            until = world.now + timedelta(hours=1)
            contact.mark_verified(session, world.conversation_id, world.who.party_id, until, world.now)
        else:
            contact.clear_verified(session, world.conversation_id, world.now)
        talk = contact.conversation(session, world.conversation_id)
        contact.opt_in(session, talk.channel, talk.address, source="test", now=world.now)
    assert plan_ends.tell(world.engine, _settings(world)) == 1
    assert plan_ends.tell(world.engine, _settings(world)) == 0
    assert _what_was_said(world) == [f"utter_negotiation_{said}"]
    with core.reading(world.engine) as session:
        assert handoff.open_case_of(session, world.conversation_id) is not None
