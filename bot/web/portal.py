"""A place of one's own: what they owe and why, what came, the plan, the documents; and what can be done about it.

It is the same conversation as the chat in this browser: whoever proved there who they are need not do it again, and
the other way round. It works without a script. What may be paid and agreed is decided elsewhere; the pages show it.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, contact, identity
from bot.contact import glance
from bot.core import Session, transaction
from bot.web import chat_post, edge, portal_proof, portal_view, texts
from bot.web.cookies import hashed, is_foreign
from bot.web.parts import Parts, keep_language, language, page, remember_language, unbroken

NOTES = ("portal_saved", "portal_disputed", "portal_agreed", "portal_moved", "portal_plan_expired")
"""What a page may say of what was just done."""


@dataclass(frozen=True)
class Visit:
    """Somebody verified in this browser."""

    session: Session
    parts: Parts
    talk: contact.Conversation
    who: identity.Verified
    spoken: texts.Language

    @property
    def now(self) -> datetime:
        return self.parts.settings.clock.now()


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/portal", partial(_show, parts), methods=["GET"]),
        Route("/portal/verify", partial(_verify, parts), methods=["POST"]),
        Route("/portal/stay", partial(_stay, parts), methods=["POST"]),
    ]


def _show(parts: Parts, request: Request) -> Response:
    """`idle` is what the page itself asks when its time is over: it is no sign of life."""
    cookie = parts.visitor.read(request) or parts.visitor.make()
    with transaction(parts.engine) as session:
        visit = visit_of(parts, request, session, cookie)
        if visit is not None and "idle" not in request.query_params:
            visit = still_here(visit)
        where = way_on(request.query_params.get("next", ""))
        if visit is None:
            response = gate(parts, request, cookie, typed={"next": where})
        else:
            response = edge.see_other(where) if where else home(visit, request, cookie)
    parts.visitor.put(response, cookie)
    keep_language(request, response, parts.settings)
    return response


async def _verify(parts: Parts, request: Request) -> Response:
    cookie, form = await theirs(parts, request)
    return await run_in_threadpool(_judge, parts, request, cookie, form)


def _judge(parts: Parts, request: Request, cookie: str, form: dict[str, str]) -> Response:
    with transaction(parts.engine) as session:
        now, spoken = parts.settings.clock.now(), language(request)
        chat_post.open_talk(session, parts, chat_post.sender(request, cookie), now, spoken)
        talk = glance.conversation_at(session, "web", hashed(cookie))
        assert talk is not None
        outcome = portal_proof.judge(session, talk, form, parts.settings, now, spoken)
    if isinstance(outcome, identity.Matched):
        return edge.see_other(way_on(form.get("next", "")) or "/portal")
    return gate(parts, request, cookie, typed=form, problem=portal_proof.problem_of(outcome), status=403)


def way_on(wanted: str) -> str:
    """Back to the payment page that they came from; nowhere else, whatever an address says."""
    return wanted if re.fullmatch(r"/p/[\w-]{22}", wanted, re.ASCII) else ""


async def _stay(parts: Parts, request: Request) -> Response:
    """They are still there."""
    await theirs(parts, request)
    return edge.see_other("/portal")


def visit_of(parts: Parts, request: Request, session: Session, cookie: str) -> Visit | None:
    talk = glance.conversation_at(session, "web", hashed(cookie))
    who = identity.who(session, talk, parts.settings.clock.now()) if talk is not None else None
    if talk is None or who is None:
        return None
    asked = texts.known(request.query_params.get("lang"))
    return Visit(session, parts, talk, who, asked or talk.language)


def still_here(visit: Visit) -> Visit:
    checks = identity.Checks.on("web", visit.parts.settings.secret_key)
    identity.touch(visit.session, visit.talk, visit.now, checks.window)
    talk = contact.conversation(visit.session, visit.talk.id)
    return Visit(visit.session, visit.parts, talk, visit.who, visit.spoken)


def home(
    visit: Visit, request: Request, cookie: str, *, problem: str | None = None, about: str = "",
    typed: dict[str, str] | None = None, said: str = "", status: int = 200, **values: object,
) -> Response:  # fmt: skip
    """All that is theirs. `problem` (or what is `said`) stands at what it is `about`, and what they typed is kept."""
    settings = accounts.speaking(visit.session, visit.parts.settings, visit.talk)
    note = request.query_params.get("done", "")
    found = portal_view.accounts_of(visit.session, visit.who, settings, visit.spoken, visit.now)
    assert visit.talk.verified_until is not None
    shown: dict[str, Any] = {
        "name": accounts.given_name(visit.session, visit.who.party_id),
        "accounts": found,
        "preferences": portal_view.preferences(visit.session, visit.who, visit.spoken),
        "ways": portal_view.WAYS,
        "reasons": [one.value for one in accounts.DisputeReason],
        "company": settings.company,
        "phone": unbroken(settings.company_phone),
        "left_seconds": max(1, int((visit.talk.verified_until - visit.now).total_seconds())),
        "token": visit.parts.visitor.form_token(cookie),
        "ids": [uuid.uuid4() for _ in (*found, "chat")],
        "done": note if note in NOTES else None,
        "number": _number(request.query_params.get("number", "")),
        "problem": texts.text(problem, visit.spoken, **values) if problem else said,
        "wants_code": problem in ("portal_code_sent", "portal_code_wrong"),
        "today": accounts.me(visit.session, visit.who).today(visit.now).isoformat(),
        "is_less": problem in ("portal_less", "portal_together_less"),
        "about": about,
        "typed": typed or {},
    }
    return page(visit.parts, request, "portal/home.html", shown, lang=visit.spoken, status=status)


def _number(given: str) -> str:
    """Of a dispute: nothing else that stands in an address is shown."""
    return given if re.fullmatch(r"D-\d{1,9}", given) else ""


def gate(
    parts: Parts, request: Request, cookie: str, *, typed: dict[str, str] | None = None, problem: str | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    """Who is there? Nothing on it says that anybody owes anything."""
    values = {"token": parts.visitor.form_token(cookie), "typed": typed or {}, "problem": problem,
              "idle": "idle" in request.query_params}  # fmt: skip
    return page(parts, request, "portal/gate.html", values, status=status)


async def theirs(parts: Parts, request: Request) -> tuple[str, dict[str, str]]:
    """Whose page it is, and the form. Raises HTTPException 403 unless our own page sent it."""
    cookie, form = parts.visitor.read(request), await edge.form(request)
    if cookie is None or is_foreign(request, parts.settings.public_url):
        raise HTTPException(403)
    if not parts.visitor.is_form_token(cookie, form.get("token", "")):
        raise HTTPException(403)
    return cookie, form


def remember(visit: Visit, response: Response, chosen: texts.Language) -> None:
    remember_language(response, chosen, visit.parts.settings)
