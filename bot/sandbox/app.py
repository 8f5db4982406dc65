"""One Starlette app with all doubles: Twilio under /2010-04-01, Telegram under /bot<token>, Stripe under /stripe, phones at /,
and a mail server beside it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox import stripe_checkout, stripe_debits
from bot.sandbox.delivery import Courier
from bot.sandbox.faults import Weather
from bot.sandbox.mail import MailPages, MailServer
from bot.sandbox.model import SandboxConfig, check
from bot.sandbox.phone import PhonePages
from bot.sandbox.store import Store
from bot.sandbox.stripe_api import StripeApi
from bot.sandbox.stripe_pay_page import PayPage
from bot.sandbox.stripe_routes import stripe_routes
from bot.sandbox.telegram_api import TelegramApi
from bot.sandbox.telegram_phone import Telegram
from bot.sandbox.twilio_api import TwilioApi
from bot.sandbox.twilio_phone import Network

_HERE = Path(__file__).parent


class Sandbox:
    """The parts of one running sandbox, wired."""

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self.store = Store(config.database_path)
        self.weather = Weather(self.store)
        self.network = Network(self.store, config, self.weather)
        self.telegram = Telegram(self.network)
        self.courier = Courier(self.store, config, self.weather, self.tick)
        self.stripe = StripeApi(self.store, config, self.weather, self.stripe_time, self.courier.hurry)
        self.templates = Jinja2Templates(_HERE / "templates")

    def stripe_now(self) -> datetime:
        return self.config.clock.now() + timedelta(seconds=self.store.setting("clock_ahead", 0))

    def stripe_time(self) -> int:
        return int(self.stripe_now().timestamp())

    def tick(self) -> float:
        """What time alone does: messages move on, sessions expire. Seconds until the next thing."""
        call = self.stripe.call()
        if stripe_checkout.any_due(call):
            with self.store.transaction():
                stripe_checkout.expire_due(call)
        if stripe_debits.any_due(call):
            with self.store.transaction():
                stripe_debits.decide_due(call)
        return self.network.step()

    async def clock(self, request: Request) -> Response:
        """`GET` tells Stripe's time; `POST {"advance_seconds": n}` or `{"now": iso}` moves it."""
        if request.method == "POST":
            try:
                self.store.set("clock_ahead", self._ahead(msgspec.json.decode(await request.body(), type=ClockMove)))
            except (msgspec.MsgspecError, ValueError) as problem:
                return JSONResponse({"problem": str(problem)}, 400)
            self.tick()
            self.courier.hurry()
        return JSONResponse(
            {"now": self.stripe_now().isoformat(), "ahead_seconds": self.store.setting("clock_ahead", 0)}
        )

    def _ahead(self, move: ClockMove) -> float:
        if (move.advance_seconds is None) == (move.now is None):
            raise ValueError('expected either {"advance_seconds": n} or {"now": "2026-12-01T09:00:00+00:00"}')
        if move.advance_seconds is not None:
            return float(self.store.setting("clock_ahead", 0) + move.advance_seconds)
        assert move.now is not None
        if move.now.tzinfo is None:
            raise ValueError("now: expected an ISO time with an offset")
        return (move.now - self.config.clock.now()).total_seconds()

    async def faults(self, request: Request) -> Response:
        if request.method == "POST":
            try:
                self.weather.change(await request.body() or b"{}")
            except msgspec.MsgspecError as problem:
                return JSONResponse({"problem": str(problem)}, 400)
        return JSONResponse(msgspec.to_builtins(self.weather.faults))

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        port = self.config.mail_port
        mail = [MailServer(self.store, self.config.clock, port).serve()] if port is not None else []
        tasks = [asyncio.create_task(one) for one in (self.courier.run(), *mail)]
        yield
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self.store.close()


class ClockMove(msgspec.Struct, forbid_unknown_fields=True):
    """Exactly one of the two."""

    advance_seconds: float | None = None
    now: datetime | None = None


def create_app(config: SandboxConfig) -> Starlette:
    """Raises Problems when the configuration is unsafe: a live key, an address on another machine."""
    check(config)
    box = Sandbox(config)
    app = Starlette(routes=_routes(box), lifespan=box.lifespan, middleware=_guards(config))
    app.state.sandbox = box
    return app


def _guards(config: SandboxConfig) -> list[Middleware]:
    """A web page elsewhere must not reach the sandbox by rebinding a name to this machine."""
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]", "testserver"])
    return [hosts, Middleware(PageHeaders, web=config.public_web_url)]


class PageHeaders:
    """Headers of a page that may show somebody's messages; the desk of `web` may stand beside them in a frame."""

    def __init__(self, app: ASGIApp, web: str) -> None:
        policy = (
            f"default-src 'self'; img-src 'self' data:; frame-src 'self' {web}; frame-ancestors 'none'; base-uri 'none'"
        )
        self._app = app
        self._headers = (
            (b"content-security-policy", policy.encode()),
            (b"referrer-policy", b"no-referrer"),
            (b"x-content-type-options", b"nosniff"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        await self._app(scope, receive, with_headers)


def _routes(box: Sandbox) -> list[Route | Mount]:
    pay = PayPage(box.stripe, box.templates, box.courier.hurry)
    phone = PhonePages(box.network, box.telegram, box.templates, box.courier.hurry)
    mail = MailPages(box.store, box.templates)
    telegram = TelegramApi(box.telegram, box.courier.hurry)
    twilio = TwilioApi(box.network, box.courier.hurry)
    messages = "/2010-04-01/Accounts/{account}/Messages"
    return [
        Route("/", phone.page),
        Route("/mail", mail.page),
        Route("/mail/{address}", mail.letters),
        Route("/later", phone.later, methods=["POST"]),
        Route("/phone/count", phone.count),
        Route("/phone/{number}", phone.page_write, methods=["POST"]),
        Route("/phone/{number}/messages", phone.messages),
        Route("/phone/{number}/thread", phone.thread),
        Route("/phone/{number}/{channel:str}", phone.write, methods=["POST"]),
        Route("/faults", box.faults, methods=["GET", "POST"]),
        Route("/clock", box.clock, methods=["GET", "POST"]),
        Route(messages + ".json", twilio.page, methods=["GET"]),
        Route(messages + ".json", twilio.create, methods=["POST"]),
        Route(messages + "/{sid}.json", twilio.fetch),
        Route(messages + "/{sid}/Media/{medium}", twilio.medium, methods=["GET", "DELETE"]),
        Route("/v1/Content", twilio.contents, methods=["GET", "POST"]),
        Route("/bot{token}/{method}", telegram.call, methods=["GET", "POST"]),
        Route("/file/bot{token}/files/{name}", telegram.download),
        Route("/t.me/{bot}", phone.follow, methods=["GET", "POST"]),
        Route("/stripe/pay/{session}", pay.show, methods=["GET"]),
        Route("/stripe/pay/{session}", pay.pay, methods=["POST"]),
        *stripe_routes(box.stripe),
        Mount("/static", StaticFiles(directory=_HERE / "static"), name="static"),
    ]
