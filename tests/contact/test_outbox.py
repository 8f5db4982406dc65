"""From ready to sent: whatever dies in between, nothing is sent twice and nothing is forgotten."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import contact, core, delivery
from bot.contact.store import outbox
from bot.core import Clock, Settings

HELLO = contact.Say("utter_dialogue_thanks", "Hello.", audience="anyone", tag="handoff", discloses=("automated",))


@dataclass
class Provider:
    """A small provider at the port: takes messages, and fails as told. `took` is what it really has."""

    took: list[str] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    takes_before_failing: bool = False
    settle: timedelta = timedelta(seconds=60)
    ids: count = field(default_factory=lambda: count(1))

    def send(self, message: contact.OutboxMessage) -> str:
        if self.fails:
            failure = self.fails.pop(0)
            if self.takes_before_failing:
                self.took.append(message.id)
            raise failure
        self.took.append(message.id)
        return f"SM{next(self.ids)}"

    def find(self, message: contact.OutboxMessage) -> str | None:
        return f"SMfound{message.id}" if message.id in self.took else None


class World:
    def __init__(self, engine: Engine, now: datetime) -> None:
        self.engine, self.provider = engine, Provider()
        self.settings = replace(Settings.load({}), clock=Clock(fixed=now))

    def queue(self, key: str, address: str = "+15550100001") -> str:
        with core.transaction(self.engine) as session:
            talk = contact.open_conversation(session, "sms", address, self.now)
            contact.send(session, talk, [HELLO], contact.Sending(key, reply_to="in_1"), self.now)
            return str(session.execute(sa.select(outbox.c.id).where(outbox.c.dedup_key == f"{key}:0")).scalar_one())

    @property
    def now(self) -> datetime:
        return self.settings.clock.now()

    def pass_time(self, seconds: float) -> None:
        self.settings = replace(self.settings, clock=Clock(fixed=self.now + timedelta(seconds=seconds)))

    def work(self, worker: str = "w1") -> None:
        senders = {"sms": self.provider}
        while delivery.deliver(self.engine, senders, self.settings, worker):
            pass
        delivery.settle_uncertain(self.engine, senders, self.settings)

    def state(self, message_id: str) -> str:
        with core.reading(self.engine) as session:
            return contact.outbox.get(session, message_id).state


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
    with core.transaction(world.engine) as session:
        assert contact.outbox.claim_due(session, "dead", world.now) == [message]
    world.work()
    assert world.provider.took == []
    world.pass_time(61)
    world.work()
    assert world.provider.took == [message]
    with core.transaction(world.engine) as session:
        assert contact.outbox.begin_sending(session, message, "dead", world.now) is None


@pytest.mark.parametrize("taken", [True, False])
def test_a_worker_that_died_during_the_call_leaves_a_question_and_not_a_repeat(world: World, taken: bool) -> None:
    message = world.queue("a")
    with core.transaction(world.engine) as session:
        contact.outbox.claim_due(session, "dead", world.now)
        assert contact.outbox.begin_sending(session, message, "dead", world.now) is not None
    if taken:
        world.provider.took.append(message)
    world.pass_time(61)
    world.work()  # the lease is over: uncertain, and old enough to ask about
    world.work()
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
