"""Payment intents, the charges that they make, and refunds.

`attempt` is the one place where money moves or is refused, on the pay page and off-session alike.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox import stripe_bank as bank
from bot.sandbox import stripe_cards as cards
from bot.sandbox import stripe_customers as customers
from bot.sandbox import stripe_debits as debits
from bot.sandbox import stripe_objects as objects
from bot.sandbox.store import Json
from bot.sandbox.stripe_api import ApiError, Call
from bot.sandbox.stripe_cards import Decline, TestCard
from bot.sandbox.stripe_listing import page

_CANCELLABLE = (
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "requires_capture",
    "processing",
)
_CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
SMALLEST_MINOR = 50
LARGEST_MINOR = 99_999_999


@dataclass(frozen=True)
class Attempt:
    """How a payment is tried: with the payer there or not, and whether they passed their bank's question."""

    off_session: bool = False
    authenticated: bool = False
    refused_challenge: bool = False


def create(call: Call, params: Json) -> Json:
    check_amount(params["amount"], "amount")
    if params.get("customer"):
        call.need(params["customer"], "customer", "customer")
    if "off_session" in params and not params.get("confirm"):
        raise ApiError(400, "You cannot set `off_session` unless you also set `confirm` to true.", param="off_session")
    intent = call.store.save(objects.payment_intent(params, call.now))
    call.emit("payment_intent.created", intent)
    if params.get("payment_method"):
        found, _ = customers.method(call, params["payment_method"])
        check_owner(intent, found)
        intent.update(payment_method=found["id"], status="requires_confirmation")
        call.store.save(intent)
    return _confirm(call, intent, params) if params.get("confirm") else intent


def check_amount(amount: int, param: str) -> None:
    if amount < SMALLEST_MINOR:
        raise ApiError(400, "Amount must be at least $0.50 usd", code="amount_too_small", param=param)
    if amount > LARGEST_MINOR:
        raise ApiError(400, "Amount must be no more than $999,999.99", code="amount_too_large", param=param)


def check_owner(intent: Json, method: Json) -> None:
    """A saved card pays only for its own customer."""
    if method["customer"] in (None, intent["customer"]):
        return
    if intent["customer"] is None:
        message = (
            f"The provided PaymentMethod belongs to the Customer {method['customer']}."
            " Please include the Customer in the `customer` parameter on the PaymentIntent."
        )
    else:
        message = f"The customer {intent['customer']} does not have a payment method with the ID {method['id']}."
    raise ApiError(400, message, param="payment_method")


def confirm(call: Call, params: Json, id_: str) -> Json:
    intent = call.need(id_, "payment_intent", "intent")
    if intent["status"] not in _CONFIRMABLE:
        message = f"You cannot confirm this PaymentIntent because it has already {intent['status']}."
        raise ApiError(400, message, code="payment_intent_unexpected_state", payment_intent=intent)
    return _confirm(call, intent, params)


def _confirm(call: Call, intent: Json, params: Json) -> Json:
    method_id = params.get("payment_method") or intent["payment_method"]
    if not method_id:
        message = "You cannot confirm this PaymentIntent because it's missing a payment method."
        raise ApiError(400, message, code="payment_intent_unexpected_state", payment_intent=intent)
    found, card = customers.method(call, method_id)
    off_session = params.get("off_session") not in (None, False)
    check_owner(intent, found)
    if call.store.setting(f"detached:{found['id']}", False) or (off_session and found["customer"] is None):
        message = (
            "The provided PaymentMethod cannot be used again. It was detached from a Customer, or used"
            " without being attached to one."
        )
        raise ApiError(400, message, param="payment_method")
    return attempt(call, intent, found, card, Attempt(off_session=off_session))


def attempt(call: Call, intent: Json, method: Json, card: TestCard, how: Attempt) -> Json:
    """The paid (or waiting) intent. Raises the 402 of a decline, with what happened kept."""
    intent.update(payment_method=method["id"], next_action=None)
    saved = method["customer"] is not None and how.off_session
    why = _refusal(card, how, saved) or (call.weather.next_decline() if saved else None)
    if why:
        raise _fail(call, intent, method, why)
    if card.challenge and not how.authenticated and not how.off_session:
        return _ask(call, intent)
    if isinstance(card, cards.TestBank):
        return debits.begin(call, intent, method)
    return _succeed(call, intent, method, card)


def _refusal(card: TestCard, how: Attempt, saved: bool) -> Decline | None:
    if how.refused_challenge:
        return cards.REFUSED_CHALLENGE
    if how.off_session and card.challenge == "always":
        return cards.AUTHENTICATION
    return card.decline or (card.later if saved else None)


def _ask(call: Call, intent: Json) -> Json:
    """3-D Secure: the payer's bank has a question."""
    intent.update(status="requires_action", next_action={"type": "use_stripe_sdk", "use_stripe_sdk": {}})
    call.emit("payment_intent.requires_action", call.store.save(intent))
    return intent


def _succeed(call: Call, intent: Json, method: Json, card: TestCard) -> Json:
    made = objects.charge(intent, method, call.now)
    fee = 30 + made["amount"] * 29 // 1000
    made["balance_transaction"] = bank.booked(call, made, made["amount"], "charge", fee)["id"]
    call.store.save(made)
    intent.update(
        status="succeeded",
        amount_received=intent["amount"],
        latest_charge=made["id"],
        last_payment_error=None,
    )
    call.store.save(intent)
    customers.keep_for_later(call, intent, method)
    call.emit("charge.succeeded", made)
    call.emit("payment_intent.succeeded", intent)
    if card.disputed:
        bank.opened(call, made, "fraudulent")
    if card.warned:
        bank.warned(call, made, "made_with_stolen_card")
    return intent


def _fail(call: Call, intent: Json, method: Json, why: Decline) -> ApiError:
    made = call.store.save(objects.failed_charge(intent, method, why, call.now))
    error = customers.declined(why, method, charge=made["id"])
    intent.update(
        status="requires_payment_method",
        payment_method=None,
        latest_charge=made["id"],
        last_payment_error={**error.error},
    )
    call.store.save(intent)
    call.emit("charge.failed", made)
    call.emit("payment_intent.payment_failed", intent)
    error.error["payment_intent"] = intent
    return error


def retrieve(call: Call, params: Json, id_: str) -> Json:
    return call.need(id_, "payment_intent", "intent")


def listing(call: Call, params: Json) -> Json:
    return page(params, call.store.all("payment_intent"), "/v1/payment_intents")


def cancel(call: Call, params: Json, id_: str) -> Json:
    intent = call.need(id_, "payment_intent", "intent")
    if intent["status"] not in _CANCELLABLE:
        message = f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}."
        raise ApiError(400, message, code="payment_intent_unexpected_state", payment_intent=intent)
    intent.update(
        status="canceled",
        canceled_at=call.now,
        next_action=None,
        cancellation_reason=params.get("cancellation_reason"),
    )
    call.emit("payment_intent.canceled", call.store.save(intent))
    return intent


def charge(call: Call, params: Json, id_: str) -> Json:
    return call.need(id_, "charge", "id")


def charges(call: Call, params: Json) -> Json:
    return page(params, call.store.all("charge"), "/v1/charges")


def refund(call: Call, params: Json) -> Json:
    of = _refundable(call, params)
    left = of["amount"] - of["amount_refunded"]
    if of["disputed"]:
        raise ApiError(400, f"Charge {of['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    if left == 0:
        raise ApiError(400, f"Charge {of['id']} has already been refunded.", code="charge_already_refunded")
    amount = params.get("amount", left)
    if not 1 <= amount <= left:
        message = (
            f"Refund amount (${amount / 100:,.2f}) is greater than unrefunded amount on charge (${left / 100:,.2f})"
        )
        raise ApiError(400, message, param="amount")
    made = objects.refund(params, of, amount, call.now)
    made["balance_transaction"] = bank.booked(call, made, -amount, "refund")["id"]
    call.store.save(made)
    of.update(amount_refunded=of["amount_refunded"] + amount, refunded=amount == left)
    call.store.save(of)
    call.emit("refund.created", made)
    call.emit("charge.refunded", of)
    return made


def _refundable(call: Call, params: Json) -> Json:
    if params.get("payment_intent"):
        intent = call.need(params["payment_intent"], "payment_intent", "payment_intent")
        if intent["status"] != "succeeded":
            message = f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            raise ApiError(400, message, param="payment_intent")
        return call.need(intent["latest_charge"], "charge", "charge")
    if not params.get("charge"):
        raise ApiError(
            400, "One of the following params should be provided for this request: payment_intent or charge."
        )
    return call.need(params["charge"], "charge", "charge")


def retrieve_refund(call: Call, params: Json, id_: str) -> Json:
    return call.need(id_, "refund", "refund")


def refunds(call: Call, params: Json) -> Json:
    return page(params, call.store.all("refund"), "/v1/refunds")
