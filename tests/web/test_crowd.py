"""Somebody opens one chat after the other and asks for a person in each: they fill one case, not the queue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from bot import contact, core, handoff, identity
from bot.core import Settings
from bot.handoff import Reason
from bot.web import desk_view

pytestmark = pytest.mark.postgres

HERE, ELSEWHERE = "198.51.100.7", "198.51.101.7"


class World:
    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine, self.settings, self.made = engine, settings, 0

    def ask(
        self, reason: Reason = Reason.ASKED, host: str | None = HERE, party: str | None = None, ago: int = 0
    ) -> handoff.Case:
        """A chat of its own that asks for a person."""
        self.made += 1
        now = self.settings.clock.now() - timedelta(minutes=ago)
        with core.transaction(self.engine) as session:
            talk = contact.open_conversation(session, "web", f"visitor-{self.made}", now)
            if host is not None:
                contact.note_network(session, talk, identity.network(host, self.settings.secret_key))
            if party is not None:
                contact.mark_verified(session, talk.id, party, now + timedelta(minutes=15), now)
            return handoff.open_case(session, contact.conversation(session, talk.id), reason, {}, now)

    def queue(self) -> list[handoff.Case]:
        with core.reading(self.engine) as session:
            return list(handoff.waiting(session))


@pytest.fixture
def world(engine: Engine, settings: Settings) -> World:
    return World(engine, settings)


def test_sixty_chats_of_strangers_are_five_cases(world: World) -> None:
    cases = [world.ask(ago=1) for _ in range(60)]
    assert len(world.queue()) == 5
    assert {case.joined_to for case in cases} == {None, cases[0].id}
    with core.reading(world.engine) as session:
        row = desk_view.row(session, cases[0], world.settings.clock.now(), "en")
    assert len(row.joined) == 55


@pytest.mark.parametrize("reason", [Reason.CRISIS, Reason.THREAT, Reason.ABUSE])
def test_whoever_may_be_in_danger_is_a_case_of_their_own(world: World, reason: Reason) -> None:
    for _ in range(8):
        world.ask()
    assert [world.ask(reason).joined_to for _ in range(20)] == [None] * 20
    assert len(world.queue()) == 5 + 20


def test_a_chat_that_joined_and_turns_out_to_be_a_crisis_leaves(world: World) -> None:
    for _ in range(6):
        last = world.ask()
    assert last.joined_to is not None
    with core.transaction(world.engine) as session:
        talk = contact.conversation(session, last.conversation_id)
        raised = handoff.open_case(session, talk, Reason.CRISIS, {}, world.settings.clock.now())
    assert raised.joined_to is None
    assert world.queue()[0].id == last.id


def test_people_we_know_phones_and_other_networks_are_cases_of_their_own(world: World) -> None:
    for _ in range(8):
        world.ask()
    assert world.ask(host=ELSEWHERE).joined_to is None
    assert world.ask(host=None).joined_to is None
    assert world.ask(party="par_maria").joined_to is None


@pytest.mark.parametrize(("ago", "joins"), [(59, True), (61, False)])
def test_only_what_came_within_an_hour_is_joined(world: World, ago: int, joins: bool) -> None:
    for _ in range(5):
        world.ask(ago=ago)
    assert (world.ask().joined_to is not None) is joins


def test_the_assistant_is_silent_in_those_who_joined_and_comes_back_to_all_of_them(world: World) -> None:
    cases = [world.ask() for _ in range(7)]
    with core.transaction(world.engine) as session:
        owners = [contact.conversation(session, case.conversation_id).owner for case in cases]
        handoff.hand_back(session, cases[0].id, by="agent:1", code=handoff.Code.ANSWERED, settings=world.settings)
        after = [contact.conversation(session, case.conversation_id).owner for case in cases]
    assert owners == [contact.QUEUE] * 7
    assert [owner == contact.BOT for owner in after] == [True, False, False, False, False, True, True]
