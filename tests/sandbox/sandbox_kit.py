"""A sandbox on a free loopback port, run by uvicorn, and a tiny receiver in Parley's place that keeps every webhook."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import stripe
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.sandbox import Person, SandboxConfig, create_app
from bot.sandbox.stripe_api import hold

PARLEY = "https://parley.example"
KEY, SECRET = "sk_test_demo", "whsec_demo"
ACCOUNT, TOKEN = "AC" + "0" * 32, "demo-token"
SMS_FROM, WHATSAPP_FROM = "+15005550006", "whatsapp:+14155238886"
ANA = "+12025550143"
PEOPLE = (
    Person("Ana Ruiz", ANA, "Credit card, $480"),
    Person("Ben Cole", "+12025550144", "Phone contract, $120"),
)


@dataclass(frozen=True)
class Received:
    """One webhook as it came in."""

    path: str
    body: bytes
    headers: dict[str, str]
    query: str = ""

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def signed_by_twilio(self) -> bool:
        signature = self.headers["x-twilio-signature"]
        address = PARLEY + self.path + (f"?{self.query}" if self.query else "")
        return bool(RequestValidator(TOKEN).validate(address, self.form, signature))

    @property
    def is_forged(self) -> bool:
        return not (self.signed_by_stripe if self.path == "/webhooks/stripe" else self.signed_by_twilio)

    @property
    def signed_by_stripe(self) -> bool:
        try:
            return bool(self.event)
        except stripe.SignatureVerificationError:
            return False

    @property
    def event(self) -> stripe.Event:
        """Raises SignatureVerificationError."""
        return stripe.Webhook.construct_event(self.body, self.headers["stripe-signature"], SECRET, api_key=KEY)


@dataclass
class Receiver:
    """In Parley's place. `answers` are the statuses to give next; then 403 to what `refuses` says, else 204."""

    url: str = ""
    kept: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    refuses: Callable[[Received], bool] = lambda _came: False

    async def take(self, request: Request) -> Response:
        came = Received(request.url.path, await request.body(), dict(request.headers), request.url.query)
        self.kept.append(came)
        return Response(status_code=self.answers.pop(0) if self.answers else 403 if self.refuses(came) else 204)

    def at(self, path: str) -> list[Received]:
        return [one for one in list(self.kept) if one.path == path]

    def events(self) -> list[stripe.Event]:
        return [one.event for one in self.at("/webhooks/stripe")]

    def event_types(self) -> list[str]:
        return [event.type for event in self.events()]


class HeldClient(stripe.RequestsClient):
    """Fails on the first answer that is not what the SDK's annotations say."""

    def __init__(self) -> None:
        super().__init__(timeout=10)

    def request(self, *args: Any, **kwargs: Any) -> Any:
        content, status, headers = super().request(*args, **kwargs)
        if status == 200:
            body = json.loads(content)
            if body["object"] != "list":
                hold(body, body["object"])
            elif body["data"]:
                hold(body, "list of " + body["data"][0]["object"])
        return content, status, headers


@dataclass
class Box:
    """A running sandbox with its receiver and the real SDKs pointed at it."""

    url: str
    config: SandboxConfig
    parley: Receiver
    app: Starlette

    @property
    def stripe(self) -> stripe.StripeClient:
        return self.stripe_with(KEY)

    def stripe_with(self, key: str, **more: Any) -> stripe.StripeClient:
        """Every answer that this client gets is held to the SDK's types."""
        base = {"api": self.url + "/stripe"}
        return stripe.StripeClient(key, base_addresses=base, http_client=HeldClient(), **more)  # type: ignore[arg-type]

    @property
    def twilio(self) -> Client:
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = self.url
        return client

    def post(self, path: str, body: Any) -> httpx.Response:
        return httpx.post(self.url + path, json=body, timeout=20)

    def phone(self, number: str = ANA) -> list[dict[str, str]]:
        return httpx.get(f"{self.url}/phone/{number}/messages").json()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def served(app: Starlette, port: int) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until(lambda: server.started)
    yield
    server.should_exit = True
    thread.join(10)


def until(true: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Waits for something to become true and gives it back."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.01)
    raise AssertionError("it did not happen in time")


@contextlib.contextmanager
def sandbox(path: Path, parley: Receiver, **more: Any) -> Iterator[Box]:
    port = free_port()
    config = SandboxConfig(
        public_url=f"http://127.0.0.1:{port}",
        web_url=parley.url,
        public_web_url=PARLEY,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_sms_from=SMS_FROM,
        twilio_whatsapp_from=WHATSAPP_FROM,
        stripe_api_key=KEY,
        stripe_webhook_secret=SECRET,
        database_path=path,
        **{"people": PEOPLE, "pace_seconds": 0.01, "check_answers": True, **more},
    )
    app = create_app(config)
    with served(app, port):
        yield Box(config.public_url, config, parley, app)


CARD_SESSION = {
    "mode": "payment",
    "client_reference_id": "ord_1",
    "line_items": [
        {
            "quantity": 1,
            "price_data": {
                "currency": "usd",
                "unit_amount": 4000,
                "product_data": {"name": "Account ending 1234"},
            },
        }
    ],
    "metadata": {"order_id": "ord_1"},
    "success_url": PARLEY + "/p/done?s={CHECKOUT_SESSION_ID}",
    "cancel_url": PARLEY + "/p/abc",
}
