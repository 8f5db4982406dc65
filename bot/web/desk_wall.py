"""The supervisors' wall: how many wait and how long, who has what, and moving a case from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import handoff
from bot.core import record, transaction
from bot.web import desk_view, going_on, staff
from bot.web.desk_parts import desk_page, who
from bot.web.desk_view import Waiting
from bot.web.parts import Parts, language, written_at

LISTED = 40


@dataclass(frozen=True)
class Line:
    """One row of a table: a kind of case, or a colleague."""

    name: str
    open: int
    waiting: int
    """For an answer of ours."""
    nobodys: int
    over: int
    """Past their target."""
    longest: str
    """How long the first of them has waited; empty when nobody does."""
    aside: int = 0
    here: str = ""
    """`typing`, `looking`, `here`, or empty for a colleague without an open page."""


def routes(parts: Parts) -> list[Route]:
    return [Route("/desk/wall", partial(_wall, parts), methods=["GET"])]


def _wall(parts: Parts, request: Request) -> Response:
    now, spoken, zone = parts.settings.clock.now(), language(request), parts.settings.time_zone
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        if not me.may_take_over:
            raise HTTPException(403)
        rows = desk_view.queue(session, now, spoken, parts.settings.opening)
        names, online = staff.names(session), handoff.online(session, now)
        working = staff.working(session)
        has_any = {row.owner for row in rows}
        names = {actor: name for actor, name in names.items() if actor in working or actor in has_any}
        record(session, "WallRead", subject=me.id, data={}, now=now, actor=me.actor)
    busy = [row for row in rows if row.state != "aside"]
    values = {
        "all": _line("", rows, now, spoken),
        "kinds": by_reason(busy, now, spoken),
        "people": by_colleague(rows, names, online, now, spoken),
        "rows": busy[:LISTED],
        "left_out": max(0, len(busy) - LISTED),
        "colleagues": [(actor, name, actor in online) for actor, name in working.items()],
        "updated": written_at(zone, spoken, now),
    }
    return desk_page(parts, request, "desk_wall.html", me, values)


def by_reason(rows: Sequence[Waiting], now: datetime, spoken: str) -> list[Line]:
    """The most urgent kind first; kinds of which there is none are left out."""
    reasons = {reason: [row for row in rows if row.case.reason is reason] for reason in handoff.Reason}
    return [_line(found[0].reason, found, now, spoken) for found in reasons.values() if found]


def by_colleague(
    rows: Sequence[Waiting], names: dict[str, str], online: dict[str, handoff.Here], now: datetime, spoken: str
) -> list[Line]:
    """Whoever has a page open first, then by name; without cases too, since they could take some."""
    lines = [
        _line(name, [row for row in rows if row.owner == actor], now, spoken, _here(online.get(actor)))
        for actor, name in names.items()
    ]
    return sorted(lines, key=lambda line: (not line.here, line.name.casefold()))


def _line(name: str, rows: Sequence[Waiting], now: datetime, spoken: str, here: str = "") -> Line:
    waits = [row.case.waiting_since for row in rows if row.case.waiting_since is not None]
    longest = max((now - since for since in waits), default=timedelta(0))
    return Line(
        name=name,
        open=len(rows),
        waiting=len(waits),
        nobodys=sum(row.owner in handoff.NOBODYS for row in rows),
        over=sum(row.case.waiting_since is not None and row.case.answer_by < now for row in rows),
        longest=desk_view.length(longest, spoken) if waits else "",
        aside=sum(row.state == "aside" for row in rows),
        here=here,
    )


def _here(one: handoff.Here | None) -> str:
    if one is None:
        return ""
    return "typing" if one.is_typing else "looking" if one.conversation_id else "here"
