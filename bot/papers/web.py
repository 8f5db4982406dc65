"""Documents behind links of their own: as a page, a PDF and a signed file.

The link proves the address, not the person: without date of birth and ZIP code it shows that there is a document
and nothing of what it says. A GET changes nothing and shows nothing, so robots that preview links do no harm.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlencode

from sqlalchemy.engine import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import accounts, identity
from bot.core import Session, Settings, reading, record, transaction
from bot.papers import proof, signing
from bot.papers.rendering import Frozen, filled, rendered, speaker, text

_STYLE = Path(__file__).with_name("templates") / "style.css"
_FORM_LIMIT = 4096
"""Bytes; ours is some 40."""
Language = Literal["en", "es"]
Suffix = Literal["", ".pdf", ".json"]


@dataclass(frozen=True)
class Found:
    """What a link leads to. `frozen` is None where that is not there (yet)."""

    party_id: str
    debt_id: str
    subject: str
    """Of the fact that it was opened."""
    frozen: Frozen | None
    other: tuple[Mapping[str, str], str] | None = None
    """Another document of the same link: what is asked for it, and the name of its text."""
    since: str = ""
    """The name of the text that says what has happened since, if that matters."""


Find = Callable[[Session, str, Mapping[str, str]], Found | None]
"""By the token of the link, and by what else is asked in its address."""


@dataclass(frozen=True)
class Place:
    """One kind of link: `prefix` before its token, `end` behind it."""

    settings: Settings
    engine: Engine
    find: Find
    prefix: str
    end: str = ""
    asks: tuple[str, ...] = ()
    """What of the query says which document is meant."""


@dataclass(frozen=True)
class _Visit:
    """One request for a document: the link, what of it, in which language, with which cookie, from where."""

    place: Place
    token: str
    language: Language
    cookie: str | None
    host: str
    asked: Mapping[str, str] = field(default_factory=dict)

    def url(self, suffix: Suffix = "", asked: Mapping[str, str] | None = None, language: Language | None = None) -> str:
        query = {"lang": language or self.language, **(self.asked if asked is None else asked)}
        return f"{self.place.prefix}/{self.token}{self.place.end}{suffix}?{urlencode(query)}"

    @property
    def other(self) -> Language:
        return "en" if self.language == "es" else "es"


def routes(place: Place) -> list[Route]:
    """The page, `.pdf`, and `.json` for the signed file."""
    path = f"{place.prefix}/{{token}}{place.end}"
    return [
        Route(f"{path}.pdf", partial(_get, place, ".pdf"), methods=["GET"]),
        Route(f"{path}.json", partial(_get, place, ".json"), methods=["GET"]),
        Route(path, partial(_get, place, ""), methods=["GET"]),
        Route(path, partial(_post, place), methods=["POST"]),
    ]


async def _get(place: Place, suffix: Suffix, request: Request) -> Response:
    return await run_in_threadpool(_show, place, _visit(place, request), suffix)


async def _post(place: Place, request: Request) -> Response:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > _FORM_LIMIT:
            return Response(status_code=413)
    form = dict(parse_qsl(raw.decode("utf-8", "replace")))
    return await run_in_threadpool(_open, place, _visit(place, request), form)


def _show(place: Place, visit: _Visit, suffix: Suffix) -> Response:
    with reading(place.engine) as session:
        found = place.find(session, visit.token, visit.asked)
        if found is None:
            return _gate(visit, "gone", status=404)
        now = place.settings.clock.now()
        if not proof.holds(session, place.settings, visit.cookie, found.party_id, now):
            return _gate(visit, "ask", status=401 if suffix else 200)
        if found.frozen is None:
            return _gate(visit, "gone", status=404)
        issuer = accounts.speaking_of_debt(session, place.settings, found.debt_id).company
    if suffix == ".json":
        return _file(visit, found.frozen, issuer)
    made = rendered(found.frozen, visit.language, **_frame(visit, found, issuer))
    if not suffix:
        return _page(made.html)
    return _attached(visit, made.pdf, "application/pdf", "inline")


def _file(visit: _Visit, frozen: Frozen, issuer: str) -> Response:
    """Without a key of ours there is none."""
    try:
        keys = signing.load(visit.place.settings.signing_key)
    except signing.NoKey:
        return _gate(visit, "gone", status=404)
    return _attached(visit, keys.signed(frozen, issuer), "application/json", "attachment")


def _attached(visit: _Visit, raw: bytes, kind: str, how: str) -> Response:
    """Under a name that tells nothing."""
    name = hashlib.sha256(visit.token.encode()).hexdigest()[:8]
    ending = kind.rsplit("/", 1)[1]
    disposition = {"Content-Disposition": f'{how}; filename="document-{name}.{ending}"'}
    return Response(raw, media_type=kind, headers={**document_headers(), **disposition})


def _open(place: Place, visit: _Visit, form: Mapping[str, str]) -> Response:
    """Judges what they entered, with the same tries and the same lock as everywhere."""
    settings, now = place.settings, place.settings.clock.now()
    with transaction(place.engine) as session:
        found = place.find(session, visit.token, visit.asked)
        if found is None:
            return _gate(visit, "gone", status=404)
        outcome = proof.tried(
            session, settings, visit.token, visit.host, found.debt_id, form, visit.language, now
        )  # fmt: skip
        if not (isinstance(outcome, identity.Matched) and outcome.verified.party_id == found.party_id):
            kind = "locked" if isinstance(outcome, identity.Locked) else "ask"
            return _gate(visit, kind, status=403, typed=form)
        talk_id = outcome.verified.conversation_id
        record(
            session, "DocumentOpened", subject=found.subject, data={"conversation": talk_id}, now=now, actor="debtor"
        )
    answer = RedirectResponse(visit.url(), 303, document_headers())
    secure, value = settings.public_url.startswith("https://"), proof.cookie(settings, outcome.verified, now)
    answer.set_cookie(proof.NAME, value, path=f"{place.prefix}/", httponly=True, samesite="lax", secure=secure)
    return answer


def _visit(place: Place, request: Request) -> _Visit:
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")
    language: Language = "es" if asked.strip().lower().startswith("es") else "en"
    host = request.client.host if request.client else ""
    more = {name: value for name in place.asks if (value := request.query_params.get(name))}
    return _Visit(place, request.path_params["token"], language, request.cookies.get(proof.NAME), host, more)


def _frame(visit: _Visit, found: Found, company: str) -> dict[str, object]:
    """The links around a document."""
    asked, name = found.other or ({}, "")
    return {
        "company": company,
        "pdf": visit.url(".pdf"),
        "file": visit.url(".json") if _has_key(visit.place.settings) else None,
        "other": visit.url(asked=asked) if name else None,
        "other_title": text(name, visit.language) if name else "",
        "switch": visit.url(language=visit.other),
        "switch_lang": visit.other,
        "since": text(found.since, visit.language) if found.since else "",
    }


def _has_key(settings: Settings) -> bool:
    return settings.signing_key.is_file()


def _gate(visit: _Visit, kind: str, *, status: int = 200, typed: Mapping[str, str] | None = None) -> Response:
    """What anybody with the link may see; what they typed stays in the fields."""
    settings = visit.place.settings
    values = {
        "lang": visit.language, "say": speaker(visit.language), "kind": kind, "wrong": typed is not None,
        "typed": {name: (typed or {}).get(name, "") for name in ("born", "zip")}, "company": settings.company, "phone": settings.company_phone,
        "here": visit.url(), "switch": visit.url(language=visit.other), "switch_lang": visit.other,
    }  # fmt: skip
    return _page(filled("gate.html", **values), status)


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
