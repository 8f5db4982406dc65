"""The payment page and Stripe's doorbell.

A GET changes nothing, so that the robots that preview links do no harm. The page says who is paid and how much in the
browser that the link was sent to, and to others nothing (`pay_sight`); what for and what is left only to whoever proved
in this browser who they are. It works without JavaScript.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import structlog
from sqlalchemy.engine import Engine
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from bot import accounts, payments
from bot.core import Refusal, Session, Settings, reading, transaction
from bot.payments import State, mandates, page_texts
from bot.web import edge, money_news, parts, pay_consent, pay_sight
from bot.web.cookies import Cookie, is_foreign
from bot.web.limits import Bucket
from bot.web.storing import Doorbell, NotStored, try_again

log = structlog.get_logger(__name__)

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
}
HOLD_SECONDS, STEP_SECONDS = 6.0, 0.3
"""The return page is held back this long for the money to arrive, so that most people see it arrive at once."""
LOOKS, LOOK_SECONDS = 12, 15
"""After that it looks again by itself, seldom enough to be read aloud in between."""
GUESSES = 60
BODY_LIMIT = 1_000_000
"""Bytes of a webhook; Stripe's are some 10 kB."""


@dataclass(frozen=True)
class Line:
    """One debt of several; what has come of it stands there once it is paid."""

    name: str
    amount: str
    receipt: str
    left: str
    next_amount: str
    next_day: str


class Deps(Protocol):
    """What the pages are handed. `gateway` is shared by all requests."""

    @property
    def engine(self) -> Engine: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def gateway(self) -> payments.Gateway: ...
    @property
    def templates(self) -> Jinja2Templates: ...
    @property
    def doorbell(self) -> Doorbell: ...
    @property
    def visitor(self) -> Cookie: ...


def routes(deps: Deps) -> list[Route]:
    """From one address so many links that lead nowhere may be tried; those that lead somewhere are not counted."""
    guesses = Bucket(burst=GUESSES, per_second=0.2)
    return [
        Route("/p/{token}", partial(_show, deps, guesses), methods=["GET"]),
        Route("/p/{token}", partial(_pay, deps), methods=["POST"]),
        Route("/p/{token}/open", partial(_open_here, deps, guesses), methods=["POST"]),
        Route("/p/{token}/who", partial(_prove, deps, guesses), methods=["POST"]),
        Route("/p/{token}/done", partial(_done, deps), methods=["GET"]),
        Route("/webhooks/stripe", partial(_webhook, deps), methods=["POST"]),
    ]


def _show(deps: Deps, guesses: Bucket, request: Request) -> Response:
    found = _view(deps, request)
    if found is None:
        _count(guesses, request)
    return _page(deps, request, found)


def _count(guesses: Bucket, request: Request) -> None:
    wait = guesses.take(request.client.host if request.client else "")
    if wait:
        raise HTTPException(429, headers={"Retry-After": str(wait)})


async def _open_here(deps: Deps, guesses: Bucket, request: Request) -> Response:
    """A person pressed the button: robots do not."""
    await edge.form(request)
    if is_foreign(request, deps.settings.public_url):
        raise HTTPException(403)
    return await run_in_threadpool(_opened_here, deps, guesses, request)


def _opened_here(deps: Deps, guesses: Bucket, request: Request) -> Response:
    found = _view(deps, request)
    if found is None:
        return _show(deps, guesses, request)
    token = request.path_params["token"]
    answer = RedirectResponse(f"/p/{token}", 303, HEADERS)
    if not _sees(deps, request, found):
        with transaction(deps.engine) as session:
            pay_sight.open_here(session, deps.settings, request, token, answer)
    return answer


async def _prove(deps: Deps, guesses: Bucket, request: Request) -> Response:
    form = await edge.form(request)
    if is_foreign(request, deps.settings.public_url):
        raise HTTPException(403)
    return await run_in_threadpool(_judge, deps, guesses, request, form)


def _judge(deps: Deps, guesses: Bucket, request: Request, form: dict[str, str]) -> Response:
    found = _view(deps, request)
    if found is None:
        return _show(deps, guesses, request)
    token = request.path_params["token"]
    answer = RedirectResponse(f"/p/{token}", 303, HEADERS)
    with transaction(deps.engine) as session:
        outcome = pay_sight.prove(session, deps.settings, request, token, found, form, answer)
    if outcome == "seen":
        return answer
    typed = {name: form.get(name, "")[:40] for name in ("born", "zip")}
    return _private(deps, request, found, status=403, outcome=outcome, typed=typed)


def _sees(deps: Deps, request: Request, found: payments.PayView) -> bool:
    with reading(deps.engine) as session:
        return pay_sight.may_see(session, deps.settings, deps.visitor, request, found)


async def _done(deps: Deps, request: Request) -> Response:
    """Where Stripe sends them back to: it is asked at once. "Arrived" is said only when the ledger has it."""
    looks = request.query_params.get("look", "")
    found = await run_in_threadpool(_look_again, deps, request)
    if found and not await run_in_threadpool(_sees, deps, request, found):
        return _private(deps, request, found, came_back=True)
    until = time.monotonic() + (0 if looks else HOLD_SECONDS)
    while found and found.state is not State.SETTLED and not found.by_bank and time.monotonic() < until:
        await asyncio.sleep(STEP_SECONDS)
        found = await run_in_threadpool(_view, deps, request)
    if found is None or found.state is State.SETTLED:
        return _page(deps, request, found)
    return _waiting(deps, request, found, int(looks) if looks.isdecimal() and len(looks) < 4 else 0)


async def _pay(deps: Deps, request: Request) -> Response:
    """Our own page sent it, or nothing happens."""
    form = await edge.form(request)
    if is_foreign(request, deps.settings.public_url):
        raise HTTPException(403)
    return await run_in_threadpool(_open, deps, request, form)


def _open(deps: Deps, request: Request, form: dict[str, str]) -> Response:
    """Three steps, and no transaction while Stripe is asked."""
    token, found = request.path_params["token"], _view(deps, request)
    if found is not None and not _sees(deps, request, found):
        return _private(deps, request, found, status=403)
    try:
        with transaction(deps.engine) as session:
            attempt = payments.begin_checkout(
                session, token, deps.settings.clock.now(), public_url=deps.settings.public_url,
                settings=deps.settings, mandate_id=_allowed(deps, request, session, form),
            )  # fmt: skip
        opened = payments.at_stripe(deps.gateway, attempt)
    except Refusal:
        return _page(deps, request, _view(deps, request))
    except mandates.OtherWords:
        return _render(deps, request, "open", _view(deps, request), status=409, problem="agree_changed")
    except payments.Refused:
        log.exception("checkout_refused", request_id=attempt.request_id, number=attempt.number)
        with transaction(deps.engine) as session:
            payments.checkout_refused(session, attempt)
        return _unreachable(deps, request)
    except payments.Unavailable:
        log.warning("checkout_unavailable", request_id=attempt.request_id, number=attempt.number, exc_info=True)
        return _unreachable(deps, request)
    with transaction(deps.engine) as session:
        payments.checkout_opened(session, attempt, opened, deps.settings.clock.now())
    where = opened.checkout.url if opened.checkout else f"/p/{token}/done"
    return RedirectResponse(where, 303, HEADERS)


def _allowed(deps: Deps, request: Request, session: Session, form: dict[str, str]) -> str | None:
    """The mandate that they gave with this payment, if any. Nothing of it stays where the payment cannot begin."""
    if "agree" not in form:
        return None
    cookie = deps.visitor.read(request)
    if cookie is None or not deps.visitor.is_form_token(cookie, form.get("token", "")):
        raise HTTPException(403)
    found = payments.view(session, request.path_params["token"], deps.settings.clock.now())
    if found is None or found.state is not State.OPEN:
        return None
    return pay_consent.given(session, deps.settings, deps.visitor, request, found, form["agree"]).id


async def _webhook(deps: Deps, request: Request) -> Response:
    """Verified over the bytes that came, stored once, answered; the rest is the worker's."""
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > BODY_LIMIT:
            return Response(status_code=413)
    try:
        event = payments.verify(deps.settings, raw, request.headers.get("stripe-signature"))
    except payments.BadWebhook as refused:
        log.warning("stripe_webhook_refused", why=type(refused).__name__)
        return Response(status_code=400)
    try:
        await deps.doorbell.ring(partial(_take, deps, event))
    except NotStored:
        return try_again()
    return Response(status_code=200)


def _take(deps: Deps, event: payments.StripeEvent, session: Session) -> None:
    payments.take_event(session, event, deps.settings.clock.now())


def _view(deps: Deps, request: Request) -> payments.PayView | None:
    with reading(deps.engine) as session:
        return payments.view(session, request.path_params["token"], deps.settings.clock.now())


def _look_again(deps: Deps, request: Request) -> payments.PayView | None:
    settings, now = deps.settings, deps.settings.clock.now()
    try:
        payments.look_again(
            deps.engine, deps.gateway, request.path_params["token"], money_news.how(settings), now
        )  # fmt: skip
    except payments.GatewayError:
        log.warning("look_again_failed", exc_info=True)
    return _view(deps, request)


def _page(deps: Deps, request: Request, found: payments.PayView | None) -> Response:
    """A link that is over and one that never was look the same."""
    state = found.state if found else State.EXPIRED
    if found and state is State.ARRIVING:
        return _waiting(deps, request, found, 0)
    kind = {State.CANCELLED: "over", State.EXPIRED: "over"}.get(state, state.value)
    return _render(deps, request, kind, found, status=404 if kind == "over" else 200)


def _waiting(deps: Deps, request: Request, found: payments.PayView, looks: int) -> Response:
    if found.by_bank:  # days, not seconds: there is nothing to look at again by itself
        return _render(deps, request, "bank", found)
    looks_on = looks < LOOKS
    page = _render(deps, request, "arriving", found, looks_on=looks_on, may_pay=found.state is State.OPEN)
    if looks_on:
        page.headers["Refresh"] = f"{LOOK_SECONDS};url=/p/{request.path_params['token']}/done?look={looks + 1}"
    return page


def _unreachable(deps: Deps, request: Request) -> Response:
    return _render(deps, request, "unreachable", _view(deps, request), status=503)


def _render(
    deps: Deps, request: Request, kind: str, found: payments.PayView | None, *, status: int = 200, **more: Any
) -> Response:
    if found is not None and kind != "over" and not _sees(deps, request, found):
        return _private(deps, request, found)
    language = found.language if found else _preferred(request)
    by = _speaking(deps, found if kind != "over" else None)
    values = {
        "kind": kind,
        "lang": language,
        "company": by.company,
        "phone": by.company_phone.replace(" ", "\N{NO-BREAK SPACE}"),
        "amount": found.amount.text(language) if found else "",
        "takes_banks": deps.settings.bank_debits,
        "here": f"/p/{request.path_params['token']}",
        "say": _speaker(language),
        "back": _way_back(by, found.channel) if found else "",
        "lines": _lines(deps, request, found) if found else [],
        "consent": _consent(deps, request, found) if found else None,
        "known": found is not None and _is_known(deps, request, found),
        "problem": "",
        "token": deps.visitor.form_token(cookie) if (cookie := deps.visitor.read(request)) else "",
        **_after(deps, request, found),
        **more,
    }
    return deps.templates.TemplateResponse(request, "pay/page.html", values, status, HEADERS)


def _private(
    deps: Deps, request: Request, found: payments.PayView, *, status: int = 200, outcome: str = "",
    typed: dict[str, str] | None = None, came_back: bool = False,
) -> Response:  # fmt: skip
    """To a browser that it was not sent to: neither who is paid nor how much, and nothing that leads there."""
    values = {
        "kind": "private", "lang": found.language, "company": "", "here": f"/p/{request.path_params['token']}",
        "say": _speaker(found.language), "is_first": pay_sight.is_first(deps.settings, found), "outcome": outcome,
        "typed": typed or {"born": "", "zip": ""}, "came_back": came_back and not pay_sight.is_first(deps.settings, found),
    }  # fmt: skip
    return deps.templates.TemplateResponse(request, "pay/private.html", values, status, HEADERS)


def _speaking(deps: Deps, found: payments.PayView | None) -> Settings:
    """Who writes about it; of several debts the creditor that they have in common, if there is one."""
    if found is None or not deps.settings.creditors:
        return deps.settings
    of = [line.debt_id for line in found.lines] or [found.debt_id]
    with reading(deps.engine) as session:
        first, *others = (accounts.speaking_of_debt(session, deps.settings, debt_id) for debt_id in of)
    return first if all(one.company == first.company for one in others) else deps.settings


def _consent(deps: Deps, request: Request, found: payments.PayView) -> pay_consent.Offered | None:
    with reading(deps.engine) as session:
        return pay_consent.offered(session, deps.settings, deps.visitor, request, found)


def _lines(deps: Deps, request: Request, found: payments.PayView) -> list[Line]:
    """Of a payment for several debts; by name to themselves, counted to anybody else who holds the link."""
    if not found.lines:
        return []
    theirs = _is_theirs(deps, request, found)
    with reading(deps.engine) as session:
        debts = [accounts.known_debt(session, line.debt_id) for line in found.lines]
    say = _speaker(found.language)
    return [
        Line(
            say("line_of", client=deps.settings.name_of(debt.client), ending=debt.ending)
            if theirs
            else say("line", number=str(number)),
            line.amount.text(found.language),
            *_paid(line.paid, found.language, theirs=theirs),
        )
        for number, (line, debt) in enumerate(zip(found.lines, debts, strict=True), 1)
    ]


def _after(deps: Deps, request: Request, found: payments.PayView | None) -> dict[str, str]:
    """The number of the receipt; and to themselves what is left and what comes next."""
    names = ("receipt", "left", "next_amount", "next_day")
    if found is None or found.paid is None:
        return dict.fromkeys(names, "")
    theirs = _is_theirs(deps, request, found)
    return dict(zip(names, _paid(found.paid, found.language, theirs=theirs), strict=True))


def _paid(paid: payments.Paid | None, language: str, *, theirs: bool) -> tuple[str, str, str, str]:
    if paid is None or not theirs:
        return (paid.receipt if paid else "", "", "", "")
    due = (paid.next[0].text(language), parts.written_day(language, paid.next[1])) if paid.next else ("", "")
    return (paid.receipt, paid.left.text(language), *due)


def _is_theirs(deps: Deps, request: Request, found: payments.PayView) -> bool:
    with reading(deps.engine) as session:
        return pay_sight.is_theirs(session, deps.settings, deps.visitor, request, found)


def _is_known(deps: Deps, request: Request, found: payments.PayView) -> bool:
    with reading(deps.engine) as session:
        return pay_sight.is_known(session, deps.settings, deps.visitor, request, found)


def _way_back(settings: Settings, channel: str) -> str:
    """To the messages where the link was; blank where no address leads there."""
    twilio = settings.twilio
    number = "".join(filter(str.isdigit, twilio.whatsapp_from))
    return {"web": "/", "sms": f"sms:{twilio.sms_from}", "whatsapp": f"https://wa.me/{number}"}.get(channel, "")


def _speaker(language: str) -> Callable[..., str]:
    return lambda name, **values: page_texts.text(name, language, **values)


def _preferred(request: Request) -> str:
    """English or Spanish, whichever their browser names first."""
    wanted = [part.split(";")[0].strip()[:2].lower() for part in request.headers.get("accept-language", "").split(",")]
    return next((language for language in wanted if language in ("en", "es")), "en")
