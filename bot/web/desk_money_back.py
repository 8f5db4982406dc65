"""A card payment given back at the desk, whole or in part: shown first, then asked of Stripe.

No transaction is open while Stripe is asked: the order is written down before, and what Stripe says is taken in after.
"""

from __future__ import annotations

import hashlib
from functools import partial
from typing import Any

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import handoff, payments
from bot.core import Problems, transaction
from bot.web import desk_changes, desk_money, edge, going_on, money_news, texts
from bot.web.desk_asked import Asked, Gone, Unfit
from bot.web.desk_parts import check_form, desk_page, who
from bot.web.parts import Parts, language

log = structlog.get_logger(__name__)
SHORTEST_REASON = 10
_FIELDS = ("debt", "entry", "amount")


def routes(parts: Parts) -> list[Route]:
    return [Route("/desk/conversations/{id}/refund", partial(_post, parts), methods=["POST"])]


async def _post(parts: Parts, request: Request) -> Response:
    form = await edge.form(request)
    return await run_in_threadpool(_refund, parts, request, form)


def _refund(parts: Parts, request: Request, form: dict[str, str]) -> Response:
    back = f"/desk/conversations/{request.path_params['id']}"
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        check_form(parts, request, form.get("token", ""))
        asked = Asked(session, parts, me, handoff.open_case_of(session, request.path_params["id"]), form)
        try:
            done = _shown_or_ordered(request, asked, back)
        except handoff.Taken:
            return edge.see_other(f"{back}?done=not_yours")
        except Gone:
            return edge.see_other(f"{back}?done=unchanged")
        except Unfit:
            return edge.see_other(f"{back}?done=money_amount")
    if isinstance(done, Response):
        return done
    what = done.amount.text(language(request))
    values = {"news": _send(parts, done), "what": what, "back": back}
    return desk_page(parts, request, "desk_money_back.html", me, values)


def _send(parts: Parts, order: payments.RefundOrder) -> str:
    """The name of what came of it."""
    try:
        made = payments.send_refund(
            parts.engine, parts.gateway, order, money_news.how(parts.settings), parts.settings.clock.now()
        )
    except payments.Unavailable:
        log.warning("refund_unavailable", order=order.id, exc_info=True)
        return "refund_waits"
    return "refund_made" if made else "refund_refused"


def _shown_or_ordered(request: Request, asked: Asked, back: str) -> Response | payments.RefundOrder:
    spoken, debt = language(request), desk_money.debt_of(asked)
    amount = desk_money.amount_of(asked, debt)
    lacks_reason = len(asked.reason) < SHORTEST_REASON
    changes = desk_changes.of(asked.session, asked.parts, asked.case, partial(_foresee, asked), spoken, told_later=True)
    changes.append(texts.text("change_refund_told", spoken, amount=amount.text(spoken)))
    mark = hashlib.sha256("\n".join(changes).encode()).hexdigest()
    if asked.form.get("mark") == mark and not lacks_reason:
        order = _order(asked)
        _write_down(asked, f"{debt.reference} {amount.text('en')}")
        return order
    what = f"{debt.reference}, {amount.text(spoken)}"
    values: dict[str, Any] = {
        "heading": texts.text("act_refund", spoken, what=what), "changes": changes, "mark": mark,
        "fields": {name: asked.form[name] for name in _FIELDS if name in asked.form}, "needs_reason": True,
        "reason": asked.reason, "shortest": SHORTEST_REASON, "back": back, "where": request.url.path,
        "problem": "act_reason_short" if lacks_reason else "act_changed" if asked.form.get("mark") else None,
    }  # fmt: skip
    status = 400 if lacks_reason else 200
    return desk_page(asked.parts, request, "desk_act.html", asked.me, values, status=status)


def _order(asked: Asked) -> payments.RefundOrder:
    """Raises Gone or Unfit."""
    debt = desk_money.debt_of(asked)
    number, amount = desk_money.number_typed(asked), desk_money.amount_of(asked, debt)
    how: dict[str, Any] = {"reason": asked.reason, "by": asked.me.actor, "now": asked.now}
    try:
        return payments.order_refund(asked.session, debt.id, number, amount, **how)
    except Problems as no:
        if no.problems[0].where == "entry":
            raise Gone from None
        raise Unfit("money_amount") from None


def _foresee(asked: Asked) -> None:
    payments.foresee_refund(asked.session, _order(asked), asked.now)


def _write_down(asked: Asked, what: str) -> None:
    """For colleagues who read the conversation."""
    assert asked.case is not None
    text = texts.text("act_refund", "en", what=f"{what}. {asked.reason}")
    handoff.note(asked.session, asked.case, text, by=asked.me.actor, now=asked.now, colleagues={})
