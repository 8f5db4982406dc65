"""Paying several accounts at once: how much of each, one link, one page, one payment."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, payments
from bot.core import Money, Refusal
from bot.web import edge, portal, portal_acts, portal_view
from bot.web.parts import Parts
from bot.web.portal import Visit

ABOUT = "together"


def routes(parts: Parts) -> list[Route]:
    return [Route("/portal/pay-together", partial(portal_acts.post, parts, _pay), methods=["POST"])]


def _pay(visit: Visit, request: Request, cookie: str, form: dict[str, str]) -> Response:
    """A link for exactly what they typed; an account that is left blank is left out. Whatever of it cannot be paid is
    said, and nothing is paid in its place.
    """
    again = partial(portal.home, visit, request, cookie, about=ABOUT, typed=form, status=422)
    wanted: list[tuple[accounts.Debt, Money]] = []
    for debt in accounts.known_debts_of(visit.session, visit.who.party_id):
        typed = form.get(f"amount-{debt.id}", "").strip()
        if not typed:
            continue
        amount = portal_acts.typed_amount(typed, debt.balance.currency)
        can = portal_view.payable(visit.session, visit.who, debt, visit.spoken, visit.now)
        if can is None:
            return again(problem="portal_on_hold" if debt.balance.is_positive else "portal_nothing")
        if amount is None:
            return again(problem="portal_amount")
        if amount > can.everything:
            return again(problem="portal_together_too_much", client=_name(visit, debt), amount=can.all_shown)
        if amount == can.everything and "sure" not in form and (enough := portal_acts.less(visit, debt)) is not None:
            name, shown = _name(visit, debt), enough.text(visit.spoken)
            return again(problem="portal_together_less", client=name, amount=shown)
        wanted.append((debt, amount))
    if not wanted:
        return again(problem="portal_together_none")
    try:
        return edge.see_other(_link(visit, wanted).url)
    except Refusal as no:
        least = Money(payments.LEAST_MINOR, wanted[0][1].currency).text(visit.spoken)
        shown = sum((amount for _, amount in wanted[1:]), wanted[0][1]).text(visit.spoken)
        return again(problem=portal_acts.PROBLEMS[type(no)], amount=shown, least=least)


def _link(visit: Visit, wanted: list[tuple[accounts.Debt, Money]]) -> payments.Link:
    """Good until the first of the days on which a link for one of them ends."""
    if len(wanted) == 1:
        return portal_acts.link(visit, *wanted[0])
    known = {debt.id: portal_acts.last_moment(visit, debt.id) for debt, _ in wanted}
    plans = {debt_id: plan.id if plan is not None else None for debt_id, (plan, _) in known.items()}
    return payments.request_for_several(
        visit.session, visit.who, [payments.Share(debt.id, amount, plans[debt.id]) for debt, amount in wanted],
        purpose=payments.Purpose.INSTALMENT if any(plans.values()) else payments.Purpose.OTHER,
        valid_until=min(last for _, last in known.values()), now=visit.now,
        public_url=visit.parts.settings.public_url,
    )  # fmt: skip


def _name(visit: Visit, debt: accounts.Debt) -> str:
    return visit.parts.settings.name_of(debt.client)
