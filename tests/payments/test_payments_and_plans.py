"""What a payment does to the agreement that it is for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import Engine

from bot import negotiation, payments
from bot.core import Clock, transaction
from tests.payments.pay_kit import World, make_world, usd


@pytest.fixture
def old_debt(engine: Engine, now: datetime, provider: Callable[[World], World]) -> World:
    """Half a year overdue: it may be closed for less."""
    return provider(make_world(engine, now + timedelta(days=150)))


def _agree(world: World, kind: negotiation.Kind) -> negotiation.Agreement:
    with transaction(world.engine) as session:
        today = world.now.date()
        made = negotiation.options(session, world.who, world.debt_id, world.now, today)
        (wanted,) = [one for one in made if one.offer.kind is kind]
        return negotiation.accept(session, world.who, wanted.id, world.now, today)


def _pay(world: World, amount: str) -> None:
    world.later(minutes=1)
    session_id = world.paid(amount)
    world.ring("checkout.session.completed", session_id)
    world.work()


def _in_force(world: World) -> negotiation.Agreement | None:
    with transaction(world.engine) as session:
        return negotiation.current_agreement(session, world.debt_id)


def test_the_receipt_says_what_comes_next(world: World) -> None:
    _agree(world, negotiation.Kind.SHORT_PLAN)
    _pay(world, "100.00")
    assert world.heard() == ["utter_payments_receipt"]
    text = "Thanks, $100 arrived. Left: $500. Next: $100 on Monday, January 4, 2027."
    assert text in world.said()[-1]


def test_part_of_an_instalment_leaves_the_rest_as_next(world: World) -> None:
    _agree(world, negotiation.Kind.SHORT_PLAN)
    _pay(world, "40.00")
    assert "Next: $60 on Wednesday, December 2." in world.said()[-1]


def test_a_plan_that_is_paid_to_the_end_is_completed(world: World) -> None:
    _agree(world, negotiation.Kind.SHORT_PLAN)
    for _ in range(6):
        assert _in_force(world)
        _pay(world, "100.00")
    assert _in_force(world) is None and world.balance.is_zero
    assert world.heard()[-1] == "utter_payments_receipt_last"


def test_a_settlement_that_is_paid_closes_the_rest(old_debt: World) -> None:
    _agree(old_debt, negotiation.Kind.SETTLEMENT)
    _pay(old_debt, "510.00")
    assert old_debt.entries() == [("payment", -51000), ("write_off", -9000)]
    assert _in_force(old_debt) is None
    assert old_debt.heard() == ["utter_payments_receipt_last"]


def test_a_settlement_short_by_a_cent_closes_nothing(old_debt: World) -> None:
    _agree(old_debt, negotiation.Kind.SETTLEMENT)
    _pay(old_debt, "509.99")
    assert old_debt.entries() == [("payment", -50999)]
    assert _in_force(old_debt)


def test_a_settlement_in_parts_closes_with_its_last_part(old_debt: World) -> None:
    agreed = _agree(old_debt, negotiation.Kind.SETTLEMENT_PARTS)
    for part in agreed.schedule[:-1]:
        _pay(old_debt, str(part.amount.major))
    assert old_debt.balance > usd("0.00") and _in_force(old_debt)
    _pay(old_debt, str(agreed.schedule[-1].amount.major))
    assert old_debt.balance.is_zero and _in_force(old_debt) is None


def test_the_last_words_come_once_however_often_it_is_heard(old_debt: World) -> None:
    _agree(old_debt, negotiation.Kind.SETTLEMENT)
    _pay(old_debt, "510.00")
    old_debt.reconcile(at_start=True)
    assert len(old_debt.entries()) == 2 and len(old_debt.heard()) == 1


def test_no_part_is_missed_while_somebody_may_be_paying_it(world: World) -> None:
    """At the provider's page on the last day that is waited for: paid there, and not heard of yet."""
    _agree(world, negotiation.Kind.SHORT_PLAN)
    agreed = _in_force(world)
    assert agreed is not None
    with transaction(world.engine) as session:
        last = agreed.schedule[0].due + timedelta(days=negotiation.grace_days(session, agreed, world.now))
    world.clock = Clock(fixed=datetime.combine(last, time(23, 30), ZoneInfo("America/New_York")))
    opened = world.click(world.ask("100.00"))
    assert opened is not None
    world.stripe.pay(opened.id)
    world.later(hours=1)
    _look_after(world)
    assert _in_force(world) == agreed
    world.reconcile()
    _look_after(world)
    assert _in_force(world) == agreed and world.entries() == [("payment", -10000)]


def test_a_page_that_ran_out_unpaid_keeps_no_part_from_being_missed(world: World) -> None:
    _agree(world, negotiation.Kind.SHORT_PLAN)
    agreed = _in_force(world)
    assert agreed is not None
    world.clock = Clock(fixed=datetime.combine(agreed.schedule[0].due, time(9), ZoneInfo("America/New_York")))
    opened = world.click(world.ask("100.00"))
    assert opened is not None
    world.later(days=20)
    _look_after(world)
    assert _in_force(world) == agreed, "nobody has asked yet what became of it"
    world.stripe.close_checkout(opened.id)
    world.reconcile()
    _look_after(world)
    assert _in_force(world) != agreed


def _look_after(world: World) -> None:
    negotiation.keep_agreements(world.engine, world.clock, waits=payments.may_come)
