"""Customers and their saved cards. The number is kept beside its payment method: all are test numbers."""

from __future__ import annotations

from bot.sandbox import stripe_cards as cards
from bot.sandbox import stripe_mandates as mandates
from bot.sandbox import stripe_objects as objects
from bot.sandbox.store import Json
from bot.sandbox.stripe_api import ApiError, Call
from bot.sandbox.stripe_cards import TestCard
from bot.sandbox.stripe_listing import page

_SETTABLE = ("address", "description", "email", "name", "phone", "shipping", "preferred_locales")


def create(call: Call, params: Json) -> Json:
    made = call.store.save(objects.customer(params, call.now))
    call.emit("customer.created", made)
    return made


def retrieve(call: Call, params: Json, id_: str) -> Json:
    return call.need(id_, "customer", "id")


def update(call: Call, params: Json, id_: str) -> Json:
    found = call.need(id_, "customer", "id")
    before = {name: found[name] for name in params if name in found}
    found.update({name: value or None for name, value in params.items() if name in _SETTABLE})
    found["metadata"] = merged(found["metadata"], params.get("metadata"))
    found["invoice_settings"].update(params.get("invoice_settings") or {})
    call.emit("customer.updated", call.store.save(found), before)
    return found


def listing(call: Call, params: Json) -> Json:
    return page(params, call.store.all("customer"), "/v1/customers")


def merged(metadata: Json, change: object) -> Json:
    """Stripe's rule: named keys are set, empty ones removed, an empty value clears all."""
    if not isinstance(change, dict):
        return {} if change == "" else metadata
    return {name: value for name, value in {**metadata, **change}.items() if value != ""}


def create_method(call: Call, params: Json) -> Json:
    """From a test number or a test token; a real number is refused, as Stripe's test mode does."""
    if params.get("type") != "card":
        raise ApiError(400, "This sandbox knows payment methods of the type card only.", param="type")
    given = params.get("card") or {}
    card = cards.find(given.get("number", "")) or cards.BY_TOKEN.get(given.get("token", "").replace("tok_", "pm_card_"))
    if card is None:
        raise ApiError(
            402,
            "Your card was declined. Your request was in test mode, but used a non test card.",
            type="card_error",
            code="card_declined",
            decline_code="test_mode_live_card",
            param="card[number]",
        )
    return keep_method(call, card, params)


def keep_method(call: Call, card: TestCard, params: Json) -> Json:
    shape = objects.bank_method if isinstance(card, cards.TestBank) else objects.payment_method
    made = call.store.save(shape(card, params, call.now))
    call.store.set(f"card:{made['id']}", card.number)
    return made


def method(call: Call, id_: str, param: str = "payment_method") -> tuple[Json, TestCard]:
    """The payment method and the test card behind it; `pm_card_…` makes a fresh one."""
    if card := cards.BY_TOKEN.get(id_):
        return keep_method(call, card, {}), card
    found = call.store.find(id_, "payment_method")
    if found is None:
        raise ApiError(404, f"No such PaymentMethod: '{id_}'", code="resource_missing", param=param)
    known = cards.numbered(call.store.setting(f"card:{id_}", "4242424242424242"))
    assert known is not None
    return found, known


def retrieve_method(call: Call, params: Json, id_: str) -> Json:
    return method(call, id_, "id")[0]


def attach(call: Call, params: Json, id_: str) -> Json:
    found, card = method(call, id_)
    owner = call.need(params["customer"], "customer", "customer")
    if found["customer"] not in (None, owner["id"]):
        raise ApiError(
            400,
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    if card.decline:
        raise declined(card.decline, found)
    found["customer"] = owner["id"]
    call.emit("payment_method.attached", call.store.save(found))
    return found


def detach(call: Call, params: Json, id_: str) -> Json:
    found, _ = method(call, id_)
    if found["customer"] is None:
        raise ApiError(
            400,
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            code="payment_method_unexpected_state",
        )
    before = {"customer": found["customer"]}
    found["customer"] = None
    call.store.set(f"detached:{found['id']}", True)
    call.emit("payment_method.detached", call.store.save(found), before)
    return found


def methods(call: Call, params: Json, customer: str = "") -> Json:
    wanted = {**params, **({"customer": customer} if customer else {})}
    url = f"/v1/customers/{customer}/payment_methods" if customer else "/v1/payment_methods"
    attached = [body for body in call.store.all("payment_method") if body["customer"]]
    return page({name: value for name, value in wanted.items() if name != "customer_account"}, attached, url)


def declined(why: cards.Decline, method_: Json, **more: object) -> ApiError:
    """The 402 of a card that was refused."""
    error = {"type": "card_error", "code": why.code, "param": "", "payment_method": method_, **more}
    if why.decline_code:
        error["decline_code"] = why.decline_code
    if why.advice:
        error["advice_code"] = why.advice
    return ApiError(402, why.message, keep=True, **{name: value for name, value in error.items() if value != ""})


def keep_for_later(call: Call, intent: Json, method_: Json) -> None:
    """What was paid with is the customer's from now on, where that was asked for."""
    if intent["setup_future_usage"] and intent["customer"] and method_["customer"] is None:
        method_["customer"] = intent["customer"]
        mandates.keep(call, method_)
        call.emit("payment_method.attached", call.store.save(method_))
