"""Checkout Sessions: opened by Parley, paid on the pay page, closed by payment, `expire` or the clock."""

from __future__ import annotations

from bot.sandbox import stripe_customers as customers
from bot.sandbox import stripe_objects as objects
from bot.sandbox import stripe_payments as payments
from bot.sandbox import stripe_session as shapes
from bot.sandbox import stripe_setups as setups
from bot.sandbox.store import Json
from bot.sandbox.stripe_api import ApiError, Call
from bot.sandbox.stripe_cards import TestCard
from bot.sandbox.stripe_listing import page

SHORTEST_SECONDS = 30 * 60
LONGEST_URL = 5000


def create(call: Call, params: Json) -> Json:
    """Paid in, or what is paid with is only saved."""
    _check(call, params)
    if params["mode"] == "setup":
        return _create_setup(call, params)
    currency = params["line_items"][0]["price_data"]["currency"].lower()
    items = [shapes.line_item(item, currency) for item in params["line_items"]]
    total = sum(item["amount_total"] for item in items)
    payments.check_amount(total, "line_items")
    pay_url = f"{call.config.public_url}/stripe/pay/"
    made = shapes.session(params, currency, total, pay_url, call.now)
    url = f"/v1/checkout/sessions/{made['id']}/line_items"
    call.store.set(f"line_items:{made['id']}", {"object": "list", "data": items, "has_more": False, "url": url})
    call.store.set(f"intent_data:{made['id']}", params.get("payment_intent_data") or {})
    return call.store.save(made)


def _create_setup(call: Call, params: Json) -> Json:
    pay_url = f"{call.config.public_url}/stripe/pay/"
    made = shapes.setup_session(params, pay_url, call.now)
    call.store.set(f"setup_data:{made['id']}", params.get("setup_intent_data") or {})
    return call.store.save(made)


def _check(call: Call, params: Json) -> None:
    if params.get("mode") not in ("payment", "setup"):
        raise ApiError(400, "This sandbox knows Checkout Sessions in payment and setup mode only.", param="mode")
    hosted = params.get("ui_mode", "hosted_page") == "hosted_page"
    needed = "line_items" if params["mode"] == "payment" else "currency"
    for name in (needed, *(("success_url",) if hosted else ())):
        if not params.get(name):
            raise ApiError(400, f"Missing required param: {name}.", code="parameter_missing", param=name)
    if params["mode"] == "setup" and (params.get("line_items") or params.get("payment_intent_data")):
        raise ApiError(400, "Nothing is paid for in setup mode.", param="line_items")
    for place, item in enumerate(params.get("line_items") or ()):
        _check_item(item, f"line_items[{place}]")
    for name in ("success_url", "cancel_url"):
        _check_url(params.get(name), name)
    _check_customer(call, params)
    if params.get("payment_intent_data", {}).get("statement_descriptor"):
        message = "A card takes no statement_descriptor; use statement_descriptor_suffix."
        raise ApiError(400, message, param="payment_intent_data[statement_descriptor]")
    ahead = params.get("expires_at", call.now + shapes.LONGEST_SECONDS) - call.now
    if not SHORTEST_SECONDS <= ahead <= shapes.LONGEST_SECONDS:
        message = "The `expires_at` timestamp must be 30 minutes to 24 hours from Checkout Session creation."
        raise ApiError(400, message, param="expires_at")


def _check_customer(call: Call, params: Json) -> None:
    if params.get("customer"):
        call.need(params["customer"], "customer", "customer")
    if params.get("customer") and params.get("customer_email"):
        raise ApiError(400, "You may only specify one of these parameters: customer, customer_email.")


def _check_url(url: str | None, name: str) -> None:
    if url and len(url) > LONGEST_URL:
        raise ApiError(400, f"Invalid string: {name} must be at most {LONGEST_URL} characters", param=name)
    if url and not url.startswith(("http://", "https://")):
        raise ApiError(400, "Not a valid URL", code="url_invalid", param=name)


def _check_item(item: Json, where: str) -> None:
    price = item.get("price_data")
    if not price or "product_data" not in price or "unit_amount" not in price:
        message = f"{where} needs price_data with product_data and unit_amount: this sandbox has no stored prices."
        raise ApiError(400, message, param=f"{where}[price_data]")
    if "quantity" not in item:
        message = f"Missing required param: {where}[quantity]."
        raise ApiError(400, message, code="parameter_missing", param=f"{where}[quantity]")


def retrieve(call: Call, params: Json, id_: str) -> Json:
    expire_due(call)
    return call.need(id_, "checkout.session", "session")


def listing(call: Call, params: Json) -> Json:
    expire_due(call)
    return page(params, call.store.all("checkout.session"), "/v1/checkout/sessions")


def line_items(call: Call, params: Json, id_: str) -> Json:
    call.need(id_, "checkout.session", "session")
    kept = call.store.setting(f"line_items:{id_}", {})
    return {
        **kept,
        "data": kept["data"][: params.get("limit", 10)],
        "has_more": len(kept["data"]) > params.get("limit", 10),
    }


def expire(call: Call, params: Json, id_: str) -> Json:
    expire_due(call)
    found = call.need(id_, "checkout.session", "session")
    if found["status"] != "open":
        message = (
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of `{found['status']}`."
        )
        raise ApiError(400, message)
    return _close(call, found)


def _close(call: Call, found: Json) -> Json:
    found.update(status="expired", url=None)
    call.emit("checkout.session.expired", call.store.save(found))
    return found


_DUE = (
    "select id from objects where kind = 'checkout.session' and json_extract(body, '$.status') = 'open'"
    " and json_extract(body, '$.expires_at') <= ?"
)


def any_due(call: Call) -> bool:
    return call.store.row(_DUE, call.now) is not None


def expire_due(call: Call) -> None:
    """Closes every open session whose time has passed on Stripe's clock."""
    for row in call.store.rows(_DUE, call.now):
        _close(call, call.need(row["id"], "checkout.session", "session"))


def pay(call: Call, found: Json, card: TestCard, how: payments.Attempt) -> Json:
    """What the pay page does: the paid session, or an open one whose bank asks. Raises a decline's 402."""
    if found["mode"] == "setup":
        return _save(call, found, card)
    intent = _intent(call, found)
    method = customers.keep_method(call, card, {"billing_details": {"email": _email(call, found)}})
    intent = payments.attempt(call, intent, method, card, how)
    if intent["status"] not in ("succeeded", "processing"):
        return found
    paid = "paid" if intent["status"] == "succeeded" else "unpaid"
    found.update(status="complete", payment_status=paid, url=None, customer_details=_details(call, found))
    call.emit("checkout.session.completed", call.store.save(found))
    return found


def _save(call: Call, found: Json, card: TestCard) -> Json:
    """In setup mode: kept for a customer, which is made here when there is none."""
    owner = found["customer"] or customers.create(call, {"email": found["customer_email"]})["id"]
    method = customers.keep_method(call, card, {"billing_details": {"email": _email(call, found)}})
    data = call.store.setting(f"setup_data:{found['id']}", {})
    made = setups.save_method(call, owner, method, card, data.get("metadata") or {})
    found.update(customer=owner, setup_intent=made["id"], status="complete", url=None,
                 customer_details=_details(call, found))  # fmt: skip
    call.emit("checkout.session.completed", call.store.save(found))
    return found


def _intent(call: Call, found: Json) -> Json:
    """Made at the first attempt, as Stripe does, and kept for the next ones."""
    if found["payment_intent"]:
        return call.need(found["payment_intent"], "payment_intent", "intent")
    data = call.store.setting(f"intent_data:{found['id']}", {})
    if not found["customer"] and (data.get("setup_future_usage") or found["customer_creation"] == "always"):
        found["customer"] = customers.create(call, {"email": found["customer_email"]})["id"]
    money = {"amount": found["amount_total"], "currency": found["currency"], "customer": found["customer"]}
    intent = call.store.save(objects.payment_intent({**data, **money}, call.now))
    call.emit("payment_intent.created", intent)
    found["payment_intent"] = intent["id"]
    call.store.save(found)
    return intent


def _email(call: Call, found: Json) -> str:
    owner = call.store.find(found["customer"]) if found["customer"] else None
    return str((owner or {}).get("email") or found["customer_email"] or "payer@example.com")


def _details(call: Call, found: Json) -> Json:
    nothing = dict.fromkeys(("business_name", "individual_name", "name", "phone"))
    address = {
        "city": None,
        "country": "US",
        "line1": None,
        "line2": None,
        "postal_code": None,
        "state": None,
    }
    return {**nothing, "address": address, "email": _email(call, found), "tax_exempt": "none", "tax_ids": []}
