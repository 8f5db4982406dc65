"""The nightly look over the real SDK and HTTP: what the sandbox could not deliver, and the lines of its balance."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from bot.core import Clock, reading
from bot.payments import ProblemKind, nightly, open_problems
from tests.payments.pay_kit import HOW, usd
from tests.web_pay.pay_site import Site

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_webhooks_that_were_lost_are_found_and_the_balance_adds_up(site: Site) -> None:
    site.faults(drop=1.0)
    session_id = site.click(site.link("50.00"))
    site.pay(session_id)
    intent = site.stripe.v1.checkout.sessions.retrieve(session_id).payment_intent
    httpx.post(f"{site.sandbox}/stripe/bank/disputes/{intent}", json={}).raise_for_status()
    world = site.world
    tomorrow = Clock().now() + timedelta(days=1)
    later = tomorrow.replace(hour=4, minute=0)
    assert nightly.look(world.engine, world.stripe, later, HOW) == 1
    with reading(world.engine) as session:
        checked, found = nightly.last_check(session), open_problems(session)
    assert checked is not None and checked.totals == {"USD": (0, 0)} and checked.differing == 0
    assert checked.undelivered > 0 and world.balance == usd("600.00")
    assert [kind for kind, _ in world.entries()] == ["payment", "reversal"]
    assert {one.kind for one in found} == {ProblemKind.UNDELIVERED, ProblemKind.TAKEN_BACK}
