"""Two workers, frozen workers, providers that are away, clocks that are moved: each fault that was seen, once."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY
from sqlalchemy.engine import Engine

from bot import contact, core, handoff, roles
from bot.contact.store import outbox
from tests.contact.outbox_kit import HELLO, World, claimed_by

pytestmark = pytest.mark.postgres


@pytest.fixture
def world(engine: Engine, now: datetime) -> World:
    return World(engine, now)


def test_a_link_that_was_sealed_under_another_key_is_not_sent_as_its_hash(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key was changed while the message waited: a person hears of it."""
    pay = replace(HELLO, text="Pay here: https://pay.example/p/pS9xkZ3Qe1_-AbCdEf0123")
    with core.transaction(world.engine) as session:
        talk = contact.open_conversation(session, "sms", "+15550100001", world.now)
        contact.send(session, talk, [pay], contact.Sending("a", reply_to="in_1"), world.now)
    monkeypatch.setenv("PARLEY_SECRET_KEY", "another " * 5)
    world.work()
    with core.reading(world.engine) as session:
        [row] = session.execute(sa.select(outbox.c.id, outbox.c.state, outbox.c.last_error))
    case = case_of(world, row.id)
    assert case is not None and case.reason == handoff.Reason.UNDELIVERED
    assert (row.state, world.provider.took) == ("dead", [])
    assert "PARLEY_SECRET_KEY" in row.last_error


def test_two_workers_settle_an_uncertain_message_once(world: World) -> None:
    """Each looked, neither found it, and both sent it: 2 of 48."""
    message = world.queue("a")
    world.provider.fails = [contact.Uncertain("read timeout")]
    world.work("w1")
    world.work("w2")
    world.pass_time(61)
    both = threading.Barrier(2, timeout=10)
    searching = world.provider.find

    def find_together(wanted: contact.OutboxMessage, are_ours: object) -> str | None:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(0.5)
        return searching(wanted, are_ours)

    world.provider.find = find_together  # type: ignore[method-assign]
    workers = [threading.Thread(target=world.work, args=(name,)) for name in ("w1", "w2")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    world.work("w1")
    assert (world.state(message), world.provider.took, world.provider.asked) == ("sent", [message], 1)


def test_a_worker_that_stood_still_for_longer_than_its_lease_sends_nothing(world: World) -> None:
    """It had written down that it sends, and was frozen before the call; another has sent it since."""
    message = world.queue("a")
    sending = world.provider.send

    def freeze(claimed: contact.OutboxMessage, may_begin: Callable[[], bool]) -> str:
        world.provider.send = sending  # type: ignore[method-assign]
        for _ in range(4):
            world.work("other")
            world.pass_time(61)
        assert world.provider.took == [message]
        return sending(claimed, may_begin)

    world.provider.send = freeze  # type: ignore[method-assign]
    world.postman("frozen").deliver()
    assert (world.state(message), world.provider.took) == ("sent", [message])


def test_a_late_answer_still_tells_that_it_was_sent(world: World) -> None:
    """The call took longer than the lease: whoever took the message over does not send it again."""
    message = world.queue("a")
    slow = world.postman("slow")
    sending = world.provider.send

    def slowly(wanted: contact.OutboxMessage, may_begin: Callable[[], bool]) -> str:
        taken = sending(wanted, may_begin)
        world.work("other")
        world.pass_time(31)
        world.work("other")
        assert world.state(message) == "uncertain"
        return taken

    world.provider.send = slowly  # type: ignore[method-assign]
    slow.deliver()
    world.pass_time(61)
    world.work("other")
    assert (world.state(message), world.provider.took) == ("sent", [message])


def test_what_another_worker_has_cannot_be_changed_from_outside(world: World) -> None:
    message = world.queue("a")
    claimed_by(world, "w1", sending=True)
    with core.transaction(world.engine) as session:
        box, it = contact.outbox, contact.outbox.get(session, message)
        assert not box.mark_uncertain(session, message, "w2", "?")
        assert not box.mark_dead(session, message, "w2", "?", world.now)
        assert not box.mark_dead(session, message, None, "?", world.now)
        assert not box.mark_blocked(session, message, "w2", ("PAR-X",), world.now)
        assert not box.wait_for_provider(session, message, "w2", "?")
        assert not box.send_again(session, it, "w1", world.now), "it was not being settled"
        assert not box.mark_sent(session, message, "w2", "SM9", world.now)
        assert box.claim_uncertain(session, message, "w2", world.now) is None
    assert world.state(message) == "sending"


def test_an_id_of_the_provider_belongs_to_one_message(world: World) -> None:
    first, second = world.queue("a"), world.queue("b", "+15550100002")
    with core.transaction(world.engine) as session:
        assert contact.outbox.mark_sent(session, first, None, "SM1", world.now)
        assert not contact.outbox.mark_sent(session, second, None, "SM1", world.now)
    with pytest.raises(sa.exc.IntegrityError), core.transaction(world.engine) as session:
        session.execute(outbox.update().where(outbox.c.id == second).values(provider_id="SM1"))


def test_the_report_of_the_provider_settles_a_message_by_our_own_key(world: World) -> None:
    message = world.queue("a")
    claimed_by(world, "dead", sending=True)
    with core.transaction(world.engine) as session:
        contact.outbox.record_delivery(session, "SM7", "delivered", "", world.now, message)
        contact.outbox.record_delivery(session, "SM7", "sent", "", world.now, message)
    for _ in range(4):
        world.work()
        world.pass_time(61)
    assert (world.state(message), world.provider.took, world.provider.asked) == ("sent", [], 0)


def test_a_provider_that_is_away_for_ten_minutes_costs_no_reply_and_keeps_the_order(world: World) -> None:
    ids = [world.queue(key) for key in "abc"]
    world.provider.fails = [contact.Away("Twilio 503")] * 1_000
    calls = 1_000
    for _ in range(60):
        world.work()
        world.pass_time(10)
    calls -= len(world.provider.fails)
    assert 15 <= calls <= 40, "it is asked now and then, not all the time"
    assert {world.state(message) for message in ids} == {"ready"}
    with core.reading(world.engine) as session:
        assert [(each.name, each.reason) for each in contact.circuit.open_ones(session)] == [
            ("twilio:send", "Twilio 503")
        ]
        assert contact.outbox.get(session, ids[0]).attempts == 0
    world.provider.fails = []
    for _ in range(3):
        world.pass_time(31)
        world.work()
    assert world.provider.took == ids
    with core.reading(world.engine) as session:
        assert contact.circuit.open_ones(session) == ()
        assert [f.kind for f in core.facts(session, subject="twilio:send")] == ["ProviderAway", "ProviderBack"]


def test_a_provider_that_does_not_say_what_it_did_for_an_hour_costs_no_reply_either(world: World) -> None:
    """A 500 is looked up each time, and was not there: that is no try of the message's own."""
    ids = [world.queue(key) for key in "abc"]
    world.provider.fails = [contact.Uncertain("Twilio 500", away=True)] * 1_000
    for _ in range(360):
        world.work()
        world.pass_time(10)
    assert 30 <= 1_000 - len(world.provider.fails) <= 120, "one by one, after the pause and the look"
    world.provider.fails = []
    for _ in range(12):
        world.pass_time(31)
        world.work()
    assert world.provider.took == ids
    with core.reading(world.engine) as session:
        assert [contact.outbox.get(session, message).attempts for message in ids] == [0, 0, 0]


def test_a_message_that_alone_is_never_answered_is_given_up_while_others_go(world: World) -> None:
    message, sending = world.queue("a"), world.provider.send

    def send(wanted: contact.OutboxMessage, may_begin: Callable[[], bool]) -> str:
        if wanted.id == message:
            raise contact.Uncertain("Twilio 500", away=True)
        return sending(wanted, may_begin)

    world.provider.send = send  # type: ignore[method-assign]
    for number in range(4 * contact.outbox.MAX_ATTEMPTS):
        world.work()
        world.pass_time(31)
        world.queue(f"other{number}", f"+1555020{number:04}")
        world.work()
        world.pass_time(31)
    assert (world.state(message), len(world.provider.took)) == ("dead", 4 * contact.outbox.MAX_ATTEMPTS)


def test_a_provider_that_is_away_is_a_figure_until_it_is_back(world: World) -> None:
    def figure() -> float | None:
        roles._show_providers(world.engine, world.now)
        return REGISTRY.get_sample_value("parley_provider_away_seconds", {"circuit": "twilio:send"})

    world.queue("a")
    world.provider.fails = [contact.Away("Twilio 503")]
    world.work()
    world.pass_time(40)
    assert figure() == 40
    world.work()
    assert figure() is None


def test_while_a_message_cannot_be_looked_up_hardly_anything_is_asked_or_written(world: World) -> None:
    """350 transactions a second, and a worker that died each time."""
    message = world.queue("a")
    world.provider.fails = [contact.Uncertain("read timeout")]
    world.work()
    world.pass_time(61)
    world.provider.list_fails = [contact.Away("no list"), ValueError("<html>")] * 500
    for _ in range(500):
        world.work()
        world.pass_time(0.1)
    assert world.provider.asked <= 8
    assert world.state(message) == "uncertain"
    world.provider.list_fails = []
    for _ in range(3):
        world.pass_time(61)
        world.work()
    assert (world.state(message), world.provider.took) == ("sent", [message])


@pytest.mark.parametrize("hour", [-3600, 3600, -180, 180])
def test_a_clock_that_is_moved_delays_and_doubles_nothing(world: World, hour: float) -> None:
    """Those that wait, those that wait after a refusal, and one that is being sent."""
    fresh, refused = world.queue("a", "+15550100001"), world.queue("b", "+15550100002")
    sending = world.queue("c", "+15550100003")
    world.provider.fails = [contact.TryLater("busy")] * 3
    world.work("w1")
    world.set_clock(hour)
    for _ in range(5):
        world.pass_time(13)
        world.work("w2")
    assert sorted(world.provider.took) == sorted([fresh, refused, sending])


def test_workers_whose_clocks_differ_by_minutes_leave_each_other_their_claims(world: World) -> None:
    message = world.queue("a")
    slow = world.postman("w1")
    sending = world.provider.send

    def meanwhile(wanted: contact.OutboxMessage, may_begin: Callable[[], bool]) -> str:
        world.set_clock(300)
        world.work("w2")
        world.set_clock(-300)
        assert world.state(message) == "sending", "its lease has not run out: no time has passed"
        return sending(wanted, may_begin)

    world.provider.send = meanwhile  # type: ignore[method-assign]
    slow.deliver()
    assert (world.state(message), world.provider.took) == ("sent", [message])


def case_of(world: World, message_id: str) -> handoff.Case | None:
    with core.reading(world.engine) as session:
        return handoff.open_case_of(session, contact.outbox.get(session, message_id).conversation_id)


@pytest.mark.parametrize("how", ["refused", "worn out", "undelivered"])
def test_what_dies_for_good_opens_a_case_and_the_assistant_goes_on(world: World, how: str) -> None:
    message = world.queue("a")
    if how == "refused":
        world.provider.fails = [contact.Undeliverable("Twilio 21614")]
    if how == "worn out":
        world.provider.fails = [contact.TryLater("Twilio 21617")] * contact.outbox.MAX_ATTEMPTS
    for _ in range(contact.outbox.MAX_ATTEMPTS):
        world.work()
        world.pass_time(61)
    if how == "undelivered":
        with core.transaction(world.engine) as session:
            sid = contact.outbox.get(session, message).provider_id
            assert sid is not None
            contact.outbox.record_delivery(session, sid, "undelivered", "30003", world.now, message)
        world.work()
    case = case_of(world, message)
    assert case is not None and (case.reason, case.summary["message"]) == (handoff.Reason.UNDELIVERED, message)
    assert world.state(message) == "dead"
    with core.reading(world.engine) as session:
        assert contact.conversation(session, case.conversation_id).owner == contact.BOT


def test_a_mistake_of_ours_in_the_middle_of_a_call_does_not_end_the_worker(world: World) -> None:
    message = world.queue("a")
    world.provider.fails = [KeyError("sid")]
    for _ in range(3):
        world.work()
        world.pass_time(61)
    assert (world.state(message), world.provider.took) == ("sent", [message])


def test_an_idle_worker_takes_no_write_lock(world: World) -> None:
    if world.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no lock for all")
    world.queue("a")
    world.work()
    with core.transaction(world.engine) as busy:
        busy.execute(sa.select(sa.literal(1)))
        world.work()
