"""The calls that move money, against the sandbox and, with a key, against Stripe's own test mode: the same must come back.

`STRIPE_TEST_KEY=sk_test_… pytest tests/web_pay/test_stripe_test_mode.py`
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import stripe
from sqlalchemy.engine import Engine

from bot import payments
from bot.core import Money, Settings, new_id
from bot.payments.asking import ToCharge, ToPay
from bot.payments.checkout import items_of
from tests.web_pay.pay_site import site as make_site

KEY = os.environ.get("STRIPE_TEST_KEY", "")
_NO_KEY = pytest.mark.skipif(not KEY, reason="STRIPE_TEST_KEY is not set: Stripe's own test mode was not asked")
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture(params=["sandbox", pytest.param("test mode", marks=_NO_KEY)])
def at(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Iterator[tuple[payments.Gateway, stripe.StripeClient]]:
    if request.param == "sandbox":
        with make_site(engine, tmp_path) as site:
            yield payments.StripeGateway(site.world.settings), site.stripe
        return
    assert KEY.startswith(("sk_test_", "rk_test_")), "expected a key of the test mode"
    settings = Settings.load({"STRIPE_API_KEY": KEY, "STRIPE_WEBHOOK_SECRET": "whsec_not_used"})
    yield payments.StripeGateway(settings), stripe.StripeClient(KEY)


def saved(client: stripe.StripeClient, token: str) -> tuple[str, str]:
    customer = client.v1.customers.create()
    method = client.v1.payment_methods.attach(token, {"customer": customer.id})
    return customer.id, method.id


def charge(gateway: payments.Gateway, client: stripe.StripeClient, token: str) -> tuple[str, str, payments.Payment]:
    request, (customer, method) = new_id("pay"), saved(client, token)
    return customer, request, gateway.charge(ToCharge(request, 1, "man_1", Money(4000, "USD"), customer, method))


def test_a_page_for_two_debts_opens_once_and_is_closed(at: tuple[payments.Gateway, stripe.StripeClient]) -> None:
    gateway, client = at
    asked = ToPay(
        new_id("pay"), 1, items_of({"debt_1": Money(5000, "USD"), "debt_2": Money(3000, "USD")}, "en"),
        datetime.now(timezone.utc) + timedelta(minutes=50), "https://pay.example/p/x/done", "https://pay.example/p/x", "en",
    )  # fmt: skip
    opened = gateway.open_checkout(asked)
    assert gateway.open_checkout(asked).id == opened.id
    items = client.v1.checkout.sessions.line_items.list(opened.id).data
    assert sorted(item.amount_total for item in items) == [3000, 5000]
    closed = gateway.close_checkout(opened.id)
    assert (closed.session, closed.request_id, closed.attempt) == ("expired", asked.request_id, 1)


def test_a_saved_card_is_charged_once_found_again_and_given_back(
    at: tuple[payments.Gateway, stripe.StripeClient],
) -> None:
    gateway, client = at
    customer, request, paid = charge(gateway, client, "pm_card_visa")
    assert (paid.status, paid.received, paid.by_itself) == ("succeeded", Money(4000, "USD"), True)
    found = gateway.find_charge(customer, request)
    assert found is not None and found.payment_id == paid.payment_id and paid.payment_id is not None
    order = new_id("rfd")
    given = gateway.give_back(paid.payment_id, Money(1500, "USD"), order)
    assert [(one.amount, one.order_id) for one in given.payment.refunds] == [(Money(1500, "USD"), order)]


def test_a_decline_is_an_answer_with_its_code(at: tuple[payments.Gateway, stripe.StripeClient]) -> None:
    gateway, client = at
    _, _, refused = charge(gateway, client, "pm_card_chargeCustomerFail")
    assert refused.status == "failed" and refused.declined


def test_one_key_for_two_sums_leaves_it_unknown_what_was_done(at: tuple[payments.Gateway, stripe.StripeClient]) -> None:
    """As after a change in how we write the same charge: no bank said no, so that it is looked for."""
    gateway, client = at
    customer, request, paid = charge(gateway, client, "pm_card_visa")
    other = ToCharge(request, 1, "man_1", Money(4100, "USD"), customer, "pm_card_visa")
    with pytest.raises(payments.Broken):
        gateway.charge(other)
    found = gateway.find_charge(customer, request)
    assert found is not None and found.payment_id == paid.payment_id


def test_what_moved_stands_in_the_balance_and_nothing_else_of_it(at: tuple[payments.Gateway, stripe.StripeClient]) -> None:
    gateway, client = at
    began = datetime.now(timezone.utc) - timedelta(minutes=5)
    _, request, paid = charge(gateway, client, "pm_card_visa")
    assert paid.payment_id is not None
    back = gateway.give_back(paid.payment_id, Money(1500, "USD"), new_id("rfd"))
    moved = gateway.movements(began, began + timedelta(hours=1))
    of_it = {(one.kind, one.about, one.amount.minor) for one in moved if one.payment_id == paid.payment_id}
    assert of_it == {("payment", paid.payment_id, 4000), ("refund", back.refund_id, -1500)}
    assert [one.request_id for one in moved if one.about == paid.payment_id] == [request]


def test_what_is_not_there_is_named_so(at: tuple[payments.Gateway, stripe.StripeClient]) -> None:
    gateway, _ = at
    with pytest.raises(payments.NotThere):
        gateway.checkout("cs_test_nobody_made_this")
    with pytest.raises(payments.NotThere):
        gateway.payment("pi_nobody_made_this")
