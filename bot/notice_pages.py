"""The validation notice as a page and a PDF behind a link of our own.

The link proves the address, not the person: without date of birth and ZIP code it shows nothing of what it says. A
GET changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from urllib.parse import parse_qsl

from sqlalchemy.engine import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import accounts, identity, notices, papers
from bot.core import Settings, reading, record, transaction

_FORM_LIMIT = 4096
"""Bytes; ours is some 40."""


def routes(settings: Settings, database: Engine) -> list[Route]:
    """`/n/<token>` and `/n/<token>.pdf`."""
    return [
        Route("/n/{token}.pdf", partial(_get, settings, database, as_pdf=True), methods=["GET"]),
        Route("/n/{token}", partial(_get, settings, database, as_pdf=False), methods=["GET"]),
        Route("/n/{token}", partial(_post, settings, database), methods=["POST"]),
    ]


async def _get(settings: Settings, database: Engine, request: Request, *, as_pdf: bool) -> Response:
    return await run_in_threadpool(_show, settings, database, request, as_pdf)


async def _post(settings: Settings, database: Engine, request: Request) -> Response:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _FORM_LIMIT:
            return Response(status_code=413)
    form = dict(parse_qsl(raw.decode("utf-8", "replace")))
    return await run_in_threadpool(_open, settings, database, request, form)


def _show(settings: Settings, database: Engine, request: Request, as_pdf: bool) -> Response:
    now, token, language = settings.clock.now(), request.path_params["token"], _language(request)
    cookie = request.cookies.get(papers.COOKIE)
    with reading(database) as session:
        sent = accounts.notice_by_token(session, token)
        if sent is None:
            return _gate(settings, request, "gone", status=404)
        if not papers.holds(session, settings, cookie, sent.notice.party_id, now):
            return _gate(settings, request, "ask", status=401 if as_pdf else 200)
    made = notices.document(sent, language, **_frame(settings, request))
    if not as_pdf:
        return Response(made.html, 200, papers.document_headers(), "text/html")
    disposition = {"Content-Disposition": f'inline; filename="notice-{sent.sha256[:8]}.pdf"'}
    return Response(made.pdf, media_type="application/pdf", headers={**papers.document_headers(), **disposition})


def _open(settings: Settings, database: Engine, request: Request, form: Mapping[str, str]) -> Response:
    """Judges what they entered, with the same tries and the same lock as the other documents."""
    now, token = settings.clock.now(), request.path_params["token"]
    host = request.client.host if request.client else ""
    with transaction(database) as session:
        sent = accounts.notice_by_token(session, token)
        if sent is None:
            return _gate(settings, request, "gone", status=404)
        reference = accounts.known_debt(session, sent.notice.debt_id).reference
        born, other = identity.birth_dates(form.get("born", ""), _language(request), now.date())
        answers = identity.Answers(born, form.get("zip", "")[:20], reference, other)
        talk = papers.proof_conversation(session, settings, token, host, now)
        checks = identity.Checks.on("web", settings.secret_key)
        outcome = identity.challenge(session, talk, answers, now=now, checks=checks)
        if not (isinstance(outcome, identity.Matched) and outcome.verified.party_id == sent.notice.party_id):
            kind = "locked" if isinstance(outcome, identity.Locked) else "ask"
            return _gate(settings, request, kind, status=403, typed=form)
        data = {"conversation": talk.id}
        record(session, "ValidationNoticeOpened", subject=sent.notice.debt_id, data=data, now=now, actor="debtor")
    answer = RedirectResponse(f"/n/{token}?lang={_language(request)}", 303, papers.document_headers())
    proof, secure = papers.cookie(settings, outcome.verified, now), settings.public_url.startswith("https://")
    answer.set_cookie(papers.COOKIE, proof, path="/n/", httponly=True, samesite="lax", secure=secure)
    return answer


def _frame(settings: Settings, request: Request) -> dict[str, object]:
    token, language = request.path_params["token"], _language(request)
    other = "en" if language == "es" else "es"
    return {
        "company": settings.company, "pdf": f"/n/{token}.pdf?lang={language}", "other": None, "other_title": "",
        "switch": f"/n/{token}?lang={other}", "switch_lang": other, "file": None, "since": "",
    }  # fmt: skip


def _gate(
    settings: Settings, request: Request, kind: str, *, status: int = 200, typed: Mapping[str, str] | None = None
) -> Response:
    """What anybody with the link may see."""
    token, language = request.path_params["token"], _language(request)
    other = "en" if language == "es" else "es"
    values = {
        "lang": language, "say": papers.speaker(language), "kind": kind,
        "wrong": typed is not None, "typed": {name: (typed or {}).get(name, "") for name in ("born", "zip")}, "company": settings.company,
        "phone": settings.company_phone, "here": f"/n/{token}?lang={language}", "switch": f"/n/{token}?lang={other}",
        "switch_lang": other,
    }  # fmt: skip
    return Response(papers.filled("gate.html", **values), status, papers.document_headers(), "text/html")


def _language(request: Request) -> str:
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    return "es" if asked.strip().lower().startswith("es") else "en"
