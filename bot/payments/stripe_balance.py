"""Lines of Stripe's balance, read as money of a payment that came or went."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import stripe

from bot.core import Money
from bot.payments.gateway import Movement


def tag(tagged: stripe.checkout.Session | stripe.PaymentIntent | stripe.Refund | stripe.Charge, name: str) -> str | None:
    """Metadata is no dictionary: it has no `get`."""
    return tagged.metadata[name] if tagged.metadata and name in tagged.metadata else None


def between(since: datetime, until: datetime) -> Any:
    return {"gte": int(since.timestamp()), "lt": int(until.timestamp())}


def movement_of(line: stripe.BalanceTransaction) -> Movement | None:
    """None for what is no money of a payment, or not there yet: a bank may still say no to it."""
    of: Any = line.source
    amount = Money(line.amount, line.currency.upper())
    if isinstance(of, stripe.Charge) and line.type in ("charge", "payment"):
        intent = _id_of(of.payment_intent)
        here = of.status == "succeeded" and intent is not None
        return Movement("payment", intent, intent, tag(of, "request_id"), amount) if here and intent else None
    intent = _id_of(getattr(of, "payment_intent", None))
    if intent is None:
        return None
    if isinstance(of, stripe.Refund) and of.status in ("succeeded", "failed", "canceled"):
        kind: Literal["refund", "refund_failed"] = "refund" if line.amount < 0 else "refund_failed"
        return Movement(kind, of.id, intent, None, amount)
    if isinstance(of, stripe.Dispute):
        return Movement("taken_back" if line.amount < 0 else "given_again", of.id, intent, None, amount)
    return None


def _id_of(intent: str | stripe.PaymentIntent | None) -> str | None:
    return intent.id if isinstance(intent, stripe.PaymentIntent) else intent
