"""Stripe's doorbell: who rang is checked. Nothing of an event but its type and the id of its object is believed."""

from __future__ import annotations

import stripe

from bot.core import Settings, from_unix
from bot.payments.gateway import Event, NotAnEvent, WrongMode, WrongSignature

TOLERANCE_SECONDS = 300
CHECKOUT = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
INTENT = (
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.canceled",
)
REFUND = ("refund.created", "refund.updated", "refund.failed", "charge.refund.updated")
REFUNDED = ("charge.refunded",)
DISPUTE = (
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
)
WARNING = ("radar.early_fraud_warning.created", "radar.early_fraud_warning.updated")
MANDATE = ("mandate.updated",)
METHOD = ("payment_method.automatically_updated", "payment_method.updated", "payment_method.detached")
KNOWN = frozenset((*CHECKOUT, *INTENT, *REFUND, *REFUNDED, *DISPUTE, *WARNING, *MANDATE, *METHOD))
"""Those that say something to us."""


def verify(settings: Settings, raw_body: bytes, signature_header: str | None) -> Event:
    """Each secret is tried, so that one can be changed while events are under way. Raises BadWebhook."""
    for secret in settings.stripe.webhook_secrets:
        try:
            found = stripe.Webhook.construct_event(raw_body, signature_header, secret, TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        except (ValueError, AttributeError, TypeError) as error:
            raise NotAnEvent(f"expected a JSON object, got {type(error).__name__}") from error
        return _of_our_mode(settings, found)
    raise WrongSignature("expected a signature made with one of our webhook secrets in the last 5 minutes")


def event_of(found: stripe.Event) -> Event:
    """All that is believed of it. Raises NotAnEvent."""
    try:
        about = found.data.object["id"]
        created = from_unix(found.created)
        return Event(found.id, found.type, about if isinstance(about, str) else "", created)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotAnEvent(f"expected an event with an object, got {found.to_dict().keys()}") from error


def _of_our_mode(settings: Settings, found: stripe.Event) -> Event:
    event = event_of(found)
    is_live = settings.stripe.api_key.startswith(("sk_live_", "rk_live_"))
    if getattr(found, "livemode", False) != is_live:
        raise WrongMode(f"expected a {'live' if is_live else 'test'} event, got {event.id}")
    return event
