"""Web chat: a page, a POST in, a stream out. The page works without a script; the script makes it live."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import accounts
from bot.contact import glance
from bot.core import reading
from bot.web import chat_post, chat_shown, chat_stream, chat_view, edge, texts
from bot.web.cookies import hashed
from bot.web.parts import Parts, keep_language, language, page, written_at, written_hours

_NOTES = ("chat_too_fast", "chat_too_long", "chat_empty_text", "chat_ended", "chat_person_stays",
          "chat_file_large", "chat_file_unknown", "chat_file_none", "chat_go_on_who", "chat_go_on_no_phone",
          "chat_go_on_sent", "telegram_away")  # fmt: skip


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/", partial(_page, parts), methods=["GET"]),
        Route("/chat/messages", partial(_messages, parts), methods=["GET"]),
        Route("/chat/messages", chat_post.endpoint(parts), methods=["POST"]),
        Route("/chat/stream", partial(chat_stream.open_stream, parts), methods=["GET"]),
    ]


def _page(parts: Parts, request: Request) -> Response:
    cookie = parts.visitor.read(request) or parts.visitor.make()
    now = parts.settings.clock.now()
    with reading(parts.engine) as session:
        talk = glance.conversation_at(session, "web", hashed(cookie))
        lines = chat_view.everything(session, talk, parts.settings.public_url, now)
        waiting = chat_view.waiting(session, talk)
        typing = talk is not None and talk.id in glance.being_answered(session, "web")
        locked = chat_view.is_locked(talk, now)
        voice = accounts.speaking(session, parts.settings, talk) if talk is not None and not locked else parts.settings
    chat_shown.note(parts, hashed(cookie))
    spoken = texts.known(request.query_params.get("lang")) or (talk.language if talk is not None else language(request))
    values = {
        "lines": lines,
        "newest": _newest(lines),
        "waiting": waiting,
        "wait_id": uuid.uuid4(),
        "last": max((line.number for line in lines), default=0),
        "locked": locked,
        "company": voice.company,
        "phone": voice.company_phone,
        "hours": written_hours(spoken, parts.settings.hours),
        "typing": typing,
        "known": talk is not None and talk.is_verified(now),
        "token": parts.visitor.form_token(cookie),
        "new_id": uuid.uuid4(),
        "quick_id": uuid.uuid4(),
        "file_id": uuid.uuid4(),
        "choices": _choices(lines, spoken) if talk is None or lines else (),
        "longest": chat_post.LONGEST,
        "written_at": partial(written_at, parts.settings.time_zone, spoken),
        "problem": _problem(request),
    }
    response = page(parts, request, "chat.html", values, lang=spoken)
    parts.visitor.put(response, cookie)
    keep_language(request, response, parts.settings)
    return response


def _newest(lines: Sequence[chat_view.Shown]) -> int:
    """The place of what came since they wrote last, where the page is to begin without a script."""
    mine = max((place for place, line in enumerate(lines) if line.author == "you"), default=-1)
    return min(mine + 1, len(lines) - 1)


def _choices(lines: Sequence[chat_view.Shown], spoken: str) -> tuple[str, ...]:
    """Those that were put last, unless they have answered; a start for those who have not written yet."""
    if lines:
        ours = itertools.takewhile(lambda line: line.author == "bot", reversed(lines))
        return next((line.choices for line in ours if line.choices), ())
    return texts.text("chat_start_hello", spoken), texts.text("chat_start_person", spoken)


def _problem(request: Request) -> str | None:
    """Why a form without a script was not taken, or what was done: the name of a text, and only of these."""
    given = request.query_params.get("problem") or request.query_params.get("note")
    return given if given in _NOTES else None


def _messages(parts: Parts, request: Request) -> Response:
    """All that may be seen, or with `?after=` only what we wrote since that number."""
    cookie = parts.visitor.read(request)
    if cookie is None:
        return edge.refusal(401, language(request), "chat_cookie")
    after, now, ours = chat_stream.number(request), parts.settings.clock.now(), parts.settings.public_url
    with reading(parts.engine) as session:
        talk = glance.conversation_at(session, "web", hashed(cookie))
        if after:
            seen = chat_view.new(session, talk, after, ours, now)
        else:
            seen = chat_view.everything(session, talk, ours, now)
        typing = talk is not None and talk.id in glance.being_answered(session, "web")
        waiting = chat_view.waiting(session, talk)
    chat_shown.note(parts, hashed(cookie))
    lines = [line.as_json() for line in seen]
    locked = chat_view.is_locked(talk, now)
    return JSONResponse({"locked": locked, "typing": typing, "waiting": waiting, "messages": lines})
