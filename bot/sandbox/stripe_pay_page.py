"""The pay page: what a person sees at Stripe. It needs no JavaScript and knows only the test cards."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.templating import Jinja2Templates

from bot.sandbox import stripe_cards as cards
from bot.sandbox import stripe_checkout as checkout
from bot.sandbox.store import Json
from bot.sandbox.stripe_api import ApiError, Call, StripeApi
from bot.sandbox.stripe_payments import Attempt

_SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "mxn": "MX$", "cad": "CA$"}


def money(minor: int, currency: str) -> str:
    """ "$1,234.50"."""
    return f"{_SIGNS.get(currency, currency.upper() + ' ')}{minor // 100:,}.{minor % 100:02d}"


@dataclass(frozen=True)
class Payment:
    """A card number, and the payer's answer to the bank's question: "pass", "fail" or nothing yet."""

    card: str
    challenge: str
    wants_json: bool


class PayPage:
    """`GET` and `POST /stripe/pay/<session>`."""

    def __init__(self, api: StripeApi, templates: Jinja2Templates, hurry: Callable[[], None]) -> None:
        self._api, self._templates, self._hurry = api, templates, hurry

    async def show(self, request: Request) -> Response:
        call = self._api.call()
        with call.store.transaction():
            checkout.expire_due(call)
        found = call.store.find(request.path_params["session"], "checkout.session")
        self._hurry()
        return self._page(request, call, found)

    async def pay(self, request: Request) -> Response:
        payment = await _payment(request)
        call = self._api.call()
        with call.store.transaction():
            checkout.expire_due(call)
            found = call.store.find(request.path_params["session"], "checkout.session")
        if found is None or found["status"] != "open":
            return self._closed(request, call, found, payment)
        card = cards.find(payment.card)
        if isinstance(card, cards.TestBank) and not takes_banks(found):
            card = None
        if card is None:
            why = "This is not one of Stripe's test cards or accounts. Never type a real one here."
            return self._refused(request, call, found, payment, {"code": "test_mode_live_card", "message": why})
        if card.challenge and not payment.challenge:
            return self._ask(request, call, found, card)
        return self._try(request, call, found, card, payment)

    def _try(self, request: Request, call: Call, found: Json, card: cards.TestCard, payment: Payment) -> Response:
        how = Attempt(authenticated=payment.challenge == "pass", refused_challenge=payment.challenge == "fail")
        refused = None
        with call.store.transaction():
            try:
                found = checkout.pay(call, found, card, how)
            except ApiError as declined:
                refused = declined.error
        self._hurry()
        if refused:
            return self._refused(request, call, found, payment, refused)
        url = success_url(found)
        if payment.wants_json:
            status = {"unpaid": "processing", "no_payment_required": "saved"}.get(found["payment_status"], "paid")
            return JSONResponse({"status": status, "session": found["id"], "success_url": url})
        return RedirectResponse(url, 303)

    def _ask(self, request: Request, call: Call, found: Json, card: cards.TestCard) -> Response:
        return self._page(request, call, found, template="challenge.html", card=card)

    def _refused(self, request: Request, call: Call, found: Json, payment: Payment, why: Json) -> Response:
        shown = {name: why.get(name) for name in ("code", "decline_code", "message")}
        if payment.wants_json:
            return JSONResponse({"status": "declined", "session": found["id"], **shown}, 402)
        return self._page(request, call, found, status=402, refusal=shown["message"])

    def _closed(self, request: Request, call: Call, found: Json | None, payment: Payment) -> Response:
        if not payment.wants_json:
            return self._page(request, call, found)
        if found is None:
            return JSONResponse({"status": "unknown"}, 404)
        body: dict[str, Any] = {"status": found["status"], "session": found["id"]}
        if found["status"] == "complete":
            body["success_url"] = success_url(found)
        return JSONResponse(body, 409 if found["status"] == "complete" else 410)

    def _page(
        self,
        request: Request,
        call: Call,
        found: Json | None,
        *,
        template: str = "pay.html",
        status: int = 200,
        **more: Any,
    ) -> Response:
        if found is None:
            return self._templates.TemplateResponse(request, "pay.html", {"session": None}, 404)
        items = call.store.setting(f"line_items:{found['id']}", {"data": []})["data"]
        until = datetime.fromtimestamp(found["expires_at"], timezone.utc).astimezone()
        values = {
            "session": found,
            "items": items,
            "cards": [card for card in cards.CARDS.values() if card.label],
            "wallets": cards.WALLETS.values(),
            "banks": [one for one in cards.BANKS.values() if one.label] if takes_banks(found) else [],
            "until": until.strftime("%-d %B %Y, %H:%M"),
            "saves_card": found["mode"] == "setup"
            or bool(call.store.setting(f"intent_data:{found['id']}", {}).get("setup_future_usage")),
            "done_url": success_url(found),
            "money": money,
            "refusal": "",
            **more,
        }
        return self._templates.TemplateResponse(request, template, values, status)


def takes_banks(found: Json) -> bool:
    return "us_bank_account" not in (found["excluded_payment_method_types"] or ())


def success_url(found: Json) -> str:
    return str(found["success_url"] or "").replace("{CHECKOUT_SESSION_ID}", found["id"])


async def _payment(request: Request) -> Payment:
    """From JSON (a person simulated: their bank's question is passed) or from the page's form."""
    if request.headers.get("content-type", "").startswith("application/json"):
        body = json.loads(await request.body() or b"{}")
        return Payment(str(body.get("card", "")), str(body.get("challenge", "pass")), True)
    form = await request.form()
    card = str(form.get("card") or form.get("number") or "")
    return Payment(card, str(form.get("challenge", "")), False)
