"""What is asked of the payment provider is kept in our own words, and what it is called here is no one provider's."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0165"
down_revision = "0160"

_NEVER = (
    "expired_card", "incorrect_number", "invalid_number", "incorrect_cvc", "invalid_cvc", "invalid_expiry_month",
    "invalid_expiry_year", "lost_card", "stolen_card", "pickup_card", "restricted_card", "card_not_supported",
    "currency_not_supported", "invalid_account", "new_account_information_available", "fraudulent",
    "revocation_of_all_authorizations", "revocation_of_authorization", "stop_payment_order", "security_violation",
    "transaction_not_allowed", "payment_method_unusable", "no_account", "account_closed", "debit_not_authorized",
    "bank_account_restricted",
)  # fmt: skip
_TOGETHER = ("authentication_required", "payment_intent_authentication_failure")


def upgrade() -> None:
    op.rename_table("stripe_events", "provider_events")
    with op.batch_alter_table("provider_events", schema=None) as batch_op:
        batch_op.drop_index("ix_stripe_events_state")
        batch_op.create_index("ix_provider_events_state", ["state", "not_before"], unique=False)
    with op.batch_alter_table("checkout_attempts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_checkout_attempts_stripe_session_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_checkout_attempts_payment_intent_id"))
        batch_op.alter_column("stripe_session_id", new_column_name="session_id")
        batch_op.alter_column("payment_intent_id", new_column_name="payment_id")
        batch_op.alter_column("params", new_column_name="asked")
        batch_op.add_column(sa.Column("means", sa.String(12), nullable=True))
    with op.batch_alter_table("checkout_attempts", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_checkout_attempts_session_id"), ["session_id"])
        batch_op.create_index(batch_op.f("ix_checkout_attempts_payment_id"), ["payment_id"], unique=False)
    with op.batch_alter_table("refund_orders", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refund_orders_payment_intent_id"))
        batch_op.alter_column("payment_intent_id", new_column_name="payment_id")
    with op.batch_alter_table("refund_orders", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_refund_orders_payment_id"), ["payment_id"], unique=False)
    with op.batch_alter_table("mandates", schema=None) as batch_op:
        batch_op.drop_column("params")
    _translate()
    with op.batch_alter_table("checkout_attempts", schema=None) as batch_op:
        batch_op.drop_column("advice")


def _translate() -> None:
    attempts = sa.table(
        "checkout_attempts", sa.column("id"), sa.column("kind"), sa.column("asked", sa.JSON), sa.column("declined"),
        sa.column("advice"), sa.column("means"),
    )  # fmt: skip
    bind = op.get_bind()
    for row in bind.execute(sa.select(attempts)).all():
        asked = _charge(row.asked) if row.kind == "charge" else _page(row.asked)
        values = {"asked": asked, "means": _means(row.declined, row.advice)}
        bind.execute(attempts.update().where(attempts.c.id == row.id).values(**values))


def _page(params: dict[str, Any]) -> dict[str, Any]:
    tags = params["metadata"]
    until = datetime.fromtimestamp(params["expires_at"], timezone.utc)
    items = [
        {"name": price["product_data"]["name"], "amount": _money(price["unit_amount"], price["currency"])}
        for price in (item["price_data"] for item in params["line_items"])
    ]
    return {
        "request_id": tags["request_id"], "number": int(tags["attempt"]), "items": items, "open_until": until.isoformat(),
        "done_url": params["success_url"], "back_url": params["cancel_url"],
        "language": "es" if params["locale"].startswith("es") else "en",
        "by_bank": "us_bank_account" not in params["excluded_payment_method_types"],
        "mandate_id": tags.get("mandate_id"),
        "note": params.get("custom_text", {}).get("submit", {}).get("message", ""),
    }  # fmt: skip


def _charge(params: dict[str, Any]) -> dict[str, Any]:
    tags = params["metadata"]
    return {
        "request_id": tags["request_id"], "number": int(tags["attempt"]), "mandate_id": tags["by_itself"],
        "amount": _money(params["amount"], params["currency"]), "customer_id": params["customer"],
        "method_id": params["payment_method"],
    }  # fmt: skip


def _money(minor: int, currency: str) -> dict[str, Any]:
    return {"minor": minor, "currency": currency.upper()}


def _means(code: str | None, advice: str | None) -> str | None:
    if code is None and advice is None:
        return None
    if advice == "do_not_try_again" or code in _NEVER:
        return "never"
    if code in _TOGETHER:
        return "together"
    if code == "insufficient_funds":
        return "no_money"
    return "never" if advice == "confirm_card_data" else "later"
