"""One link and one payment for several debts: each gets what was shown, and there is one live way to pay each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from bot import contact, papers, payments
from bot.core import Money, reading, transaction
from bot.payments import shares
from tests.payments.joint_kit import Joint, make_joint
from tests.payments.pay_kit import HOW, usd

pytestmark = pytest.mark.postgres


@pytest.fixture
def world(engine: Engine, now: datetime, provider: Callable[[Joint], Joint]) -> Joint:
    return provider(make_joint(engine, now))


def test_the_page_shows_each_debt_with_its_amount_and_one_session_takes_both(world: Joint) -> None:
    token = world.both()
    found = world.view(token)
    assert [(line.debt_id, line.amount) for line in found.lines] == [
        (world.debt_id, usd("50.00")), (world.other_id, usd("30.00")),
    ]  # fmt: skip
    assert found.amount == usd("80.00") and found.state is payments.State.OPEN
    opened = world.click(token)
    assert opened is not None
    assert [item.amount for item in world.stripe.asked[opened.id].items] == [usd("50.00"), usd("30.00")]
    assert world.stripe.open_sessions() == [opened.id]


def test_the_money_is_posted_to_each_exactly_as_shown_however_often_it_is_heard_of(world: Joint) -> None:
    session_id = world.paid_both()
    for number in range(3):
        world.ring("payment_intent.succeeded", world.stripe.intent_of(session_id), f"evt_again_{number}")
        world.work()
    assert world.balances() == ("550.00", "90.00")
    assert world.entries_of(world.debt_id) == [("payment", -5000)]
    assert world.entries_of(world.other_id) == [("payment", -3000)]


def test_one_message_and_a_receipt_of_each_say_both(world: Joint) -> None:
    token = world.both()
    opened = world.click(token)
    assert opened is not None
    world.stripe.pay(opened.id)
    world.reconcile(at_start=True)
    assert world.heard() == ["utter_payments_receipt_several"]
    (said,) = world.said()
    assert "$80 arrived" in said
    assert "Northwind Energy, ending 1000: $50, left $550." in said
    assert "Cedar Valley Clinic, ending 2000: $30, left $90." in said
    found = world.view(token)
    assert found.state is payments.State.SETTLED and found.amount == usd("80.00")
    lefts = [line.paid.left for line in found.lines if line.paid]
    numbers = {line.paid.receipt for line in found.lines if line.paid}
    assert lefts == [usd("550.00"), usd("90.00")] and len(numbers) == 2


def test_the_receipt_of_one_names_what_the_same_payment_brought_to_the_other(world: Joint) -> None:
    world.paid_both()
    with reading(world.engine) as session:
        kept = papers.of_party(session, world.who.party_id)
        sheets = [papers.frozen(session, one.number) for one in kept if one.kind is papers.Kind.RECEIPT]
    texts = [str(sheet) for sheet in sheets]
    assert len(texts) == 2
    assert all("$80.00" in text and "$50.00" in text and "$30.00" in text for text in texts)


@pytest.mark.parametrize("which", ["debt_id", "other_id"])
def test_a_new_link_for_one_closes_the_joint_one(world: Joint, which: str) -> None:
    token = world.both()
    opened = world.click(token)
    assert opened is not None
    newer = world.link_of(getattr(world, which))
    assert world.state(token) is payments.State.CANCELLED
    with pytest.raises(payments.NotPayable):
        world.begin(token)
    alone = world.click(newer)
    assert alone is not None and world.stripe.open_sessions() == [alone.id]


def test_a_joint_link_closes_the_ones_for_each(world: Joint) -> None:
    first, other = world.link_of(world.debt_id), world.link_of(world.other_id)
    sessions = [world.click(first), world.click(other)]
    opened = world.click(world.both())
    assert None not in sessions and opened is not None
    assert world.stripe.open_sessions() == [opened.id]
    assert world.state(first) is world.state(other) is payments.State.CANCELLED


def test_a_joint_link_is_not_made_while_a_debit_for_one_is_on_its_way(world: Joint) -> None:
    opened = world.click(world.link_of(world.other_id))
    assert opened is not None
    world.stripe.pay_by_bank(opened.id)
    world.reconcile(at_start=True)
    with pytest.raises(payments.OnItsWay) as refused:
        world.both()
    assert refused.value.values["debt_id"] == world.other_id


def test_while_a_joint_debit_is_on_its_way_neither_can_be_paid(world: Joint) -> None:
    token = world.both()
    opened = world.click(token)
    assert opened is not None
    world.stripe.pay_by_bank(opened.id)
    world.reconcile(at_start=True)
    with reading(world.engine) as session:
        coming = [payments.amount_on_its_way(session, one) for one in (world.debt_id, world.other_id)]
    assert coming == [usd("50.00"), usd("30.00")]
    for debt_id in (world.debt_id, world.other_id):
        with pytest.raises(payments.OnItsWay):
            world.link_of(debt_id)
    world.stripe.bank_says(opened.id, yes=True)
    world.later(hours=1)
    world.reconcile(at_start=True)
    assert world.balances() == ("550.00", "90.00")


def test_a_hold_on_one_pauses_the_joint_link_and_closes_its_session(world: Joint) -> None:
    token = world.both()
    world.click(token)
    world.hold(contact.HoldKind.DISPUTE, world.other_id)
    assert world.state(token) is payments.State.PAUSED
    with pytest.raises(payments.OnHold):
        world.begin(token)
    world.reconcile()
    assert world.stripe.open_sessions() == []


def test_what_was_paid_elsewhere_meanwhile_is_not_asked_for(world: Joint) -> None:
    token = world.both("50.00", "120.00")
    world.paid_elsewhere("580.00")
    found = world.view(token)
    assert [line.amount for line in found.lines] == [usd("20.00"), usd("120.00")]
    opened = world.click(token)
    assert opened is not None and world.stripe.amount(opened.id) == usd("140.00")
    world.stripe.pay(opened.id)
    world.reconcile(at_start=True)
    assert world.balances() == ("0.00", "0.00")


@pytest.mark.parametrize(
    ("first", "other", "no"),
    [("600.01", "30.00", payments.MoreThanOwed), ("50.00", "120.01", payments.MoreThanOwed),
     ("0.20", "0.29", payments.TooSmall)],
)  # fmt: skip
def test_what_cannot_be_paid_is_said_and_no_link_is_made(world: Joint, first: str, other: str, no: type) -> None:
    with pytest.raises(no):
        world.both(first, other)


def test_cents_of_one_are_enough_where_both_together_are(world: Joint) -> None:
    assert world.state(world.both("0.20", "0.30")) is payments.State.OPEN


def test_a_refund_of_all_of_it_reverses_both_shares(world: Joint) -> None:
    session_id = world.paid_both()
    refund = world.stripe.refund(session_id, usd("80.00"))
    world.ring("refund.created", refund)
    world.work()
    assert world.balances() == ("600.00", "120.00")
    assert world.entries_of(world.debt_id) == [("payment", -5000), ("reversal", 5000)]
    world.stripe.fail_refund(session_id)
    world.ring("refund.failed", refund)
    world.work()
    assert world.balances() == ("550.00", "90.00")


def test_refunds_in_parts_leave_nothing_behind_on_either(world: Joint) -> None:
    session_id = world.paid_both("50.00", "30.01")
    for amount in ("0.01", "20.00", "0.33", "59.67"):
        world.ring("refund.created", world.stripe.refund(session_id, usd(amount)))
        world.work()
    assert world.balances() == ("600.00", "120.00")


def test_the_desk_gives_back_the_share_of_one_debt(world: Joint) -> None:
    world.paid_both()
    with transaction(world.engine) as session:
        (card,) = payments.refundable(session, world.other_id)
        assert card.amount == usd("30.00")
        order = payments.order_refund(
            session, world.other_id, card.number, usd("30.00"), reason="paid twice", by="Ana", now=world.now
        )
    assert payments.send_refund(world.engine, world.stripe, order, HOW, world.now)
    assert world.balances() == ("550.00", "120.00")
    with reading(world.engine) as session:
        assert payments.refundable(session, world.other_id) == []
        (card,) = payments.refundable(session, world.debt_id)
        assert card.left == usd("50.00")


def test_a_refund_of_the_desk_is_of_its_debt_whoever_hears_of_it_first(world: Joint) -> None:
    session_id = world.paid_both()
    with transaction(world.engine) as session:
        (card,) = payments.refundable(session, world.other_id)
        order = payments.order_refund(
            session, world.other_id, card.number, usd("10.00"), reason="x", by="Ana", now=world.now
        )
    given = world.stripe.give_back(world.stripe.intent_of(session_id), order.amount, order.id)
    world.ring("refund.created", given.refund_id)
    world.work()
    assert world.balances() == ("550.00", "100.00")


@pytest.mark.parametrize(("reason", "held"), [("fraudulent", True), ("insufficient_funds", False)])
def test_a_chargeback_takes_both_shares_back_and_one_that_is_won_gives_them_again(
    world: Joint, reason: str, held: bool
) -> None:
    session_id = world.paid_both()
    dispute = world.stripe.dispute(session_id, reason)
    world.ring("charge.dispute.created", dispute)
    world.work()
    assert world.balances() == ("600.00", "120.00")
    with reading(world.engine) as session:
        holds = contact.active_holds(session, world.who.party_id, world.now)
        (problem,) = payments.open_problems(session)
    assert {hold.debt_id for hold in holds} == ({world.debt_id, world.other_id} if held else set())
    assert problem.amount == usd("80.00")
    world.stripe.win_dispute(session_id)
    world.ring("charge.dispute.closed", dispute)
    world.work()
    assert world.balances() == ("550.00", "90.00")


_cents = st.integers(1, 100_000)


@given(st.lists(_cents, min_size=1, max_size=5), st.data())
def test_what_goes_back_adds_up_and_is_never_more_of_one_than_came(parts: list[int], data: st.DataObject) -> None:
    came = {f"debt_{n}": Money(minor, "USD") for n, minor in enumerate(parts)}
    left = dict(came)
    while sum(one.minor for one in left.values()):
        wanted = Money(data.draw(st.integers(1, sum(one.minor for one in left.values()))), "USD")
        back = shares.goes_back(wanted, came, left)
        assert sum(one.minor for one in back.values()) == wanted.minor
        for debt_id, amount in back.items():
            left[debt_id] -= amount
        assert all(one.minor >= 0 for one in left.values())


@given(st.lists(_cents, min_size=1, max_size=5), st.integers(1, 500_000))
def test_what_came_adds_up_and_is_as_it_was_shown_where_all_of_it_came(parts: list[int], minor: int) -> None:
    sent = {f"debt_{n}": Money(one, "USD") for n, one in enumerate(parts)}
    came = shares.came(Money(minor, "USD"), sent)
    assert sum(one.minor for one in came.values()) == minor
    assert minor != sum(parts) or came == sent
