"""What we ask, put into Stripe's words: here alone, the same each time, and as it was stored before we had words of our own."""

from __future__ import annotations

import ast
import importlib
from datetime import datetime, timezone
from pathlib import Path

import msgspec
import pytest
import stripe

from bot import payments
from bot.core import Money
from bot.payments.asking import Item, ToCharge, ToPay, ToSave
from bot.payments.stripe_params import charge_params, session_params

ROOM = Path(payments.__file__).parent
UNTIL = datetime(2026, 12, 2, 15, tzinfo=timezone.utc)
WHERE = ("https://pay.example/p/{link}/done", "https://pay.example/p/{link}")
PAGE = ToPay("pay_1", 2, (Item("Your payment", Money(5000, "USD")),), UNTIL, *WHERE, "en")
KEEPS = ToPay(
    "pay_2", 1, (Item("A", Money(5000, "USD")), Item("B", Money(3000, "USD"))), UNTIL, *WHERE, "es", by_bank=True,
    mandate_id="man_1", note="Como usted eligió.",
)  # fmt: skip
SAVES = ToSave("man_1", "USD", *WHERE, "en")
CHARGE = ToCharge("pay_3", 1, "man_1", Money(4000, "USD"), "cus_1", "pm_1")


def test_a_page_saves_nothing_and_lends_nothing() -> None:
    params = session_params(PAGE)
    assert params["mode"] == "payment" and params["metadata"] == {"request_id": "pay_1", "attempt": "2"}
    assert params["payment_intent_data"] == {"metadata": params["metadata"]} and "customer_creation" not in params
    assert "payment_method_types" not in params and params["expires_at"] == UNTIL.timestamp()
    assert {"klarna", "affirm", "afterpay_clearpay", "us_bank_account"} <= set(params["excluded_payment_method_types"])


def test_a_page_with_a_mandate_keeps_what_is_paid_with_and_says_so() -> None:
    params = session_params(KEEPS)
    assert params["payment_intent_data"]["setup_future_usage"] == "off_session"
    assert params["metadata"]["mandate_id"] == "man_1" and params["customer_creation"] == "always"
    assert params["custom_text"] == {"submit": {"message": KEEPS.note}} and params["locale"] == "es-419"
    assert "us_bank_account" not in params["excluded_payment_method_types"]


def test_a_page_that_only_saves_takes_nothing() -> None:
    params = session_params(SAVES)
    assert params["mode"] == "setup" and "line_items" not in params and "expires_at" not in params


def test_a_charge_is_made_at_once_with_nobody_there() -> None:
    params = charge_params(CHARGE)
    assert params["off_session"] and params["confirm"] and params["amount"] == 4000


@pytest.mark.parametrize("page", [PAGE, KEEPS])
def test_what_was_stored_in_stripes_words_is_asked_again_to_the_letter(page: ToPay) -> None:
    old = importlib.import_module("migrations.versions.0165_provider")
    kept = msgspec.convert(old._page(session_params(page)), ToPay)
    assert kept == page and session_params(kept) == session_params(page)
    assert msgspec.convert(old._charge(charge_params(CHARGE)), ToCharge) == CHARGE


@pytest.mark.parametrize("asked", [PAGE, KEEPS, CHARGE])
def test_what_is_stored_comes_back_as_it_was(asked: ToPay | ToCharge) -> None:
    assert msgspec.convert(msgspec.to_builtins(asked), type(asked)) == asked


def test_nobody_else_in_the_room_names_what_only_stripe_calls_so() -> None:
    params = stripe.params
    calls = (params.checkout.SessionCreateParams, params.PaymentIntentCreateParams, params.RefundCreateParams)
    theirs = {name for call in calls for name in call.__annotations__ if "_" in name}
    ours = {"expires_at", "customer_id"}  # a column of attempts, and one of mandates
    for path in ROOM.glob("*.py"):
        if path.name.startswith("stripe"):
            continue
        said = {
            node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }  # fmt: skip
        assert not said & theirs - ours, path.name
        assert not any(text.startswith(("payment_intent", "checkout.session", "charge.")) for text in said), path.name
