"""A change of the texts on its way: written, handed in, approved by somebody else with a code, in force, taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import contact
from bot.core import Session, transaction
from bot.web import going_on, manage_steps, staff
from bot.web.manage_parts import SHORTEST_WHY, Form, manager, page, posted, said
from bot.web.manage_texts import HERE, catalogue, everything, group, label, opened
from bot.web.manage_words import sentence
from bot.web.parts import Parts

wording, versions = contact.wording, contact.wording_versions
Wording = contact.wording_versions.Wording
STATES = {
    "draft": "being written", "submitted": "waits for a second manager", "approved": "approved, not yet in force",
    "rejected": "sent back", "withdrawn": "given up", "live": "in force", "retired": "was in force",
    "tampered": "changed behind our back, and not said",
}  # fmt: skip
STEPS = {"submitted": "handed in", "approved": "approved", "rejected": "sent back", "withdrawn": "given up", "live": "put in force"}  # fmt: skip


def routes(parts: Parts) -> list[Route]:
    return [
        Route(HERE + "/versions", partial(_begin, parts), methods=["POST"]),
        Route(HERE + "/roll-back", partial(_roll_back, parts), methods=["POST"]),
        Route(HERE + "/versions/{id}", partial(_show, parts), methods=["GET"]),
        Route(HERE + "/versions/{id}/steps/{step}", partial(_step, parts), methods=["POST"]),
    ]


async def _begin(parts: Parts, request: Request) -> Response:
    """A change to begin with this text; one that they write at already is gone on with."""

    def begin(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        name = said(form, "name", 80)
        if name not in catalogue():
            raise HTTPException(404)
        own = (one for one in versions.versions(session) if one.is_open and me.login in one.writers)
        found = next(own, None) or versions.begin(session, me.login, now)
        return f"{HERE}/versions/{found.id}/{name}"

    return await posted(parts, request, begin)


async def _roll_back(parts: Parts, request: Request) -> Response:
    def back(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        versions.roll_back(session, me.login, now, said(form, "note", 400) or "Rolled back at the managers' desk")
        return f"{HERE}?done=back"

    return await posted(parts, request, back)


def _show(parts: Parts, request: Request) -> Response:
    with transaction(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        version = opened(session, request)
        base, live = wording.content(session, version.base), wording.in_force(session)
    wrong = versions.problems(version.content, catalogue())
    is_stale = version.base != live and version.state in ("draft", "rejected", "submitted", "approved")
    values = {
        "version": version, "is_stale": is_stale, "state": STATES[version.state], "steps": STEPS, "shortest": SHORTEST_WHY,
        "changes": changes(base, version.content), "is_mine": me.login in version.writers, "label": label, "group": group,
        "problems": [f"{_title(one.where)}: {sentence(one)}" for one in wrong],
    }  # fmt: skip
    return page(parts, request, "manage_wording.html", me, values)


def _title(where: str) -> str:
    name, _, language = where.partition(", ")
    return f"{label(name)} ({group(name)}), {language}" if name in everything() else where


def changes(base: wording.Content, content: wording.Content) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """By text, each wording that is another: (slot, before, after)."""
    found: list[tuple[str, list[tuple[str, str, str]]]] = []
    for name, shipped in everything().items():
        was = shipped.slots
        before, after = {**was, **base.get(name, {})}, {**was, **content.get(name, {})}
        rows = [(slot, before[slot], after[slot]) for slot in was if before[slot] != after[slot]]
        if rows:
            found.append((name, rows))
    return found


async def _step(parts: Parts, request: Request) -> Response:
    does = _STEPS.get(request.path_params["step"])
    if does is None:
        raise HTTPException(404)

    def take(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        return does(parts, session, me, opened(session, request), form, now)

    return await posted(parts, request, take)


Step = Callable[[Parts, Session, staff.Staff, Any, Form, datetime], str]


def _submit(_parts: Parts, session: Session, me: staff.Staff, found: Wording, form: Form, now: datetime) -> str:
    versions.submit(session, found, me.login, now, manage_steps.why_and_ticket(form), catalogue())
    return f"{HERE}/versions/{found.id}"


def _approve(parts: Parts, session: Session, me: staff.Staff, found: Wording, form: Form, now: datetime) -> str:
    if me.login not in found.writers:  # who wrote at it hears that, not that a code is missing
        manage_steps.with_code(parts, session, me, form, now)
    versions.decide(session, found, me.login, now, said(form, "note", 400), approved=True)
    return f"{HERE}/versions/{found.id}"


def _reject(_parts: Parts, session: Session, me: staff.Staff, found: Wording, form: Form, now: datetime) -> str:
    versions.decide(session, found, me.login, now, manage_steps.reason(form, "note"), approved=False)
    return f"{HERE}/versions/{found.id}"


def _publish(_parts: Parts, session: Session, me: staff.Staff, found: Wording, _form: Form, now: datetime) -> str:
    versions.publish(session, found, me.login, now)
    return f"{HERE}?done=live"


def _withdraw(_parts: Parts, session: Session, me: staff.Staff, found: Wording, _form: Form, now: datetime) -> str:
    versions.withdraw(session, found, me.login, now)
    return f"{HERE}?done=given-up"


def _again(_parts: Parts, session: Session, me: staff.Staff, found: Wording, _form: Form, now: datetime) -> str:
    return f"{HERE}/versions/{versions.again(session, found, me.login, now).id}"


_STEPS: dict[str, Step] = {
    "again": _again, "submit": _submit, "approve": _approve, "reject": _reject, "publish": _publish, "withdraw": _withdraw,
}  # fmt: skip
