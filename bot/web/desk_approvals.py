"""What colleagues ask for: granted or refused by whoever may, never by who asked."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, handoff
from bot.core import Problems, Session, record, transaction
from bot.web import desk_money, desk_offer, edge, going_on, staff, texts
from bot.web.desk_asked import Gone, Unfit
from bot.web.desk_parts import check_form, desk_page, who
from bot.web.parts import Parts, language

NEWS = (
    "granted",
    "refused",
    "unchanged",
    "unfit",
    "own",
    "beyond",
    "held",
    "offered",
    "moved",
    "stopped",
    "unknown",
    "no_more",
)
SHORTEST_NOTE = 10
_LISTED = 50


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/desk/approvals", partial(_list, parts), methods=["GET"]),
        Route("/desk/approvals/{id}", partial(_post, parts), methods=["POST"]),
    ]


def _list(parts: Parts, request: Request) -> Response:
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        if not me.may_take_over:
            raise HTTPException(403)
        found = handoff.open_approvals(session)
        values = {
            "rows": _rows(session, found[:_LISTED], me, language(request)),
            "left_out": max(0, len(found) - _LISTED),
        }
        record(session, "ApprovalsRead", subject=me.id, data={}, now=parts.settings.clock.now(), actor=me.actor)
    news = request.query_params.get("done")
    values |= {"done": news if news in NEWS else None, "shortest": SHORTEST_NOTE}
    return desk_page(parts, request, "desk_approvals.html", me, values)


def _rows(session: Session, found: list[handoff.Approval], me: staff.Staff, spoken: str) -> list[dict[str, Any]]:
    """Asks as often for many as for one."""
    names = staff.names(session)
    debts = accounts.known_debts_by_id(session, [str(one.data["debt"]) for one in found])
    rows = []
    for one in found:
        debt = debts[str(one.data["debt"])]
        common = {"asked": one, "who": names.get(one.asked_by, ""), "is_own": one.asked_by == me.actor}
        rows.append({**common, **_of(one, debt, me.role, spoken)})
    return rows


def _of(one: handoff.Approval, debt: accounts.Debt, role: str, spoken: str) -> dict[str, Any]:
    """What it is, what it would change, and what the button says."""
    say = texts.speaker(spoken)
    if one.act == "offer":
        return {
            "heading": say("approval_offer", what=one.what), "effects": desk_offer.effects(one, spoken),
            "do": say("approval_do_offer"), "may": desk_offer.may_grant(one, role),
        }  # fmt: skip
    amount, left = one.amount.text(spoken), (debt.balance - one.amount).text(spoken)
    changed = say("change_balance", reference=debt.reference, before=debt.balance.text(spoken), left=left)
    return {
        "heading": say("approval_waive", amount=amount, reference=debt.reference), "effects": [changed],
        "do": say("approval_do", amount=amount), "may": handoff.may_waive(role, one.amount),
    }  # fmt: skip


async def _post(parts: Parts, request: Request) -> Response:
    form = await edge.form(request)
    return await run_in_threadpool(_answer, parts, request, form)


def _answer(parts: Parts, request: Request, form: dict[str, str]) -> Response:
    try:
        with transaction(parts.engine) as session:
            me = who(parts, request, session)
            if me is None:
                return going_on.to_log_in(request)
            check_form(parts, request, form.get("token", ""))
            if not me.may_take_over:
                raise HTTPException(403)
            news = _answered(parts, session, me, request.path_params["id"], form)
    except Problems:
        news = "unfit"
    except handoff.OwnRequest:
        news = "own"
    except handoff.Taken:
        news = "moved"
    except (Gone, Unfit) as no:
        news = no.news if isinstance(no, Unfit) else "no_more"
    return edge.see_other(f"/desk/approvals?done={news}")


def _answered(parts: Parts, session: Session, me: staff.Staff, asked_id: str, form: dict[str, str]) -> str:
    """What the page says then. Whatever cannot be done is rolled back with its answer."""
    asked = next((one for one in handoff.open_approvals(session) if one.id == asked_id), None)
    if asked is None:
        return "unchanged"
    note, granted, now = form.get("note", "").strip()[:200], form.get("answer") == "granted", parts.settings.clock.now()
    if len(note) < SHORTEST_NOTE:
        return "unfit"
    is_offer = asked.act == "offer"
    may = desk_offer.may_grant(asked, me.role) if is_offer else handoff.may_waive(me.role, asked.amount)
    if granted and not may:
        return "beyond"
    if not handoff.answer_approval(session, asked, granted=granted, note=note, by=me.actor, now=now):
        return "unchanged"
    if granted and is_offer:
        desk_offer.grant(session, parts, asked, role=me.role, by=me.actor)
        return "offered"
    if granted:
        desk_money.grant(session, asked, by=me.actor, now=now)
    return "granted" if granted else "refused"
