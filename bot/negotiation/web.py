"""The agreement as a page and a PDF, behind a link of our own.

The link proves the address, not the person: without date of birth and ZIP code it shows that there is a document
and nothing of what it says. A GET changes nothing and shows nothing, so robots that preview links do no harm.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import accounts, identity
from bot.core import Session, Settings, reading, transaction
from bot.core import record as record_fact
from bot.negotiation import agreed, document_proof, documents, store, wording
from bot.negotiation.agreed import Agreement

_STYLE = Path(__file__).with_name("templates") / "style.css"
_FORM_LIMIT = 4096
"""Bytes; ours is some 40."""
Language = Literal["en", "es"]
Which = Literal["agreement", "completion"]


@dataclass(frozen=True)
class Deps:
    """What the pages are handed."""

    settings: Settings
    engine: Engine


@dataclass(frozen=True)
class _Visit:
    """One request for a document: the link, what of it, in which language, with which cookie, from where."""

    token: str
    which: Which
    language: Language
    cookie: str | None
    host: str

    def url(self, *, suffix: str = "", which: Which | None = None, language: Language | None = None) -> str:
        letter = "&letter=1" if (which or self.which) == "completion" else ""
        return f"/a/{self.token}{suffix}?lang={language or self.language}{letter}"

    @property
    def other(self) -> Language:
        return "en" if self.language == "es" else "es"


def document_link(session: Session, agreement: Agreement, public_url: str, now: datetime | None = None) -> str:
    """A new address of the agreement's document, good for ever; only its hash is kept.

    `now` is when it is asked for, if that is not at the yes.
    """
    token = secrets.token_urlsafe(16)
    values = {"token_hash": _hash(token), "agreement_id": agreement.id, "made_at": now or agreement.agreed_at}
    session.execute(store.agreement_links.insert().values(**values))
    return f"{public_url}/a/{token}"


def routes(settings: Settings, database: Engine) -> list[Route]:
    """`/a/<token>` and `/a/<token>.pdf`; with `letter=1` the letter of completion."""
    deps = Deps(settings, database)
    return [
        Route("/a/{token}.pdf", partial(_get, deps, as_pdf=True), methods=["GET"]),
        Route("/a/{token}", partial(_get, deps, as_pdf=False), methods=["GET"]),
        Route("/a/{token}", partial(_post, deps), methods=["POST"]),
    ]


async def _get(deps: Deps, request: Request, *, as_pdf: bool) -> Response:
    return await run_in_threadpool(_show, deps, _visit(request), as_pdf)


async def _post(deps: Deps, request: Request) -> Response:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _FORM_LIMIT:
            return Response(status_code=413)
    form = dict(parse_qsl(raw.decode("utf-8", "replace")))
    return await run_in_threadpool(_open, deps, _visit(request), form.get("born", ""), form.get("zip", ""))


def _show(deps: Deps, visit: _Visit, as_pdf: bool) -> Response:
    now = deps.settings.clock.now()
    with reading(deps.engine) as session:
        agreement = _agreement_at(session, visit.token)
        if agreement is None:
            return _gate(deps, visit, "gone", status=404)
        if not document_proof.holds(session, deps.settings, visit.cookie, agreement.party_id, now):
            return _gate(deps, visit, "ask", status=401 if as_pdf else 200)
        try:
            found = documents.frozen(session, agreement.id, visit.which)
        except documents.NoSuchDocument:
            return _gate(deps, visit, "gone", status=404)
        has_letter = documents.has_completion_letter(session, agreement.id)
    made = documents.rendered(found, visit.language, **_frame(deps, visit, has_letter))
    if not as_pdf:
        return _page(made.html)
    name = hashlib.sha256(visit.token.encode()).hexdigest()[:8]
    disposition = {"Content-Disposition": f'inline; filename="document-{name}.pdf"'}
    return Response(made.pdf, media_type="application/pdf", headers={**document_headers(), **disposition})


def _open(deps: Deps, visit: _Visit, born: str, postcode: str) -> Response:
    """Judges what they entered, with the same tries and the same lock as everywhere."""
    now = deps.settings.clock.now()
    with transaction(deps.engine) as session:
        agreement = _agreement_at(session, visit.token)
        if agreement is None:
            return _gate(deps, visit, "gone", status=404)
        answers = identity.Answers(_day(born), postcode[:20], accounts.known_debt(session, agreement.debt_id).reference)
        talk = document_proof.conversation(session, deps.settings, visit.token, visit.host, now)
        checks = identity.Checks.on("web", deps.settings.secret_key)
        outcome = identity.challenge(session, talk, answers, now=now, checks=checks)
        if not (isinstance(outcome, identity.Matched) and outcome.verified.party_id == agreement.party_id):
            kind = "locked" if isinstance(outcome, identity.Locked) else "ask"
            return _gate(deps, visit, kind, status=403, wrong=True)
        record_fact(
            session, "DocumentOpened", subject=agreement.id, data={"conversation": talk.id}, now=now, actor="debtor"
        )
    answer = RedirectResponse(visit.url(), 303, document_headers())
    secure, proof = (
        deps.settings.public_url.startswith("https://"),
        document_proof.cookie(deps.settings, outcome.verified, now),
    )
    answer.set_cookie(document_proof.NAME, proof, path="/a/", httponly=True, samesite="lax", secure=secure)
    return answer


def _agreement_at(session: Session, token: str) -> Agreement | None:
    links = store.agreement_links
    found = session.execute(sa.select(links.c.agreement_id).where(links.c.token_hash == _hash(token))).scalar()
    return agreed.agreement(session, found) if found is not None else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _visit(request: Request) -> _Visit:
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    which: Which = "completion" if request.query_params.get("letter") else "agreement"
    language: Language = "es" if asked.strip().lower().startswith("es") else "en"
    host = request.client.host if request.client else ""
    return _Visit(request.path_params["token"], which, language, request.cookies.get(document_proof.NAME), host)


def _frame(deps: Deps, visit: _Visit, has_letter: bool) -> dict[str, object]:
    """The links around a document."""
    other: Which = "agreement" if visit.which == "completion" else "completion"
    is_there = has_letter or other == "agreement"
    name = "title_agreement" if other == "agreement" else "page_letter"
    return {
        "company": deps.settings.company,
        "pdf": visit.url(suffix=".pdf"),
        "other": visit.url(which=other) if is_there else None,
        "other_title": wording.text(name, visit.language),
        "switch": visit.url(language=visit.other),
        "switch_lang": visit.other,
    }


def _gate(deps: Deps, visit: _Visit, kind: str, *, status: int = 200, wrong: bool = False) -> Response:
    """What anybody with the link may see."""
    values = {
        "lang": visit.language, "say": documents.speaker(visit.language), "kind": kind, "wrong": wrong,
        "company": deps.settings.company, "phone": deps.settings.company_phone,
        "here": visit.url(), "switch": visit.url(language=visit.other), "switch_lang": visit.other,
    }  # fmt: skip
    return _page(documents.page("gate.html", **values), status)


def _page(html: str, status: int = 200) -> Response:
    return Response(html, status, document_headers(), "text/html")


@lru_cache(maxsize=1)
def _policy() -> str:
    """Nothing but the one style that stands in the page."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.read_bytes().rstrip(b"\n")).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def document_headers() -> dict[str, str]:
    """Of every page of a document."""
    return {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "X-Frame-Options": "DENY",
        "Content-Security-Policy": _policy(),
    }
