"""The payment pages on one port and Stripe's double on another: the real SDK, HTTP and signatures in between."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import httpx
import stripe
import uvicorn
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot import payments
from bot.core import Clock, Settings
from bot.payments import store
from bot.sandbox import SandboxConfig
from bot.sandbox import create_app as create_sandbox
from bot.web import pay
from bot.web import stripe as doorbell
from bot.web.cookies import Cookie
from bot.web.feed import Feed
from bot.web.parts import Parts
from bot.web.storing import Doorbell
from tests.payments.at_stripe import Bell, Hands, client_of, hands_of, not_there, settings_of_test_mode
from tests.payments.pay_kit import HOW, SECRET, World, make_world

WEB = Path(pay.__file__).parent


@dataclass
class Site:
    """`http` follows no redirects, as a careful reader."""

    world: World
    url: str
    http: httpx.Client
    hands: Hands
    bell: Bell | None = None
    """Where nobody can ring from outside."""

    @property
    def sandbox(self) -> str:
        """Its address, to do what only a double lets anybody do."""
        if self.bell is not None:
            not_there("what the sandbox is told to do")
        return self.world.settings.sandbox_url

    @property
    def stripe(self) -> stripe.StripeClient:
        return client_of(self.world.settings)

    def sessions(self) -> list[stripe.checkout.Session]:
        """Those that this site opened: at Stripe there are others."""
        found = self.stripe.v1.checkout.sessions.list({"limit": 100}).data
        return [one for one in found if one.client_reference_id in self._asked()]

    def intents(self) -> list[stripe.PaymentIntent]:
        found = self.stripe.v1.payment_intents.list({"limit": 100}).data
        return [one for one in found if one.metadata.to_dict().get("request_id") in self._asked()]

    def _asked(self) -> set[str]:
        return {row.id for row in self.world.rows(store.payment_requests.select())}

    def link(self, amount: str = "50.00", **more: Any) -> str:
        """Path of a new payment page, which she has opened on her phone."""
        return self.opened(self.world.ask(amount, **more))

    def opened(self, token: str) -> str:
        """`http` is her phone: the first that presses the button."""
        answer = self.http.post(f"/p/{token}/open")
        assert answer.status_code == 303 and "parley_pay" in self.http.cookies, answer.text
        return f"/p/{token}"

    def phone(self) -> list[dict[str, Any]]:
        """What a browser needs to be her phone."""
        return [{"name": one.name, "value": one.value or "", "url": self.url} for one in self.http.cookies.jar]

    def click(self, path: str) -> str:
        """The session that the button led to."""
        answer = self.http.post(path)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"].rsplit("/", 1)[1]

    def pay(self, session_id: str, card: str = "4242424242424242") -> httpx.Response:
        return self.hands.pay(session_id, card)

    def faults(self, **faults: Any) -> None:
        """Webhooks that are lost need nothing where they are fetched: they come with `work_until` only."""
        if self.bell is not None and set(faults) <= {"drop"}:
            return
        httpx.post(f"{self.sandbox}/faults", json=faults).raise_for_status()

    def work_until(self, true: Callable[[], Any], seconds: float = 10.0) -> None:
        """Lets the worker's part run until something has come about."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.bell is not None:
                self.bell.ring()
            payments.process_events(self.world.engine, self.world.stripe, Clock(), HOW)
            if true():
                return
            time.sleep(0.02)
        raise AssertionError("it did not happen in time")


@contextlib.contextmanager
def site(engine: Engine, folder: Path, stripe_at: str = "sandbox", **world: Any) -> Iterator[Site]:
    """`stripe_at`: the sandbox, or "test mode"."""
    web, box = _free_port(), _free_port()
    environ = {
        "PARLEY_PUBLIC_URL": f"http://127.0.0.1:{web}", "PARLEY_SANDBOX_URL": f"http://127.0.0.1:{box}",
        "PARLEY_SECRET_KEY": SECRET, "PARLEY_COMPANY": "Northwind",
    }  # fmt: skip
    is_double = stripe_at == "sandbox"
    settings = Settings.load(environ) if is_double else settings_of_test_mode(**environ)
    made = make_world(engine, datetime.now(timezone.utc), **world)
    made.clock, made.stripe, made.settings = Clock(), payments.StripeGateway(settings), settings
    with contextlib.ExitStack() as open_:
        if is_double:
            open_.enter_context(_served(create_sandbox(sandbox_config(settings, folder)), box))
        open_.enter_context(_served(_app(_parts(engine, settings, made.stripe)), web))
        http = open_.enter_context(httpx.Client(base_url=settings.public_url, timeout=60))
        bell = None if is_double else Bell(client_of(settings), http)
        yield Site(made, settings.public_url, http, hands_of(settings), bell)


def sandbox_config(settings: Settings, folder: Path) -> SandboxConfig:
    return SandboxConfig(
        public_url=settings.sandbox_url, web_url=settings.public_url, public_web_url=settings.public_url,
        twilio_account_sid=settings.twilio.account_sid, twilio_auth_token=settings.twilio.auth_token,
        twilio_sms_from=settings.twilio.sms_from, twilio_whatsapp_from=settings.twilio.whatsapp_from,
        stripe_api_key=settings.stripe.api_key, stripe_webhook_secret=settings.stripe.webhook_secrets[0],
        database_path=folder / "sandbox.db", pace_seconds=0.01, check_answers=True,
    )  # fmt: skip


def _templates() -> Jinja2Templates:
    found = Jinja2Templates(WEB / "templates", trim_blocks=True, lstrip_blocks=True)
    found.env.globals["asset"] = lambda name: f"/static/{name}"
    return found


def _parts(engine: Engine, settings: Settings, gateway: payments.Gateway) -> Parts:
    """As the whole app has them; its feed stands still."""
    visitor, staff, login, browser = (Cookie(settings, f"parley_{name}", 60) for name in ("chat", "staff", "login", "browser"))
    return Parts(
        engine=engine, settings=settings, gateway=gateway, templates=_templates(), feed=Feed(engine, settings),
        doorbell=Doorbell(engine), visitor=visitor, staff=staff, login=login, browser=browser,
    )  # fmt: skip


def _app(parts: Parts) -> Starlette:
    static = Mount("/static", StaticFiles(directory=WEB / "static"), name="static")
    documents = payments.document_routes(parts.settings, parts.engine)
    return Starlette(routes=[*pay.routes(parts), *doorbell.routes(parts), *documents, static])


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def _served(app: Starlette, port: int) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", port, log_level="error", ws="none", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield
    server.should_exit = True
    thread.join(10)
