"""Stripe over HTTP in the place of the small one in memory: the sandbox, and with STRIPE_TEST_KEY Stripe's own test mode.

The same tests run on all three, with the real SDK on the last two. What a payer and the banks do is done by `Hands`. What
test mode lets nobody do, or not at will (a bank that answers when the test wants it to, a dispute after the payment, a
clock that goes on), skips the test there, with that as its reason.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import Any, NoReturn, Protocol, Union

import httpx
import pytest
import stripe

from bot import payments
from bot.core import Money, Settings
from bot.payments import Checkout, GivenBack, Payment, Saved, Unavailable
from bot.payments.asking import ToCharge, ToPay, ToSave

KEY = os.environ.get("STRIPE_TEST_KEY", "")
NO_KEY = pytest.mark.skipif(not KEY, reason="STRIPE_TEST_KEY is not set: Stripe's own test mode was not asked")
TEST_MODE = pytest.param("test mode", marks=NO_KEY)
WEBHOOK_SECRET = "whsec_ours_alone_in_tests"
CARD, ACCOUNT = "4242424242424242", "000123456789"
TOKENS = {CARD: "tok_visa", "4000000000009995": "tok_chargeDeclinedInsufficientFunds",
          "4000000000000341": "tok_chargeCustomerFail"}  # fmt: skip
"""Numbers are for the hosted page only; by the API a test card goes by its name. docs.stripe.com/testing"""


def not_there(what: str) -> NoReturn:
    pytest.skip(f"Stripe's test mode cannot be made to do this when it is wanted: {what}")


def once_for_all_databases(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What a provider says does not differ by our database: over HTTP on SQLite only, but what pages show."""
    left = [item for item in items if _is_said_already(item)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


def _is_said_already(item: pytest.Item) -> bool:
    params = getattr(getattr(item, "callspec", None), "params", {})
    other = params.get("provider", "memory") != "memory" or params.get("stripe_at", "sandbox") != "sandbox"
    return other and params.get("engine") == "postgresql"


def settings_of_test_mode(**environ: str) -> Settings:
    assert KEY.startswith(("sk_test_", "rk_test_")), "expected a key of the test mode"
    return Settings.load({"STRIPE_API_KEY": KEY, "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET, **environ})


@dataclass
class Bell:
    """Test mode cannot reach a machine that nobody can reach: its events are fetched, signed by us, and handed in."""

    client: stripe.StripeClient
    http: httpx.Client
    since: int = field(default_factory=lambda: int(time.time()) - 5)
    rung: set[str] = field(default_factory=set)

    def ring(self) -> None:
        answer = self.client.raw_request("get", "/v1/events", created={"gte": self.since}, limit=100)
        for event in reversed(json.loads(answer.body)["data"]):
            if event["id"] in self.rung:
                continue
            self.rung.add(event["id"])
            body = json.dumps(event)
            signature = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET, int(time.time()))
            self.http.post("/webhooks/stripe", content=body, headers={"stripe-signature": signature}).raise_for_status()


class Hands(Protocol):
    """What is done at the provider by a payer and the banks. `card` is the number of a test card or test account."""

    def pay(self, session_id: str, card: str) -> httpx.Response:
        """200, 402 with the `decline_code`, 409 where it was paid, 410 where it is closed."""

    def bank_says(self, intent_id: str, *, yes: bool) -> None: ...

    def refund_fails(self, refund_id: str) -> None: ...

    def dispute(self, intent_id: str, **news: str) -> None: ...

    def warn(self, intent_id: str) -> None: ...

    def end_mandate(self, method_id: str) -> None: ...


@dataclass
class SandboxHands:
    """The sandbox has an address for each."""

    url: str

    def pay(self, session_id: str, card: str) -> httpx.Response:
        return httpx.post(f"{self.url}/stripe/pay/{session_id}", json={"card": card}, timeout=60)

    def bank_says(self, intent_id: str, *, yes: bool) -> None:
        self._tell(f"debits/{intent_id}", status="succeeded" if yes else "failed")

    def refund_fails(self, refund_id: str) -> None:
        self._tell(f"refunds/{refund_id}")

    def dispute(self, intent_id: str, **news: str) -> None:
        self._tell(f"disputes/{intent_id}", **news)

    def warn(self, intent_id: str) -> None:
        self._tell(f"warnings/{intent_id}")

    def end_mandate(self, method_id: str) -> None:
        self._tell(f"mandates/{method_id}")

    def _tell(self, where: str, **news: str) -> None:
        httpx.post(f"{self.url}/stripe/bank/{where}", json=news, timeout=60).raise_for_status()


@dataclass
class TestModeHands:
    """Pays as Stripe's own command-line tool does in its fixture `checkout.session.completed`: the page behind a session
    is confirmed with a test card by its name. Stripe documents neither; if it ends that, these tests say so.
    """

    __test__ = False
    client: stripe.StripeClient

    def pay(self, session_id: str, card: str) -> httpx.Response:
        if card not in TOKENS:
            not_there(f"to pay with {card}, which only its hosted page takes")
        found = self.client.v1.checkout.sessions.retrieve(session_id)
        if found.status != "open":
            return httpx.Response(409 if found.status == "complete" else 410, json={"status": found.status})
        method = self._ask("payment_methods", type="card", card={"token": TOKENS[card]},
                           billing_details={"email": "payer@example.com", "name": "A Payer"})["id"]  # fmt: skip
        how = {"expected_amount": found.amount_total} if found.mode == "payment" else {}
        try:
            self._ask(f"payment_pages/{session_id}/confirm", payment_method=method, **how)
        except stripe.CardError as declined:
            code = declined.error.decline_code if declined.error else None
            return httpx.Response(402, json={"status": "declined", "code": declined.code, "decline_code": code})
        return httpx.Response(200, json={"status": "saved" if found.mode == "setup" else "paid"})

    def _ask(self, path: str, **params: Any) -> Mapping[str, Any]:
        answer = self.client.raw_request("post", f"/v1/{path}", **params)
        return dict(self.client.deserialize(answer, api_mode="V1").to_dict())

    def bank_says(self, intent_id: str, *, yes: bool) -> None:
        not_there("what a bank says to a debit")

    def refund_fails(self, refund_id: str) -> None:
        not_there("a refund that fails after it was made")

    def dispute(self, intent_id: str, **news: str) -> None:
        not_there("a dispute of a payment that was made with an ordinary card")

    def warn(self, intent_id: str) -> None:
        not_there("a warning of a payment that was made with an ordinary card")

    def end_mandate(self, method_id: str) -> None:
        not_there("a bank that ends its permission")


Asked = Union[ToPay, ToSave, ToCharge]
_OWN = frozenset({"gateway", "client"})


@dataclass
class OverHttp:
    """In the place of `MemoryStripe`. `now` is the clock of the test: times in what is asked are moved to Stripe's own,
    which nobody sets. `down` calls fail before they reach it; of `lost` ones the answer is lost.
    """

    settings: Settings
    hands: Hands
    now: Callable[[], datetime]
    down: int = 0
    lost: int = 0
    asked: dict[str, ToPay | ToSave | ToCharge] = field(default_factory=dict)
    """By session or payment, as we asked."""
    charged: list[ToCharge] = field(default_factory=list)
    _keys: dict[str, tuple[Asked, Asked]] = field(default_factory=dict)
    _made: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gateway, self.client = payments.StripeGateway(self.settings), client_of(self.settings)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in _OWN:
            raise AttributeError(name)
        pytest.skip(f"{name}: this is done to the small Stripe in memory only")

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in {*_OWN, *self.__dataclass_fields__}:
            pytest.skip(f"{name}: this is done to the small Stripe in memory only")
        super().__setattr__(name, value)

    def open_checkout(self, asked: ToPay | ToSave) -> Checkout:
        opened = self._once(asked, self.gateway.open_checkout, lambda one: one.id)
        assert isinstance(opened, Checkout)
        return opened

    def charge(self, asked: ToCharge) -> Payment:
        if asked.key not in self._made:
            self.charged.append(asked)
        took = self._once(asked, self.gateway.charge, lambda one: one.payment_id)
        assert isinstance(took, Payment)
        return took

    def _once(self, asked: Asked, ask: Callable[[Any], Any], id_of: Callable[[Any], str | None]) -> Any:
        self._maybe_down()
        known, sent = self._keys.setdefault(asked.key, (asked, self._at_its_time(asked)))
        assert known == asked, "the same key for something else"
        answer = ask(sent)
        self._made[asked.key] = id_of(answer) or ""
        self.asked[self._made[asked.key]] = asked
        if self.lost:
            self.lost -= 1
            raise Unavailable("the answer was lost")
        return answer

    def _at_its_time(self, asked: Asked) -> Asked:
        if not isinstance(asked, ToPay):
            return asked
        ahead = datetime.now(timezone.utc) - self.now()
        return replace(asked, open_until=asked.open_until + timedelta(seconds=int(ahead.total_seconds())))

    def close_checkout(self, session_id: str) -> Payment:
        self._maybe_down()
        return self.gateway.close_checkout(session_id)

    def checkout(self, session_id: str) -> Payment:
        self._maybe_down()
        return self.gateway.checkout(session_id)

    def payment(self, payment_id: str) -> Payment:
        self._maybe_down()
        return self.gateway.payment(payment_id)

    def read_event(self, raw_body: bytes, signature: str | None) -> payments.Event:
        return self.gateway.read_event(raw_body, signature)

    def about(self, event: payments.Event) -> Payment | None:
        self._maybe_down()
        return self.gateway.about(event)

    def find_charge(self, customer_id: str, request_id: str) -> Payment | None:
        self._maybe_down()
        return self.gateway.find_charge(customer_id, request_id)

    def forget(self, method_id: str) -> None:
        self._maybe_down()
        self.gateway.forget(method_id)

    def give_back(self, intent_id: str, amount: Money, order_id: str, *, is_old: bool = False) -> GivenBack:
        self._maybe_down()
        given = self.gateway.give_back(intent_id, amount, order_id, is_old=is_old)
        if self.lost:
            self.lost -= 1
            raise Unavailable("the answer was lost")
        return given

    def undelivered(self, since: datetime, until: datetime) -> Sequence[payments.Event]:
        pytest.skip("what was not delivered that night: the clock of a provider stays where it is")

    def movements(self, since: datetime, until: datetime) -> Sequence[payments.Movement]:
        pytest.skip("what moved in the balance that night: the clock of a provider stays where it is")

    def _maybe_down(self) -> None:
        if self.down:
            self.down -= 1
            raise Unavailable("nobody answers")

    @property
    def sessions(self) -> dict[str, Payment]:
        return {id_: self.gateway.checkout(id_) for id_ in self._made.values() if id_.startswith("cs_")}

    def open_sessions(self) -> list[str]:
        return [id_ for id_, payment in self.sessions.items() if payment.session == "open"]

    def amount(self, session_id: str) -> Money:
        found = self.client.v1.checkout.sessions.retrieve(session_id)
        assert found.amount_total is not None and found.currency is not None
        return Money(found.amount_total, found.currency.upper())

    def intent_of(self, session_id: str) -> str:
        intent = self.client.v1.checkout.sessions.retrieve(session_id).payment_intent
        return str(intent)

    def charge_id(self) -> str:
        """Of the last charge of what was saved."""
        return [id_ for id_ in self._made.values() if id_.startswith("pi_")][-1]

    def pay(self, session_id: str) -> str:
        answer = self.hands.pay(session_id, CARD)
        assert answer.status_code == 200, answer.text
        return self.intent_of(session_id)

    def pay_by_bank(self, session_id: str) -> str:
        assert self.hands.pay(session_id, ACCOUNT).status_code == 200
        return self.intent_of(session_id)

    def save(self, session_id: str, kind: str = "card", **other: object) -> None:
        if other:
            pytest.skip("only the small Stripe in memory has cards of any number and end")
        assert self.hands.pay(session_id, CARD if kind == "card" else ACCOUNT).status_code == 200

    @property
    def kept(self) -> dict[str, Saved]:
        """Of what was saved what is kept still."""
        read = [payment.saved for payment in self.sessions.values()]
        saved = {one.method_id: one for one in read if one is not None}
        return {id_: one for id_, one in saved.items() if self.client.v1.payment_methods.retrieve(id_).customer}

    def lose_what_was_saved(self) -> None:
        for method_id in self.kept:
            self.client.v1.payment_methods.detach(method_id)

    def end_mandate(self, method_id: str) -> None:
        self.hands.end_mandate(method_id)

    def bank_says(self, session_id: str, *, yes: bool, code: str | None = None) -> None:
        if code is not None:
            pytest.skip("only the small Stripe in memory has banks that say what is wanted")
        self.hands.bank_says(self.intent_of(session_id), yes=yes)

    def debit_says(self, intent_id: str, code: str | None = None) -> None:
        self.hands.bank_says(intent_id, yes=code is None)

    def refund(
        self, session_id: str, amount: Money, status: str = "succeeded", order_id: str | None = None
    ) -> str:  # fmt: skip
        if status != "succeeded":
            pytest.skip(f"a refund that is {status}: only the small Stripe in memory has it")
        tags: Any = {"metadata": {"order_id": order_id}} if order_id else {}
        asked: Any = {"payment_intent": self.intent_of(session_id), "amount": amount.minor, **tags}
        return self.client.v1.refunds.create(asked).id

    def fail_refund(self, session_id: str) -> None:
        newest, *_ = self.client.v1.refunds.list({"payment_intent": self.intent_of(session_id)}).data
        self.hands.refund_fails(newest.id)

    def dispute(self, session_id: str, reason: str = "fraudulent", *, withdrawn: bool = True) -> str:
        if not withdrawn:
            pytest.skip("an inquiry before a dispute: only the small Stripe in memory has it")
        intent = self.intent_of(session_id)
        self.hands.dispute(intent, reason=reason)
        return self._dispute_of(intent)

    def win_dispute(self, session_id: str) -> None:
        self.hands.dispute(self.intent_of(session_id), status="won")

    def _dispute_of(self, intent_id: str) -> str:
        return self.client.v1.disputes.list({"payment_intent": intent_id}).data[0].id

    def warn(self, session_id: str) -> str:
        intent = self.intent_of(session_id)
        self.hands.warn(intent)
        return self.client.v1.radar.early_fraud_warnings.list({"payment_intent": intent}).data[0].id


def client_of(settings: Settings) -> stripe.StripeClient:
    """The SDK itself, for what only a test asks."""
    base = settings.stripe.api_base
    where: Any = {"base_addresses": {"api": base}} if base else {}
    return stripe.StripeClient(settings.stripe.api_key, max_network_retries=2, **where)


def hands_of(settings: Settings) -> Hands:
    if settings.stripe.api_base:
        return SandboxHands(settings.sandbox_url)
    return TestModeHands(client_of(settings))


def over_http(settings: Settings, now: Callable[[], datetime]) -> OverHttp:
    return OverHttp(settings, hands_of(settings), now)
