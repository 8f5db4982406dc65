"""Several debts of one person: offered together, paid as they direct, and never a disputed one."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from sqlalchemy.engine import Engine

from bot import accounts, negotiation
from bot.core import Money
from bot.negotiation import DebtDisputed, MoreThanAllOwed, shared_out
from bot.negotiation.several import Open
from tests.agreements.kit import World, make_world, usd
from tests.agreements.upkeep_kit import seeds
from tests.examples import many

pytestmark = pytest.mark.postgres
DEBTS = (Open("old", usd(100)), Open("disputed", usd(50), closed=True), Open("new", usd(200)))


@pytest.fixture
def two(engine: Engine, now: object) -> World:
    return make_world(engine, now, bills=("600.00", "80.00"))  # type: ignore[arg-type]


def test_without_directions_the_oldest_comes_first_and_a_disputed_one_never() -> None:
    assert shared_out(DEBTS, usd(120)) == (("old", usd(100)), ("new", usd(20)))


def test_a_payment_goes_where_they_say() -> None:
    assert shared_out(DEBTS, usd(120), [("new", usd(120))]) == (("new", usd(120)),)
    assert shared_out(DEBTS, usd(120), [("new", usd(70)), ("old", None)]) == (("new", usd(70)), ("old", usd(50)))


def test_what_they_said_nothing_about_goes_to_the_oldest() -> None:
    assert shared_out(DEBTS, usd(120), [("new", usd(70))]) == (("new", usd(70)), ("old", usd(50)))


def test_not_even_their_own_word_sends_money_to_a_disputed_debt() -> None:
    with pytest.raises(DebtDisputed):
        shared_out(DEBTS, usd(50), [("disputed", usd(50))])


def test_no_debt_takes_more_than_is_owed_on_it() -> None:
    with pytest.raises(MoreThanAllOwed) as refused:
        shared_out(DEBTS, usd(120), [("old", usd(101))])
    assert refused.value.values["left"] == usd(100)
    assert shared_out(DEBTS, usd(300)) == (("old", usd(100)), ("new", usd(200)))
    with pytest.raises(MoreThanAllOwed) as refused:
        shared_out(DEBTS, usd("300.01"))
    assert refused.value.values["left"] == usd(300)


def test_a_debt_of_somebody_else_is_not_known() -> None:
    with pytest.raises(accounts.NoSuchDebt):
        shared_out(DEBTS, usd(10), [("theirs", usd(10))])


@settings(max_examples=many(1000), deadline=None)
@given(seeds)
def test_shares_sum_to_the_amount_and_fit_their_debts(seed: int) -> None:
    chance = Random(seed)
    debts = [Open(f"d{n}", Money(chance.randint(1, 9000), "USD"), chance.random() < 0.3) for n in range(5)]
    amount = Money(chance.randint(1, 20_000), "USD")
    named = [None, Money(chance.randint(1, 5000), "USD")]
    directions = [(f"d{chance.randint(0, 4)}", chance.choice(named)) for _ in range(chance.randint(0, 3))]
    try:
        shares = dict(shared_out(debts, amount, directions))
    except (DebtDisputed, MoreThanAllOwed):
        return
    assert sum(share.minor for share in shares.values()) == amount.minor
    for debt in debts:
        assert shares.get(debt.debt_id, usd(0)) <= debt.balance
        assert not debt.closed or debt.debt_id not in shares
    asked = {debt_id: share for debt_id, share in directions if share is not None}
    assert all(shares[debt_id] >= share for debt_id, share in asked.items())


def test_every_debt_has_offers_of_its_own(two: World) -> None:
    found = two.run(negotiation.options_for_all, two.who, two.now, two.today)
    assert [one.debt.id for one in found] == list(two.debts)
    assert all(made.debt_id == one.debt.id for one in found for made in one.made)
    assert all(one.made and not one.on_hold for one in found)


def test_a_disputed_debt_is_left_alone_while_the_other_can_be_arranged(two: World) -> None:
    two.hold(two.debts[0])
    held, other = two.run(negotiation.options_for_all, two.who, two.now, two.today)
    assert held.on_hold and held.made == () and other.made
    shares = two.run(negotiation.allocate, two.who, usd(50), [], two.now)
    assert shares == ((two.debts[1], usd(50)),)
    with pytest.raises(DebtDisputed):
        two.run(negotiation.allocate, two.who, usd(50), [(two.debts[0], None)], two.now)


def test_agreements_on_two_debts_do_not_disturb_each_other(two: World) -> None:
    first = two.monthly(100)
    (offered, *_) = two.options(two.debts[1])
    second = two.accept(offered)
    two.pay(80, two.debts[1])
    two.run(negotiation.look_after, second.id, two.now)
    assert two.run(negotiation.how_it_ended, second.id) == "completed"
    assert two.current() == first and two.left()[0] == "2026-12-04 100"
