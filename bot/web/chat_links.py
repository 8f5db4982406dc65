"""From a phone to our page and back: a link that a phone was sent, and "go on by text message" or on Telegram.

Looking at the link does nothing and says no more than who wrote, so that what makes previews does no harm; pressing the
button opens it, once. It proves the address and not the person: who they are is asked on the page.
"""

from __future__ import annotations

import uuid
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import TelegramError

from bot import accounts, channels, contact, identity
from bot.core import Session, reading, transaction
from bot.web import edge, texts
from bot.web.chat_own import talk_of, theirs
from bot.web.cookies import hashed, is_foreign
from bot.web.parts import Parts, language, page, remember_language


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/c/{token}", partial(_look, parts), methods=["GET"]),
        Route("/c/{token}", partial(_open, parts), methods=["POST"]),
        Route("/chat/text", partial(_text, parts), methods=["POST"]),
        Route("/chat/on-telegram", partial(_on_telegram, parts), methods=["POST"]),
    ]


def _look(parts: Parts, request: Request) -> Response:
    with reading(parts.engine) as session:
        came_from = identity.linked_talk(session, request.path_params["token"])
        voice = accounts.speaking(session, parts.settings, came_from) if came_from is not None else parts.settings
    return page(parts, request, "go_on.html", {"kind": "open", "here": request.url.path, "company": voice.company})


def _open(parts: Parts, request: Request) -> Response:
    """Another browser's second press is refused; the same one's only leads to the chat."""
    if is_foreign(request, parts.settings.public_url):
        raise HTTPException(403)
    secret, before = request.path_params["token"], parts.visitor.read(request)
    with transaction(parts.engine) as session:
        came_from = identity.linked_talk(session, secret)
        if before is not None and _led_here(session, secret, before):
            return edge.see_other("/")
        cookie = parts.visitor.make()
        if came_from is None or not _follow(parts, session, request, secret, came_from, cookie):
            return page(parts, request, "go_on.html", {"kind": "over"}, status=410)
    response = edge.see_other("/")
    parts.visitor.put(response, cookie)
    remember_language(response, came_from.language, parts.settings)
    return response


def _led_here(session: Session, secret: str, cookie: str) -> bool:
    talk = talk_of(session, cookie)
    return talk is not None and identity.opened_in(session, secret) == talk.id


def _follow(
    parts: Parts, session: Session, request: Request, secret: str, came_from: contact.Conversation, cookie: str
) -> bool:
    """A session of its own, which begins with their hello."""
    now, address, host = parts.settings.clock.now(), hashed(cookie), request.client.host if request.client else ""
    with session.begin_nested() as opening:
        talk = contact.open_conversation(session, "web", address, now, came_from.language)
        if not identity.follow_link(session, secret, talk, now, parts.settings.secret_key):
            opening.rollback()
            return False
    contact.note_network(session, talk, identity.network(host, parts.settings.secret_key))
    hello = texts.text("chat_start_hello", came_from.language)
    contact.receive(session, contact.Incoming("web", address, f"{address}:{uuid.uuid4()}", hello), now)
    return True


async def _text(parts: Parts, request: Request) -> Response:
    """One text to the phone that is on file, and at most one an hour."""
    cookie, _ = await theirs(parts, request)
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        talk = talk_of(session, cookie)
        who = identity.who(session, talk, now) if talk is not None else None
        if talk is None or who is None:
            return edge.see_other("/?note=chat_go_on_who")
        phone = contact.number_on_file(session, who.party_id)
        if phone is None:
            return edge.see_other("/?note=chat_go_on_no_phone")
        voice = accounts.speaking(session, parts.settings, talk)
        there = contact.open_conversation(session, "sms", phone, now, talk.language)
        contact.set_language(session, there.id, talk.language)
        there = contact.conversation(session, there.id)
        says = contact.say("utter_contact_go_on_here", there, {"company": voice.company}, now, voice.time_zone)
        how = contact.Sending(
            key=f"goes_on:{there.id}:{now:%Y%m%d%H}", role=voice.collection_role, answers_at=now,
            time_zone=voice.time_zone, company=voice.company, licence_ca=voice.licence_ca,
        )  # fmt: skip
        is_sent = contact.send(session, there, [says], how, now) > 0
    return edge.see_other("/?note=chat_go_on_sent" if is_sent else "/?note=chat_go_on_no_phone")


async def _on_telegram(parts: Parts, request: Request) -> Response:
    """The link that binds a chat of theirs there to them; a page, since a form may lead to no other site."""
    cookie, _ = await theirs(parts, request)
    now = parts.settings.clock.now()
    with reading(parts.engine) as session:
        talk = talk_of(session, cookie)
        who = identity.who(session, talk, now) if talk is not None else None
    if who is None:
        return edge.see_other("/?note=chat_go_on_who")
    try:
        name = await channels.telegram.name(parts.settings)
    except TelegramError:
        return edge.see_other("/?note=telegram_away")
    with transaction(parts.engine) as session:
        token = contact.bindings.offer(session, who.party_id, "telegram", now)
    link = channels.telegram.link(parts.settings, name, token)
    return page(parts, request, "go_on.html", {"kind": "telegram", "link": link}, lang=language(request))
