"""What a visitor does to their own chat beside writing in it: another language, back to the assistant, a call in place
of an answer here, and an end on a shared computer.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, contact, handoff
from bot.contact import glance
from bot.core import Session, transaction
from bot.web import edge, texts
from bot.web.cookies import hashed, is_foreign
from bot.web.parts import Parts, remember_language

ELSEWHERE = "https://www.weather.gov/"
"""A page that anybody may have open."""


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/chat/language", partial(_language, parts), methods=["POST"]),
        Route("/chat/assistant", partial(_assistant, parts), methods=["POST"]),
        Route("/chat/call", partial(_call, parts), methods=["POST"]),
        Route("/chat/end", partial(_end, parts, "/?note=chat_ended"), methods=["POST"]),
        Route("/chat/exit", partial(_end, parts, "/chat/away"), methods=["POST"]),
        Route("/chat/away", _away, methods=["GET"]),
    ]


async def _language(parts: Parts, request: Request) -> Response:
    """The page's, and what we write from now on."""
    cookie, form = await theirs(parts, request)
    chosen = texts.known(form.get("lang"))
    if chosen is None:
        raise HTTPException(400)
    with transaction(parts.engine) as session:
        if (talk := talk_of(session, cookie)) is not None:
            contact.set_language(session, talk.id, chosen)
    response = edge.see_other("/")
    remember_language(response, chosen, parts.settings)
    return response


async def _assistant(parts: Parts, request: Request) -> Response:
    """Nobody needs to come any more, unless somebody has to look for a graver reason or is here already."""
    cookie, _ = await theirs(parts, request)
    with transaction(parts.engine) as session:
        talk = talk_of(session, cookie)
        case = handoff.open_case_of(session, talk.id) if talk is not None and talk.owner == contact.QUEUE else None
        if talk is not None and case is not None and _is_withdrawn(parts, session, talk, case):
            return edge.see_other("/")
    return edge.see_other("/?note=chat_person_stays")


def _is_withdrawn(parts: Parts, session: Session, talk: contact.Conversation, case: handoff.Case) -> bool:
    now = parts.settings.clock.now()
    contact.lock_conversation(session, talk.id)
    if not handoff.withdraw(session, case, now):
        return False
    told = contact.say("utter_handoff_withdrawn", talk, {}, now, parts.settings.time_zone, true=("nobody_asked",))
    _say(parts, session, talk, told, f"withdrawn:{case.id}", now)
    return True


async def _call(parts: Parts, request: Request) -> Response:
    """Who waits would rather be called: it stands in the conversation for whoever takes it. Said once a case."""
    cookie, _ = await theirs(parts, request)
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        talk = talk_of(session, cookie)
        case = handoff.open_case_of(session, talk.id) if talk is not None and talk.owner == contact.QUEUE else None
        if talk is not None and case is not None:
            told = contact.say("utter_handoff_call_wanted", talk, {}, now, parts.settings.time_zone, true=("person_asked",))
            if _say(parts, session, talk, told, f"call:{case.id}", now):
                handoff.write_down(session, case, "call_wanted", "debtor", {}, now)
    return edge.see_other("/")


def _say(parts: Parts, session: Session, talk: contact.Conversation, told: contact.Say, key: str, now: datetime) -> bool:
    """False when it was said before."""
    settings = accounts.speaking(session, parts.settings, talk)
    how = contact.Sending(
        key=key, role=settings.collection_role, answers_at=now, time_zone=settings.time_zone, company=settings.company,
        licence_ca=settings.licence_ca,
    )  # fmt: skip
    before = glance.last_number(session)
    contact.send(session, contact.conversation(session, talk.id), [told], how, now)
    return glance.last_number(session) > before


async def _end(parts: Parts, then: str, request: Request) -> Response:
    """Whoever sits here next is somebody new: another cookie, and nobody is believed to be verified any more."""
    cookie, _ = await theirs(parts, request)
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        if (talk := talk_of(session, cookie)) is not None:
            contact.clear_verified(session, talk.id, now)
    response = edge.see_other(then)
    parts.visitor.put(response, parts.visitor.make())
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


async def _away(request: Request) -> Response:
    """The quick way out leads here and on at once: a form may not lead to another site, a page of ours may."""
    return Response("", headers={"Refresh": f"0; url={ELSEWHERE}", "Cache-Control": "no-store"})


def talk_of(session: Session, cookie: str) -> contact.Conversation | None:
    return glance.conversation_at(session, "web", hashed(cookie))


async def theirs(parts: Parts, request: Request) -> tuple[str, dict[str, str]]:
    """Whose chat it is, and the form. Raises HTTPException 403 unless our own page sent it."""
    cookie, form = parts.visitor.read(request), await edge.form(request)
    if cookie is None or is_foreign(request, parts.settings.public_url):
        raise HTTPException(403)
    if not parts.visitor.is_form_token(cookie, form.get("token", "")):
        raise HTTPException(403)
    return cookie, form
