"""Debits from bank accounts: under way for days, and then the bank says yes or no; after a yes it may still take it back.

The bank says it by Stripe's clock, or at once: `POST /stripe/bank/debits/<intent>` with `{"status": "succeeded"}`.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from bot.sandbox import stripe_bank as bank
from bot.sandbox import stripe_cards as cards
from bot.sandbox import stripe_customers as customers
from bot.sandbox import stripe_objects as objects
from bot.sandbox.store import Json
from bot.sandbox.stripe_api import ApiError, Call

DAYS = 4 * 86_400
NEVER = "never"
_SAYS = {
    "insufficient_funds": "The customer's account has insufficient funds to cover this payment.",
    "account_closed": "The customer's bank account has been closed.",
    "no_account": "The customer's bank account could not be located.",
    "debit_not_authorized": "The customer has notified their bank that this payment was unauthorized.",
}


class DebitNews(Struct, forbid_unknown_fields=True):
    """What the bank says of a debit that is under way; without a reason, what that account is for."""

    status: Literal["succeeded", "failed"] = "succeeded"
    reason: Literal["insufficient_funds", "account_closed", "no_account", "debit_not_authorized"] = "insufficient_funds"


def begin(call: Call, intent: Json, method: Json) -> Json:
    made = call.store.save(objects.pending_charge(intent, method, call.now))
    intent.update(status="processing", latest_charge=made["id"], last_payment_error=None)
    call.store.save(intent)
    call.store.set(f"debit:{intent['id']}", call.now + DAYS)
    customers.keep_for_later(call, intent, method)
    call.emit("charge.pending", made)
    call.emit("payment_intent.processing", intent)
    return intent


_DUE = (
    "select substr(name, 7) as id from settings where name >= 'debit:' and name < 'debit;'"
    " and cast(value as integer) <= ?"
)


def any_due(call: Call) -> bool:
    return call.store.row(_DUE, call.now) is not None


def decide_due(call: Call) -> None:
    """What each bank has to say by now on Stripe's clock."""
    for row in call.store.rows(_DUE, call.now):
        intent = call.need(row["id"], "payment_intent", "intent")
        if intent["status"] != "processing":  # cancelled meanwhile
            call.store.run("delete from settings where name = ?", f"debit:{intent['id']}")
            continue
        _, account = customers.method(call, intent["payment_method"])
        assert isinstance(account, cards.TestBank)
        if account.fails == NEVER:
            call.store.set(f"debit:{intent['id']}", call.now + DAYS)
        else:
            _decide(call, intent, account.fails)
            if account.disputed:
                bank.opened(call, call.need(intent["latest_charge"], "charge", "charge"), "insufficient_funds")


def debit_news(call: Call, news: DebitNews, intent_id: str) -> Json:
    intent = call.need(intent_id, "payment_intent", "intent")
    if intent["status"] != "processing":
        raise ApiError(400, f"Only a debit under way can be decided; this one is {intent['status']}.")
    return _decide(call, intent, "" if news.status == "succeeded" else news.reason)


def _decide(call: Call, intent: Json, fails: str) -> Json:
    charge = call.need(intent["latest_charge"], "charge", "charge")
    call.store.run("delete from settings where name = ?", f"debit:{intent['id']}")
    if fails:
        _refuse(call, intent, charge, fails)
    else:
        _pay(call, intent, charge)
    for found in call.store.all("checkout.session"):
        if found["payment_intent"] == intent["id"]:
            found["payment_status"] = "unpaid" if fails else "paid"
            kind = "async_payment_failed" if fails else "async_payment_succeeded"
            call.emit(f"checkout.session.{kind}", call.store.save(found))
    return intent


def _pay(call: Call, intent: Json, charge: Json) -> None:
    charge.update(status="succeeded", paid=True)
    charge["balance_transaction"] = bank.booked(call, charge, charge["amount"], "charge", 80)["id"]
    intent.update(status="succeeded", amount_received=intent["amount"])
    call.emit("charge.succeeded", call.store.save(charge))
    call.emit("payment_intent.succeeded", call.store.save(intent))


def _refuse(call: Call, intent: Json, charge: Json, why: str) -> None:
    method = call.need(intent["payment_method"], "payment_method", "payment_method")
    error = {
        "type": "invalid_request_error", "code": why, "message": _SAYS[why], "payment_method": method,
        "charge": charge["id"],
    }  # fmt: skip
    charge.update(status="failed", failure_code=why, failure_message=_SAYS[why], captured=False, amount_captured=0)
    intent.update(status="requires_payment_method", payment_method=None, last_payment_error=error)
    call.emit("charge.failed", call.store.save(charge))
    call.emit("payment_intent.payment_failed", call.store.save(intent))
