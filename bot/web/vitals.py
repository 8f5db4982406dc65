"""Is it alive, is it ready, how much waits: for whoever runs it, not for the network at large."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import identity
from bot.contact import glance
from bot.core import Session, Settings, health, reading
from bot.web import errors
from bot.web.feed import Feed

_GUESSED_WITHIN = timedelta(hours=1)
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
                "identity_conversations_gone_wrong": "Conversations with wrong proofs in an hour; many: they guess",
            }.items()
        }

    def refresh(self) -> None:
        """Before each look."""
        now = self.settings.clock.now()
        with reading(self.engine) as session:
            backlog = glance.backlog(session, now)
            failures = identity.failures(session, since=now - _GUESSED_WITHIN)
        values = {
            "inbox_waiting": backlog.unanswered,
            "inbox_oldest_seconds": backlog.unanswered_seconds,
            "outbox_waiting": backlog.unsent,
            "outbox_oldest_seconds": backlog.unsent_seconds,
            "chat_streams": self.feed.count(),
            "identity_conversations_gone_wrong": failures,
        }
        for name, value in values.items():
            self._gauges[name].set(value)


def routes() -> list[Route]:
    """What everybody may ask; the rest is on a port of its own, see `serve`."""
    return [Route("/healthz", _alive, methods=["GET"])]


def serve(figures: Figures, port: int, host: str = "127.0.0.1") -> health.HealthServer:
    """`/readyz` and `/metrics`, where the network at large does not come. Raises OSError when the port is taken."""
    settings = figures.settings
    checks = {
        "database": lambda: database_problem(figures.engine),
        "disk": lambda: health.disk_problem(settings.data_folder, settings.least_free_mb),
    }
    return health.serve(port, checks, host=host, registry=figures.registry, refresh=figures.refresh)


async def _alive(_request: Request) -> Response:
    """This process answers; nothing else is asked."""
    return PlainTextResponse("ok")


def database_problem(engine: Engine) -> str | None:
    """None when requests can be served. A backlog is a figure, and no reason to take the web away."""
    try:
        with reading(engine) as session:
            return "; ".join(_schema_problems(session)) or None
    except SQLAlchemyError:
        return "the database does not answer"


def _schema_problems(session: Session) -> Iterator[str]:
    inspector = sa.inspect(session)
    tables = set(inspector.get_table_names())
    if not {"conversations", "inbox", "outbox"} <= tables:
        yield "the tables are missing: run `parley migrate`"
    elif "alembic_version" in tables and MIGRATIONS.is_dir():
        current = set(session.execute(sa.text("SELECT version_num FROM alembic_version")).scalars())
        if current != _heads(MIGRATIONS):
            yield "the tables are not those of this version: run `parley migrate`"


@lru_cache(maxsize=2)
def _heads(folder: Path) -> frozenset[str]:
    """Read once: reading all migrations was most of the work of each look, and they are those of this process."""
    from alembic.script import ScriptDirectory

    return frozenset(ScriptDirectory(str(folder)).get_heads())


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
                route = errors.route_name(scope)
                self._figures.requests.labels(scope["method"], route, str(message["status"])).inc()
                self._figures.seconds.labels(route).observe(time.perf_counter() - began)
            await send(message)

        return counted
