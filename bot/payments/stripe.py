"""Stripe, behind the port: the real SDK, with the API version, the time-out and the retries written out.

What comes back is read in one place into a `Payment`. An event is only a doorbell: whatever its type, the whole
payment is read again, with its refunds and disputes, so that the order of events does not matter.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal, cast

import requests
import stripe

from bot.core import Money, Settings
from bot.payments import stripe_declines, stripe_events
from bot.payments.asking import ToCharge, ToPay, ToSave
from bot.payments.gateway import Broken, Event, GivenBack, Movement, NotThere, Refused, Unavailable
from bot.payments.model import BankDispute, Checkout, FraudWarning, Payment, Refund, Saved
from bot.payments.stripe_balance import between, movement_of, tag
from bot.payments.stripe_params import charge_params, refund_params, session_params

API_VERSION = "2026-10-28.endive"
TIMEOUT_SECONDS = 10
RETRIES = 2
_STATUS: dict[str, Literal["waiting", "processing", "succeeded", "failed"]] = {
    "succeeded": "succeeded",
    "processing": "processing",
    "canceled": "failed",
}


class StripeGateway:
    """Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings, base = settings, settings.stripe.api_base
        self._client = stripe.StripeClient(
            settings.stripe.api_key,
            stripe_version=API_VERSION,
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS, session=_direct() if base else None),
            base_addresses={"api": base} if base else {},
        )
        v1 = self._client.v1
        self._intents: dict[str, Callable[[str], Any]] = {
            **dict.fromkeys(stripe_events.INTENT, lambda id_: id_),
            **dict.fromkeys(stripe_events.REFUND, lambda id_: v1.refunds.retrieve(id_).payment_intent),
            **dict.fromkeys(stripe_events.DISPUTE, lambda id_: v1.disputes.retrieve(id_).payment_intent),
            **dict.fromkeys(stripe_events.REFUNDED, lambda id_: v1.charges.retrieve(id_).payment_intent),
        }
        """How the id of the payment is found from the object of an event."""

    def open_checkout(self, asked: ToPay | ToSave) -> Checkout:
        with _named_errors():
            made = self._client.v1.checkout.sessions.create(session_params(asked), {"idempotency_key": asked.key})
        if made.status != "open" or not made.url:
            raise Refused(f"the session of {asked.key} is {made.status}")
        return Checkout(made.id, made.url)

    def close_checkout(self, session_id: str) -> Payment:
        try:
            with _named_errors():
                self._client.v1.checkout.sessions.expire(session_id)
        except Refused:
            return self.checkout(session_id)  # it was not open any more
        return self.checkout(session_id)

    def checkout(self, session_id: str) -> Payment:
        with _named_errors():
            expand = [*(f"payment_intent.{one}" for one in _WITH), "setup_intent.payment_method"]
            return self._of_session(self._client.v1.checkout.sessions.retrieve(session_id, {"expand": expand}))

    def payment(self, payment_id: str) -> Payment:
        with _named_errors():
            return self._of_intent(self._intent(payment_id))

    def charge(self, asked: ToCharge) -> Payment:
        with _named_errors():
            try:
                made = self._client.v1.payment_intents.create(charge_params(asked), {"idempotency_key": asked.key})
            except stripe.CardError as declined:
                about = declined.error.payment_intent if declined.error else None
                if about is None:
                    raise
                return self._of_intent(self._intent(about["id"]))
            return self._of_intent(self._intent(made.id))

    def find_charge(self, customer_id: str, request_id: str) -> Payment | None:
        with _named_errors():
            made = self._client.v1.payment_intents.list({"customer": customer_id, "limit": 100}).auto_paging_iter()
            found = next((one for one in made if tag(one, "request_id") == request_id), None)
            return self._of_intent(self._intent(found.id)) if found else None

    def forget(self, method_id: str) -> None:
        try:
            with _named_errors():
                self._client.v1.payment_methods.detach(method_id)
        except Broken:
            raise
        except Refused:
            return

    def read_event(self, raw_body: bytes, signature: str | None) -> Event:
        return stripe_events.verify(self._settings, raw_body, signature)

    def about(self, event: Event) -> Payment | None:
        if event.type in stripe_events.CHECKOUT:
            return self.checkout(event.object_id)
        if event.type in stripe_events.WARNING:
            return self._warned(event.object_id)
        if event.type in stripe_events.METHOD:
            return self._method(event.object_id)
        if event.type in stripe_events.MANDATE:
            return self._mandate(event.object_id)
        if event.type not in self._intents:
            return None
        with _named_errors():
            intent = self._intents[event.type](event.object_id)
            if intent is None:
                return None
            return self._of_intent(self._intent(intent if isinstance(intent, str) else intent.id))

    def _intent(self, id_: str) -> stripe.PaymentIntent:
        return self._client.v1.payment_intents.retrieve(id_, {"expand": [*_WITH]})

    def _warned(self, id_: str) -> Payment | None:
        with _named_errors():
            warning = self._client.v1.radar.early_fraud_warnings.retrieve(id_)
            charge = warning.charge if isinstance(warning.charge, str) else warning.charge.id
            intent = warning.payment_intent or self._client.v1.charges.retrieve(charge).payment_intent
            if intent is None:
                return None
            read = self._of_intent(self._intent(intent if isinstance(intent, str) else intent.id))
        return replace(read, warnings=(FraudWarning(warning.id, warning.fraud_type),))

    def _method(self, id_: str) -> Payment:
        """Renewed by its bank, or nobody's any more."""
        with _named_errors():
            method = self._client.v1.payment_methods.retrieve(id_)
        saved = _saved(method.customer, method)
        return replace(_NOTHING, saved=saved, gone=id_ if method.customer is None else None)

    def _mandate(self, id_: str) -> Payment:
        """By what a bank lets its customer's account be debited."""
        with _named_errors():
            mandate = self._client.v1.mandates.retrieve(id_)
        method = mandate.payment_method
        of = method if isinstance(method, str) else method.id
        return replace(_NOTHING, revoked=of if mandate.status == "inactive" else None)

    def give_back(self, payment_id: str, amount: Money, order_id: str, *, is_old: bool = False) -> GivenBack:
        params = refund_params(payment_id, amount, order_id)
        with _named_errors():
            known = self._refund_of(payment_id, order_id) if is_old else None
            made = known or self._client.v1.refunds.create(params, {"idempotency_key": f"re:{order_id}"})
            return GivenBack(made.id, self._of_intent(self._intent(payment_id)))

    def undelivered(self, since: datetime, until: datetime) -> Sequence[Event]:
        params: stripe.params.EventListParams = {
            "delivery_success": False, "created": between(since, until), "limit": 100
        }  # fmt: skip
        with _named_errors():
            found = list(self._client.v1.events.list(params).auto_paging_iter())
        return [stripe_events.event_of(one) for one in found if one.type in stripe_events.KNOWN]

    def movements(self, since: datetime, until: datetime) -> Sequence[Movement]:
        params: stripe.params.BalanceTransactionListParams = {
            "created": between(since, until), "limit": 100, "expand": ["data.source"]
        }  # fmt: skip
        with _named_errors():
            found = list(self._client.v1.balance_transactions.list(params).auto_paging_iter())
        return [moved for moved in map(movement_of, found) if moved is not None]

    def _refund_of(self, intent_id: str, order_id: str) -> stripe.Refund | None:
        """Made for this order at a time that its key may be too old to remember."""
        found = self._client.v1.refunds.list({"payment_intent": intent_id, "limit": 100}).auto_paging_iter()
        return next((one for one in found if one.metadata and tag(one, "order_id") == order_id), None)

    def _of_session(self, session: stripe.checkout.Session) -> Payment:
        intent, setup = session.payment_intent, session.setup_intent
        read = self._of_intent(intent) if isinstance(intent, stripe.PaymentIntent) else _NOTHING
        if isinstance(setup, stripe.SetupIntent) and setup.status == "succeeded":
            read = replace(read, saved=_saved(setup.customer, setup.payment_method))
        return replace(
            read,
            request_id=session.client_reference_id if session.mode == "payment" else None,
            mandate_id=tag(session, "mandate_id"),
            attempt=_attempt(session),
            session_id=session.id,
            session=cast(Any, session.status),
        )

    def _of_intent(self, intent: stripe.PaymentIntent) -> Payment:
        currency = intent.currency.upper()
        charge = intent.latest_charge if isinstance(intent.latest_charge, stripe.Charge) else None
        error, took = intent.last_payment_error, intent.status in ("succeeded", "processing")
        code = getattr(error, "decline_code", None) or getattr(error, "code", None) if error else None
        method = intent.payment_method if isinstance(intent.payment_method, stripe.PaymentMethod) else None
        return Payment(
            request_id=tag(intent, "request_id"),
            attempt=_attempt(intent),
            session_id=None,
            session=None,
            payment_id=intent.id,
            status="failed" if error and intent.status not in _STATUS else _STATUS.get(intent.status, "waiting"),
            received=Money(intent.amount_received, currency),
            declined=code,
            refunds=tuple(self._refunds(intent.id)) if charge and charge.paid else (),
            disputes=tuple(self._disputes(intent.id)) if charge and charge.disputed else (),
            means=stripe_declines.meaning(code, getattr(error, "advice_code", None)) if error else None,
            by_itself=tag(intent, "by_itself") is not None,
            by_bank=method is not None and method.type == "us_bank_account",
            mandate_id=tag(intent, "mandate_id"),
            saved=_saved(intent.customer, method) if intent.setup_future_usage == "off_session" and took else None,
        )

    def _refunds(self, intent_id: str) -> Iterator[Refund]:
        found = self._client.v1.refunds.list({"payment_intent": intent_id, "limit": 100})
        for refund in found.auto_paging_iter():
            status = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}.get(refund.status or "")
            amount = Money(refund.amount, refund.currency.upper())
            yield Refund(refund.id, amount, cast(Any, status or "pending"), tag(refund, "order_id"))

    def _disputes(self, intent_id: str) -> Iterator[BankDispute]:
        found = self._client.v1.disputes.list({"payment_intent": intent_id, "limit": 100})
        for dispute in found.auto_paging_iter():
            moved = [movement.amount for movement in dispute.balance_transactions]
            yield BankDispute(
                dispute.id,
                Money(dispute.amount, dispute.currency.upper()),
                dispute.reason,
                withdrawn=any(amount < 0 for amount in moved) or dispute.status == "lost",
                reinstated=any(amount > 0 for amount in moved),
                is_empty=stripe_declines.is_empty(dispute.reason),
            )


_WITH = ("latest_charge", "payment_method")
"""What is read along with a payment."""
_NOTHING = Payment(None, None, None, None, None, None, None)


def _attempt(tagged: stripe.checkout.Session | stripe.PaymentIntent) -> int | None:
    number = tag(tagged, "attempt") or ""
    return int(number) if number.isdecimal() else None


def _saved(customer: str | stripe.Customer | None, method: str | stripe.PaymentMethod | None) -> Saved | None:
    """None unless the provider keeps it for a customer of ours: nothing else can be charged later."""
    if customer is None or not isinstance(method, stripe.PaymentMethod):
        return None
    of = customer if isinstance(customer, str) else customer.id
    if method.type == "us_bank_account" and method.us_bank_account is not None:
        account = method.us_bank_account
        return Saved(of, method.id, "bank", account.bank_name or "", account.last4 or "")
    if method.type != "card" or method.card is None:
        return None
    card = method.card
    last = date(card.exp_year, card.exp_month, monthrange(card.exp_year, card.exp_month)[1])
    return Saved(of, method.id, "card", card.brand, card.last4, last)


def _direct() -> requests.Session:
    """The sandbox is on this machine: a proxy of the environment is not asked for it."""
    session = requests.Session()
    session.trust_env = False
    return session


@contextmanager
def _named_errors() -> Iterator[None]:
    """A 5xx is a definite answer: Stripe keeps it under the idempotency key and would repeat it. So is a key that was
    used with other parameters, as after a change of ours in how they are written: what it did then is not known.
    """
    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise Unavailable(f"{type(error).__name__}: {error.user_message}") from error
    except stripe.StripeError as error:
        status = error.http_status or 0
        is_broken = status >= 500 or isinstance(error, stripe.IdempotencyError)
        kind = NotThere if status == 404 else Broken if is_broken else Refused
        raise kind(f"{type(error).__name__} {status}: {error.user_message}") from error
