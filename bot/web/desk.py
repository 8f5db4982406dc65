"""The desk: who waits for a person, why, and since when; what is held, and what is disputed."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import contact, handoff
from bot.core import Session, reading, record, transaction
from bot.web import (
    desk_acts,
    desk_alarm,
    desk_approvals,
    desk_case,
    desk_closed,
    desk_duties,
    desk_events,
    desk_files,
    desk_find,
    desk_holds,
    desk_join,
    desk_login,
    desk_moves,
    desk_reviews,
    desk_seats,
    desk_second,
    desk_view,
    desk_wall,
    going_on,
    staff,
)
from bot.web.desk_parts import desk_page, who
from bot.web.parts import Parts, language, written_at

QUEUE_NEWS = ("handed_back", "gone", "released", "aside", "transferred", "second", "paused", "opened")
LIST_NEWS = ("done", "unchanged", "unfit", "not_allowed", "duty_first")
"""What a page may say of what was just done."""


def routes(parts: Parts) -> list[Route]:
    return [
        *desk_login.routes(parts),
        *desk_second.routes(parts),
        *desk_join.routes(parts),
        *desk_events.routes(parts),
        *desk_case.routes(parts),
        *desk_closed.routes(parts),
        *desk_acts.routes(parts),
        *desk_wall.routes(parts),
        *desk_approvals.routes(parts),
        *desk_files.routes(parts),
        *desk_seats.routes(parts),
        *desk_reviews.routes(parts),
        Route("/desk", partial(_queue, parts), methods=["GET"]),
        Route("/desk/holds", partial(_holds, parts), methods=["GET"]),
        Route("/desk/disputes", partial(_disputes, parts), methods=["GET"]),
        Route("/desk/waiting", partial(_waiting, parts), methods=["GET"]),
    ]


def _queue(parts: Parts, request: Request) -> Response:
    now, spoken = parts.settings.clock.now(), language(request)
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        find, found = desk_find.asked(request), desk_view.queue(session, now, spoken, parts.settings.opening)
        marks = desk_find.marks(session, me.actor)
        if find.view == desk_find.CLOSED:
            shown = desk_closed.found(parts, session, request, find, spoken)
        else:
            shown = {"rows": desk_find.matching(session, desk_find.in_view(found, find.view, marks), find)}
        late = desk_duties.late(session, now, parts.settings.time_zone, spoken)
        away = contact.circuit.open_ones(session)
        seats = handoff.seats(session)
        gave = desk_moves.given_away(session, request.query_params.get("talk", ""), me)
        whys = desk_seats.whys(session, found, seats, now, spoken)
        _was_read(session, me, "QueueRead", now)
    at = written_at(parts.settings.time_zone, spoken, now)
    values = {
        **shown,
        "whys": whys,
        "my_seat": seats.get(me.actor),
        "find": find,
        "views": desk_find.VIEWS,
        "reasons": [reason.value for reason in handoff.Reason],
        "channels": desk_find.CHANNELS,
        "counts": _counts(found, marks),
        "late": late,
        "alarms": desk_alarm.of(found, me, spoken),
        "gave": gave,
        "updated": at,
        "away_since": written_at(parts.settings.time_zone, spoken, away[0].since) if away else None,
        "done": _news(request, QUEUE_NEWS),
    }
    return desk_page(parts, request, "desk_queue.html", me, values)


def _holds(parts: Parts, request: Request) -> Response:
    """All that is held, of people and of conversations in which nobody is known yet."""
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        now, zone = parts.settings.clock.now(), parts.settings.time_zone
        rows = desk_holds.holds(session, now, language(request))
        duties = desk_duties.by_hold(session, now, zone, language(request))
        _was_read(session, me, "HoldsRead", now)
    is_late = request.query_params.get("only") == "late"
    rows = desk_duties.only_late(rows, duties) if is_late else desk_duties.first(rows, duties)
    values = {"rows": rows, "duties": duties, "done": _news(request, LIST_NEWS), "is_late": is_late}
    return desk_page(parts, request, "desk_holds.html", me, values)


def _disputes(parts: Parts, request: Request) -> Response:
    """All that nobody has decided yet, by post or in a chat."""
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        rows = desk_view.disputes(session, language(request))
        _was_read(session, me, "DisputesRead", parts.settings.clock.now())
    values = {"rows": rows, "done": _news(request, LIST_NEWS), "outcomes": desk_acts.OUTCOMES}
    return desk_page(parts, request, "desk_disputes.html", me, values)


def _waiting(parts: Parts, request: Request) -> Response:
    """What the open page asks when something is new. It does not count as a sign of life of the agent. What is over
    does not change: `cases` is null there.
    """
    now, spoken = parts.settings.clock.now(), language(request)
    with reading(parts.engine) as session:
        me = who(parts, request, session, by_hand=False)
        if me is None:
            return JSONResponse({"error": "logged out"}, 401)
        find = desk_find.asked(request)
        found = parts.lately.rows(spoken, lambda: desk_view.queue(session, now, spoken, parts.settings.opening))
        marks = desk_find.marks(session, me.actor)
        rows = desk_find.matching(session, desk_find.in_view(found, find.view, marks), find)
        asked = len(handoff.open_approvals(session)) if me.may_take_over else 0
    cases = None if find.view == desk_find.CLOSED else [_as_json(row) for row in rows]
    at = written_at(parts.settings.time_zone, spoken, now)
    alarms = [vars(one) for one in desk_alarm.of(found, me, spoken)]
    told = {"cases": cases, "counts": _counts(found, marks), "updated": at, "alarms": alarms, "approvals": asked}
    return JSONResponse(told)


def _as_json(row: desk_view.Waiting) -> dict[str, Any]:
    return {
        "id": row.case.id, "waited": row.waited, "target": row.target, "state": row.state, "snippet": row.snippet,
        "owner": row.owner_name or "", "talk": row.case.conversation_id,
    }  # fmt: skip


def _news(request: Request, known: tuple[str, ...]) -> str | None:
    done = request.query_params.get("done")
    return done if done in known else None


def _counts(found: list[desk_view.Waiting], marks: desk_find.Marks) -> dict[str, int]:
    return {view: len(desk_find.in_view(found, view, marks)) for view in desk_find.VIEWS if view != desk_find.CLOSED}


def _was_read(session: Session, me: staff.Staff, kind: str, now: Any) -> None:
    record(session, kind, subject=me.id, data={}, now=now, actor=me.actor)
