"""Chatwoot's doorbell: signed, not older than five minutes, and only a hint where to look."""

from __future__ import annotations

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import chatwoot
from bot.core import Chatwoot
from bot.web import edge
from bot.web.parts import Parts
from bot.web.storing import NotStored, try_again

_log = structlog.get_logger(__name__)


def routes(parts: Parts) -> list[Route]:
    """None where there is no Chatwoot."""
    keys = parts.settings.chatwoot
    return [Route("/webhooks/chatwoot", partial(_hint, parts, keys), methods=["POST"])] if keys is not None else []


async def _hint(parts: Parts, keys: Chatwoot, request: Request) -> Response:
    raw, now = await edge.body(request), parts.settings.clock.now()
    if not chatwoot.is_signed(keys, request.headers, raw, now):
        _log.warning("chatwoot_webhook_refused")
        return JSONResponse({"error": "the signature does not fit the body, the time and our secret"}, 403)
    number = chatwoot.talk_of(keys, raw)
    if number is not None:
        try:
            await parts.doorbell.ring(lambda session: chatwoot.ring(session, number, now))
        except NotStored:
            return try_again()
    return Response(status_code=200)
