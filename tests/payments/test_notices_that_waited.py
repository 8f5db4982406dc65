"""The notice of an automatic payment that waited: it is said only while the payment is going to be taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from bot import delivery, payments
from bot.contact.store import outbox
from bot.core import transaction
from bot.payments import autopay, mandates
from tests.contact.outbox_kit import Provider
from tests.payments.autopay_kit import FIRST, agree, allow, at, postman, round_
from tests.payments.pay_kit import World

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def nothing(world: World) -> None:
    pass


def stop(world: World) -> None:
    with transaction(world.engine) as session:
        (mandate,) = payments.mandate_store.active(session, world.debt_id)
        assert mandates.stop(session, mandate, by="debtor", now=world.now)


def dispute(world: World) -> None:
    world.hold()


def pay_it_all(world: World) -> None:
    world.paid_elsewhere("600.00")


@pytest.mark.parametrize(
    ("meanwhile", "fires", "is_said"),
    [
        (nothing, FIRST - timedelta(days=2), True),
        (nothing, FIRST + timedelta(days=1), False),
        (stop, FIRST - timedelta(days=2), False),
        (dispute, FIRST - timedelta(days=2), False),
        (pay_it_all, FIRST - timedelta(days=2), False),
    ],
)
def test_what_will_not_be_taken_is_not_announced(
    world: World, meanwhile: Callable[[World], None], fires: date, is_said: bool
) -> None:
    """A notice is no request, so that a dispute let it pass: "On Wednesday I'll take $100", and nothing was taken."""
    agree(world)
    allow(world)
    round_(world)
    at(world, FIRST - timedelta(days=3))
    autopay.work(world.engine, world.settings, world.now)
    query = sa.select(outbox).where(outbox.c.dedup_key.like("autopay:%"), outbox.c.state == "ready")
    (waits,) = world.rows(query)
    meanwhile(world)
    at(world, fires)
    settings = replace(world.settings, clock=world.clock)
    worker = delivery.Postman(world.engine, {"sms": Provider()}, settings, "wrk_1", ticks=lambda: 0.0)
    while worker.deliver():
        pass
    (row,) = world.rows(sa.select(outbox).where(outbox.c.id == waits.id))
    assert row.state == ("sent" if is_said else "blocked"), row.rules
    assert is_said or row.rules == ["PAR-TRUE"]
    postman(world)
