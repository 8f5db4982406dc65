"""What somebody does in their own place: pays, chooses how we write, opens a document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, contact, identity, negotiation, papers, payments
from bot.core import Money, Refusal, transaction
from bot.web import edge, money_news, portal, portal_view, texts
from bot.web.parts import Parts
from bot.web.portal import Visit

LINK_FOR = timedelta(hours=24)
PROBLEMS: dict[type[Refusal], str] = {
    payments.TooSmall: "portal_too_little",
    payments.MoreThanOwed: "portal_too_much",
    payments.NothingToPay: "portal_nothing",
    payments.OnHold: "portal_on_hold",
    payments.OnItsWay: "portal_on_its_way",
}


class NotDone(Exception):
    """Nothing of it happened; `where` says so."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


Act = Callable[[Visit, Request, str, dict[str, str]], Response]


def routes(parts: Parts) -> list[Route]:
    acts: dict[str, Act] = {"pay": _pay, "preferences": _prefer, "document": _document,
                            "statement": _statement}  # fmt: skip
    return [Route(f"/portal/{name}", partial(post, parts, act), methods=["POST"]) for name, act in acts.items()]


async def post(parts: Parts, act: Act, request: Request) -> Response:
    cookie, form = await portal.theirs(parts, request)
    return await run_in_threadpool(do, parts, act, request, cookie, form)


def do(parts: Parts, act: Act, request: Request, cookie: str, form: dict[str, str]) -> Response:
    """Whose time is over proves again who they are; nothing was done."""
    try:
        with transaction(parts.engine) as session:
            visit = portal.visit_of(parts, request, session, cookie)
            if visit is None:
                return edge.see_other("/portal?idle=1")
            identity.touch(session, visit.talk, visit.now, identity.Checks.on("web", parts.settings.secret_key).window)
            return act(visit, request, cookie, form)
    except accounts.NoSuchDebt:
        return edge.see_other("/portal")
    except NotDone as no:
        return edge.see_other(no.where)


def _pay(visit: Visit, request: Request, cookie: str, form: dict[str, str]) -> Response:
    """A link for exactly what they chose, and on to it. What cannot be paid is said, and nothing else put in its place."""
    debt = accounts.debt(visit.session, visit.who, form.get("debt", ""))
    again = partial(portal.home, visit, request, cookie, about=debt.id, typed=form, status=422)
    can = portal_view.payable(visit.session, visit.who, debt, visit.spoken, visit.now)
    if can is None:
        return again(problem="portal_on_hold" if debt.balance.is_positive else "portal_nothing")
    amount = _chosen(form, can)
    if amount is None:
        return again(problem="portal_amount")
    if amount == can.everything and "sure" not in form and (enough := less(visit, debt)) is not None:
        return again(problem="portal_less", amount=enough.text(visit.spoken))
    if amount > can.everything:
        return again(problem="portal_too_much", amount=can.all_shown)
    try:
        return edge.see_other(link(visit, debt, amount).url)
    except Refusal as no:
        least = Money(payments.LEAST_MINOR, amount.currency).text(visit.spoken)
        return again(problem=PROBLEMS[type(no)], amount=can.all_shown, least=least)


def _chosen(form: dict[str, str], can: portal_view.Payable) -> Money | None:
    """None when it is no amount."""
    currency = can.everything.currency
    if form.get("what") == "all":
        return can.everything
    if form.get("what") == "next" and can.next is not None:
        return can.next
    return typed_amount(form.get("amount", ""), currency)


def typed_amount(typed: str, currency: str) -> Money | None:
    """None when it is no amount above nothing."""
    try:
        amount = Money.of(typed.strip().lstrip("$").replace(",", "").strip(), currency)
    except ValueError:
        return None
    return amount if Money.zero(currency) < amount < Money(10**12, currency) else None


def less(visit: Visit, debt: accounts.Debt) -> Money | None:
    """Who would pay everything hears where less is enough, as in the chat."""
    if debt.id in negotiation.running(visit.session, visit.who):
        return None
    today = accounts.me(visit.session, visit.who).today(visit.now)
    wish = negotiation.Proposal(wants="full")
    _, made = negotiation.respond(visit.session, visit.who, debt.id, wish, visit.now, today)
    return made.offer.total if made is not None and made.offer.discount.is_positive else None


def link(visit: Visit, debt: accounts.Debt, amount: Money) -> payments.Link:
    """Good for a day, and never past the day until which paying less was agreed."""
    agreement, last = last_moment(visit, debt.id)
    return payments.request(
        visit.session, visit.who, debt_id=debt.id, amount=amount, valid_until=last, now=visit.now,
        purpose=payments.Purpose.INSTALMENT if agreement else payments.Purpose.OTHER,
        public_url=visit.parts.settings.public_url, agreement_id=agreement.id if agreement else None,
    )  # fmt: skip


def last_moment(visit: Visit, debt_id: str) -> tuple[negotiation.Agreement | None, datetime]:
    """The plan on it, if any, and until when a link for it is good."""
    agreement, _ = negotiation.running(visit.session, visit.who).get(debt_id, (None, ()))
    last = visit.now + LINK_FOR
    if agreement is not None and agreement.discount.is_positive and agreement.schedule:
        me = accounts.me(visit.session, visit.who)
        day = max(agreement.schedule[-1].due, me.today(visit.now))
        last = min(last, datetime.combine(day, time(23, 59), ZoneInfo(me.time_zone)))
    return agreement, last


def _prefer(visit: Visit, request: Request, cookie: str, form: dict[str, str]) -> Response:
    chosen = texts.known(form.get("lang"))
    if chosen is not None:
        contact.set_language(visit.session, visit.talk.id, chosen)
    barred = contact.barred_media(visit.session, visit.who.party_id)
    for way in portal_view.WAYS:
        wanted = f"no_{way}" in form
        if wanted != (way in barred):
            change = contact.bar_medium if wanted else contact.allow_medium
            change(visit.session, party_id=visit.who.party_id, channel=way, source="portal", now=visit.now)
    for one in contact.places.times_barred(visit.session, visit.who.party_id):
        if f"lift_{one.number}" in form:
            contact.places.allow_time(
                visit.session, visit.who.party_id, one.number, by="debtor", reason="portal", now=visit.now
            )  # fmt: skip
    if not _bar_times(visit, form):
        return portal.home(visit, request, cookie, problem="portal_times", about="preferences", typed=form, status=422)
    response = edge.see_other("/portal?done=portal_saved#done")
    if chosen is not None:
        portal.remember(visit, response, chosen)
    return response


def _bar_times(visit: Visit, form: dict[str, str]) -> bool:
    """False when what they typed is no time of the day, or ends before it begins. Both blank: nothing is wanted."""
    given = form.get("from", "").strip(), form.get("to", "").strip()
    if not any(given):
        return True
    try:
        begins, ends = (time.fromisoformat(one) for one in given)
    except ValueError:
        return False
    if begins >= ends:
        return False
    wish, known = contact.hours.Barred(begins, ends), contact.places.barred_times(visit.session, [visit.who.party_id])
    if wish not in known:
        contact.places.bar_time(
            visit.session, party_id=visit.who.party_id, barred=wish, source="portal", now=visit.now
        )  # fmt: skip
    return True


def _document(visit: Visit, request: Request, cookie: str, form: dict[str, str]) -> Response:
    """A link of its own, and the proof that this browser has already: nothing is asked twice."""
    theirs = {one.id: one for one in negotiation.agreements_of(visit.session, visit.who)}
    kept = {one.number for one in papers.of_party(visit.session, visit.who.party_id)}
    agreement, number = theirs.get(form.get("agreement", "")), form.get("number", "")
    public_url = visit.parts.settings.public_url
    if agreement is not None:
        letter = "&letter=1" if form.get("letter") else ""
        url = negotiation.document_link(visit.session, agreement, public_url, visit.now)
        return _opened(visit, f"{url}?lang={visit.spoken}{letter}", "/a/")
    if number not in kept:
        return edge.see_other("/portal")
    return _opened(visit, f"{papers.link(visit.session, number, public_url, visit.now)}?lang={visit.spoken}", "/d/")


def _statement(visit: Visit, request: Request, cookie: str, form: dict[str, str]) -> Response:
    """Of one of the years in which anything came or went; written when it is asked for."""
    debt = accounts.debt(visit.session, visit.who, form.get("debt", ""))
    today = accounts.me(visit.session, visit.who).today(visit.now)
    there = payments.years(accounts.history(visit.session, visit.who, debt.id), today)
    year = next((one for one in there if str(one) == form.get("year")), None)
    if year is None:
        return edge.see_other("/portal")
    settings = visit.parts.settings
    number = payments.write_year(visit.session, debt.id, year, visit.now, money_news.how(settings))
    url = papers.link(visit.session, number, settings.public_url, visit.now)
    return _opened(visit, f"{url}?lang={visit.spoken}", "/d/")


def _opened(visit: Visit, url: str, path: str) -> Response:
    settings, response = visit.parts.settings, edge.see_other(url)
    response.set_cookie(  # type: ignore[attr-defined]
        papers.COOKIE, papers.cookie(settings, visit.who, visit.now), path=path,
        httponly=True, samesite="lax", secure=settings.public_url.startswith("https://"),
    )  # fmt: skip
    return response
