"""Puts the app together: routes, what they share, and the skin around them."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator
from functools import lru_cache
from pathlib import Path

import uvicorn
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

from bot import negotiation, notice_pages, payments
from bot.core import Settings
from bot.web import (
    api,
    chat,
    chat_files,
    chat_links,
    chat_own,
    chatwoot,
    connections,
    desk,
    desk_money_back,
    desk_money_list,
    errors,
    genuine,
    manage,
    manage_accounts,
    manage_try,
    pay,
    portal,
    portal_acts,
    portal_autopay,
    portal_dispute,
    portal_move,
    portal_plan,
    portal_together,
    stripe,
    telegram,
    vitals,
    webhooks,
)
from bot.web.cookies import Cookie
from bot.web.edge import SecureHeaders
from bot.web.feed import Feed
from bot.web.parts import Parts
from bot.web.patience import Patience
from bot.web.storing import Doorbell
from bot.web.visitor import RealVisitor

_HERE = Path(__file__).parent
_MONTH, _YEAR = 30 * 24 * 3600, 365 * 24 * 3600


def create_app(settings: Settings, database: Engine) -> Starlette:
    """The whole web role. The tables must be there already."""
    parts = _parts(settings, database)
    figures = vitals.Figures(database, settings, parts.feed)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        parts.feed.start()
        yield
        parts.feed.close()
        parts.doorbell.close()

    app = Starlette(
        routes=_routes(parts),
        middleware=[
            Middleware(RealVisitor, trusted=settings.trusted_proxies),
            Middleware(vitals.Counting, figures=figures),
            Middleware(SecureHeaders, settings=settings),
            Middleware(
                Patience, parts=parts, slow=(chat_files.PATH, portal_dispute.PATH, manage_accounts.UPLOAD, api.ACCOUNTS)
            ),
        ],
        exception_handlers=errors.handlers(parts),
        lifespan=lifespan,
    )
    app.state.parts, app.state.figures = parts, figures
    return app


def serve(settings: Settings, database: Engine, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serves until it is told to stop. No request line is logged: the addresses of pay pages are secrets."""
    config = server_config(settings, database, host=host, port=port)
    telling = vitals.serve(config.app.state.figures, settings.web_health_port)  # type: ignore[union-attr]
    uvicorn.Server(config).run()
    telling.shutdown()


def server_config(settings: Settings, database: Engine, *, host: str, port: int) -> uvicorn.Config:
    """Open streams never end by themselves: they get two seconds when the server stops."""
    door = connections.Door(trusted=settings.trusted_proxies, in_all=connections.as_many_as_files_allow())
    return uvicorn.Config(
        create_app(settings, database), host=host, port=port, ws="none", access_log=False, server_header=False,
        timeout_graceful_shutdown=2, log_level="warning", proxy_headers=False, http=connections.guarded(door),
    )  # fmt: skip


def _parts(settings: Settings, database: Engine) -> Parts:
    templates = Jinja2Templates(_HERE / "templates", trim_blocks=True, lstrip_blocks=True)
    templates.env.globals["asset"] = asset
    templates.env.globals["case_query"] = manage_try.query
    return Parts(
        engine=database,
        settings=settings,
        gateway=payments.StripeGateway(settings),
        templates=templates,
        feed=Feed(database, settings),
        doorbell=Doorbell(database),
        visitor=Cookie(settings, "parley_chat", _MONTH, framed=bool(settings.embed_origins)),
        staff=Cookie(settings, "parley_staff", None),
        login=Cookie(settings, "parley_login", None),
        browser=Cookie(settings, "parley_browser", _YEAR),
    )


def _routes(parts: Parts) -> list[Route | Mount]:
    return [
        *webhooks.routes(parts),
        *telegram.routes(parts),
        *stripe.routes(parts),
        *chatwoot.routes(parts),
        *chat.routes(parts),
        *chat_own.routes(parts),
        *chat_links.routes(parts),
        *chat_files.routes(parts),
        *pay.routes(parts),
        *genuine.routes(parts),
        *portal.routes(parts),
        *portal_acts.routes(parts),
        *portal_dispute.routes(parts),
        *portal_autopay.routes(parts),
        *portal_plan.routes(parts),
        *portal_move.routes(parts),
        *portal_together.routes(parts),
        *desk.routes(parts),
        *desk_money_back.routes(parts),
        *desk_money_list.routes(parts),
        *manage.routes(parts),
        *manage_accounts.routes(parts),
        *api.routes(parts),
        *negotiation.document_routes(parts.settings, parts.engine),
        *payments.document_routes(parts.settings, parts.engine),
        *notice_pages.routes(parts.settings, parts.engine),
        *vitals.routes(),
        Mount("/static", GZipMiddleware(StaticFiles(directory=_HERE / "static"), minimum_size=500), name="static"),
    ]


@lru_cache(maxsize=32)
def asset(name: str) -> str:
    """The address of a file in `static`; it changes with the file."""
    digest = hashlib.sha256((_HERE / "static" / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"
