"""The shapes of a Checkout Session and of what is bought in it, as Stripe's pinned API version sends them."""

from __future__ import annotations

from typing import Any

from bot.sandbox.store import Json, stripe_id

LONGEST_SECONDS = 24 * 3600
_COPIED = (
    "after_expiration",
    "allow_promotion_codes",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "customer",
    "customer_email",
    "excluded_payment_method_types",
    "allowed_payment_method_types",
    "locale",
    "submit_type",
    "success_url",
)
# fmt: off
_ALWAYS: Json = {
    "object": "checkout.session", "adaptive_pricing": {"enabled": False}, "custom_fields": [],
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "discounts": [], "livemode": False, "mode": "payment", "payment_method_collection": "if_required",
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"], "payment_status": "unpaid",
    "phone_number_collection": {"enabled": False}, "shipping_options": [], "status": "open",
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    **dict.fromkeys((
        "client_secret", "collected_information", "consent", "currency_conversion", "customer_details",
        "invoice", "payment_intent", "payment_link", "payment_method_configuration_details",
        "recovered_from", "saved_payment_method_options", "setup_intent", "shipping_address_collection",
        "shipping_cost", "subscription",
    )),
}
# fmt: on


def session(params: Json, currency: str, total: int, pay_url: str, now: int) -> Json:
    """An open session; its page is at `pay_url` and its id."""
    id_ = stripe_id("cs_test", 58)
    made_customer = None if params.get("customer") else params.get("customer_creation", "if_required")
    return {
        **_ALWAYS,
        "id": id_,
        "amount_subtotal": total,
        "amount_total": total,
        "consent_collection": _consent_collection(params.get("consent_collection")),
        "created": now,
        "currency": currency,
        "custom_text": _custom_text(params.get("custom_text") or {}),
        "customer_creation": made_customer,
        "expires_at": params.get("expires_at", now + LONGEST_SECONDS),
        "metadata": params.get("metadata") or {},
        "ui_mode": params.get("ui_mode", "hosted_page"),
        "url": pay_url + id_,
        **{name: params.get(name) for name in _COPIED},
    }


def setup_session(params: Json, pay_url: str, now: int) -> Json:
    """One in which something is saved and nothing paid."""
    made = session(params, params["currency"].lower(), 0, pay_url, now)
    nothing = {"amount_subtotal": None, "amount_total": None, "payment_status": "no_payment_required"}
    return {**made, **nothing, "mode": "setup"}


def _custom_text(given: Json) -> Json:
    places = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
    return {place: given.get(place) or None for place in places}


def _consent_collection(given: Any) -> Json | None:
    if not given:
        return None
    nothing = {"payment_method_reuse_agreement": None, "promotions": "none", "terms_of_service": "none"}
    return {**nothing, **given}


def line_item(params: Json, currency: str) -> Json:
    price, quantity = params["price_data"], params.get("quantity", 1)
    total = int(price["unit_amount"]) * quantity
    name = price["product_data"]["name"]
    return {
        "id": stripe_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": currency,
        "description": name,
        "metadata": params.get("metadata") or {},
        "price": _price(price, currency),
        "quantity": quantity,
    }


def _price(data: Json, currency: str) -> Json:
    return {
        "id": stripe_id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": 0,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": stripe_id("prod", 14),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": int(data["unit_amount"]),
        "unit_amount_decimal": str(data["unit_amount"]),
    }
