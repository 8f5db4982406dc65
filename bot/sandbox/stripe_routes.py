"""The table of Stripe's operations: path, request type in the SDK, handler, kind of the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox import stripe_bank as bank
from bot.sandbox import stripe_checkout as checkout
from bot.sandbox import stripe_customers as customers
from bot.sandbox import stripe_debits as debits
from bot.sandbox import stripe_listing as listing
from bot.sandbox import stripe_mandates as mandates
from bot.sandbox import stripe_payments as payments
from bot.sandbox import stripe_setups as setups
from bot.sandbox.store import Json
from bot.sandbox.stripe_api import ApiError, Call, Operation, StripeApi

_SESSION, _INTENT, _METHOD = "checkout.session", "payment_intent", "payment_method"
_WARNING = "radar.early_fraud_warning"

OPERATIONS = (
    Operation("POST", "/v1/customers", "CustomerCreateParams", customers.create, "customer"),
    Operation("GET", "/v1/customers", "CustomerListParams", customers.listing, "list of customer"),
    Operation("GET", "/v1/customers/{id}", "CustomerRetrieveParams", customers.retrieve, "customer"),
    Operation("POST", "/v1/customers/{id}", "CustomerUpdateParams", customers.update, "customer"),
    Operation(
        "GET",
        "/v1/customers/{id}/payment_methods",
        "CustomerPaymentMethodListParams",
        customers.methods,
        "list of payment_method",
    ),
    Operation("POST", "/v1/checkout/sessions", "checkout.SessionCreateParams", checkout.create, _SESSION),
    Operation("GET", "/v1/checkout/sessions", "checkout.SessionListParams", checkout.listing, f"list of {_SESSION}"),
    Operation("GET", "/v1/checkout/sessions/{id}", "checkout.SessionRetrieveParams", checkout.retrieve, _SESSION),
    Operation("POST", "/v1/checkout/sessions/{id}/expire", "checkout.SessionExpireParams", checkout.expire, _SESSION),
    Operation(
        "GET",
        "/v1/checkout/sessions/{id}/line_items",
        "checkout.SessionLineItemListParams",
        checkout.line_items,
        "list of item",
    ),
    Operation("POST", "/v1/payment_intents", "PaymentIntentCreateParams", payments.create, _INTENT),
    Operation("GET", "/v1/payment_intents", "PaymentIntentListParams", payments.listing, f"list of {_INTENT}"),
    Operation("GET", "/v1/payment_intents/{id}", "PaymentIntentRetrieveParams", payments.retrieve, _INTENT),
    Operation("POST", "/v1/payment_intents/{id}/confirm", "PaymentIntentConfirmParams", payments.confirm, _INTENT),
    Operation("POST", "/v1/payment_intents/{id}/cancel", "PaymentIntentCancelParams", payments.cancel, _INTENT),
    Operation("GET", "/v1/setup_intents/{id}", "SetupIntentRetrieveParams", setups.retrieve, "setup_intent"),
    Operation("GET", "/v1/mandates/{id}", "MandateRetrieveParams", mandates.retrieve, "mandate"),
    Operation("POST", "/v1/payment_methods", "PaymentMethodCreateParams", customers.create_method, _METHOD),
    Operation("GET", "/v1/payment_methods", "PaymentMethodListParams", customers.methods, f"list of {_METHOD}"),
    Operation("GET", "/v1/payment_methods/{id}", "PaymentMethodRetrieveParams", customers.retrieve_method, _METHOD),
    Operation("POST", "/v1/payment_methods/{id}/attach", "PaymentMethodAttachParams", customers.attach, _METHOD),
    Operation("POST", "/v1/payment_methods/{id}/detach", "PaymentMethodDetachParams", customers.detach, _METHOD),
    Operation("GET", "/v1/charges", "ChargeListParams", payments.charges, "list of charge"),
    Operation("GET", "/v1/charges/{id}", "ChargeRetrieveParams", payments.charge, "charge"),
    Operation("POST", "/v1/refunds", "RefundCreateParams", payments.refund, "refund"),
    Operation("GET", "/v1/refunds", "RefundListParams", payments.refunds, "list of refund"),
    Operation("GET", "/v1/refunds/{id}", "RefundRetrieveParams", payments.retrieve_refund, "refund"),
    Operation("GET", "/v1/disputes", "DisputeListParams", bank.disputes, "list of dispute"),
    Operation("GET", "/v1/disputes/{id}", "DisputeRetrieveParams", bank.dispute, "dispute"),
    Operation(
        "GET",
        "/v1/radar/early_fraud_warnings",
        "radar.EarlyFraudWarningListParams",
        bank.warnings,
        f"list of {_WARNING}",
    ),
    Operation(
        "GET",
        "/v1/radar/early_fraud_warnings/{id}",
        "radar.EarlyFraudWarningRetrieveParams",
        bank.warning,
        _WARNING,
    ),
    Operation(
        "GET",
        "/v1/balance_transactions",
        "BalanceTransactionListParams",
        bank.balance_transactions,
        "list of balance_transaction",
    ),
    Operation(
        "GET",
        "/v1/balance_transactions/{id}",
        "BalanceTransactionRetrieveParams",
        bank.balance_transaction,
        "balance_transaction",
    ),
    Operation("GET", "/v1/events", "EventListParams", listing.events, "list of event"),
    Operation("GET", "/v1/events/{id}", "EventRetrieveParams", listing.event, "event"),
)


def stripe_routes(api: StripeApi) -> list[Route]:
    """All operations, what the payer's bank does, and Stripe's own 404 for the rest of /v1."""
    routes = [Route("/stripe" + op.path, _endpoint(api, op), methods=[op.method]) for op in OPERATIONS]
    bank_routes = [
        Route("/stripe/bank/disputes/{id}", _news(api, bank.DisputeNews, bank.dispute_news), methods=["POST"]),
        Route("/stripe/bank/refunds/{id}", _news(api, bank.RefundNews, bank.refund_news), methods=["POST"]),
        Route("/stripe/bank/debits/{id}", _news(api, debits.DebitNews, debits.debit_news), methods=["POST"]),
        Route("/stripe/bank/mandates/{id}", _news(api, mandates.MandateNews, mandates.mandate_news), methods=["POST"]),
        Route("/stripe/bank/warnings/{id}", _news(api, bank.WarningNews, bank.warning_news), methods=["POST"]),
    ]
    return [*routes, *bank_routes, Route("/stripe/v1/{rest:path}", _unknown, methods=["GET", "POST", "DELETE"])]


def _endpoint(api: StripeApi, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await api.answer(operation, request, tuple(request.path_params.values()))

    return answer


def _news(
    api: StripeApi, kind: Any, tell: Callable[[Call, Any, str], Json]
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        call = api.call()
        try:
            news = msgspec.json.decode(await request.body() or b"{}", type=kind)
            with call.store.transaction():
                told = tell(call, news, request.path_params["id"])
        except (msgspec.MsgspecError, ApiError) as problem:
            return JSONResponse({"problem": str(problem)}, 400)
        api.hurry()
        return JSONResponse(told)

    return answer


async def _unknown(request: Request) -> Response:
    where = request.url.path.removeprefix("/stripe")
    message = f"Unrecognized request URL ({request.method}: {where}). This sandbox does not have it."
    return JSONResponse({"error": {"type": "invalid_request_error", "message": message}}, 404)
