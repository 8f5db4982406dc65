"""From ready to sent: whatever dies in between, nothing is sent twice and nothing is forgotten."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import contact, core
from bot.contact.store import outbox
from tests.contact.outbox_kit import World, claimed_by

pytestmark = pytest.mark.postgres


@pytest.fixture
def world(engine: Engine, now: datetime) -> World:
    return World(engine, now)


def test_what_is_queued_is_sent_once(world: World) -> None:
    first = world.queue("a")
    world.work()
    world.work()
    assert (world.state(first), world.provider.took) == ("sent", [first])


def test_messages_of_one_conversation_leave_in_order(world: World) -> None:
    ids = [world.queue(key) for key in "abcde"]
    world.work()
    assert world.provider.took == ids


def test_two_workers_never_send_the_same_message(world: World) -> None:
    ids = {world.queue(f"k{n}", f"+1555010{n:04}") for n in range(30)}
    workers = [threading.Thread(target=world.work, args=(f"w{n}",)) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(world.provider.took) == sorted(ids)


def test_a_busy_provider_is_tried_again_later_and_not_at_once(world: World) -> None:
    message = world.queue("a")
    world.provider.fails = [contact.TryLater("429")]
    world.work()
    assert (world.state(message), world.provider.took) == ("ready", [])
    world.pass_time(5)
    world.work()
    assert world.state(message) == "sent"


def test_a_provider_that_is_always_busy_is_given_up_and_the_next_message_goes(world: World) -> None:
    first, second = world.queue("a"), world.queue("b")
    world.provider.fails = [contact.TryLater("429")] * contact.outbox.MAX_ATTEMPTS
    for _ in range(contact.outbox.MAX_ATTEMPTS):
        world.work()
        world.pass_time(400)
    world.work()
    assert (world.state(first), world.state(second)) == ("dead", "sent")


def test_a_number_that_opted_out_at_the_provider_is_opted_out_here(world: World) -> None:
    message = world.queue("a")
    world.provider.fails = [contact.Undeliverable("Twilio 21610", opted_out=True)]
    world.work()
    assert world.state(message) == "dead"
    with core.reading(world.engine) as session:
        assert contact.opted_out_since(session, "sms", "+15550100001") is not None


@pytest.mark.parametrize("taken", [True, False])
def test_after_a_broken_call_the_provider_is_asked_before_anything_is_sent_again(world: World, taken: bool) -> None:
    message = world.queue("a")
    world.provider.fails, world.provider.takes_before_failing = [contact.Uncertain("read timeout")], taken
    world.work()
    assert world.state(message) == "uncertain", "its list cannot be trusted yet"
    world.pass_time(61)
    world.work()
    world.work()
    assert world.state(message) == "sent"
    assert world.provider.took == [message], "once, whoever sent it"


def test_a_worker_that_died_before_the_call_loses_its_claim(world: World) -> None:
    message = world.queue("a")
    claimed_by(world, "dead")
    world.work()
    assert world.provider.took == []
    world.pass_time(31)
    world.work()
    assert world.provider.took == [message]
    with core.transaction(world.engine) as session:
        assert contact.outbox.begin_sending(session, message, "dead", world.now) is None


@pytest.mark.parametrize("taken", [True, False])
def test_a_worker_that_died_during_the_call_leaves_a_question_and_not_a_repeat(world: World, taken: bool) -> None:
    message = world.queue("a")
    claimed_by(world, "dead", sending=True)
    if taken:
        world.provider.took.append(message)
    for _ in range(4):  # the lease runs out; then its list can be trusted; then it is sent if need be
        world.work()
        world.pass_time(61)
    assert world.state(message) == "sent"
    assert world.provider.took == [message]


def test_status_callbacks_in_any_order_never_go_back(world: World) -> None:
    message = world.queue("a")
    world.work()
    with core.transaction(world.engine) as session:
        sid = contact.outbox.get(session, message).provider_id
        assert sid is not None
        for status in ("delivered", "sent", "queued"):
            contact.outbox.record_delivery(session, sid, status, "", world.now)
        contact.outbox.record_delivery(session, "SMunknown", "delivered", "", world.now)
        row = session.execute(sa.select(outbox.c.delivery).where(outbox.c.id == message)).scalar_one()
    assert row == "delivered"
