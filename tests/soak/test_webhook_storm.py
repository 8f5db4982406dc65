"""Ten thousand webhooks, three in ten of them twice and all in any order: in the end every ledger says what Stripe says."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import accounts, core
from bot.core import Money, reading
from bot.payments.store import provider_events
from tests.payments.pay_kit import _net, usd
from tests.soak.webhook_storm import TWICE, Storm, storm

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.mark.soak
def test_ten_thousand_webhooks_come_out_right(engine: Engine, now: datetime) -> None:
    came = storm(engine, 10_000, now)
    print(f"\nsqlite: {came}")
    assert came.rings >= 10_000
    check(engine, came)


@pytest.mark.parametrize("seed", [1, 2])
def test_in_short_they_come_out_right(engine: Engine, now: datetime, seed: int) -> None:
    came = storm(engine, 300, now, seed)
    assert came.rings >= 300
    check(engine, came)


def check(engine: Engine, came: Storm) -> None:
    assert abs(1 - came.events / came.rings - TWICE) < 0.1, "as many came twice as was meant"
    with reading(engine) as session:
        counted = sa.select(provider_events.c.state, sa.func.count()).group_by(provider_events.c.state)
        states = dict(map(tuple, session.execute(counted)))
        ledgers = {debt_id: accounts.balance(session, debt_id) for debt_id in came.sessions.values()}
        told = [text for world in came.worlds for text in receipts(session, world.conversation_id)]
    assert states == {"done": came.events}, "each once, and none is left"
    for session_id, debt_id in came.sessions.items():
        ours = usd("100.00") - Money(_net(came.stripe.sessions[session_id]), "USD")
        assert ledgers[debt_id] == ours, came.stripe.sessions[session_id]
    paid = [one for one in came.stripe.sessions.values() if one.status == "succeeded"]
    assert len(told) == len(paid), "one receipt for each payment"


def receipts(session: core.Session, conversation_id: str) -> list[str]:
    outbox = core.metadata.tables["outbox"]
    query = sa.select(outbox.c.dedup_key).where(outbox.c.conversation_id == conversation_id)
    keys = [key for key in session.execute(query).scalars() if key.startswith("receipt:")]
    return [key for key in keys if key.endswith((":0", ":no0"))]
