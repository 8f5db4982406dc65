"""What is refused before a route sees it: a body that does not come to an end, and bytes that no browser sends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web import errors
from bot.web.parts import Parts

BODY_SECONDS = 15.0
"""Seconds for the whole body, from the first byte that is asked for."""
FILE_SECONDS = 90.0
"""The same where a photo comes from a slow phone."""


class Patience:
    """`slow` are paths with more time. Raises HTTPException 408 in the route that waits for a body; answers 400 to a NUL in an address."""

    def __init__(self, app: ASGIApp, parts: Parts, seconds: float = BODY_SECONDS, *, slow: Collection[str] = ()) -> None:
        self._app, self._parts, self._seconds, self._slow = app, parts, seconds, slow

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            await errors.answer(self._parts, Request(scope), 400)(scope, receive, send)
        else:
            seconds = FILE_SECONDS if scope["path"] in self._slow else self._seconds
            await self._app(scope, self._impatient(receive, seconds), send)

    def _impatient(self, receive: Receive, seconds: float) -> Receive:
        until: float | None = None
        whole = False

        async def receive_soon() -> Message:
            nonlocal until, whole
            if whole:  # what may still come is that they left
                return await receive()
            until = until or time.monotonic() + seconds
            try:
                message = await asyncio.wait_for(receive(), max(0.0, until - time.monotonic()))
            except asyncio.TimeoutError:
                whole = True
                raise HTTPException(408, headers={"Connection": "close"}) from None
            whole = not message.get("more_body", False)
            return message

        return receive_soon
