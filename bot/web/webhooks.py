"""Twilio's doorbells: verify over the raw bytes, store once, answer within two seconds. The rest is decided later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Literal

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import accounts, channels, contact
from bot.core import Session
from bot.web import edge
from bot.web.parts import Parts
from bot.web.storing import NotStored, Store, try_again

_LONGEST_ID = 100
log = structlog.get_logger(__name__)


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/webhooks/twilio/message", partial(_message, parts), methods=["POST"]),
        Route("/webhooks/twilio/status", partial(_status, parts), methods=["POST"]),
    ]


async def _message(parts: Parts, request: Request) -> Response:
    form = await _verified(parts, request, "To")
    if form is None:
        return _refused()
    if any("\x00" in value for value in form.values()):
        return _not_understood("a message without NUL bytes")
    try:
        incoming = channels.incoming(form)
    except (KeyError, ValueError):
        return _not_understood("a message: From, MessageSid and Body")
    if not _fits(incoming.provider_id) or not _fits(incoming.address):
        return _not_understood("a message with a From and a MessageSid of 1 to 100 characters")
    if tapped := channels.pressed(form):
        return await _stored(parts, partial(_press, parts, incoming, tapped))
    return await _stored(parts, partial(_receive, parts, incoming))


async def _status(parts: Parts, request: Request) -> Response:
    form = await _verified(parts, request, "From")
    if form is None:
        return _refused()
    if any("\x00" in value for value in form.values()):
        return _not_understood("a status without NUL bytes")
    try:
        status = channels.status(form)
    except KeyError:
        return _not_understood("a status: MessageSid and MessageStatus")
    ours = request.query_params.get(channels.KEY)
    known = replace(status, message_id=ours) if ours is not None and _fits(ours) else status
    return await _stored(parts, partial(_record, parts, known))


async def _stored(parts: Parts, store: Store) -> Response:
    try:
        await parts.doorbell.ring(store)
    except NotStored:
        return try_again()
    return Response(status_code=204)


async def _verified(parts: Parts, request: Request, our_side: Literal["To", "From"]) -> Mapping[str, str] | None:
    """None with a signature that is not Twilio's, or about another account or number than ours. The path is signed
    with its query."""
    raw = await edge.body(request)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    try:
        form = channels.verified_form(parts.settings, path, raw, request.headers.get("x-twilio-signature"))
    except channels.BadSignature:
        log.warning("twilio_webhook_refused", path=request.url.path)
        return None
    if not channels.is_ours(parts.settings, form, our_side):
        log.warning("twilio_webhook_not_ours", path=request.url.path)
        return None
    return form


def _receive(parts: Parts, incoming: contact.Incoming, session: Session) -> None:
    contact.receive(session, incoming, parts.settings.clock.now())


def _press(parts: Parts, incoming: contact.Incoming, tapped: str, session: Session) -> None:
    """What the button stands for, once. Who taps one that is over is told so: it stays on their screen for ever."""
    now = parts.settings.clock.now()
    channel, address = incoming.channel, incoming.address
    talk = contact.open_conversation(session, channel, address, now)
    taken = contact.buttons.press(session, channel, address, tapped, now) is not None
    if taken or contact.buttons.is_used(session, channel, tapped):
        return
    if (kept := contact.receive(session, incoming, now)) is None:
        return
    settings = accounts.speaking(session, parts.settings, talk)
    contact.inbox.finish(session, [kept], now)  # seen at the desk, and answered here
    over = contact.say("utter_dialogue_not_understood", talk, {}, now, settings.time_zone)
    how = contact.Sending(
        key=f"turn:{kept.id}", role=settings.collection_role, reply_to=kept.id, answers_at=now,
        time_zone=settings.time_zone, company=settings.company, licence_ca=settings.licence_ca,
    )  # fmt: skip
    contact.send(session, talk, [over], how, now)


def _record(parts: Parts, status: channels.Status, session: Session) -> None:
    now = parts.settings.clock.now()
    contact.outbox.record_delivery(session, status.provider_id, status.status, status.error, now, status.message_id)
    if status.opted_out and status.sent_to is not None and contact.outbox.are_known(session, [status.provider_id]):
        contact.opt_out(session, *status.sent_to, source="provider", now=now)


def _fits(value: str) -> bool:
    return 0 < len(value) <= _LONGEST_ID


def _refused() -> Response:
    return JSONResponse(
        {
            "error": "the signature does not fit the body, the address and our Twilio token, or it is another account or number"
        },
        403,
    )


def _not_understood(expected: str) -> Response:
    return JSONResponse({"error": f"expected the form of {expected}"}, 400)
