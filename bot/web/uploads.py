"""A form that may have one file in it, read whole and never more of it than is allowed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from bot.web import edge

_FIELDS = 10


class Unreadable(Exception):
    """It is no such form."""


async def read(request: Request, limit: int) -> tuple[dict[str, str], bytes]:
    """The fields and what is in the file; blank where none was chosen. Raises Unreadable, or HTTPException 413 above
    `limit` bytes of all of it.
    """
    raw = await edge.body(request, limit)
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return dict(parse_qsl(raw.decode("utf-8", "replace"), max_num_fields=_FIELDS)), b""
    try:
        form = await MultiPartParser(request.headers, _whole(raw), max_files=1, max_fields=_FIELDS).parse()
    except (MultiPartException, ValueError, KeyError):
        raise Unreadable from None
    fields, content = dict[str, str](), b""
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
        else:
            fields[name] = value
    await form.close()
    return fields, content


async def _whole(raw: bytes) -> AsyncGenerator[bytes, None]:
    yield raw
