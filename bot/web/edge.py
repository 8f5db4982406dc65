"""The skin of the app: headers on every answer, bodies with a limit, civil words for what went wrong."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.core import Settings
from bot.web import texts

BODY_LIMIT = 64 * 1024
"""Bytes of a form or a message; Twilio's webhooks are some 2 kB."""
MOST_FIELDS = 40
"""Of a form: a sum for each of somebody's accounts has one each."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors {frames}; form-action {forms}"
EMBED = "/static/embed.js"
"""What the creditor's own site loads from us."""


class SecureHeaders:
    """Puts them on everything that the routes answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(self._settings, scope, MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, send_with_headers)


def add_headers(settings: Settings, scope: Scope, headers: MutableHeaders) -> None:
    """What every answer carries, unless it says otherwise."""
    forms = "'self'"
    if scope["path"].startswith(("/p/", "/portal/autopay")):
        # Browsers apply form-action to redirects too, and paying leads to the provider's own page.
        forms = f"'self' https: {_origin(settings.stripe.api_base)}" if settings.stripe.api_base else "'self' https:"
    frames = _frames(settings, scope["path"])
    headers.setdefault("Content-Security-Policy", _POLICY.format(forms=forms, frames=frames))
    if scope["path"] == EMBED:
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")
    for name, value in _HEADERS.items():
        if name != "X-Frame-Options" or frames == "'none'":
            headers.setdefault(name, value)
    if settings.public_url.startswith("https://"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if not scope["path"].startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")
    elif scope["query_string"]:
        headers.setdefault("Cache-Control", "public, max-age=31536000, immutable")


def _frames(settings: Settings, path: str) -> str:
    """Who may show it in a frame: the creditor's own sites the chat, the phone page of a demo the desk; nobody else."""
    if (path == "/" or path.startswith("/chat/")) and settings.embed_origins:
        return " ".join(settings.embed_origins)
    is_desk = path == "/desk" or path.startswith("/desk/")
    return _origin(settings.sandbox_url) if is_desk and not settings.is_live else "'none'"


async def form(request: Request) -> dict[str, str]:
    """The fields of a form of ours. Raises HTTPException 413 and, with a NUL in it, 400."""
    fields = dict(parse_qsl((await body(request)).decode("utf-8", "replace"), max_num_fields=MOST_FIELDS))
    if any("\x00" in part for pair in fields.items() for part in pair):
        raise HTTPException(400)
    return fields


async def body(request: Request, limit: int = BODY_LIMIT) -> bytes:
    """The raw body. Raises HTTPException 413 as soon as it is longer than `limit` bytes."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > limit:
            raise HTTPException(413)
    return bytes(raw)


def wants_json(request: Request) -> bool:
    path, accept = request.url.path, request.headers.get("accept", "")
    is_machine = path.startswith(("/webhooks/", "/chat/", "/api/")) and "text/html" not in accept
    return is_machine or ("application/json" in accept and "text/html" not in accept)


def refusal(
    status: int, language: str, name: str | None = None, headers: Mapping[str, str] | None = None, **values: object
) -> JSONResponse:
    """A refusal for a script, in words that it can show."""
    known = name or f"error_{status}_head"
    message = texts.text(known if known in texts.catalogue() else "error_400_head", language, **values)
    return JSONResponse({"error": message}, status, headers)


def see_other(where: str) -> Response:
    """The answer to a form that was done. What a header cannot hold is written as an address may have it."""
    return Response(status_code=303, headers={"Location": quote(where, safe="/:?#[]@!$&'()*+,;=%-._~")})


def _origin(url: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))
