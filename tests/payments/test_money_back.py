"""Money that goes back: refunds, and payments that the payer's bank takes back."""

from __future__ import annotations

from bot import contact
from bot.core import facts, reading
from tests.payments.pay_kit import World, usd


def test_a_refund_is_posted_and_told_once(world: World) -> None:
    paid = world.paid()
    refund = world.stripe.refund(paid, usd("20.00"))
    for kind, about in [("refund.created", refund), ("checkout.session.completed", paid), ("refund.updated", refund)]:
        world.ring(kind, about)
    world.work()
    assert world.entries() == [("payment", -5000), ("reversal", 2000)]
    assert world.heard() == ["utter_payments_receipt_partial", "utter_payments_refunded"]


def test_a_refund_that_failed_leaves_the_sum_as_it_was(world: World) -> None:
    paid = world.paid()
    refund = world.stripe.refund(paid, usd("20.00"))
    world.ring("refund.created", refund)
    world.work()
    assert world.balance == usd("570.00")
    world.stripe.fail_refund(paid)
    world.ring("refund.failed", refund)
    world.work()
    assert world.balance == usd("550.00")


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
    world.stripe.win_dispute(paid)
    world.ring("charge.dispute.funds_reinstated", dispute)
    world.ring("charge.dispute.closed", dispute)
    world.work()
    assert world.entries() == [("payment", -5000), ("reversal", 5000), ("reversal", -5000)]
    with reading(world.engine) as session:
        assert len(facts(session, subject=world.debt_id, kind="PaymentTakenBack")) == 1


def test_an_empty_bank_account_is_no_complaint(world: World) -> None:
    dispute = world.stripe.dispute(world.paid(), "insufficient_funds")
    world.ring("charge.dispute.created", dispute)
    world.work()
    assert world.balance == usd("600.00")
    with reading(world.engine) as session:
        assert contact.active_holds(session, world.who.party_id, world.now) == ()
