"""Automatic payments in a place of one's own: what would be allowed, word for word; the yes to it; and the stop.

Nothing is ticked before they tick it, and the plan is the same without it. What is entered is entered at the provider.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, contact, identity, payments
from bot.core import Refusal, Session, transaction
from bot.payments import mandate_store, mandates
from bot.web import edge, portal, portal_view
from bot.web.cookies import hashed
from bot.web.parts import Parts, page, unbroken, written_day
from bot.web.portal import Visit

log = structlog.get_logger(__name__)
PATH = payments.autopay_news.PAGE
LINK_FOR = timedelta(hours=24)
NOTES = ("autopay_stopped",)


@dataclass(frozen=True)
class Allowed:
    """A mandate that counts, or counted. `next` is announced or will be."""

    id: str
    what: str
    given: str
    lines: tuple[str, ...]
    sha256: str
    next_shown: str = ""
    next_day: str = ""
    under_way: str = ""


@dataclass(frozen=True)
class Choice:
    """One debt with a plan. `lines` and `sha256` are what a yes would be to; `pay_shown` what could be paid at once."""

    debt_id: str
    name: str
    ending: str
    now: Allowed | None
    lines: tuple[str, ...]
    sha256: str
    pay_shown: str
    warning: tuple[str, ...] = ()
    """What the law wants said before anything is promised."""


def routes(parts: Parts) -> list[Route]:
    return [
        Route(PATH, partial(_show, parts), methods=["GET"]),
        Route(PATH, partial(_allow, parts), methods=["POST"]),
        Route(f"{PATH}/stop", partial(_stop, parts), methods=["POST"]),
    ]


def _show(parts: Parts, request: Request) -> Response:
    cookie = parts.visitor.read(request)
    if cookie is None:
        return edge.see_other("/portal")
    _hear_of(parts, request, cookie)
    with transaction(parts.engine) as session:
        visit = _here(parts, request, session, cookie)
        return edge.see_other("/portal") if visit is None else _page(visit, request, cookie)


async def _allow(parts: Parts, request: Request) -> Response:
    cookie, form = await portal.theirs(parts, request)
    return await run_in_threadpool(_begin, parts, request, cookie, form)


async def _stop(parts: Parts, request: Request) -> Response:
    cookie, form = await portal.theirs(parts, request)
    return await run_in_threadpool(_end, parts, request, cookie, form)


def _begin(parts: Parts, request: Request, cookie: str, form: dict[str, str]) -> Response:
    """The yes is stored, then the provider's page is opened: no transaction is open while it is asked."""
    settings = parts.settings
    with transaction(parts.engine) as session:
        visit = _here(parts, request, session, cookie)
        if visit is None:
            return edge.see_other("/portal?idle=1")
        whole = session.begin_nested()
        try:
            shown = mandates.terms(session, visit.who, form.get("debt", ""), settings, visit.spoken, visit.now)
            if not form.get("agree"):
                return _page(visit, request, cookie, problem="autopay_tick", about=shown.debt_id, status=422)
            where = mandates.Where("portal", hashed(cookie))
            given = mandates.give(session, visit.who, shown, form["agree"], where, visit.now)
            attempt = _pay_now(visit, given) if form.get("how") == "pay" else None
        except (Refusal, accounts.NoSuchDebt, mandates.OtherWords):
            whole.rollback()
            return _page(visit, request, cookie, problem="autopay_changed", about=form.get("debt", ""), status=409)
    try:
        if attempt is not None:
            opened = payments.at_provider(parts.gateway, attempt)
            with transaction(parts.engine) as session:
                payments.checkout_opened(session, attempt, opened, settings.clock.now())
            return edge.see_other(opened.checkout.url if opened.checkout else PATH)
        back = f"{settings.public_url}{PATH}?debt={given.debt_id}"
        asked = mandates.to_save(given, settings, back=back)
        return edge.see_other(mandates.open_page(parts.engine, parts.gateway, asked).url)
    except payments.GatewayError:
        log.warning("autopay_page_failed", mandate=given.id, exc_info=True)
    with transaction(parts.engine) as session:
        again = _here(parts, request, session, cookie)
        if again is None:
            return edge.see_other("/portal?idle=1")
        return _page(again, request, cookie, problem="autopay_unreachable", about=given.debt_id, status=503)


def _pay_now(visit: Visit, given: mandate_store.Mandate) -> payments.Attempt:
    """The next part, paid with what is saved for the others. Raises a Refusal."""
    debt = accounts.debt(visit.session, visit.who, given.debt_id)
    can = portal_view.payable(visit.session, visit.who, debt, visit.spoken, visit.now)
    if can is None or can.next is None:
        raise payments.NothingToPay
    settings = visit.parts.settings
    link = payments.request(
        visit.session, visit.who, debt_id=debt.id, amount=can.next, valid_until=visit.now + LINK_FOR, now=visit.now,
        purpose=payments.Purpose.INSTALMENT, public_url=settings.public_url, agreement_id=given.agreement_id,
    )  # fmt: skip
    return payments.begin_checkout(
        visit.session, link.url.rsplit("/", 1)[1], visit.now, public_url=settings.public_url, settings=settings,
        mandate_id=given.id,
    )  # fmt: skip


def _end(parts: Parts, request: Request, cookie: str, form: dict[str, str]) -> Response:
    """At once, and no question asked."""
    with transaction(parts.engine) as session:
        visit = _here(parts, request, session, cookie)
        if visit is None:
            return edge.see_other("/portal?idle=1")
        for mandate in mandate_store.active_of(session, visit.who.party_id):
            if mandate.id == form.get("mandate"):
                mandates.stop(session, mandate, by="debtor", now=visit.now)
    return edge.see_other(f"{PATH}?done=autopay_stopped")


def _hear_of(parts: Parts, request: Request, cookie: str) -> None:
    """They are back from the provider: what was saved is read at once, where it is theirs."""
    with transaction(parts.engine) as session:
        visit = portal.visit_of(parts, request, session, cookie)
        given = mandate_store.mandate(session, request.query_params.get("saved", "")) if visit else None
        session_id = given.session_id if given and visit and given.party_id == visit.who.party_id else None
        is_new = given is not None and given.saved is None
    if session_id is not None and is_new:
        mandates.look_at(parts.engine, parts.gateway, session_id, parts.settings.clock.now())


def _here(parts: Parts, request: Request, session: Session, cookie: str) -> Visit | None:
    visit = portal.visit_of(parts, request, session, cookie)
    if visit is not None:
        window = identity.Checks.on("web", parts.settings.secret_key).window
        identity.touch(session, visit.talk, visit.now, window)
    return visit


def _page(
    visit: Visit, request: Request, cookie: str, *, problem: str = "", about: str = "", status: int = 200
) -> Response:
    note = request.query_params.get("done", "")
    talk, settings = contact.conversation(visit.session, visit.talk.id), visit.parts.settings
    by = accounts.speaking(visit.session, settings, talk)
    assert talk.verified_until is not None
    shown: dict[str, Any] = {
        "choices": list(_choices(visit)), "past": list(_past(visit)), "problem": problem, "about": about,
        "token": visit.parts.visitor.form_token(cookie), "done": note if note in NOTES else "",
        "left_seconds": max(1, int((talk.verified_until - visit.now).total_seconds())),
        "company": by.company, "phone": unbroken(by.company_phone),
    }  # fmt: skip
    return page(visit.parts, request, "portal/autopay.html", shown, lang=visit.spoken, status=status)


def _choices(visit: Visit) -> Iterator[Choice]:
    session, settings, now = visit.session, visit.parts.settings, visit.now
    active = {one.debt_id: one for one in mandate_store.active_of(session, visit.who.party_id)}
    for debt in accounts.known_debts_of(session, visit.who.party_id):
        lines: tuple[str, ...] = ()
        sha256 = pay = ""
        try:
            shown = mandates.terms(session, visit.who, debt.id, settings, visit.spoken, now)
            lines, sha256 = tuple(shown.text.split("\n")), shown.sha256
            can = portal_view.payable(session, visit.who, debt, visit.spoken, now)
            pay = can.next_shown if can and can.next and len(shown.parts) > 1 else ""
        except Refusal:
            if debt.id not in active:
                continue
        mandate = active.get(debt.id)
        allowed = _allowed(visit, mandate) if mandate else None
        old = portal_view.warning(session, visit.who, settings, debt, visit.spoken, now) if sha256 else ()
        yield Choice(debt.id, settings.name_of(debt.client), debt.ending, allowed, lines, sha256, pay, old)


def _allowed(visit: Visit, mandate: mandate_store.Mandate) -> Allowed:
    today = accounts.me(visit.session, visit.who).today(visit.now)
    coming = payments.coming(visit.session, mandate, today)
    under_way = payments.amount_on_its_way(visit.session, mandate.debt_id)
    return Allowed(
        mandate.id, _what(visit, mandate), written_day(visit.spoken, mandate.given_at.date()),
        tuple(mandate.text.split("\n")), mandate.sha256,
        coming[1].text(visit.spoken) if coming else "", written_day(visit.spoken, coming[0]) if coming else "",
        under_way.text(visit.spoken) if under_way else "",
    )  # fmt: skip


def _past(visit: Visit) -> Iterator[Allowed]:
    """Copies of what they allowed once, for as long as we have them."""
    for one in mandate_store.all_of(visit.session, visit.who.party_id):
        if one.ended_at is not None:
            given = written_day(visit.spoken, one.given_at.date())
            yield Allowed(one.id, _what(visit, one), given, tuple(one.text.split("\n")), one.sha256)


def _what(visit: Visit, mandate: mandate_store.Mandate) -> str:
    zone = accounts.me(visit.session, visit.who).time_zone
    talk = contact.conversation(visit.session, visit.talk.id)
    return payments.autopay_news.what(mandate, talk, visit.now, zone, language=visit.spoken)
