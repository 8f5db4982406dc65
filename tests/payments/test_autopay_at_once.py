"""Two workers at the same moment, and a debtor beside them, on both databases: one charge, and never a link with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from bot import payments
from bot.payments import charging
from bot.payments.asking import ToPay
from tests.payments.autopay_kit import FIRST, agree, allow, at, days, round_, taken
from tests.payments.pay_kit import HOW, World, usd

pytestmark = pytest.mark.postgres


@pytest.fixture
def today(world: World) -> World:
    """The morning of the first part, announced."""
    agree(world)
    allow(world)
    days(world, date(2026, 12, 1), date(2026, 12, 1))
    at(world, FIRST)
    return world


def test_two_workers_take_it_once(today: World) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: charging.take_due(today.engine, today.stripe, today.now, HOW), range(4)))
    assert taken(today) == [10000] and today.balance == usd("500.00")
    round_(today)
    assert taken(today) == [10000]


def test_a_link_asked_for_at_the_same_moment_is_closed_or_stops_it(today: World) -> None:
    def ask() -> str | None:
        try:
            return today.ask("100.00")
        except payments.OnItsWay:
            return None

    with ThreadPoolExecutor(2) as pool:
        asked = pool.submit(ask)
        pool.submit(charging.take_due, today.engine, today.stripe, today.now, HOW).result()
    token = asked.result()
    opened = today.click(token) if token is not None and today.state(token) is payments.State.OPEN else None
    if opened is not None:
        today.stripe.pay(opened.id)
        today.ring("checkout.session.completed", opened.id)
        today.work()
    assert today.balance.minor <= 50000
    live = [one for one in today.stripe.open_sessions() if isinstance(today.stripe.asked[one], ToPay)]
    assert live == [] and len(taken(today)) == 1
