"""Money that goes back: refunds, payments that the payer's bank takes back, and warnings that it may."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from bot import contact, handoff, money_matters, negotiation
from bot.core import facts, reading, transaction
from bot.payments import PaymentProblem, ProblemKind, open_problems
from tests.payments.pay_kit import World, usd

pytestmark = pytest.mark.postgres


def problems(world: World) -> list[PaymentProblem]:
    with reading(world.engine) as session:
        return list(open_problems(session))


def tell(world: World) -> int:
    return money_matters.tell(world.engine, world.settings_now())


def case_of(world: World) -> handoff.Case | None:
    with reading(world.engine) as session:
        return handoff.open_case_of(session, world.who.conversation_id)


def agree(world: World) -> negotiation.Agreement:
    """Six parts of $100."""
    with transaction(world.engine) as session:
        today = world.now.date()
        made = negotiation.options(session, world.who, world.debt_id, world.now, today)
        (wanted,) = [one for one in made if one.offer.kind is negotiation.Kind.SHORT_PLAN]
        return negotiation.accept(session, world.who, wanted.id, world.now, today)


def pay(world: World, amount: str) -> str:
    paid = world.paid(amount)
    world.ring("checkout.session.completed", paid)
    world.work()
    return paid


def left_of(world: World) -> list[int] | None:
    """Cents of the parts to come; None when no plan runs."""
    with reading(world.engine) as session:
        running = negotiation.current_agreement(session, world.debt_id)
        return [part.amount.minor for part in negotiation.remaining(session, running)] if running else None


def test_a_refund_is_posted_and_told_once(world: World) -> None:
    paid = world.paid()
    refund = world.stripe.refund(paid, usd("20.00"))
    for kind, about in [("refund.created", refund), ("checkout.session.completed", paid), ("refund.updated", refund)]:
        world.ring(kind, about)
    world.work()
    assert world.entries() == [("payment", -5000), ("reversal", 2000)]
    assert world.heard() == ["utter_payments_receipt_partial", "utter_payments_refunded"]
    assert problems(world) == []


def test_a_refund_that_failed_leaves_the_sum_as_it_was_and_somebody_is_told(world: World) -> None:
    paid = world.paid()
    refund = world.stripe.refund(paid, usd("20.00"))
    world.ring("refund.created", refund)
    world.work()
    assert world.balance == usd("570.00")
    world.stripe.fail_refund(paid)
    world.ring("refund.failed", refund)
    world.work()
    assert world.balance == usd("550.00")
    [problem] = problems(world)
    assert problem.kind is ProblemKind.REFUND_FAILED and problem.amount == usd("20.00")
    assert (tell(world), tell(world)) == (1, 0)
    case = case_of(world)
    assert case is not None and case.reason is handoff.Reason.PAYMENT
    assert world.heard()[-1] == "utter_payments_refund_failed" and "$20" in world.said()[-1]


def test_a_refund_that_is_pending_is_not_posted(world: World) -> None:
    refund = world.stripe.refund(world.paid(), usd("20.00"), "pending")
    world.ring("refund.created", refund)
    world.work()
    assert world.entries() == [("payment", -5000)]


def test_a_bank_that_takes_the_money_back_reverses_it_once_and_stops_asking(world: World) -> None:
    paid = world.paid()
    dispute = world.stripe.dispute(paid)
    for phase in ("created", "funds_withdrawn", "updated"):
        world.ring(f"charge.dispute.{phase}", dispute)
    world.work()
    assert world.balance == usd("600.00")
    with reading(world.engine) as session:
        held = contact.active_holds(session, world.who.party_id, world.now)
    assert [(hold.kind, hold.debt_id) for hold in held] == [(contact.HoldKind.COMPLAINT, world.debt_id)]
    assert tell(world) == 1
    assert world.heard()[-1] == "utter_payments_taken_back_held" and case_of(world) is not None
    world.stripe.win_dispute(paid)
    world.ring("charge.dispute.funds_reinstated", dispute)
    world.ring("charge.dispute.closed", dispute)
    world.work()
    assert world.entries() == [("payment", -5000), ("reversal", 5000), ("reversal", -5000)]
    with reading(world.engine) as session:
        assert len(facts(session, subject=world.debt_id, kind="PaymentTakenBack")) == 1
    assert {one.kind for one in problems(world)} == {ProblemKind.TAKEN_BACK, ProblemKind.GIVEN_AGAIN}


def test_an_empty_bank_account_is_no_complaint_and_is_explained(world: World) -> None:
    dispute = world.stripe.dispute(world.paid(), "insufficient_funds")
    world.ring("charge.dispute.created", dispute)
    world.work()
    assert world.balance == usd("600.00")
    with reading(world.engine) as session:
        assert contact.active_holds(session, world.who.party_id, world.now) == ()
    assert world.heard()[-1] == "utter_payments_taken_back"
    assert "$50" in world.said()[-1] and "$600" in world.said()[-1]
    assert tell(world) == 1 and world.heard().count("utter_payments_taken_back") == 1


def test_what_a_bank_only_asks_about_moves_no_money_and_a_person_is_told(world: World) -> None:
    paid = world.paid()
    dispute = world.stripe.dispute(paid, withdrawn=False)
    world.ring("charge.dispute.created", dispute)
    world.work()
    assert world.entries() == [("payment", -5000)]
    assert [one.kind for one in problems(world)] == [ProblemKind.INQUIRY]


def test_a_warning_of_fraud_is_noted_once_and_a_person_is_told(world: World) -> None:
    paid = world.paid()
    warning = world.stripe.warn(paid)
    world.ring("checkout.session.completed", paid)
    for kind in ("created", "updated"):
        world.ring(f"radar.early_fraud_warning.{kind}", warning)
    world.work()
    assert world.entries() == [("payment", -5000)]
    assert [one.kind for one in problems(world)] == [ProblemKind.FRAUD_WARNING]
    assert tell(world) == 1 and case_of(world) is not None


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_plan_that_was_finished_is_in_force_again_when_its_last_part_goes_back(world: World, engine: Engine) -> None:
    agree(world)
    for _ in range(5):
        pay(world, "100.00")
    last = pay(world, "100.00")
    assert left_of(world) is None and world.balance.is_zero
    world.ring("refund.created", world.stripe.refund(last, usd("100.00")))
    world.work()
    assert left_of(world) == [10000] and world.balance == usd("100.00")
    pay(world, "100.00")
    assert left_of(world) is None and world.balance.is_zero


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_plan_is_held_and_not_broken_when_its_payments_are_taken_back(world: World, engine: Engine) -> None:
    """Two months of parts are overdue at one stroke: while a person looks at it none of them counts as missed."""
    agree(world)
    paid = [pay(world, "100.00") for _ in range(3)]
    world.later(days=80)
    for one in paid:
        world.ring("charge.dispute.created", world.stripe.dispute(one))
    world.work()
    assert world.balance == usd("600.00")
    assert sum(left_of(world) or []) == 60000
    with reading(world.engine) as session:
        running = negotiation.current_agreement(session, world.debt_id)
        assert running is not None and negotiation.missed(session, running, world.now) == ()
