"""Accounts in and out: files that are uploaded, what creditors get back, and their systems' keys and addresses."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import date, datetime, timedelta
from functools import partial
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import exchange
from bot.core import Problem, Problems, Session, record, transaction
from bot.web import edge, going_on, manage_accounts_api, manage_accounts_file, staff
from bot.web.manage_parts import Form, done, manager, page, posted
from bot.web.parts import Parts

UPLOAD = "/manage/accounts/upload"
LARGEST = 64 * 1024 * 1024
NEWS = ("given_up", "ended", "again")
KINDS = {"accounts": "New accounts", "updates": "Changes of accounts that are here"}
STATES = {
    "new": "columns to be named", "waiting": "being checked", "checked": "checked, waits for you", "ready": "being taken",
    "taken": "in", "given_up": "given up", "failed": "could not be read",
}  # fmt: skip


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/manage/accounts", partial(_overview, parts), methods=["GET"]),
        Route(UPLOAD, partial(_upload, parts), methods=["POST"]),
        Route("/manage/accounts/export", partial(_export, parts), methods=["POST"]),
        *manage_accounts_file.routes(parts),
        *manage_accounts_api.routes(parts),
    ]


def _overview(parts: Parts, request: Request) -> Response:
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        values = {
            "files": exchange.files.newest(session),
            "clients": exchange.files.clients(session, parts.settings),
        }
    news, today = request.query_params.get("done"), now.date()
    words = {"kinds": KINDS, "states": STATES, "exports": list(exchange.exports.KINDS)}
    days = {"first": (today.replace(day=1) - timedelta(days=1)).replace(day=1), "last": today}
    return page(parts, request, "manage_accounts.html", me, {**values, **words, **days, "done": news if news in NEWS else None})


async def _upload(parts: Parts, request: Request) -> Response:
    """Whose session it is is asked before the file is read."""
    if not await run_in_threadpool(_is_manager, parts, request):
        return going_on.to_log_in(request)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await posted(parts, request, partial(_keep, parts, b"", None, ""))
    if int(request.headers.get("content-length") or 0) > LARGEST:
        raise HTTPException(413)
    raw = await edge.body(request, LARGEST)
    try:
        given = await MultiPartParser(request.headers, _whole(raw), max_files=1, max_fields=6).parse()
    except (MultiPartException, KeyError, ValueError):
        raise HTTPException(400) from None
    sent = given.get("file")
    content, name = (await sent.read(), sent.filename or "") if isinstance(sent, UploadFile) else (b"", "")
    form = [(field, value) for field, value in given.multi_items() if isinstance(value, str)]
    await given.close()
    if any("\x00" in part for pair in form for part in pair) or "\x00" in name:
        raise HTTPException(400)
    return await run_in_threadpool(_read_and_keep, parts, request, form, content, name)


def _read_and_keep(parts: Parts, request: Request, form: Form, content: bytes, name: str) -> Response:
    """The file is read before the transaction begins: with SQLite nobody else could write meanwhile."""
    read: exchange.Sheet | Problems | None
    try:
        read = exchange.sheet.read(content) if content else None
    except Problems as no:
        read = no
    return done(parts, request, form, partial(_keep, parts, content, read, name))


def _is_manager(parts: Parts, request: Request) -> bool:
    with transaction(parts.engine) as session:
        return manager(parts, request, session) is not None


async def _whole(raw: bytes) -> AsyncGenerator[bytes, None]:
    yield raw


def _keep(
    parts: Parts, content: bytes, read: exchange.Sheet | Problems | None, name: str, session: Session, me: staff.Staff, form: Form,
    now: datetime,
) -> str:  # fmt: skip
    fields = dict(form)
    kind = fields.get("kind", "")
    problems = [] if kind in KINDS else [Problem("Kind", f"one of {', '.join(KINDS)}", kind[:40])]
    problems += [Problem("File", "a CSV or Excel file", "nothing")] if read is None else []
    problems += read.problems if isinstance(read, Problems) else ()
    if problems or read is None or isinstance(read, Problems):
        raise Problems(problems)
    file = exchange.files.add(
        session, client=fields.get("client", ""), kind=cast(exchange.fields.Kind, kind), name=name, raw=content, read=read,
        by=me.actor, now=now, settings=parts.settings,
    )  # fmt: skip
    return f"/manage/accounts/files/{file.id}"


async def _export(parts: Parts, request: Request) -> Response:
    """A download; who took what stands in the log."""

    def export(session: Session, me: staff.Staff, form: Form, now: datetime) -> Response:
        fields = dict(form)
        kind, client = fields.get("kind", ""), fields.get("client", "").strip()[:80]
        first, last = _day(fields.get("first", ""), "From"), _day(fields.get("last", ""), "To")
        if kind not in exchange.exports.KINDS or first > last:
            raise Problems([Problem("Days", "a first day that is not after the last", f"{first} to {last}")])
        content = exchange.exports.as_csv(exchange.exports.KINDS[kind](session, client, first, last))
        data = {"kind": kind, "client": client, "first": first.isoformat(), "last": last.isoformat()}
        record(session, "ExportTaken", subject=me.id, data=data, now=now, actor=me.actor)
        return manage_accounts_file.download(f"{kind}-{first}-{last}.csv", content)

    return await posted(parts, request, export)


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Problems([Problem(where, "a day such as 2026-09-30", text[:40])]) from None

