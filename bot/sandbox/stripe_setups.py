"""SetupIntents: a card or a bank account is saved, and nothing is taken."""

from __future__ import annotations

from bot.sandbox import stripe_customers as customers
from bot.sandbox import stripe_mandates as mandates
from bot.sandbox.store import Json, stripe_id
from bot.sandbox.stripe_api import Call
from bot.sandbox.stripe_cards import TestCard

# fmt: off
_ALWAYS: Json = {
    "object": "setup_intent", "livemode": False, "payment_method_types": ["card"], "usage": "off_session",
    "payment_method_options": {"card": {"mandate_options": None, "network": None,
                                        "request_three_d_secure": "automatic"}},
    "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
    **dict.fromkeys((
        "application", "cancellation_reason", "description", "excluded_payment_method_types", "flow_directions",
        "last_setup_error", "latest_attempt", "mandate", "next_action", "on_behalf_of",
        "payment_method_configuration_details", "single_use_mandate",
    )),
}
# fmt: on


def save_method(call: Call, customer: str, method: Json, card: TestCard, metadata: Json) -> Json:
    """A finished one, with the method in the customer's keeping. Raises the 402 of a card that no bank vouches for."""
    if card.decline:
        raise customers.declined(card.decline, method)
    method["customer"] = customer
    call.emit("payment_method.attached", call.store.save(method))
    id_ = stripe_id("seti")
    made = {
        **_ALWAYS, "id": id_, "client_secret": f"{id_}_secret_{stripe_id('x')[2:]}", "created": call.now,
        "customer": customer, "metadata": metadata, "payment_method": method["id"], "status": "succeeded",
        "mandate": mandates.keep(call, method),
    }  # fmt: skip
    call.emit("setup_intent.succeeded", call.store.save(made))
    return made


def retrieve(call: Call, params: Json, id_: str) -> Json:
    return call.need(id_, "setup_intent", "intent")
