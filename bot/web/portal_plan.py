"""Choosing how to pay over time: policy answers, the page shows it, and their press on the button makes the agreement.

What they agreed to is kept as words of theirs in the conversation, as if they had written them: the agreement names
that message, and the same replies go out as in the chat.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, contact, negotiation, payments
from bot.core import Refusal, transaction
from bot.negotiation import Frequency, Kind, Made, Offer, Proposal
from bot.web import edge, portal, portal_acts, portal_say, portal_view, texts
from bot.web.parts import Parts, page, unbroken, written_day
from bot.web.portal import Visit

_NO_LINK = (Kind.PAUSE.value, Kind.PROMISE.value)


@dataclass(frozen=True)
class Choice:
    """One that can be chosen, as the page shows it."""

    key: str
    each: str
    parts: int
    first: str
    last: str
    total: str
    words: str
    rows: tuple[portal_view.Line, ...] = ()


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/portal/plan", partial(_look, parts), methods=["GET"]),
        Route("/portal/plan", partial(portal_acts.post, parts, _choose), methods=["POST"]),
        Route("/portal/agree", partial(portal_acts.post, parts, _agree), methods=["POST"]),
    ]


async def _look(parts: Parts, request: Request) -> Response:
    return await run_in_threadpool(_show, parts, request)


def _show(parts: Parts, request: Request) -> Response:
    cookie = parts.visitor.read(request) or ""
    with transaction(parts.engine) as session:
        visit = portal.visit_of(parts, request, session, cookie)
        if visit is None:
            return edge.see_other("/portal")
        visit = portal.still_here(visit)
        given = request.query_params
        try:
            return _page(visit, request, cookie, given.get("debt", ""), given.get("every", ""), given.get("from", ""))
        except (accounts.NoSuchDebt, negotiation.DebtOnHold):
            return edge.see_other("/portal")


def _page(
    visit: Visit, request: Request, cookie: str, debt_id: str, every: str, start: str, *, problem: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    """Every length that there can be, and the other ways. Raises NoSuchDebt or DebtOnHold."""
    debt, today = accounts.debt(visit.session, visit.who, debt_id), _today(visit)
    _free(visit, debt)
    shape, day = _shape(every, start)
    if start and (day is None or day < today):
        problem = problem or "portal_plan_day"
    found = negotiation.choices(visit.session, visit.who, debt.id, shape, visit.now, today)
    plans = [_choice(visit, f"plan:{len(one.schedule)}", one) for one in found.plans]
    values = {
        "debt": debt.id, "name": visit.parts.settings.name_of(debt.client), "ending": debt.ending,
        "balance": debt.rest.text(visit.spoken), "plans": plans, "chosen": len(plans) // 2,
        "others": [_choice(visit, f"other:{one.kind.value}", one) for one in found.others],
        "rhythms": [one.value for one in found.rhythms], "every": (shape.frequency or Frequency.MONTHLY).value,
        "start": start, "today": today.isoformat(), "problem": problem, "runs": _runs(visit, debt.id),
        "warning": _warning(visit, debt),
    }  # fmt: skip
    return _render(visit, request, cookie, "portal/plan.html", values, status)


def _choose(visit: Visit, request: Request, cookie: str, form: dict[str, str]) -> Response:
    """What they chose, whole, before it counts: the offer is saved now."""
    debt = accounts.debt(visit.session, visit.who, form.get("debt", ""))
    again = partial(_page, visit, request, cookie, debt.id, form.get("every", ""), form.get("from", ""), status=422)
    try:
        _free(visit, debt)
        made = _made(visit, debt.id, form)
    except negotiation.DebtOnHold:
        return edge.see_other("/portal")
    if made is None or _runs(visit, debt.id):
        return again(problem="portal_plan_gone")
    shown = _choice(visit, "", made.offer)
    values = {"offer": made.id, "choice": shown, "debt": debt.id, "form": form, "warning": _warning(visit, debt)}
    return _render(visit, request, cookie, "portal/agree.html", values, 200)


def _made(visit: Visit, debt_id: str, form: dict[str, str]) -> Made | None:
    """Their choice as policy makes it now; None when it no longer does."""
    today, (what, _, which) = _today(visit), form.get("choice", "").partition(":")
    shape, _ = _shape(form.get("every", ""), form.get("from", ""))
    there = negotiation.choices(visit.session, visit.who, debt_id, shape, visit.now, today)
    if what == "other" and which in {one.kind.value for one in there.others}:
        listed = negotiation.options(visit.session, visit.who, debt_id, visit.now, today)
        return next((one for one in listed if one.offer.kind.value == which), None)
    if what != "plan" or not (which.isascii() and which.isdecimal() and len(which) < 4):
        return None
    if int(which) not in {len(one.schedule) for one in there.plans}:
        return None
    wish = Proposal(count=int(which), frequency=shape.frequency, first_date=shape.first_date)
    answer, made = negotiation.respond(visit.session, visit.who, debt_id, wish, visit.now, today)
    return made if isinstance(answer, negotiation.Accepted) else None


def _agree(visit: Visit, request: Request, cookie: str, form: dict[str, str]) -> Response:
    """Their yes to what was read to them. Twice is once."""
    offer_id, today = form.get("offer", ""), _today(visit)
    try:
        made = negotiation.offer(visit.session, visit.who, offer_id)
        if _runs(visit, made.debt_id, besides=made.id):
            return edge.see_other(f"/portal/plan?debt={made.debt_id}")
        terms = portal_say.terms(made.offer, today, visit.spoken)
        words = texts.text("portal_agree_said", visit.spoken, terms=terms)
        message = portal_say.heard(visit, f"agree:{made.id}", words)
        agreed = negotiation.accept(
            visit.session, visit.who, made.id, visit.now, today, message.id if message else None,
            by=portal_say.collector(visit, made.debt_id),
        )  # fmt: skip
    except Refusal:
        raise portal_acts.NotDone("/portal?done=portal_plan_expired") from None
    if message is not None:
        _tell(visit, agreed, terms, message)
    return edge.see_other("/portal?done=portal_agreed")


def _tell(visit: Visit, agreed: negotiation.Agreement, terms: str, message: contact.InboxMessage) -> None:
    """As the chat does: what was set up, the link for what is due first, and the agreement in writing."""
    settings = visit.parts.settings
    says: list[tuple[str, dict[str, object]]] = [("utter_negotiation_agreed", {"terms": terms})]
    if agreed.schedule and agreed.kind not in _NO_LINK:
        debt = accounts.debt(visit.session, visit.who, agreed.debt_id)
        first = min(agreed.schedule[0].amount, debt.rest)
        link = portal_acts.link(visit, debt, first)
        zone = accounts.me(visit.session, visit.who).time_zone
        if first.minor >= payments.LEAST_MINOR:
            says.append(("utter_payments_link", link.values(zone)))
    url = negotiation.document_link(visit.session, agreed, settings.public_url)
    says.append(("utter_negotiation_document", {"url": url}))
    portal_say.answer(visit, f"agreed:{agreed.id}", says, message, agreed.debt_id)


def _free(visit: Visit, debt: accounts.Debt) -> None:
    """Raises DebtOnHold where nothing of it may be asked for."""
    if payments.is_held(visit.session, visit.who.party_id, debt, visit.now):
        raise negotiation.DebtOnHold


def _warning(visit: Visit, debt: accounts.Debt) -> tuple[str, ...]:
    return portal_view.warning(visit.session, visit.who, visit.parts.settings, debt, visit.spoken, visit.now)


def _runs(visit: Visit, debt_id: str, besides: str = "") -> bool:
    """A plan that runs is changed in the messages, not replaced here. `besides`: a second press on the same button."""
    running, _ = negotiation.running(visit.session, visit.who).get(debt_id, (None, ()))
    return running is not None and running.offer_id != besides


def _choice(visit: Visit, key: str, offer: Offer) -> Choice:
    day = partial(written_day, visit.spoken)
    rows = tuple(portal_view.Line(day(part.due), "", part.amount.text(visit.spoken)) for part in offer.schedule)
    words = portal_say.terms(offer, _today(visit), visit.spoken)
    return Choice(
        key, offer.regular.text(visit.spoken) if offer.regular else "", len(offer.schedule),
        day(offer.first.due) if offer.first else "", day(offer.last.due) if offer.last else "",
        offer.total.text(visit.spoken), words, rows,
    )  # fmt: skip


def _shape(every: str, start: str) -> tuple[Proposal, date | None]:
    """Monthly where no rhythm of ours is named."""
    rhythm = next((one for one in Frequency if one.value == every and one is not Frequency.PAYDAY), Frequency.MONTHLY)
    try:
        day = date.fromisoformat(start)
    except ValueError:
        day = None
    return Proposal(frequency=rhythm, first_date=day), day


def _today(visit: Visit) -> date:
    return accounts.me(visit.session, visit.who).today(visit.now)


def _render(
    visit: Visit, request: Request, cookie: str, name: str, values: dict[str, object], status: int
) -> Response:  # fmt: skip
    settings = accounts.speaking(visit.session, visit.parts.settings, visit.talk)
    assert visit.talk.verified_until is not None
    common = {
        "token": visit.parts.visitor.form_token(cookie), "company": settings.company, "phone": unbroken(settings.company_phone),
        "left_seconds": max(1, int((visit.talk.verified_until - visit.now).total_seconds())),
    }  # fmt: skip
    return page(visit.parts, request, name, {**common, **values}, lang=visit.spoken, status=status)
