"""The shapes of what Stripe answers: customers, cards, payments, sessions, events.

Each function builds one object as Stripe's pinned API version sends it; nothing here decides or stores.
Times are seconds since 1970, money is minor units.
"""

from __future__ import annotations

import hashlib
from typing import Any

from bot.sandbox.store import Json, stripe_id
from bot.sandbox.stripe_cards import Decline, TestCard, TestWallet

API_VERSION = "2026-10-28.endive"
_NO_ADDRESS = {
    "city": None,
    "country": "US",
    "line1": None,
    "line2": None,
    "postal_code": None,
    "state": None,
}


def customer(params: Json, now: int) -> Json:
    shown = ("address", "description", "email", "name", "phone", "shipping", "preferred_locales")
    return {
        "id": stripe_id("cus", 14),
        "object": "customer",
        "balance": 0,
        "created": now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "invoice_prefix": stripe_id("x", 8)[2:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "next_invoice_sequence": 1,
        "tax_exempt": "none",
        "test_clock": None,
        **{name: params.get(name) or ([] if name == "preferred_locales" else None) for name in shown},
    }


def payment_method(card: TestCard, params: Json, now: int) -> Json:
    return {
        "id": stripe_id("pm"),
        "object": "payment_method",
        "allow_redisplay": params.get("allow_redisplay", "unspecified"),
        "billing_details": billing_details(params.get("billing_details") or {}),
        "card": _card(card),
        "created": now,
        "customer": None,
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "type": "card",
    }


def bank_method(bank: TestCard, params: Json, now: int) -> Json:
    """A bank account, checked at once."""
    made = payment_method(bank, params, now)
    del made["card"]
    account = {
        "account_holder_type": "individual", "account_type": bank.funding, "bank_name": bank.brand,
        "financial_connections_account": None, "fingerprint": hashlib.sha256(bank.number.encode()).hexdigest()[:16],
        "last4": bank.number[-4:], "networks": {"preferred": "ach", "supported": ["ach"]},
        "routing_number": "110000000", "status_details": {},
    }  # fmt: skip
    return {**made, "type": "us_bank_account", "us_bank_account": account}


def billing_details(params: Json) -> Json:
    known = {name: params.get(name) for name in ("email", "name", "phone", "tax_id")}
    return {"address": {**_NO_ADDRESS, **(params.get("address") or {})}, **known}


def _card(card: TestCard) -> Json:
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "display_brand": card.brand,
        "exp_month": card.expires[0],
        "exp_year": card.expires[1],
        "fingerprint": hashlib.sha256(card.digits.encode()).hexdigest()[:16],
        "funding": card.funding,
        "generated_from": None,
        "last4": card.digits[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
        "wallet": _wallet(card) if isinstance(card, TestWallet) else None,
    }


def _wallet(card: TestWallet) -> Json:
    return {"type": card.number, card.number: {}, "dynamic_last4": None}


# fmt: off
_INTENT_ALWAYS: Json = {
    "object": "payment_intent", "amount_capturable": 0, "amount_received": 0, "livemode": False,
    "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
    "payment_method_options": {"card": {"installments": None, "mandate_options": None, "network": None,
                                        "request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"], "status": "requires_payment_method",
    **dict.fromkeys((
        "application", "application_fee_amount", "canceled_at", "cancellation_reason", "last_payment_error",
        "latest_charge", "next_action", "on_behalf_of", "payment_method",
        "payment_method_configuration_details", "processing", "review", "shipping", "source",
        "transfer_data", "transfer_group",
    )),
}
_CHARGE_ALWAYS: Json = {
    "object": "charge", "amount_refunded": 0, "calculated_statement_descriptor": "PARLEY SANDBOX",
    "captured": True, "disputed": False, "fraud_details": {}, "livemode": False, "paid": True,
    "radar_options": {}, "refunded": False, "status": "succeeded",
    **dict.fromkeys((
        "application", "application_fee", "application_fee_amount", "failure_balance_transaction",
        "failure_code", "failure_message", "on_behalf_of", "receipt_number", "receipt_url", "review",
        "shipping", "source", "source_transfer", "transfer_data", "transfer_group",
    )),
}
_CHARGE_COPIED = (
    "amount", "currency", "customer", "description", "metadata", "receipt_email", "statement_descriptor",
    "statement_descriptor_suffix",
)
_CARD_COPIED = (
    "brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet",
)
# fmt: on
_INTENT_GIVEN = (
    "customer",
    "description",
    "receipt_email",
    "setup_future_usage",
    "statement_descriptor",
    "statement_descriptor_suffix",
)


def payment_intent(params: Json, now: int) -> Json:
    id_ = stripe_id("pi")
    return {
        **_INTENT_ALWAYS,
        "id": id_,
        "amount": params["amount"],
        "capture_method": params.get("capture_method", "automatic_async"),
        "client_secret": f"{id_}_secret_{stripe_id('x')[2:]}",
        "confirmation_method": params.get("confirmation_method", "automatic"),
        "created": now,
        "currency": params["currency"].lower(),
        "excluded_payment_method_types": params.get("excluded_payment_method_types"),
        "metadata": params.get("metadata") or {},
        **{name: params.get(name) for name in _INTENT_GIVEN},
    }


def charge(intent: Json, method: Json, now: int) -> Json:
    """Of a payment that went through; `failed_charge` is the other one."""
    return {
        **_CHARGE_ALWAYS,
        "id": stripe_id("ch"),
        "amount_captured": intent["amount"],
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "created": now,
        "outcome": outcome("authorized", "approved_by_network", "Payment complete."),
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _charged(method, intent["amount"]),
        **{name: intent[name] for name in _CHARGE_COPIED},
    }


def pending_charge(intent: Json, method: Json, now: int) -> Json:
    """Of a debit that a bank works on."""
    return {**charge(intent, method, now), "status": "pending", "paid": False}


def failed_charge(intent: Json, method: Json, why: Decline, now: int) -> Json:
    why_not = "The bank did not return any further details with this decline."
    reason = {"reason": why.decline_code or None, "advice_code": why.advice or None}
    return {
        **charge(intent, method, now),
        "status": "failed",
        "paid": False,
        "captured": False,
        "amount_captured": 0,
        "balance_transaction": None,
        "failure_code": why.code,
        "failure_message": why.message,
        "outcome": outcome("issuer_declined", "declined_by_network", why_not, **reason),
    }


def _charged(method: Json, amount: int) -> Json:
    if method["type"] == "card":
        return {"type": "card", "card": _charged_card(method["card"], amount)}
    copied = ("account_holder_type", "account_type", "bank_name", "fingerprint", "last4", "routing_number")
    account = {name: method["us_bank_account"][name] for name in copied}
    more = {"expected_debit_date": None, "mandate": None, "payment_reference": None}
    return {"type": "us_bank_account", "us_bank_account": {**account, **more}}


def _charged_card(card: Json, amount: int) -> Json:
    return {
        **{name: card[name] for name in _CARD_COPIED},
        "amount_authorized": amount,
        "authorization_code": stripe_id("x", 6)[2:].upper(),
        "installments": None,
        "mandate": None,
        "network": card["brand"],
        "network_token": {"used": False},
        "three_d_secure": None,
    }


def outcome(kind: str, status: str, message: str, **more: Any) -> Json:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": status,
        "reason": None,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": message,
        "type": kind,
        **more,
    }


def refund(params: Json, of: Json, amount: int, now: int) -> Json:
    return {
        "id": stripe_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": of["id"],
        "created": now,
        "currency": of["currency"],
        "destination_details": {
            "card": {
                "reference_status": "pending",
                "reference_type": "acquirer_reference_number",
                "type": "refund",
            },
            "type": "card",
        },
        "metadata": params.get("metadata") or {},
        "payment_intent": of["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    }


def event(kind: str, about: Json, now: int, request: Json, previous: Json | None = None) -> Json:
    data = {"object": about} if previous is None else {"object": about, "previous_attributes": previous}
    return {
        "id": stripe_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": now,
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": request,
        "type": kind,
    }
