"""What we ask, in Stripe's words. The same value gives the same call, to the letter: Stripe compares them under one key."""

from __future__ import annotations

from typing import Any, cast

import stripe

from bot.core import Money
from bot.payments.asking import Item, ToCharge, ToPay, ToSave

NOT_ON_CREDIT = ("affirm", "afterpay_clearpay", "alma", "billie", "klarna", "scalapay", "sequra", "sunbit", "zip")
"""An old debt is not paid with a new one."""
SLOW = ("us_bank_account",)
"""Settles days later and can fail after that."""


def session_params(asked: ToPay | ToSave) -> stripe.params.checkout.SessionCreateParams:
    own = _to_pay(asked) if isinstance(asked, ToPay) else _to_save(asked)
    return cast("stripe.params.checkout.SessionCreateParams", {**own, **_page(asked)})


def charge_params(asked: ToCharge) -> stripe.params.PaymentIntentCreateParams:
    return {
        "amount": asked.amount.minor, "currency": asked.amount.currency.lower(), "customer": asked.customer_id,
        "payment_method": asked.method_id, "off_session": True, "confirm": True,
        "metadata": {"request_id": asked.request_id, "attempt": str(asked.number), "by_itself": asked.mandate_id},
    }  # fmt: skip


def refund_params(payment_id: str, amount: Money, order_id: str) -> stripe.params.RefundCreateParams:
    return {
        "payment_intent": payment_id, "amount": amount.minor, "reason": "requested_by_customer",
        "metadata": {"order_id": order_id},
    }  # fmt: skip


def _to_pay(asked: ToPay) -> dict[str, Any]:
    tags = {"request_id": asked.request_id, "attempt": str(asked.number)}
    params = {
        "mode": "payment", "client_reference_id": asked.request_id, "metadata": tags,
        "line_items": [{"quantity": 1, "price_data": _price(item)} for item in asked.items],
        "payment_intent_data": {"metadata": tags}, "expires_at": int(asked.open_until.timestamp()),
    }  # fmt: skip
    return params if asked.mandate_id is None else _keeping(params, {**tags, "mandate_id": asked.mandate_id})


def _keeping(params: dict[str, Any], tags: dict[str, str]) -> dict[str, Any]:
    """Each mandate has a customer of its own there, so that nobody's e-mail address is ever shown to somebody else."""
    intent = {"metadata": tags, "setup_future_usage": "off_session"}
    return {**params, "customer_creation": "always", "metadata": tags, "payment_intent_data": intent}


def _to_save(asked: ToSave) -> dict[str, Any]:
    tags = {"mandate_id": asked.mandate_id}
    return {
        "mode": "setup", "client_reference_id": asked.mandate_id, "metadata": tags, "currency": asked.currency.lower(),
        "customer_creation": "always", "setup_intent_data": {"metadata": tags},
    }  # fmt: skip


def _page(asked: ToPay | ToSave) -> dict[str, Any]:
    """What both pages have."""
    note = {"custom_text": {"submit": {"message": asked.note}}} if asked.note else {}
    return {
        "excluded_payment_method_types": [*NOT_ON_CREDIT, *(() if asked.by_bank else SLOW)],
        "locale": {"es": "es-419"}.get(asked.language, "en"),
        "success_url": asked.done_url, "cancel_url": asked.back_url, **note,
    }  # fmt: skip


def _price(item: Item) -> dict[str, Any]:
    amount = item.amount
    return {"currency": amount.currency.lower(), "unit_amount": amount.minor, "product_data": {"name": item.name}}
