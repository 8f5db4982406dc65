"""Each night: what Stripe could not deliver is fetched, and what it moved is held beside the ledgers."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from bot import accounts, payments
from bot.core import Clock, Money, reading, transaction
from bot.payments import Event, ProblemKind, Unavailable, nightly
from tests.payments.pay_kit import HOW, World, usd

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
DAY = date(2026, 11, 20)


@pytest.fixture
def night(world: World) -> World:
    """The morning after November 20."""
    world.clock = Clock(fixed=datetime(2026, 11, 21, 3, 30, tzinfo=timezone.utc))
    return world


def look(world: World) -> int:
    return nightly.look(world.engine, world.stripe, world.now, HOW)


def last(world: World) -> nightly.Checked:
    with reading(world.engine) as session:
        found = nightly.last_check(session)
    assert found is not None
    return found


def problems(world: World) -> list[payments.PaymentProblem]:
    with reading(world.engine) as session:
        return list(payments.open_problems(session))


def heard(world: World, session_id: str) -> None:
    world.ring("checkout.session.completed", session_id)
    world.work()


def paid_and_heard(world: World) -> str:
    session_id = world.paid("50.00")
    heard(world, session_id)
    return session_id


def test_a_day_that_adds_up_is_looked_at_once(night: World) -> None:
    heard(night, night.paid("50.00"))
    assert [look(night), look(night)] == [1, 0]
    assert last(night) == nightly.Checked(DAY, {"USD": (5000, 5000)}, 0, 0) and problems(night) == []


def test_before_three_in_the_morning_the_day_is_not_over(world: World) -> None:
    world.clock = Clock(fixed=datetime(2026, 11, 21, 2, 59, tzinfo=timezone.utc))
    assert look(world) == 1 and last(world).day == DAY - timedelta(days=1)
    world.later(minutes=1)
    assert look(world) == 1 and last(world).day == DAY


def test_nights_in_which_nobody_worked_are_made_up_for_up_to_a_week(night: World) -> None:
    look(night)
    night.later(days=3)
    assert look(night) == 3
    night.later(days=60)
    assert look(night) == 7


def test_a_payment_of_which_nobody_told_us_is_posted_at_night(night: World) -> None:
    night.paid("50.00")
    assert night.balance == usd("600.00")
    look(night)
    assert night.balance == usd("550.00") and problems(night) == []
    assert last(night).totals == {"USD": (5000, 5000)}


def test_refunds_and_chargebacks_add_up_in_the_end(night: World) -> None:
    back, failed, taken, won = (paid_and_heard(night) for _ in range(4))
    night.stripe.refund(back, usd("20.00"))
    night.stripe.refund(failed, usd("10.00"))
    night.stripe.fail_refund(failed)
    for session_id in (taken, won):
        night.stripe.dispute(session_id)
    night.stripe.win_dispute(won)
    look(night)
    assert last(night).totals == {"USD": (13_000, 13_000)} and last(night).differing == 0
    assert night.balance == usd("470.00")


def test_a_sum_that_differs_is_in_the_list_once(night: World) -> None:
    intent = night.stripe.intent_of(session_id := night.paid("50.00"))
    with transaction(night.engine) as session:  # somebody wrote another sum under this payment
        kind = accounts.EntryKind.PAYMENT
        accounts.post(session, debt_id=night.debt_id, kind=kind, amount=-usd("45.00"), source=intent, now=night.now)
    heard(night, session_id)
    look(night)
    night.later(days=1)
    look(night)
    [problem] = problems(night)
    assert (problem.kind, problem.amount, problem.data["about"]) == (ProblemKind.DIFFERS, usd("5.00"), intent)
    assert "50.00" in problem.data["reason"] and "45.00" in problem.data["reason"] and problem.debt_id == night.debt_id
    assert last(night).differing == 1 and last(night).totals == {"USD": (5000, 4500)}


def test_money_in_the_ledger_that_stripe_does_not_have_is_in_the_list(night: World) -> None:
    night.clock = Clock(fixed=datetime(2026, 11, 20, 15, tzinfo=timezone.utc))
    session_id = night.paid("50.00")
    heard(night, session_id)
    known = night.stripe.sessions.pop(session_id)
    night.later(hours=13)
    look(night)
    [problem] = problems(night)
    assert (problem.kind, problem.data["about"]) == (ProblemKind.DIFFERS, known.payment_id)
    assert problem.amount == usd("50.00")


def test_a_payment_that_moved_on_another_day_is_read_and_agrees(night: World) -> None:
    """A bank's debit moves in the balance days before it counts."""
    night.clock = Clock(fixed=datetime(2026, 11, 20, 15, tzinfo=timezone.utc))
    heard(night, night.paid("50.00"))
    night.later(hours=13)
    night.stripe.moved_before = True
    look(night)
    assert problems(night) == [] and last(night).differing == 0


def test_what_belongs_to_nobody_here_is_not_compared(night: World) -> None:
    night.stripe.sessions["cs_else"] = payments.Payment(
        "pay_of_another_shop", 1, "cs_else", "complete", "pi_else", "succeeded", Money(900, "USD")
    )
    look(night)
    assert last(night).totals == {} and problems(night) == []


def test_undelivered_events_are_taken_in_once_and_told(night: World) -> None:
    session_id = night.paid("50.00")
    made = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    night.stripe.unheard = [Event("evt_1", "checkout.session.completed", session_id, made)]
    look(night)
    night.work()
    assert night.event_states() == ["done"] and night.balance == usd("550.00")
    [problem] = problems(night)
    assert (problem.kind, problem.data["about"], problem.data["reason"]) == (ProblemKind.UNDELIVERED, "2026-11-20", "1")
    assert last(night).undelivered == 1


def test_one_that_came_after_all_is_nobodys_problem(night: World) -> None:
    session_id = night.paid("50.00")
    night.ring("checkout.session.completed", session_id, "evt_1")
    made = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    night.stripe.unheard = [Event("evt_1", "checkout.session.completed", session_id, made)]
    look(night)
    assert problems(night) == []


def test_while_stripe_is_away_the_day_is_not_counted_as_looked_at(night: World) -> None:
    night.stripe.down = 1
    with pytest.raises(Unavailable):
        look(night)
    assert look(night) == 1
