"""Cookies that only we can have made, and the tokens that prove that a form was ours.

A visitor's cookie is 256 random bits and our signature: what a client makes up is no session. What the database
keeps is a hash of it. Form tokens are bound to the cookie, so that another site cannot know them.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.core import Settings


class Cookie:
    """One kind of cookie. `seconds` None ends with the browser.

    A `framed` one is also ours in a frame on the creditor's site, where it is another one than on our own page: the
    browser keeps it for each site apart (CHIPS). What it lets anybody do is guarded by origin and token all the same.
    """

    def __init__(self, settings: Settings, name: str, seconds: int | None, *, framed: bool = False) -> None:
        self._settings, self._framed = settings, framed
        self._secure = is_secure(settings)
        self._key = settings.secret_key.encode()
        self._name = f"__Host-{name}" if self._secure else name
        self._seconds = seconds

    def make(self, owner: str = "") -> str:
        """`owner` is whom it is for, in letters, digits, dashes and underscores; anybody can read it."""
        value = f"{owner}~{secrets.token_urlsafe(32)}" if owner else secrets.token_urlsafe(32)
        return f"{value}.{self._sign('cookie', value)}"

    def read(self, request: Request) -> str | None:
        """The whole value, when we made it."""
        given = request.cookies.get(self._name, "")
        value, _, signature = given.partition(".")
        is_ours = hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign("cookie", value).encode())
        return given if value and is_ours else None

    def put(self, response: Response, value: str) -> None:
        put(response, self._name, value, self._seconds, self._settings, framed=self._framed)

    def drop(self, response: Response) -> None:
        response.delete_cookie(self._name, httponly=True, secure=self._secure, samesite="lax", path="/")

    def form_token(self, value: str) -> str:
        """What a form of this visitor carries."""
        return self._sign("form", value)

    def is_form_token(self, value: str, token: str) -> bool:
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.form_token(value).encode())

    def _sign(self, purpose: str, value: str) -> str:
        return hmac.new(self._key, f"{self._name}:{purpose}:{value}".encode(), hashlib.sha256).hexdigest()


def put(response: Response, name: str, value: str, seconds: int | None, settings: Settings, *, framed: bool) -> None:
    """A browser takes a framed one only where it is secure."""
    secure = is_secure(settings)
    framed = framed and secure
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, secure=secure, samesite="none" if framed else "lax", path="/"
    )
    if framed:
        key, made = response.raw_headers[-1]
        response.raw_headers[-1] = (key, made + b"; Partitioned")


def is_secure(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")


def hashed(value: str) -> str:
    """64 letters: what is stored instead of a cookie."""
    return hashlib.sha256(value.encode()).hexdigest()


def is_foreign(request: Request, public_url: str) -> bool:
    """True when the browser says that another site sent this.

    `Origin: null` says nothing: a page with `Referrer-Policy: no-referrer` posts its own forms so (Fetch standard,
    "append a request Origin header"). It is no pass either: a form token is still asked for.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("origin", "null")
    scheme, _, host = origin.partition("://")
    ours = urlsplit(public_url)
    return origin != "null" and (scheme, host) != (ours.scheme, ours.netloc) and host != request.headers.get("host", "")
