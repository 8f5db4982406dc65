"""A draft as a form: a row at a time, with what is wrong beside its cell, what it changes, and who is at it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import negotiation
from bot.core import Session, transaction
from bot.web import going_on, manage_rows, manage_steps, manage_words, staff
from bot.web.manage_parts import Form, manager, page, posted, said
from bot.web.parts import Parts

NEWS = ("saved",)
drafting = negotiation.drafting


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/manage/drafts", partial(_begin, parts), methods=["POST"]),
        Route("/manage/drafts/{id}", partial(_show, parts), methods=["GET"]),
        Route("/manage/drafts/{id}/about", partial(_about, parts), methods=["POST"]),
        Route("/manage/drafts/{id}/close", partial(_close, parts), methods=["POST"]),
        Route("/manage/drafts/{id}/simulate", partial(_simulate, parts), methods=["POST"]),
        Route("/manage/drafts/{id}/rows/{number:int}", partial(_row, parts), methods=["GET"]),
        Route("/manage/drafts/{id}/rows/{number:int}", partial(_save_row, parts), methods=["POST"]),
        Route("/manage/drafts/{id}/rows/{number:int}/{move}", partial(_move, parts), methods=["POST"]),
    ]


async def _begin(parts: Parts, request: Request) -> Response:
    def begin(session: Session, me: staff.Staff, _form: Form, now: datetime) -> str:
        return f"/manage/drafts/{drafting.begin(session, me.login, now).id}"

    return await posted(parts, request, begin)


def opened(session: Session, request: Request) -> negotiation.Draft:
    """Raises HTTPException 404."""
    try:
        return drafting.draft(session, request.path_params["id"])
    except negotiation.NoSuchDraft:
        raise HTTPException(404) from None


def _show(parts: Parts, request: Request) -> Response:
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        draft = opened(session, request)
        other = draft.other(me.login, now)
        drafting.is_at(session, draft, me.login, now)
        live = json.loads(negotiation.dump_policy(negotiation.live_policy(session, now)))
        version = drafting.simulated_as_it_stands(session, draft, now)
        run = negotiation.simulations.of_version(session, version.id) if version else None
    _, problems = drafting.read(draft.content)
    beside = manage_rows.beside_cells(problems)
    values = {
        "draft": draft,
        "other": other,
        "version": version,
        "stands": manage_words.stands(version, run) if version else "",
        "rows": [
            (number, row, manage_words.for_whom(row.get("when") or {}), _in_row(beside, number))
            for number, row in enumerate(draft.content["rows"], 1)
        ],
        "about_all": [one for (number, _), found in beside.items() if number is None for one in found],
        "count": len(problems),
        "changes": manage_rows.changes(live, draft.content),
        "done": request.query_params.get("done") if request.query_params.get("done") in NEWS else None,
    }
    return page(parts, request, "manage_draft.html", me, values)


def _in_row(beside: Mapping[tuple[int | None, str], list[manage_rows.Found]], number: int) -> list[tuple[str, Any]]:
    known = manage_words.cells()
    return [
        (known[field].label if field in known else "The row", one)
        for (row, field), found in beside.items() if row == number for one in found
    ]  # fmt: skip


def _row(parts: Parts, request: Request) -> Response:
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        draft = opened(session, request)
        other = draft.other(me.login, now)
        drafting.is_at(session, draft, me.login, now)
        live = json.loads(negotiation.dump_policy(negotiation.live_policy(session, now)))
    number, row = _numbered(draft, request)
    _, problems = drafting.read(draft.content)
    beside = manage_rows.beside_cells(problems)
    values = {
        "draft": draft, "other": other, "number": number, "row": row, "groups": manage_words.groups(),
        "last": len(draft.content["rows"]),
        "found": {field: found for (of, field), found in beside.items() if of == number},
        "was": _was(live, row), "typed": manage_rows.typed, "offers": manage_rows.OFFERS,
        "frequencies": manage_rows.FREQUENCIES, "steps": range(manage_rows.STEPS),
        "whom": manage_words.for_whom(row.get("when") or {}),
        "done": request.query_params.get("done") if request.query_params.get("done") in NEWS else None,
    }  # fmt: skip
    return page(parts, request, "manage_row.html", me, values)


def _numbered(draft: negotiation.Draft, request: Request) -> tuple[int, Mapping[str, Any]]:
    number, rows = request.path_params["number"], draft.content["rows"]
    if not 1 <= number <= len(rows):
        raise HTTPException(404)
    return number, rows[number - 1]


def _was(live: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, str]:
    """By cell, what is in force in the row of the same name where that is something else."""
    changed = manage_rows.changes(
        {"rows": [one for one in live["rows"] if one["name"] == row.get("name")]}, {"rows": [row]}
    )
    steps = [change for change in changed if " past due" in change.cell]
    found = {change.cell: change.before for change in changed if change.cell}
    if steps:
        found["Opening and floor"] = "; ".join(f"{one.cell[:1].lower()}{one.cell[1:]} {one.before}" for one in steps)
    return found


async def _save_row(parts: Parts, request: Request) -> Response:
    def save(session: Session, me: staff.Staff, form: Form, now: datetime) -> str | Response:
        draft = opened(session, request)
        number, row = _numbered(draft, request)
        content = drafting.with_row(draft.content, number - 1, manage_rows.of_form(form, row))
        saved = drafting.save(session, _as_read(draft, form), content, me.login, now)
        if request.headers.get("x-autosave"):
            return _as_json(saved, number)
        return f"/manage/drafts/{draft.id}/rows/{number}?done=saved"

    return await posted(parts, request, save)


def _as_read(draft: negotiation.Draft, form: Form) -> negotiation.Draft:
    """With the revision that the page showed, which may be an older one."""
    return replace(draft, revision=manage_steps.revision(form))


def _as_json(draft: negotiation.Draft, number: int) -> Response:
    """For the script of the page: what is wrong in this row now, by cell."""
    _, problems = drafting.read(draft.content)
    beside = manage_rows.beside_cells(problems)
    found = {field: [_line(one) for one in told] for (row, field), told in beside.items() if row == number}
    return JSONResponse({"revision": draft.revision, "problems": found, "count": len(problems)})


def _line(found: manage_rows.Found) -> str:
    return f"{found.sentence} For example: {found.debtor}." if found.debtor else found.sentence


async def _move(parts: Parts, request: Request) -> Response:
    def move(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        draft = opened(session, request)
        number, _ = _numbered(draft, request)
        how, at = request.path_params["move"], number - 1
        if how == "delete" and len(draft.content["rows"]) > 1:
            content = drafting.without(draft.content, at)
        elif how == "copy":
            content = drafting.copied(draft.content, at)
        elif how in ("up", "down"):
            content = drafting.moved(draft.content, at, -1 if how == "up" else 1)
        else:
            raise HTTPException(404)
        drafting.save(session, _as_read(draft, form), content, me.login, now)
        return f"/manage/drafts/{draft.id}" + (f"/rows/{number}" if how == "copy" else f"#row-{number}")

    return await posted(parts, request, move)


async def _about(parts: Parts, request: Request) -> Response:
    """The name of the policy, and why it is changed."""

    def save(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        draft = opened(session, request)
        content = {**draft.content, "name": said(form, "name", 80), "reference": said(form, "reference", 300)}
        drafting.save(session, _as_read(draft, form), content, me.login, now)
        return f"/manage/drafts/{draft.id}?done=saved"

    return await posted(parts, request, save)


async def _close(parts: Parts, request: Request) -> Response:
    def close(session: Session, me: staff.Staff, _form: Form, now: datetime) -> str:
        drafting.close(session, opened(session, request), me.login, now)
        return "/manage?done=closed"

    return await posted(parts, request, close)


async def _simulate(parts: Parts, request: Request) -> Response:
    def simulate(session: Session, me: staff.Staff, _form: Form, now: datetime) -> str:
        version = drafting.to_version(session, opened(session, request), me.login, now)
        negotiation.simulations.ask(session, version.id, me.login, now)
        return f"/manage/versions/{version.id}"

    return await posted(parts, request, simulate)
