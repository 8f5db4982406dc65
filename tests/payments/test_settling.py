"""From the doorbell to the ledger: once, in any order, whatever became of the request."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy.engine import Engine

from bot import contact
from bot.core import Fact, facts, new_id, reading, record, transaction
from bot.payments import State, checkout_refused, stuck_events
from bot.payments.asking import Item, ToPay
from tests.payments.pay_kit import PHONE, World, make_world, usd

pytestmark = pytest.mark.postgres


def _facts(world: World, kind: str) -> list[Fact]:
    with reading(world.engine) as session:
        return facts(session, subject=world.debt_id, kind=kind)


def test_a_payment_is_posted_and_a_receipt_is_sent(world: World) -> None:
    token = world.ask("50.00")
    opened = world.click(token)
    assert opened
    world.stripe.pay(opened.id)
    world.ring("checkout.session.completed", opened.id)
    assert world.work() == 1
    assert world.entries() == [("payment", -5000)]
    assert world.balance == usd("550.00")
    assert world.state(token) is State.SETTLED
    assert world.heard() == ["utter_payments_receipt_partial"]
    assert "Thanks, $50 arrived. Left: $550." in world.said()[-1]


def test_five_deliveries_are_one_payment(world: World) -> None:
    paid = world.paid()
    taken = [world.ring("checkout.session.completed", paid, "evt_1") for _ in range(5)]
    assert taken == [True, False, False, False, False]
    world.work()
    world.work()
    assert not world.ring("checkout.session.completed", paid, "evt_1")
    world.work()
    assert world.entries() == [("payment", -5000)]
    assert len(world.heard()) == 1


def test_several_events_about_one_payment_are_one_payment(world: World) -> None:
    paid = world.paid()
    world.ring("payment_intent.succeeded", world.stripe.intent_of(paid))
    world.ring("checkout.session.completed", paid)
    world.ring("checkout.session.async_payment_succeeded", paid)
    assert world.work() == 3
    assert world.entries() == [("payment", -5000)]
    assert len(_facts(world, "PaymentSettled")) == 1
    assert len(world.heard()) == 1


def test_nobody_rang_and_the_payment_is_found(world: World) -> None:
    world.paid()
    world.later(minutes=14)
    assert world.reconcile() == 0
    world.later(minutes=1)
    assert world.reconcile() == 1
    assert world.reconcile() == 0
    assert world.entries() == [("payment", -5000)]
    assert len(world.heard()) == 1


def test_at_a_start_all_open_sessions_are_read_at_once(world: World) -> None:
    world.paid()
    assert world.reconcile(at_start=True) == 1
    assert world.entries() == [("payment", -5000)]


def test_a_session_that_is_still_open_is_read_again_every_quarter_of_an_hour(world: World) -> None:
    world.click(world.ask())
    reads = []
    for _ in range(4):
        world.later(minutes=8)
        reads.append(world.reconcile())
    assert reads == [0, 1, 0, 1]


def test_stripe_being_away_at_reconciling_changes_nothing(world: World) -> None:
    world.paid()
    world.later(minutes=15)
    world.stripe.down = 1
    assert world.reconcile() == 0
    assert world.reconcile() == 1


def test_what_must_not_be_paid_any_more_is_closed_at_stripe(world: World) -> None:
    world.click(world.ask())
    world.hold(contact.HoldKind.BANKRUPTCY)
    assert world.reconcile() == 1
    assert world.stripe.open_sessions() == []


def test_a_checkout_opened_in_time_may_be_finished_late(world: World) -> None:
    token = world.ask(days=1)
    world.later(hours=23, minutes=59)
    opened = world.click(token)
    assert opened
    world.later(minutes=20)
    world.reconcile()
    assert world.stripe.open_sessions() == [opened.id]
    world.ring("payment_intent.succeeded", world.stripe.pay(opened.id))
    world.work()
    assert world.entries() == [("payment", -5000)]
    assert _facts(world, "PaymentSettled")[0].data["late"] is True


def test_money_for_a_link_that_was_replaced_still_counts(world: World) -> None:
    paid = world.paid("50.00")
    world.ask("40.00")
    world.ring("checkout.session.completed", paid)
    world.work()
    assert world.entries() == [("payment", -5000)]
    assert _facts(world, "PaymentSettled")[0].data["cancelled"] is True


def test_money_during_a_hold_still_counts(world: World) -> None:
    paid = world.paid()
    world.hold()
    world.ring("checkout.session.completed", paid)
    world.work()
    assert world.entries() == [("payment", -5000)]


def test_a_payment_found_before_its_session_was_written_down_counts(world: World) -> None:
    token = world.ask()
    attempt = world.begin(token)
    opened = world.stripe.open_checkout(attempt.asked)
    world.stripe.pay(opened.id)
    world.ring("checkout.session.completed", opened.id)
    world.work()
    assert world.entries() == [("payment", -5000)]
    assert world.state(token) is State.SETTLED


def test_a_bank_transfer_on_its_way_is_no_money_yet(world: World) -> None:
    token = world.ask()
    opened = world.click(token)
    assert opened
    world.stripe.pay_by_bank(opened.id)
    world.ring("checkout.session.completed", opened.id)
    world.work()
    assert world.entries() == [] and world.heard() == ["utter_payments_bank_pending"]
    assert world.state(token) is State.ARRIVING
    world.stripe.bank_says(opened.id, yes=True)
    world.ring("checkout.session.async_payment_succeeded", opened.id)
    world.work()
    assert world.entries() == [("payment", -5000)]
    assert world.state(token) is State.SETTLED


def test_a_bank_transfer_that_failed_is_told_once_and_can_be_tried_again(world: World) -> None:
    token = world.ask()
    opened = world.click(token)
    assert opened
    world.stripe.pay_by_bank(opened.id)
    world.ring("checkout.session.completed", opened.id)
    world.work()
    world.stripe.bank_says(opened.id, yes=False)
    world.ring("checkout.session.async_payment_failed", opened.id)
    world.ring("payment_intent.payment_failed", world.stripe.intent_of(opened.id))
    world.work()
    world.reconcile(at_start=True)
    assert world.entries() == [] and world.heard() == ["utter_payments_bank_pending", "utter_payments_failed"]
    assert world.state(token) is State.OPEN
    assert world.click(token)


def test_more_than_was_owed_is_posted_and_noted(world: World) -> None:
    opened = world.click(world.ask("600.00"))
    assert opened
    world.paid_elsewhere("100.00")
    world.stripe.pay(opened.id)
    world.ring("checkout.session.completed", opened.id)
    world.work()
    assert world.balance == usd("-100.00")
    assert _facts(world, "PaymentSettled")[0].data["over"] == 10000
    assert world.heard() == ["utter_payments_receipt_last"]


def test_an_event_that_says_nothing_to_us_is_kept_and_ignored(world: World) -> None:
    world.ring("customer.created", "cus_1")
    assert world.work() == 1
    assert world.event_states() == ["ignored"]


def test_money_that_belongs_to_none_of_our_requests_is_ignored(world: World) -> None:
    items, until = (Item("Something else", usd("1.00")),), world.now + timedelta(hours=1)
    where = ("https://shop.example/done", "https://shop.example")
    opened = world.stripe.open_checkout(ToPay(new_id("pay_of_another_product"), 1, items, until, *where, "en"))
    world.ring("payment_intent.succeeded", world.stripe.pay(opened.id))
    world.work()
    assert world.event_states() == ["ignored"] and world.entries() == []


def test_an_event_that_fails_waits_longer_each_time_and_stops_no_other(world: World) -> None:
    world.ring("payment_intent.succeeded", "pi_nobody_knows", "evt_0")
    world.ring("checkout.session.completed", world.paid(), "evt_1")
    assert world.work() == 1
    assert world.work() == 0
    for seconds in (2, 4, 8, 16):
        world.later(seconds=seconds - 0.5)
        world.work()
        world.later(seconds=0.5)
        world.work()
    with reading(world.engine) as session:
        (stuck,) = stuck_events(session)
    assert stuck.attempts == 5 and "No such object" in (stuck.last_error or "")


def test_stripe_being_away_is_no_loss_and_is_asked_once(world: World) -> None:
    paid = world.paid()
    world.ring("checkout.session.completed", paid)
    world.ring("payment_intent.succeeded", world.stripe.intent_of(paid))
    world.stripe.down = 2
    assert world.work() == 0
    assert world.work() == 0
    assert world.stripe.down == 1
    world.later(seconds=10)
    assert world.work() == 0
    world.later(seconds=10)
    assert world.work() == 2
    assert world.entries() == [("payment", -5000)]


def test_a_crash_while_settling_leaves_nothing_half_done(world: World) -> None:
    world.ring("checkout.session.completed", world.paid())
    world.break_conversation(True)
    assert world.work() == 0
    assert world.entries() == [] and _facts(world, "PaymentSettled") == []
    world.break_conversation(False)
    world.later(seconds=2)
    assert world.work() == 1
    assert world.entries() == [("payment", -5000)] and len(world.heard()) == 1


def test_somebody_no_longer_verified_hears_no_amount(world: World) -> None:
    paid = world.paid()
    world.later(hours=13)
    world.ring("checkout.session.completed", paid)
    world.work()
    assert world.heard() == ["utter_payments_news"]
    assert "$" not in world.said()[-1]


def test_the_last_payment_says_that_nothing_is_left(world: World) -> None:
    world.ring("checkout.session.completed", world.paid("600.00"))
    world.work()
    assert world.heard() == ["utter_payments_receipt_last"]


def test_receipts_are_in_the_language_of_the_conversation(
    engine: Engine, now: datetime, provider: Callable[[World], World]
) -> None:  # fmt: skip
    world = provider(make_world(engine, now, language="es"))
    world.ring("checkout.session.completed", world.paid())
    world.work()
    assert "Gracias" in world.said()[-1] and "$550" in world.said()[-1]


def test_two_workers_at_once_post_once(world: World) -> None:
    paid = world.paid()
    world.ring("checkout.session.completed", paid)
    world.ring("payment_intent.succeeded", world.stripe.intent_of(paid))
    world.work_in_parallel(4)
    assert world.entries() == [("payment", -5000)] and len(world.heard()) == 1
    assert world.event_states() == ["done", "done"]


def test_a_turn_of_the_same_conversation_and_a_payment_wait_for_each_other(world: World) -> None:
    """Both hold the conversation and write down facts: taken in two orders they would block each other."""
    world.ring("checkout.session.completed", world.paid())
    with transaction(world.engine) as session:
        message = contact.receive(session, contact.Incoming("sms", PHONE, "SM1", "hello"), world.now)
        assert message is not None
    with ThreadPoolExecutor(1) as pool:
        with transaction(world.engine) as turn:
            assert contact.inbox.claim(turn, message.id)
            work = pool.submit(world.work)
            time.sleep(0.5)
            record(turn, "TurnTaken", subject=world.debt_id, data={}, now=world.now)
        assert work.result(20) == 1
    assert world.entries() == [("payment", -5000)] and world.heard() == ["utter_payments_receipt_partial"]


def test_what_is_paid_twice_for_one_link_is_posted_twice(world: World) -> None:
    """Stripe took it twice: the ledger tells the truth, and the surplus can be given back."""
    token = world.ask("50.00")
    first = world.begin(token)
    one = world.stripe.open_checkout(first.asked)
    with transaction(world.engine) as session:
        checkout_refused(session, first)
    second = world.begin(token)
    two = world.stripe.open_checkout(second.asked)
    for opened in (one, two):
        world.ring("payment_intent.succeeded", world.stripe.pay(opened.id))
    world.work()
    assert world.entries() == [("payment", -5000), ("payment", -5000)]
