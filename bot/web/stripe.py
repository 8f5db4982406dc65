"""Stripe's doorbell: verified over the bytes that came, stored once, answered; the rest is the worker's."""

from __future__ import annotations

from functools import partial

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import payments
from bot.core import Session
from bot.web import edge
from bot.web.parts import Parts
from bot.web.storing import NotStored, try_again

LIMIT = 1_000_000
"""Bytes; Stripe's events are some 10 kB."""
log = structlog.get_logger(__name__)


def routes(parts: Parts) -> list[Route]:
    return [Route("/webhooks/stripe", partial(_event, parts), methods=["POST"])]


async def _event(parts: Parts, request: Request) -> Response:
    raw = await edge.body(request, LIMIT)
    try:
        event = parts.gateway.read_event(raw, request.headers.get("stripe-signature"))
    except payments.BadWebhook as refused:
        log.warning("stripe_webhook_refused", why=type(refused).__name__)
        return Response(status_code=400)
    try:
        await parts.doorbell.ring(partial(_take, parts, event))
    except NotStored:
        return try_again()
    return Response(status_code=200)


def _take(parts: Parts, event: payments.Event, session: Session) -> None:
    payments.take_event(session, event, parts.settings.clock.now())
