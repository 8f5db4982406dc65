"""Is it alive, is it ready, how much waits: for whoever runs it, not for the network at large."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.contact import glance
from bot.core import Session, Settings, reading
from bot.web.feed import Feed

MIGRATIONS = Path(__file__).parents[2] / "migrations"


class Figures:
    """One app's counters, and what it asks the database when it is looked at."""

    def __init__(self, engine: Engine, settings: Settings, feed: Feed) -> None:
        self.engine, self.settings, self.feed = engine, settings, feed
        self.registry = CollectorRegistry()
        names = ("method", "route", "status")
        self.requests = Counter("parley_http_requests", "Requests answered", names, registry=self.registry)
        self.seconds = Histogram(
            "parley_http_seconds", "Seconds until an answer began", ("route",), registry=self.registry
        )
        self._gauges = {
            name: Gauge(f"parley_{name}", text, registry=self.registry)
            for name, text in {
                "inbox_waiting": "Messages that wait for an answer",
                "inbox_oldest_seconds": "Age of the oldest message that waits for an answer",
                "outbox_waiting": "Messages that are due and not sent",
                "outbox_oldest_seconds": "How long the oldest message that is due has not been sent",
                "chat_streams": "Open chat pages",
            }.items()
        }

    def exposition(self) -> bytes:
        with reading(self.engine) as session:
            backlog = glance.backlog(session, self.settings.clock.now())
        values = {
            "inbox_waiting": backlog.unanswered,
            "inbox_oldest_seconds": backlog.unanswered_seconds,
            "outbox_waiting": backlog.unsent,
            "outbox_oldest_seconds": backlog.unsent_seconds,
            "chat_streams": self.feed.count(),
        }
        for name, value in values.items():
            self._gauges[name].set(value)
        return generate_latest(self.registry)


def routes(figures: Figures) -> list[Route]:
    return [
        Route("/healthz", _alive, methods=["GET"]),
        Route("/readyz", partial(_ready, figures), methods=["GET"]),
        Route("/metrics", partial(_metrics, figures), methods=["GET"]),
    ]


async def _alive(_request: Request) -> Response:
    """This process answers; nothing else is asked."""
    return PlainTextResponse("ok")


def _ready(figures: Figures, _request: Request) -> Response:
    """200 when requests can be served. A backlog is told but is no reason to take the web away."""
    try:
        with reading(figures.engine) as session:
            problems = list(_schema_problems(session))
            backlog = glance.backlog(session, figures.settings.clock.now()) if not problems else None
    except SQLAlchemyError:
        return JSONResponse({"ready": False, "problems": ["the database does not answer"]}, 503)
    if backlog is None:
        return JSONResponse({"ready": False, "problems": problems}, 503)
    ages = {
        "oldest_unanswered_seconds": round(backlog.unanswered_seconds, 1),
        "outbox_lag_seconds": round(backlog.unsent_seconds, 1),
    }
    return JSONResponse({"ready": True, "problems": [], **ages})


def _metrics(figures: Figures, request: Request) -> Response:
    """For this machine and private networks only: how busy a collector is concerns nobody else."""
    if not _is_near(request.client.host if request.client else ""):
        raise HTTPException(404)
    return Response(figures.exposition(), media_type=CONTENT_TYPE_LATEST)


def _is_near(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _schema_problems(session: Session) -> Iterator[str]:
    inspector = sa.inspect(session)
    tables = set(inspector.get_table_names())
    if not {"conversations", "inbox", "outbox"} <= tables:
        yield "the tables are missing: run `parley migrate`"
    elif "alembic_version" in tables and MIGRATIONS.is_dir():
        current = set(session.execute(sa.text("SELECT version_num FROM alembic_version")).scalars())
        if current != _heads():
            yield "the tables are not those of this version: run `parley migrate`"


def _heads() -> set[str]:
    from alembic.script import ScriptDirectory

    return set(ScriptDirectory(str(MIGRATIONS)).get_heads())


class Counting:
    """Counts requests by their route, never by their address: addresses of pay pages are secrets."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self._app, self._figures = app, figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        await self._app(scope, receive, self._counted(scope, send, began))

    def _counted(self, scope: Scope, send: Send, began: float) -> Send:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = _name(scope)
                self._figures.requests.labels(scope["method"], route, str(message["status"])).inc()
                self._figures.seconds.labels(route).observe(time.perf_counter() - began)
            await send(message)

        return counted


def _name(scope: Scope) -> str:
    """ "/p/{token}": what the router matched; "other" when nothing did."""
    reached = scope.get("endpoint")
    routes = scope["app"].routes if reached is not None else ()
    for route in routes:
        if reached in (getattr(route, "endpoint", None), getattr(route, "app", None)):
            return str(route.path)
    return "other"
