"""What a person sees when something is not as it should be. Nothing that they sent is repeated back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web import edge
from bot.web.parts import Parts, language, page

Handler = Callable[[Request, Exception], Response]
SHOWN = (400, 403, 404, 405, 413, 429, 500)


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

    return {HTTPException: refused, Exception: broken}


def answer(parts: Parts, request: Request, status: int) -> Response:
    """A page, or JSON for a script."""
    shown = status if status in SHOWN else 400 if status < 500 else 500
    if edge.wants_json(request):
        return edge.refusal(status, language(request), f"error_{shown}_head")
    on_desk = request.url.path.startswith("/desk")
    return page(parts, request, "error.html", {"shown": shown, "on_desk": on_desk}, status=status)
