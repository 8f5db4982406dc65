"""A reminder that waited for its moment: what happened meanwhile, and the day that it is, are asked for before it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa

from bot import contact, core, delivery
from bot.contact import store
from bot.core import Clock, Settings
from tests.agreements.kit import World
from tests.agreements.test_reminders import as_it_ships, by_sms, remind, turn_on  # noqa: F401
from tests.contact.outbox_kit import Provider

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
BEFORE, DAY, AFTER, LATER = "2026-12-01T15:30", "2026-12-04T15:30", "2026-12-05T15:30", "2026-12-09T15:30"


def nothing(world: World) -> None:
    pass


def paid(world: World) -> None:
    world.pay(60)


def paid_some(world: World) -> None:
    world.pay(20)


def disputed(world: World) -> None:
    world.hold(world.debt_id)


def prove(world: World) -> None:
    """They are known for days, so that they read amounts."""
    with core.transaction(world.engine) as session:
        until = datetime.fromisoformat("2026-12-30T00:00:00+00:00")
        contact.mark_verified(session, world.conversation_id, world.who.party_id, until, world.now)


def deliver(world: World, at: str) -> tuple[str, list[str]]:
    """What becomes of the reminder when its turn comes then, and by which rules."""
    world.now = datetime.fromisoformat(at + ":00+00:00")
    settings = replace(Settings.load({}), clock=Clock(fixed=world.now))
    postman = delivery.Postman(world.engine, {"sms": Provider()}, settings, "wrk_1", ticks=lambda: 0.0)
    while postman.deliver():
        pass
    query = sa.select(store.outbox).where(store.outbox.c.dedup_key.like("reminder:%"))
    (row,) = world.rows(query)
    return row.state, list(row.rules)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("queued", "fires", "meanwhile", "is_said"),
    [
        (DAY, "2026-12-04T22:00", nothing, True),
        (DAY, AFTER, nothing, False),
        (DAY, "2026-12-04T22:00", paid, False),
        (DAY, "2026-12-04T22:00", disputed, False),
        (AFTER, LATER, nothing, True),
        (AFTER, LATER, paid, False),
    ],
)
def test_it_goes_only_while_it_is_so(
    by_sms: World, known: bool, queued: str, fires: str, meanwhile: Callable[[World], None], is_said: bool  # noqa: F811
) -> None:  # fmt: skip
    """ "Due today" was said on Monday of Friday's part, and "hasn't come in" to who had paid on the evening before."""
    if known:
        prove(by_sms)
    turn_on(by_sms, coming="off -3 10:00", today="on +0 10:00", missed="on +1 10:00")
    assert remind(by_sms, queued) == 1
    meanwhile(by_sms)
    state, rules = deliver(by_sms, fires)
    assert state == ("sent" if is_said else "blocked"), rules
    assert is_said or rules in (["PAR-TRUE"], ["HOLD-DISPUTE"])


def test_an_amount_that_they_paid_a_part_of_is_not_asked_for(by_sms: World) -> None:  # noqa: F811
    prove(by_sms)
    turn_on(by_sms, coming="off -3 10:00", today="on +0 10:00")
    assert remind(by_sms, DAY) == 1
    paid_some(by_sms)
    assert deliver(by_sms, "2026-12-04T22:00") == ("blocked", ["PAR-TRUE"])


def test_the_link_before_the_day_goes_until_its_day(by_sms: World) -> None:  # noqa: F811
    assert remind(by_sms, BEFORE) == 1
    assert deliver(by_sms, "2026-12-03T15:30")[0] == "sent"
