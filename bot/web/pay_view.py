"""What the payment page shows of a link, in each of its states.

Who is paid and how much is for whoever may see the link at all (`pay_sight`); by which names, what is left and what
comes next only for whoever proved in this browser who they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot import accounts, payments
from bot.core import Session, Settings, reading
from bot.payments import page_texts
from bot.web import pay_consent, pay_sight, texts, too_old
from bot.web.parts import Parts, unbroken, written_day

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
}


@dataclass(frozen=True)
class Came:
    """What is said of money that arrived; blank where it has not, or is not for whoever reads."""

    receipt: str = ""
    left: str = ""
    next_amount: str = ""
    next_day: str = ""


@dataclass(frozen=True)
class Line:
    """One debt of several."""

    name: str
    amount: str
    came: Came


def sees(parts: Parts, request: Request, found: payments.PayView) -> bool:
    with reading(parts.engine) as session:
        return pay_sight.may_see(session, parts.settings, parts.visitor, request, found)


def render(
    parts: Parts, request: Request, kind: str, found: payments.PayView, *, status: int = 200, **more: object
) -> Response:
    """The page in the state `kind`."""
    if not sees(parts, request, found):
        return private(parts, request, found)
    with reading(parts.engine) as session:
        by = _speaking(session, parts.settings, found)
        shown = _shown(session, parts, request, found, by)
    values = {
        **_common(request, found.language), "kind": kind, "company": by.company, "phone": unbroken(by.company_phone),
        "problem": "", **shown, **more,
    }  # fmt: skip
    answer = parts.templates.TemplateResponse(request, "pay/page.html", values, status, HEADERS)
    if found.state is payments.State.SETTLED:
        with reading(parts.engine) as session:
            pay_sight.lend_proof(session, parts.settings, parts.visitor, request, found, answer)
    return answer


def over(parts: Parts, request: Request, *, came_back: bool) -> Response:
    """Of a link that leads nowhere: what it was for and which language they speak would tell that it led somewhere once.
    So it speaks that of the browser, then the other.
    """
    first = texts.preferred(request.headers.get("accept-language", ""))
    values = {
        **_common(request, first), "spoken": [(one, _speaker(one)) for one in sorted(("en", "es"), key=first.__ne__)],
        "came_back": came_back, "phone": unbroken(parts.settings.company_phone),
    }  # fmt: skip
    return parts.templates.TemplateResponse(request, "pay/over.html", values, 404, HEADERS)


def private(
    parts: Parts, request: Request, found: payments.PayView, *, status: int = 200, outcome: str = "",
    typed: dict[str, str] | None = None, came_back: bool = False,
) -> Response:  # fmt: skip
    """To a browser that it was not sent to: neither who is paid nor how much, and nothing that leads there."""
    is_first = pay_sight.is_first(parts.settings, found)
    values = {
        **_common(request, found.language), "company": "", "is_first": is_first, "needs_proof": found.needs_proof, "outcome": outcome,
        "typed": typed or {"born": "", "zip": ""}, "came_back": came_back and not is_first,
    }  # fmt: skip
    return parts.templates.TemplateResponse(request, "pay/private.html", values, status, HEADERS)


def _common(request: Request, language: str) -> dict[str, Any]:
    return {"lang": language, "say": _speaker(language), "here": f"/p/{request.path_params['token']}"}


def _shown(
    session: Session, parts: Parts, request: Request, found: payments.PayView, by: Settings
) -> dict[str, Any]:  # fmt: skip
    """All that a link is about, for whoever may see it."""
    asking = session, parts.settings, parts.visitor, request, found
    theirs, cookie = pay_sight.is_theirs(*asking), parts.visitor.read(request)
    return {
        "amount": found.amount.text(found.language),
        "takes_banks": parts.settings.bank_debits,
        "back": _way_back(by, found.channel),
        "lines": _lines(session, parts.settings, found, theirs=theirs),
        "warning": _warning(session, parts, found, by),
        "came": _came(found.paid, found.language, theirs=theirs),
        "consent": pay_consent.offered(*asking),
        "theirs": theirs,
        "known": pay_sight.is_known(*asking),
        "token": parts.visitor.form_token(cookie) if cookie else "",
    }


def _speaking(session: Session, settings: Settings, found: payments.PayView) -> Settings:
    """Who writes about it; of several debts the creditor that they have in common, if there is one."""
    if not settings.creditors:
        return settings
    of = [line.debt_id for line in found.lines] or [found.debt_id]
    first, *others = (accounts.speaking_of_debt(session, settings, debt_id) for debt_id in of)
    return first if all(one.company == first.company for one in others) else settings


def _lines(session: Session, settings: Settings, found: payments.PayView, *, theirs: bool) -> list[Line]:
    """Of a payment for several debts; by name to themselves, counted to anybody else who holds the link."""
    say, shown = _speaker(found.language), list[Line]()
    for number, line in enumerate(found.lines, 1):
        debt = accounts.known_debt(session, line.debt_id)
        named = _name(settings, debt, found.language)
        came = _came(line.paid, found.language, theirs=theirs)
        shown.append(Line(named if theirs else say("line", number=str(number)), line.amount.text(found.language), came))
    return shown


def _warning(session: Session, parts: Parts, found: payments.PayView, by: Settings) -> tuple[str, ...]:
    """What has to be said before; where it is, nobody but the payer sees the page at all (`pay_sight`)."""
    if not found.needs_proof or found.state is not payments.State.OPEN:
        return ()
    debts = [accounts.known_debt(session, one) for one in [line.debt_id for line in found.lines] or [found.debt_id]]
    called = {debt.id: _name(parts.settings, debt, found.language) for debt in debts} if found.lines else {}
    return too_old.warning(
        session, by, found.party_id, found.conversation_id, debts, parts.settings.clock.now(),
        language=found.language, called=called,
    )  # fmt: skip


def _name(settings: Settings, debt: accounts.Debt, language: str) -> str:
    return page_texts.text("line_of", language, client=settings.name_of(debt.client), ending=debt.ending)


def _came(paid: payments.Paid | None, language: str, *, theirs: bool) -> Came:
    """The number of the receipt; and to themselves what is left and what comes next."""
    if paid is None or not theirs:
        return Came(paid.receipt if paid else "")
    due = (paid.next[0].text(language), written_day(language, paid.next[1])) if paid.next else ("", "")
    return Came(paid.receipt, paid.left.text(language), *due)


def _way_back(settings: Settings, channel: str) -> str:
    """To the messages where the link was; blank where no address leads there."""
    twilio = settings.twilio
    number = "".join(filter(str.isdigit, twilio.whatsapp_from))
    return {"web": "/", "sms": f"sms:{twilio.sms_from}", "whatsapp": f"https://wa.me/{number}"}.get(channel, "")


def _speaker(language: str) -> Callable[..., str]:
    return lambda name, **values: page_texts.text(name, language, **values)
