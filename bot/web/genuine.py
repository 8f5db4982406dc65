"""Whether a signed file is ours: the operator's public keys at a well-known address, and a page for everybody.

The page asks for no account, keeps nothing and changes nothing. What it shows of a file stood under our signature.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import papers
from bot.web import edge
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
    raw = await edge.body(request, _BODY)
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return str(dict(parse_qsl(raw.decode("utf-8", "replace"))).get("text", "")).encode("utf-8", "replace")
    try:
        form = await MultiPartParser(request.headers, _whole(raw), max_files=1, max_fields=3).parse()
    except (MultiPartException, KeyError, ValueError):
        raise HTTPException(400) from None
    given, text = form.get("file"), form.get("text")
    content = await given.read() if isinstance(given, UploadFile) else b""
    await form.close()
    return content or (text.encode("utf-8", "replace") if isinstance(text, str) else b"")


async def _whole(raw: bytes) -> AsyncGenerator[bytes, None]:
    yield raw


def _loaded(parts: Parts) -> papers.signing.Keys | None:
    try:
        return papers.signing.load(parts.settings.signing_key)
    except papers.signing.NoKey:
        return None


def _page(parts: Parts, request: Request, *, problem: str = "", status: int = 200, **found: Any) -> Response:
    values: Mapping[str, Any] = {"document": None, "sheet": None, "problem": problem, "keys": KEYS, **found}
    return page(parts, request, "genuine.html", dict(values), status=status)
