"""Asking for a payment, and what a link lets anybody do."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot import accounts, contact, payments
from bot.core import facts, reading, transaction
from bot.payments import State, store
from bot.payments.asking import ToPay
from bot.payments.stripe_params import session_params
from tests.payments.pay_kit import PUBLIC, World, usd

pytestmark = pytest.mark.postgres


def _post(world: World, kind: accounts.EntryKind, amount: str, source: str) -> None:
    with transaction(world.engine) as session:
        accounts.post(session, debt_id=world.debt_id, kind=kind, amount=usd(amount), source=source, now=world.now)


def test_a_link_is_short_and_only_its_hash_is_kept(world: World) -> None:
    link = world.link("50.00")
    token = link.url.removeprefix(f"{PUBLIC}/p/")
    assert len(token) == 22
    kept = json.dumps([list(map(str, row)) for row in world.rows(sa.select(store.payment_requests))])
    world.click(token)
    kept += json.dumps([list(map(str, row)) for row in world.rows(sa.select(store.checkout_attempts))])
    assert token not in kept


def test_a_new_link_ends_the_older_one(world: World) -> None:
    first, second = world.ask("50.00"), world.ask("50.00")
    assert world.state(first) is State.CANCELLED
    assert world.state(second) is State.OPEN
    with pytest.raises(payments.NotPayable):
        world.click(first)
    assert world.click(second)


def test_a_new_link_closes_the_checkout_of_the_older_one(world: World) -> None:
    first = world.click(world.ask("50.00"))
    second = world.click(world.ask("40.00"))
    assert first and second
    assert world.stripe.open_sessions() == [second.id]


def test_asking_is_a_fact(world: World) -> None:
    link = world.link("50.00")
    with reading(world.engine) as session:
        (fact,) = facts(session, kind="PaymentRequested")
    assert fact.data["request"] == link.request_id and fact.data["amount"] == 5000


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [("0.49", payments.TooSmall), ("0.50", None), ("600.00", None), ("600.01", payments.MoreThanOwed)],
)
def test_a_link_is_for_at_least_50_cents_and_at_most_what_is_owed(
    world: World, amount: str, refusal: type[Exception] | None
) -> None:
    if refusal is None:
        assert world.link(amount).amount == usd(amount)
    else:
        with pytest.raises(refusal):
            world.link(amount)


def test_nothing_is_asked_for_when_nothing_is_owed(world: World) -> None:
    _post(world, accounts.EntryKind.PAYMENT, "-600.00", "cheque")
    with pytest.raises(payments.NothingToPay):
        world.link("50.00")


@pytest.mark.parametrize("kind", list(contact.HoldKind))
def test_no_link_and_no_checkout_while_anything_is_held(world: World, kind: contact.HoldKind) -> None:
    token = world.ask()
    world.hold(kind)
    assert world.state(token) is State.PAUSED
    with pytest.raises(payments.OnHold):
        world.begin(token)
    with pytest.raises(payments.OnHold):
        world.link()


def test_a_hold_on_another_debt_stops_nothing(world: World) -> None:
    token = world.ask()
    world.hold(debt_id="debt_other")
    assert world.click(token)


def test_a_link_works_until_its_last_second(world: World) -> None:
    token = world.ask(days=7)
    world.later(days=7)
    assert world.state(token) is State.OPEN
    world.later(seconds=1)
    assert world.state(token) is State.EXPIRED
    with pytest.raises(payments.NotPayable):
        world.begin(token)


def test_an_unknown_link_is_refused_like_one_that_is_over(world: World) -> None:
    with pytest.raises(payments.LinkUnknown) as unknown:
        world.begin("guessed")
    assert unknown.value.response == payments.NotPayable.response
    with reading(world.engine) as session:
        assert payments.view(session, "guessed", world.now) is None


def test_never_more_is_taken_than_is_owed(world: World) -> None:
    token = world.ask("600.00")
    _post(world, accounts.EntryKind.PAYMENT, "-450.00", "cheque")
    opened = world.click(token)
    assert opened and world.stripe.amount(opened.id) == usd("150.00")
    with reading(world.engine) as session:
        assert payments.view(session, token, world.now).amount == usd("150.00")  # type: ignore[union-attr]


def test_a_link_for_what_was_paid_elsewhere_takes_nothing(world: World) -> None:
    token = world.ask("600.00")
    _post(world, accounts.EntryKind.PAYMENT, "-600.00", "cheque")
    assert world.state(token) is State.CLOSED
    with pytest.raises(payments.NothingToPay):
        world.begin(token)


def test_a_settled_link_takes_nothing_more(world: World) -> None:
    token = world.ask("50.00")
    opened = world.click(token)
    assert opened
    world.ring("payment_intent.succeeded", world.stripe.pay(opened.id))
    world.work()
    assert world.state(token) is State.SETTLED
    with pytest.raises(payments.NotPayable):
        world.begin(token)


def test_nothing_about_the_person_or_the_reason_goes_to_stripe(world: World) -> None:
    asked = world.begin(world.ask("50.00")).asked
    assert isinstance(asked, ToPay) and [item.name for item in asked.items] == ["Your payment"]
    text = json.dumps(session_params(asked)).lower()
    for secret in ("debt", "maria", "lopez", "acc-1000", "ending", world.who.party_id, world.debt_id, "northwind"):
        assert secret not in text


def test_a_crash_before_stripe_answers_repeats_the_very_same_call(world: World) -> None:
    token = world.ask()
    first = world.begin(token)
    world.later(minutes=10)
    again = world.begin(token)
    assert (again.key, again.asked) == (first.key, first.asked)


def test_a_crash_after_stripe_answered_finds_the_same_session(world: World) -> None:
    token = world.ask()
    before = world.stripe.open_checkout(world.begin(token).asked)
    after = world.click(token)
    assert after == before and len(world.stripe.sessions) == 1


def test_an_answer_that_was_lost_is_asked_for_again(world: World) -> None:
    token = world.ask()
    world.stripe.lost = 1
    with pytest.raises(payments.Unavailable):
        world.click(token)
    assert world.click(token)
    assert len(world.stripe.sessions) == 1


def test_a_stored_call_that_stripe_would_no_longer_take_is_not_repeated(world: World) -> None:
    token = world.ask()
    first = world.begin(token)
    world.later(minutes=30)
    assert world.begin(token).key == first.key
    world.later(seconds=1)
    assert world.begin(token).key != first.key


def test_a_call_that_stripe_refused_is_not_repeated(world: World) -> None:
    token = world.ask()
    first = world.begin(token)
    with transaction(world.engine) as session:
        payments.checkout_refused(session, first)
    assert world.begin(token).number == 2


def test_each_click_opens_a_fresh_checkout_and_closes_the_one_before(world: World) -> None:
    token = world.ask()
    opened = [world.click(token) for _ in range(3)]
    assert len({one.id for one in opened if one}) == 3
    assert world.stripe.open_sessions() == [opened[-1].id]  # type: ignore[union-attr]


def test_a_click_after_paying_opens_nothing_even_before_the_webhook(world: World) -> None:
    token = world.ask()
    opened = world.click(token)
    assert opened
    world.stripe.pay(opened.id)
    assert world.click(token) is None
    assert world.stripe.open_sessions() == []


def test_a_checkout_ends_with_its_link_where_stripe_lets_it(world: World) -> None:
    token = world.ask(days=1)
    world.later(hours=23, minutes=15)
    asked = world.begin(token).asked
    assert isinstance(asked, ToPay) and asked.open_until - world.now == timedelta(minutes=45)
