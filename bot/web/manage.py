"""The managers' desk: what is in force, in words; what is being written; what happened; back in one click."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import contact, experiments, negotiation
from bot.core import Session, record, transaction
from bot.web import (
    going_on,
    manage_drafts,
    manage_experiments,
    manage_figures,
    manage_heard,
    manage_scores,
    manage_steps,
    manage_texts,
    manage_try,
    manage_versions,
    manage_wordings,
    manage_words,
    staff,
)
from bot.web.manage_parts import Form, manager, page, posted, said
from bot.web.parts import Parts

NEWS = ("closed", "back", "live", "scheduled", "rejected", "off", "on")


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/manage", partial(_overview, parts), methods=["GET"]),
        Route("/manage/roll-back", partial(_roll_back, parts), methods=["POST"]),
        Route("/manage/switches/{name}", partial(_switch, parts), methods=["POST"]),
        *manage_drafts.routes(parts),
        *manage_experiments.routes(parts),
        *manage_figures.routes(parts),
        *manage_scores.routes(parts),
        *manage_try.routes(parts),
        *manage_versions.routes(parts),
        *manage_heard.routes(parts),
        *manage_wordings.routes(parts),
        *manage_texts.routes(parts),
    ]


def _overview(parts: Parts, request: Request) -> Response:
    now = parts.settings.clock.now()
    with transaction(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        live, found = negotiation.live_policy(session, now), negotiation.all_versions(session, now)
        values = {
            "table": table(json.loads(negotiation.dump_policy(live))),
            "live": live,
            "version": next((one for one in found if one.state is negotiation.VersionState.LIVE), None),
            "versions": [_told(session, one) for one in found if one.state is not negotiation.VersionState.REPLACED],
            "drafts": [(one, one.other(me.login, now)) for one in negotiation.drafting.drafts(session)],
            "switches": [(name, contact.switches.off(session).get(name)) for name in contact.switches.NAMES],
            "can_go_back": _can_go_back(found, now),
            "running": experiments.running(session),
        }
        record(session, "PolicyRead", subject=me.id, data={}, now=now, actor=me.actor)
    news = request.query_params.get("done")
    return page(parts, request, "manage.html", me, {**values, "done": news if news in NEWS else None})


def table(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a policy as they are read: who, and what they may have."""
    return [
        {
            "name": row["name"],
            "reference": row["reference"],
            "whom": manage_words.for_whom(row["when"]),
            "person": row["terms"]["person_only"],
            "terms": row["terms"],
            "groups": [
                (heading, [(cell, manage_words.shown(cell.field, row[cell.part][cell.field])) for cell in cells])
                for heading, cells in manage_words.groups()[1:]
            ],
        }
        for row in content["rows"]
    ]


def _told(session: Session, version: negotiation.Version) -> dict[str, Any]:
    last = version.events[-1] if version.events else None
    is_draft = version.state is negotiation.VersionState.DRAFT
    run = negotiation.simulations.of_version(session, version.id) if is_draft else None
    return {
        "version": version,
        "state": manage_words.stands(version, run),
        "why": _why(version),
        "last": last,
        "step": manage_words.words()["steps"][last.step.value] if last else "written",
    }


def _why(version: negotiation.Version) -> str:
    """What was last said of it, with whatever step; the note of a simulation is the number of its report."""
    said_of_it = [event.note for event in version.events if event.step is not negotiation.VersionStep.SIMULATED]
    return next((note for note in reversed(said_of_it) if note), "")


def _can_go_back(found: tuple[negotiation.Version, ...], now: datetime) -> bool:
    """Whether two versions were in force already."""
    return sum(one.effective_from is not None and one.effective_from <= now for one in found) > 1


async def _roll_back(parts: Parts, request: Request) -> Response:
    def back(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        note = said(form, "note", 400) or "Rolled back at the managers' desk"
        negotiation.roll_back(session, me.login, now, note)
        return "/manage?done=back"

    return await posted(parts, request, back)


async def _switch(parts: Parts, request: Request) -> Response:
    """Off with a reason, or on again; it holds from the next message on."""

    def switch(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        name = request.path_params["name"]
        if name not in contact.switches.NAMES:
            raise HTTPException(404)
        if said(form, "to") == "on":
            contact.switches.turn_on(session, name, by=me.login, why=said(form, "why", 400), now=now)
            return "/manage?done=on#switches"
        contact.switches.turn_off(session, name, by=me.login, why=manage_steps.reason(form, "why"), now=now)
        return "/manage?done=off#switches"

    return await posted(parts, request, switch)
