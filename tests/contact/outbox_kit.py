"""A small provider at the port, and a world in which time passes and clocks are moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

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
    provider: str = "twilio"
    list_fails: list[Exception] = field(default_factory=list)
    asked: int = 0

    def send(self, message: contact.OutboxMessage, may_begin: Callable[[], bool] = lambda: True) -> str:
        if not may_begin():
            raise contact.TooLate
        if self.fails:
            failure = self.fails.pop(0)
            if self.takes_before_failing:
                self.took.append(message.id)
            raise failure
        self.took.append(message.id)
        return f"SM{next(self.ids)}"

    def find(self, message: contact.OutboxMessage, are_ours: object) -> str | None:
        self.asked += 1
        if self.list_fails:
            raise self.list_fails.pop(0)
        return f"SMfound{message.id}" if message.id in self.took else None


class WallClock(Clock):
    """Shows what somebody set it to."""

    shows: list[datetime] = []

    def now(self) -> datetime:
        return self.shows[-1]


class World:
    def __init__(self, engine: Engine, now: datetime) -> None:
        self.engine, self.provider = engine, Provider()
        self.settings = replace(Settings.load({}), clock=WallClock())
        WallClock.shows = [now]
        self.postmen: dict[str, delivery.Postman] = {}
        self.passed = 0.0

    def queue(self, key: str, address: str = "+15550100001") -> str:
        with core.transaction(self.engine) as session:
            talk = contact.open_conversation(session, "sms", address, self.now)
            contact.send(session, talk, [HELLO], contact.Sending(key, reply_to="in_1"), self.now)
            return str(session.execute(sa.select(outbox.c.id).where(outbox.c.dedup_key == f"{key}:0")).scalar_one())

    @property
    def now(self) -> datetime:
        return self.settings.clock.now()

    def pass_time(self, seconds: float) -> None:
        self.set_clock(seconds)
        self.passed += seconds

    def set_clock(self, seconds: float) -> None:
        """Somebody moves the hands of the clock; no time passes."""
        WallClock.shows.append(self.now + timedelta(seconds=seconds))

    def postman(self, worker: str) -> delivery.Postman:
        if worker not in self.postmen:
            senders = {"sms": self.provider}
            self.postmen[worker] = delivery.Postman(
                self.engine, senders, self.settings, worker, ticks=lambda: self.passed
            )
        return self.postmen[worker]

    def work(self, worker: str = "w1") -> None:
        postman = self.postman(worker)
        while postman.deliver():
            pass
        postman.settle()
        postman.bury()

    def state(self, message_id: str) -> str:
        with core.reading(self.engine) as session:
            return contact.outbox.get(session, message_id).state


def claimed_by(world: World, worker: str, *, sending: bool = False) -> None:
    """As far as that worker came before it died or froze."""
    with core.transaction(world.engine) as session:
        [message] = contact.outbox.claim_due(session, worker, world.now)
        if sending:
            assert contact.outbox.begin_sending(session, message, worker, world.now) is not None
