"""The payment page, `/p/<token>`: seen, opened, paid, come back to.

A GET changes nothing, so that the robots that preview links do no harm. What each state shows, and to whom, is
`pay_view`'s and `pay_sight`'s. A link that is over and one that never was are one here, whatever is asked of them and
whoever asks: the same words, status and time, and the same count of guesses. It works without JavaScript.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot import payments
from bot.core import Refusal, Session, reading, transaction
from bot.payments import State, mandates
from bot.web import edge, money_news, pay_consent, pay_sight, pay_view
from bot.web.cookies import is_foreign
from bot.web.limits import Bucket
from bot.web.parts import Parts

log = structlog.get_logger(__name__)

HOLD_SECONDS, STEP_SECONDS = 6.0, 0.3
"""The return page is held back this long for the money to arrive, so that most people see it arrive at once."""
LOOKS, LOOK_SECONDS = 12, 15
"""After that it looks again by itself, seldom enough to be read aloud in between."""
GUESSES = 60
EVEN_SECONDS = 0.1
"""How long the answer takes that a link leads nowhere: longer than any of the ways to find that out."""
_OVER = (State.CANCELLED, State.EXPIRED)
Step = Callable[[Request, dict[str, str]], Response]
"""What a form of the page does."""


def routes(parts: Parts) -> list[Route]:
    """From one address so many links that lead nowhere may be tried; those that lead somewhere are not counted."""
    guesses = Bucket(burst=GUESSES, per_second=0.2)
    sent = {"": partial(_pay, parts, guesses), "/open": partial(_open_here, parts, guesses),
            "/who": partial(_prove, parts, guesses)}  # fmt: skip
    return [
        Route("/p/{token}", partial(_evenly, partial(_looked_at, parts, guesses)), methods=["GET"]),
        Route("/p/{token}/done", partial(_evenly, partial(_done, parts, guesses)), methods=["GET"]),
        *(
            Route(f"/p/{{token}}{end}", partial(_evenly, partial(_sent, parts, step)), methods=["POST"])
            for end, step in sent.items()
        ),
    ]


async def _evenly(answered: Callable[[Request], Awaitable[Response]], request: Request) -> Response:
    """How long it took to find that a link leads nowhere says nothing of whether it ever did."""
    began = time.monotonic()
    answer = await answered(request)
    if answer.status_code == 404:
        await asyncio.sleep(max(0.0, began + EVEN_SECONDS - time.monotonic()))
    return answer


async def _looked_at(parts: Parts, guesses: Bucket, request: Request) -> Response:
    return await run_in_threadpool(_show, parts, guesses, request)


async def _sent(parts: Parts, step: Step, request: Request) -> Response:
    """A form: our own page sent it, or nothing happens."""
    form = await edge.form(request)
    if is_foreign(request, parts.settings.public_url):
        raise HTTPException(403)
    return await run_in_threadpool(step, request, form)


def _show(parts: Parts, guesses: Bucket, request: Request) -> Response:
    found = _view(parts, request)
    return _page(parts, request, found) if found is not None else _nowhere(parts, guesses, request)


def _nowhere(parts: Parts, guesses: Bucket, request: Request, *, came_back: bool = False) -> Response:
    """It leads nowhere, or no longer does."""
    wait = guesses.take(request.client.host if request.client else "")
    if wait:
        raise HTTPException(429, headers={"Retry-After": str(wait)})
    return pay_view.over(parts, request, came_back=came_back)


def _open_here(parts: Parts, guesses: Bucket, request: Request, _form: dict[str, str]) -> Response:
    """A person pressed the button: robots do not."""
    found = _view(parts, request)
    if found is None:
        return _nowhere(parts, guesses, request)
    answer = _to(_here(request))
    if not pay_view.sees(parts, request, found):
        with transaction(parts.engine) as session:
            pay_sight.open_here(session, parts.settings, request, request.path_params["token"], answer)
    return answer


def _prove(parts: Parts, guesses: Bucket, request: Request, form: dict[str, str]) -> Response:
    """Birth date and ZIP code, in a browser that the link was not sent to."""
    found = _view(parts, request)
    if found is None:
        return _nowhere(parts, guesses, request)
    token, answer = request.path_params["token"], _to(_here(request))
    with transaction(parts.engine) as session:
        outcome = pay_sight.prove(session, parts.settings, request, token, found, form, answer)
    if outcome == "seen":
        return answer
    typed = {name: form.get(name, "")[:40] for name in ("born", "zip")}
    return pay_view.private(parts, request, found, status=403, outcome=outcome, typed=typed)


def _pay(parts: Parts, guesses: Bucket, request: Request, form: dict[str, str]) -> Response:
    """On to a fresh page of Stripe's. Three steps, and no transaction while Stripe is asked."""
    token, found = request.path_params["token"], _view(parts, request)
    if found is None:
        return _nowhere(parts, guesses, request)
    if not pay_view.sees(parts, request, found):
        return pay_view.private(parts, request, found, status=403)
    try:
        with transaction(parts.engine) as session:
            attempt = payments.begin_checkout(
                session, token, parts.settings.clock.now(), public_url=parts.settings.public_url,
                settings=parts.settings, mandate_id=_allowed(parts, request, session, form),
            )  # fmt: skip
        opened = payments.at_provider(parts.gateway, attempt)
    except Refusal:
        return _show(parts, guesses, request)
    except mandates.OtherWords:
        return pay_view.render(parts, request, "open", found, status=409, problem="agree_changed")
    except payments.Refused:
        log.exception("checkout_refused", request_id=attempt.request_id, number=attempt.number)
        with transaction(parts.engine) as session:
            payments.checkout_refused(session, attempt)
        return pay_view.render(parts, request, "unreachable", found, status=503)
    except payments.Unavailable:
        log.warning("checkout_unavailable", request_id=attempt.request_id, number=attempt.number, exc_info=True)
        return pay_view.render(parts, request, "unreachable", found, status=503)
    with transaction(parts.engine) as session:
        payments.checkout_opened(session, attempt, opened, parts.settings.clock.now())
    return _to(opened.checkout.url if opened.checkout else f"{_here(request)}/done")


def _allowed(parts: Parts, request: Request, session: Session, form: dict[str, str]) -> str | None:
    """The mandate that they gave with this payment, if any. Nothing of it stays where the payment cannot begin."""
    if "agree" not in form:
        return None
    cookie = parts.visitor.read(request)
    if cookie is None or not parts.visitor.is_form_token(cookie, form.get("token", "")):
        raise HTTPException(403)
    found = payments.view(session, request.path_params["token"], parts.settings.clock.now())
    if found is None or found.state is not State.OPEN:
        return None
    return pay_consent.given(session, parts.settings, parts.visitor, request, found, form["agree"]).id


async def _done(parts: Parts, guesses: Bucket, request: Request) -> Response:
    """Where Stripe sends them back to: it is asked at once. "Arrived" is said only when the ledger has it. One whose
    link ran out meanwhile may have paid all the same, and is not told otherwise.
    """
    looks = request.query_params.get("look", "")
    found = await run_in_threadpool(_look_again, parts, request)
    if found is None or not await run_in_threadpool(pay_view.sees, parts, request, found):
        if found is None or found.state in _OVER:
            return await run_in_threadpool(partial(_nowhere, parts, guesses, request, came_back=True))
        return pay_view.private(parts, request, found, came_back=True)
    until = time.monotonic() + (0 if looks else HOLD_SECONDS)
    while found and found.state is not State.SETTLED and not found.by_bank and time.monotonic() < until:
        await asyncio.sleep(STEP_SECONDS)
        found = await run_in_threadpool(_known, parts, request)
    assert found is not None, "a link that was there stays"
    if found.state is State.SETTLED:
        return _page(parts, request, found)
    return _waiting(parts, request, found, int(looks) if looks.isdecimal() and len(looks) < 4 else 0)


def _look_again(parts: Parts, request: Request) -> payments.PayView | None:
    settings, token = parts.settings, request.path_params["token"]
    try:
        payments.look_again(parts.engine, parts.gateway, token, money_news.how(settings), settings.clock.now())
    except payments.GatewayError:
        log.warning("look_again_failed", exc_info=True)
    return _known(parts, request)


def _known(parts: Parts, request: Request) -> payments.PayView | None:
    with reading(parts.engine) as session:
        return payments.view(session, request.path_params["token"], parts.settings.clock.now())


def _view(parts: Parts, request: Request) -> payments.PayView | None:
    """None for a link that leads nowhere, whether it ever did or not."""
    found = _known(parts, request)
    return None if found is None or found.state in _OVER else found


def _page(parts: Parts, request: Request, found: payments.PayView) -> Response:
    if found.state is State.ARRIVING:
        return _waiting(parts, request, found, 0)
    return pay_view.render(parts, request, found.state.value, found)


def _waiting(parts: Parts, request: Request, found: payments.PayView, looks: int) -> Response:
    if found.by_bank:  # days, not seconds: there is nothing to look at again by itself
        return pay_view.render(parts, request, "bank", found)
    looks_on = looks < LOOKS
    may_pay = found.state is State.OPEN
    page = pay_view.render(parts, request, "arriving", found, looks_on=looks_on, may_pay=may_pay)
    if looks_on:
        page.headers["Refresh"] = f"{LOOK_SECONDS};url={_here(request)}/done?look={looks + 1}"
    return page


def _here(request: Request) -> str:
    return f"/p/{request.path_params['token']}"


def _to(where: str) -> Response:
    return RedirectResponse(where, 303, pay_view.HEADERS)
