"""One file: which column is which, what a check found, what its product codes are, and how far it is."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import exchange
from bot.core import Money, Session, transaction, vault
from bot.web import going_on, manage_words, staff
from bot.web.manage_parts import Form, manager, page, posted, said
from bot.web.parts import Parts

SHOWN = 200
"""Problems on the page; all that are kept are in the download."""
HERE = "/manage/accounts/files/{id}"


def routes(parts: Parts) -> list[Route]:
    return [
        Route(HERE, partial(_show, parts), methods=["GET"]),
        Route(f"{HERE}/progress", partial(_progress, parts), methods=["GET"]),
        Route(f"{HERE}/problems.csv", partial(_problems, parts), methods=["GET"]),
        Route(f"{HERE}/layout", partial(_lay_out, parts), methods=["POST"]),
        Route(f"{HERE}/products", partial(_products, parts), methods=["POST"]),
        Route(f"{HERE}/take", partial(_take, parts), methods=["POST"]),
        Route(f"{HERE}/give-up", partial(_give_up, parts), methods=["POST"]),
    ]


def opened(session: Session, request: Request) -> exchange.File:
    """Raises HTTPException 404."""
    try:
        return exchange.files.file(session, request.path_params["id"])
    except exchange.NoSuchFile:
        raise HTTPException(404) from None


def _show(parts: Parts, request: Request) -> Response:
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        file = opened(session, request)
        known = sorted(exchange.files.known_products(session, now)) if file.state == "checked" else []
        names = staff.names(session)
    report, found = file.report, _found(parts, file)
    values: dict[str, Any] = {
        "file": file,
        "by": names.get(file.by, file.by),
        "report": report,
        "money": [Money(minor, currency).text() for currency, minor in report.money.items()] if report else [],
        "lines": found.lines[:SHOWN],
        "more": len(found.lines) - SHOWN,
        "products": [(code, manage_words.named(code)) for code in known],
        "groups": _grouped(file),
        "examples": exchange.files.examples(file, parts.settings) if file.state in ("new", "checked") else {},
    }
    return page(parts, request, "manage_accounts_file.html", me, values)


def _found(parts: Parts, file: exchange.File) -> exchange.Found:
    if file.sealed_problems is None:
        return exchange.Found()
    try:
        return msgspec.json.decode(vault.unseal(parts.settings.secret_key, file.sealed_problems), type=exchange.Found)
    except vault.OtherKey:
        return exchange.Found()


def _grouped(file: exchange.File) -> list[tuple[str, list[exchange.fields.Field]]]:
    groups: dict[str, list[exchange.fields.Field]] = {}
    for field in exchange.fields.fields(file.kind):
        groups.setdefault(field.group, []).append(field)
    return list(groups.items())


def _progress(parts: Parts, request: Request) -> Response:
    with transaction(parts.engine) as session:
        if manager(parts, request, session) is None:
            raise HTTPException(401)
        file = opened(session, request)
    return JSONResponse({"done": file.done, "total": file.total, "over": file.state not in ("waiting", "ready")})


def _problems(parts: Parts, request: Request) -> Response:
    with transaction(parts.engine) as session:
        if manager(parts, request, session) is None:
            return going_on.to_log_in(request)
        file = opened(session, request)
    rows = [(one.row, one.label, one.expected, one.got) for one in _found(parts, file).lines]
    return download("problems.csv", exchange.exports.as_csv([("row", "column", "expected", "came"), *rows]))


def download(name: str, content: str) -> Response:
    """With a mark at its start, so that a spreadsheet reads the letters right."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


async def _lay_out(parts: Parts, request: Request) -> Response:
    def lay_out(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        file, given = opened(session, request), dict(form)
        known = exchange.fields.fields(file.kind)
        columns = {one.name: given.get(f"column.{one.name}", "") for one in known}
        fixed = {one.name: said(form, f"fixed.{one.name}", 80) for one in known if one.fixed}
        writing = exchange.Writing(
            "dmy" if given.get("days") == "dmy" else "mdy", "," if given.get("decimals") == "," else "."
        )
        chosen = {name: column for name, column in columns.items() if column}
        exchange.files.lay_out(session, file, chosen, fixed, writing, by=me.actor, now=now)
        return f"/manage/accounts/files/{file.id}"

    return await posted(parts, request, lay_out)


async def _products(parts: Parts, request: Request) -> Response:
    def answer(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        file, given = opened(session, request), dict(form)
        asked = list(file.report.products) if file.report else []
        answers = {code: given.get(f"product.{number}", "") for number, code in enumerate(asked)}
        named = {code: product for code, product in answers.items() if product}
        exchange.files.answer_products(session, file, named, by=me.actor, now=now)
        return f"/manage/accounts/files/{file.id}"

    return await posted(parts, request, answer)


async def _take(parts: Parts, request: Request) -> Response:
    def take(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        file, leaving = opened(session, request), said(form, "leaving", 10)
        exchange.files.take(session, file, leaving=int(leaving) if leaving.isdigit() else -1, by=me.actor, now=now)
        return f"/manage/accounts/files/{file.id}"

    return await posted(parts, request, take)


async def _give_up(parts: Parts, request: Request) -> Response:
    def give_up(session: Session, me: staff.Staff, _form: Form, now: datetime) -> str:
        exchange.files.give_up(session, opened(session, request), by=me.actor, now=now)
        return "/manage/accounts?done=given_up"

    return await posted(parts, request, give_up)
