"""Telegram's doorbell: the secret that we gave it, then stored once and answered; and the link that leads there.

A press on a button is answered when it is stored: Telegram's user sees the button wait until then.
"""

from __future__ import annotations

from functools import partial

import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram.error import TelegramError

from bot import channels, contact, identity
from bot.channels import telegram_updates as updates
from bot.contact import glance
from bot.core import Session, reading, transaction
from bot.web import edge, texts
from bot.web.chat_post import HEADER
from bot.web.cookies import hashed, is_foreign
from bot.web.parts import Parts, language
from bot.web.storing import NotStored, try_again

log = structlog.get_logger(__name__)


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/webhooks/telegram", partial(_update, parts), methods=["POST"]),
        Route("/chat/telegram", partial(_link, parts), methods=["POST"]),
    ]


async def _update(parts: Parts, request: Request) -> Response:
    raw = await edge.body(request)
    if not channels.telegram.is_telegram(parts.settings, request.headers.get("x-telegram-bot-api-secret-token")):
        log.warning("telegram_webhook_refused")
        return JSONResponse({"error": "the secret token is not the one that we gave Telegram"}, 403)
    try:
        told = updates.read(raw)
    except updates.NotAnUpdate as error:
        return JSONResponse({"error": f"expected an update of Telegram's Bot API ({error})"[:300]}, 400)
    noted: list[str | None] = []
    try:
        await parts.doorbell.ring(lambda session: noted.append(_store(parts, told, session)))
    except NotStored:
        return try_again()
    after = BackgroundTask(_answer_press, parts, told, noted[-1]) if isinstance(told, updates.Pressed) else None
    return Response(status_code=204, background=after)


def _store(parts: Parts, told: updates.Told, session: Session) -> str | None:
    """What to tell whoever pressed a button, if anything."""
    now = parts.settings.clock.now()
    if isinstance(told, updates.Written):
        _receive(parts, told, session)
    elif isinstance(told, updates.Blocked):
        contact.opt_out(session, "telegram", told.address, source="blocked", now=now)
    elif isinstance(told, updates.InGroup):
        _refuse_group(parts, told, session)
    elif isinstance(told, updates.Pressed):
        talk = contact.open_conversation(session, "telegram", told.address, now)
        if contact.buttons.press(session, "telegram", told.address, told.pressed, now) is None:
            return texts.text("telegram_button_over", talk.language)
    return None


def _receive(parts: Parts, told: updates.Written, session: Session) -> None:
    """Who presses Start is greeted; who had stopped us and presses it again wants us back."""
    incoming, now = told.incoming, parts.settings.clock.now()
    contact.open_conversation(session, "telegram", incoming.address, now, told.language)
    if told.started:
        contact.bindings.follow(session, told.started, "telegram", incoming.address, now)
    if told.started is not None and contact.opted_out_since(session, "telegram", incoming.address):
        incoming = contact.Incoming("telegram", incoming.address, incoming.provider_id, "START")
    contact.receive(session, incoming, now)


def _refuse_group(parts: Parts, told: updates.InGroup, session: Session) -> None:
    """Once, whatever they write: the key is the group's."""
    settings, now = parts.settings, parts.settings.clock.now()
    talk = contact.open_conversation(session, "telegram", told.address, now)
    no = contact.say("utter_contact_no_group", talk, {}, now, settings.time_zone)
    how = contact.Sending(
        key=f"group:{talk.id}", role=settings.collection_role, answers_at=now, company=settings.company
    )
    contact.send(session, talk, [no], how, now)


async def _answer_press(parts: Parts, told: updates.Pressed, said: str | None) -> None:
    """Nothing depends on it: the press is stored, or it is over."""
    try:
        ids = told.callback_id, told.address, told.message_id
        await channels.telegram.answer_press(parts.settings, *ids, said)
    except TelegramError as error:
        log.info("telegram_press_not_answered", error=type(error).__name__)


async def _link(parts: Parts, request: Request) -> Response:
    """From the web chat of somebody who is verified to Telegram, where they are known then."""
    cookie, now = parts.visitor.read(request), parts.settings.clock.now()
    if cookie is None or is_foreign(request, parts.settings.public_url) or HEADER not in request.headers:
        return edge.refusal(403, language(request), "error_403")
    with reading(parts.engine) as session:
        talk = glance.conversation_at(session, "web", hashed(cookie))
        who = identity.who(session, talk, now) if talk is not None else None
    if who is None:
        return edge.refusal(403, language(request), "telegram_not_verified")
    try:
        name = await channels.telegram.name(parts.settings)
    except TelegramError:
        return edge.refusal(503, language(request), "telegram_away")
    with transaction(parts.engine) as session:
        token = contact.bindings.offer(session, who.party_id, "telegram", now)
    return JSONResponse({"url": channels.telegram.link(parts.settings, name, token)})
