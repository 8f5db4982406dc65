"""Cases that are given by themselves: why nobody fits, and the word of somebody that they take nothing new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import handoff
from bot.core import Session, transaction
from bot.web import desk_view, edge, going_on, texts
from bot.web.desk_parts import check_form, who
from bot.web.parts import Parts


def routes(parts: Parts) -> list[Route]:
    return [Route("/desk/seat", partial(_post, parts), methods=["POST"])]


def whys(
    session: Session, rows: Iterable[desk_view.Waiting], seats: Mapping[str, handoff.Seat], now: datetime, spoken: str
) -> dict[str, str]:
    """By case that nobody has: the first thing that is missing. Nothing where nobody is given cases by themselves."""
    if not seats:
        return {}
    found, here = list(rows), handoff.online(session, now)
    loads = handoff.loads_of([(row.owner, row.case) for row in found], now)
    missing = {
        row.case.id: handoff.fitting(row.case, row.talk.language, seats.values(), here, loads)[1]
        for row in found
        if row.owner in handoff.NOBODYS and row.case.waiting_since is not None
    }
    languages = {row.case.id: row.language for row in found}
    say = texts.speaker(spoken)
    return {case_id: say(f"seat_why_{why}", tongue=languages[case_id]) for case_id, why in missing.items() if why}


async def _post(parts: Parts, request: Request) -> Response:
    form = await edge.form(request)
    return await run_in_threadpool(_paused, parts, request, form)


def _paused(parts: Parts, request: Request, form: dict[str, str]) -> Response:
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        check_form(parts, request, form.get("token", ""))
        paused = form.get("paused") == "1"
        handoff.pause(session, me.actor, paused=paused, now=parts.settings.clock.now())
    return edge.see_other(f"/desk?done={'paused' if paused else 'opened'}")
