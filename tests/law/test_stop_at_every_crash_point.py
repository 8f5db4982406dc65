"""A STOP that comes after a message was queued stops it, wherever a worker died with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta

import pytest

from bot import contact, core, delivery
from bot.contact import HoldKind, OutboxMessage, Say, outbox, store
from tests.law.kit import MARIA, World

NEWS = Say("utter_contact_picture", "Something new is here.", audience="anyone", tag="reminder")


class Counting:
    """A provider that takes everything and has none of what it is asked about."""

    provider, settle = "counting", timedelta(0)

    def __init__(self) -> None:
        self.sent: list[str] = []

    def send(self, message: OutboxMessage, may_begin: Callable[[], bool]) -> str:
        if not may_begin():
            raise contact.TooLate
        self.sent.append(message.text)
        return f"provider-{len(self.sent)}"

    def find(self, message: OutboxMessage, are_ours: Callable[[Collection[str]], Collection[str]]) -> str | None:
        return None


def _nothing(world: World, message_id: str) -> None:
    """It only waits."""


def _died_with_a_claim(world: World, message_id: str) -> None:
    with core.transaction(world.database) as session:
        assert outbox.claim_due(session, "wrk_dead", world.clock.now())


def _died_before_the_call(world: World, message_id: str) -> None:
    _died_with_a_claim(world, message_id)
    with core.transaction(world.database) as session:
        assert outbox.begin_sending(session, message_id, "wrk_dead", world.clock.now())


def _cut_off(world: World, message_id: str) -> None:
    _died_before_the_call(world, message_id)
    with core.transaction(world.database) as session:
        assert outbox.mark_uncertain(session, message_id, "wrk_dead", "cut off")


def _provider_away(world: World, message_id: str) -> None:
    _died_before_the_call(world, message_id)
    with core.transaction(world.database) as session:
        assert outbox.wait_for_provider(session, message_id, "wrk_dead", "away")


CRASHES = [_nothing, _died_with_a_claim, _died_before_the_call, _cut_off, _provider_away]


@pytest.mark.parametrize("crash", CRASHES)
@pytest.mark.parametrize("change", ["STOP", "hold", "none"])
def test_TC_04_a_stop_between_claim_and_send_stops_it_wherever_the_worker_died(
    crash: Callable[[World, str], None], change: str
) -> None:
    world = World("sms", "+15550100001")
    world.says(MARIA)
    with core.transaction(world.database) as session:
        session.execute(store.outbox.update().values(state="sent"))
    world.tries_to_send(NEWS)
    message_id = world.rows()[-1].id
    crash(world, message_id)
    world.clock.move(timedelta(seconds=5))
    with core.transaction(world.database) as session:
        now = world.clock.now()
        if change == "STOP":
            contact.opt_out(session, "sms", "+15550100001", source="word", now=now)
        elif change == "hold":
            party = contact.parties_at(session, "sms", "+15550100001")[0]
            contact.place_hold(session, party_id=party, kind=HoldKind.BANKRUPTCY, reason="", now=now)
    assert ("Something new is here." in "".join(_works(world))) is (change == "none")


def _works(world: World) -> list[str]:
    """A new worker takes over and does all that there is to do; what the provider got."""
    provider, clock = Counting(), [0.0]
    postman = delivery.Postman(
        world.database, {"sms": provider}, world.chat.settings, "wrk_new", ticks=lambda: clock[0]
    )
    for _ in range(6):
        postman.deliver()
        postman.settle()
        clock[0] += 1_000
    return provider.sent
