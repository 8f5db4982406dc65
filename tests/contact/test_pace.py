"""Thousands of messages wait: what order they go in, how fast, and that each person reads theirs as it was written."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import contact, core, delivery
from bot.channels.pace import Pace
from bot.contact.store import outbox
from bot.core import Problems, Settings
from tests.contact.outbox_kit import HELLO, World

pytestmark = pytest.mark.postgres
KINDS = {"reminder": 2, "receipt": 1, "reply": 0}


@pytest.fixture
def world(engine: Engine, now: datetime) -> World:
    return World(engine, now)


def fill(world: World, people: int, each: str) -> dict[str, int]:
    """Everybody gets this kind, the oldest first: urgency by message."""
    how = {
        "reply": {"reply_to": "in_1"},
        "receipt": {"reply_to": None, "answers_at": world.now},
        "reminder": {"reply_to": None},
    }
    found: dict[str, int] = {}
    with core.transaction(world.engine) as session:
        for number in range(people):
            talk = contact.open_conversation(session, "sms", f"+1555{KINDS[each]}{number:06d}", world.now)
            key = f"{each}:{number}"
            contact.send(session, talk, [HELLO], contact.Sending(key, reply_to="in_1"), world.now)
            here = outbox.c.dedup_key == f"{key}:0"
            session.execute(outbox.update().where(here).values(**how[each]))
            found[str(session.execute(sa.select(outbox.c.id).where(here)).scalar_one())] = KINDS[each]
    return found


def drain(world: World, rounds: int = 1000, at_once: int = delivery.AT_ONCE) -> list[str]:
    """Takes what is due, as a worker does, and calls it sent; what the door would say is another test's matter."""
    took: list[str] = []
    for _ in range(rounds):
        with core.transaction(world.engine) as session:
            claimed = contact.outbox.claim_due(session, "w1", world.now, at_once)
            for one in claimed:
                contact.outbox.begin_sending(session, one, "w1", world.now)
                contact.outbox.mark_sent(session, one, "w1", f"SM{one}", world.now)
        if not claimed:
            break
        took += claimed
    return took


def test_answers_go_before_receipts_and_receipts_before_what_we_start(world: World) -> None:
    queued = {**fill(world, 20, "reminder"), **fill(world, 20, "receipt"), **fill(world, 20, "reply")}
    assert [queued[one] for one in drain(world)] == [0] * 20 + [1] * 20 + [2] * 20


def test_what_stands_before_an_answer_to_the_same_person_goes_with_it_and_first(world: World) -> None:
    fill(world, 50, "reminder")
    with core.transaction(world.engine) as session:
        talk = contact.open_conversation(session, "sms", "+15552000049", world.now)  # the last in the queue
        contact.send(session, talk, [HELLO], contact.Sending("answer", reply_to="in_1"), world.now)
        theirs = sa.select(outbox.c.id).where(outbox.c.conversation_id == talk.id).order_by(outbox.c.number)
        before, answer = session.execute(theirs).scalars()
    took = drain(world, rounds=2)
    assert took[0] == before and answer in took[8:]  # one at a time for each person


def test_a_channel_gets_no_more_than_its_second_holds(world: World) -> None:
    fill(world, 60, "reply")
    pace = Pace({"sms": 10.0}, lambda: world.passed)
    postman = delivery.Postman(
        world.engine, {"sms": world.provider}, world.settings, "w1", ticks=lambda: world.passed, pace=pace
    )
    sent = []
    for _ in range(40):
        while postman.deliver():
            pass
        sent.append(len(world.provider.took))
        world.pass_time(0.1)
    assert sent[0] == 2 and sent[10] == 12 and sent[-1] == 41
    assert all(later - earlier <= 12 for earlier, later in zip(sent, sent[10:]))


@pytest.mark.parametrize("given", ["sms", "sms=0", "fax=1", "sms=fast", "sms=-1"])
def test_a_wrong_pace_is_refused(given: str) -> None:
    with pytest.raises(Problems, match="PARLEY_PACE"):
        Settings.load({"PARLEY_PACE": given})


def test_an_answer_that_comes_behind_two_hundred_goes_in_the_next_round(world: World) -> None:
    _late_answer(world, reminders=150, receipts=50)


@pytest.mark.soak
def test_an_answer_that_comes_behind_two_thousand_goes_in_the_next_round(world: World) -> None:
    began = time.monotonic()
    _late_answer(world, reminders=1500, receipts=500)
    assert time.monotonic() - began < 240


def _late_answer(world: World, *, reminders: int, receipts: int) -> None:
    queued = {**fill(world, reminders, "reminder"), **fill(world, receipts, "receipt")}
    took = drain(world, rounds=2)
    answer = world.queue("late", "+15559990000")
    took += drain(world, rounds=1)
    assert took[16] == answer
    took += drain(world)
    took.remove(answer)
    assert len(took) == len(set(took)) == reminders + receipts
    assert [queued[one] for one in took] == [1] * receipts + [2] * reminders
