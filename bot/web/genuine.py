"""Whether a signed file is ours: the operator's public keys at a well-known address, and a page for everybody.

The page asks for no account, keeps nothing and changes nothing. What it shows of a file stood under our signature.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import papers
from bot.web import uploads
from bot.web.parts import Parts, language, page

KEYS = "/.well-known/parley-signing-keys.json"
_BODY = 2 * papers.signing.LARGEST
_PROBLEMS = {"not_a_document": "genuine_no_file", "other_key": "genuine_other", "changed": "genuine_changed"}


def routes(parts: Parts) -> list[Route]:
    return [
        Route(KEYS, partial(_keys, parts), methods=["GET"]),
        Route("/verify", partial(_ask, parts), methods=["GET"]),
        Route("/verify", partial(_judge, parts), methods=["POST"]),
    ]


def _keys(parts: Parts, request: Request) -> Response:
    """404 while there is none."""
    keys = _loaded(parts)
    if keys is None:
        raise HTTPException(404)
    return JSONResponse(keys.published(parts.settings.company), headers={"Cache-Control": "public, max-age=3600"})


def _ask(parts: Parts, request: Request) -> Response:
    return _page(parts, request)


async def _judge(parts: Parts, request: Request) -> Response:
    raw = await _given(request)
    return await run_in_threadpool(_answer, parts, request, raw)


def _answer(parts: Parts, request: Request, raw: bytes) -> Response:
    if not raw.strip():
        return _page(parts, request, problem="genuine_none", status=422)
    keys = _loaded(parts)
    verdict = papers.signing.verify(raw, keys.public if keys is not None else {})
    if verdict.document is None:
        return _page(parts, request, problem=_PROBLEMS[verdict.why], status=422)
    sheets = verdict.document.sheets
    spoken = language(request)
    sheet = sheets.get(spoken) or next(iter(sheets.values()), None)
    return _page(parts, request, document=verdict.document, sheet=sheet)


async def _given(request: Request) -> bytes:
    """What was uploaded, or pasted. Raises HTTPException 413 or 400."""
    try:
        form, content = await uploads.read(request, _BODY)
    except uploads.Unreadable:
        raise HTTPException(400) from None
    return content or form.get("text", "").encode("utf-8", "replace")


def _loaded(parts: Parts) -> papers.signing.Keys | None:
    try:
        return papers.signing.load(parts.settings.signing_key)
    except papers.signing.NoKey:
        return None


def _page(parts: Parts, request: Request, *, problem: str = "", status: int = 200, **found: Any) -> Response:
    values: Mapping[str, Any] = {"document": None, "sheet": None, "problem": problem, "keys": KEYS, **found}
    return page(parts, request, "genuine.html", dict(values), status=status)
