"""What a person sees when something is not as it should be. Nothing that they sent is repeated back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Scope

from bot.web import edge
from bot.web.parts import Parts, language, page

Handler = Callable[[Request, Exception], Response]
SHOWN = (400, 403, 404, 405, 408, 413, 429, 500)
log = structlog.get_logger(__name__)


def handlers(parts: Parts) -> Mapping[Any, Handler]:
    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = answer(parts, request, error.status_code)
        response.headers.update(error.headers or {})
        return response

    def broken(request: Request, _error: Exception) -> Response:
        """This one is sent from outside the skin, so it brings its own headers."""
        response = answer(parts, request, 500)
        edge.add_headers(parts.settings, request.scope, response.headers)
        return response

    def left(request: Request, _error: Exception) -> Response:
        """They hung up in the middle of a body: one line, by the route, since addresses may be secrets."""
        log.info("request_aborted", name=route_name(request.scope))
        return Response(status_code=400)

    return {HTTPException: refused, ClientDisconnect: left, Exception: broken}


def route_name(scope: Scope) -> str:
    """ "/p/{token}": what the router matched; "other" when nothing did."""
    reached = scope.get("endpoint")
    routes = scope["app"].routes if reached is not None else ()
    for route in routes:
        if reached in (getattr(route, "endpoint", None), getattr(route, "app", None)):
            return str(route.path)
    return "other"


def answer(parts: Parts, request: Request, status: int) -> Response:
    """A page, or JSON for a script."""
    shown = status if status in SHOWN else 400 if status < 500 else 500
    if edge.wants_json(request):
        return edge.refusal(status, language(request), f"error_{shown}_head")
    on_desk = request.url.path.startswith("/desk")
    return page(parts, request, "error.html", {"shown": shown, "on_desk": on_desk}, status=status)
