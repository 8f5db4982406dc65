"""Whatever is written down first: the same entries, each on its day, leave the same plan."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot import accounts, negotiation
from bot.core import transaction
from tests.payments.pay_kit import World, usd

LATER = 100
"""Days from the yes until somebody writes down what came."""
CAME = {
    "all in time": [(10, "100.00"), (45, "100.00"), (75, "100.00"), (95, "100.00")],
    "one late, one back": [(10, "100.00"), (60, "100.00"), (70, "-100.00"), (90, "50.00")],
    "all at once, then some back": [(5, "600.00"), (50, "-150.00"), (80, "-50.00"), (95, "200.00")],
}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("came", list(CAME.values()), ids=list(CAME))
def test_any_order_of_the_same_entries_leaves_the_same_plan(world: World, engine: Engine, came: list[Any]) -> None:
    """All orders of each, every one in a savepoint of its own that is undone."""
    with transaction(engine) as session:
        today = world.now.date()
        made = negotiation.options(session, world.who, world.debt_id, world.now, today)
        (wanted,) = [one for one in made if one.offer.kind is negotiation.Kind.SHORT_PLAN]
        negotiation.accept(session, world.who, wanted.id, world.now, today)
    world.later(days=LATER)
    ends = set()
    for order in permutations(enumerate(came)):
        with transaction(engine) as session:
            tried = session.begin_nested()
            ends.add(_after(world, session, order))
            tried.rollback()
    assert len(ends) == 1


def _after(world: World, session: Any, order: Any) -> tuple[Any, ...]:
    for number, (day, amount) in order:
        came, kinds = usd(amount), accounts.EntryKind
        kind = kinds.PAYMENT if came.is_positive else kinds.REVERSAL
        on = (world.now - timedelta(days=LATER - day)).date()
        accounts.post(
            session, debt_id=world.debt_id, kind=kind, amount=-came, source=f"e:{number}", now=world.now, on=on
        )  # fmt: skip
        negotiation.replay_payments(session, world.debt_id, world.now, by="test")
    newest = negotiation.latest_agreement(session, world.who, world.debt_id)
    assert newest is not None
    ended, left = negotiation.how_it_ended(session, newest.id), negotiation.remaining(session, newest)
    return ended, newest.schedule, left, negotiation.missed(session, newest, world.now)
