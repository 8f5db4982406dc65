"""Who may see what a link to pay is for: the browser that it was sent to, and whoever proves to be the payer.

In the chat that is the browser with the chat. A phone cannot be known by a GET, which a robot that previews links
makes too: there it is the browser in which a person pressed the button first. To any other browser the page says
neither company nor amount until date of birth and ZIP code are right (docs/decisions/0018). Where the law has us speak
of the debt before a payment, as of one that is too old for a court, every browser is such another.
"""

from __future__ import annotations

from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from bot import identity, papers, payments
from bot.contact import glance
from bot.core import Session, Settings
from bot.web import portal_proof
from bot.web.cookies import Cookie, hashed

LASTS = 60 * 24 * 3600
"""Seconds: longer than any link is good, and than its receipt is looked at."""
_PHONES = ("sms", "whatsapp", "telegram", "shell")
Outcome = Literal["seen", "wrong", "locked"]


def may_see(session: Session, settings: Settings, visitor: Cookie, request: Request, found: payments.PayView) -> bool:
    if found.needs_proof:
        return is_theirs(session, settings, visitor, request, found)
    browser = _cookie(settings).read(request)
    if browser is not None and found.opened_in == hashed(browser):
        return True
    return _has_the_chat(session, visitor, request, found) or is_theirs(session, settings, visitor, request, found)


def is_theirs(session: Session, settings: Settings, visitor: Cookie, request: Request, found: payments.PayView) -> bool:
    """Whether they proved in this browser, for a document or in the chat, that it is they."""
    now = settings.clock.now()
    if papers.holds(session, settings, request.cookies.get(papers.COOKIE), found.party_id, now):
        return True
    return is_known(session, settings, visitor, request, found)


def is_known(session: Session, settings: Settings, visitor: Cookie, request: Request, found: payments.PayView) -> bool:
    """In the conversation of this browser, not only for a document."""
    return _known(session, settings, visitor, request, found) is not None


def lend_proof(
    session: Session, settings: Settings, visitor: Cookie, request: Request, found: payments.PayView, response: Response
) -> None:  # fmt: skip
    """Who proved in the conversation of this browser that it is they is not asked again for the receipts of this link."""
    who = _known(session, settings, visitor, request, found)
    if who is not None:
        _put_proof(settings, who, response)


def is_first(settings: Settings, found: payments.PayView) -> bool:
    """Whether a press of the button is enough: nobody has opened it yet, and it went to a phone, or to a chat in a frame,
    whose cookie the browser keeps for that frame alone.
    """
    return found.opened_in is None and not found.needs_proof and (found.channel in _PHONES or bool(settings.embed_origins))


def open_here(session: Session, settings: Settings, request: Request, token: str, response: Response) -> bool:
    """False when another browser was first; then a proof is asked for."""
    cookie = _cookie(settings)
    browser = cookie.read(request) or cookie.make()
    found = payments.view(session, token, settings.clock.now())
    if found is None or not is_first(settings, found):
        return False
    cookie.put(response, browser)
    return payments.opened(session, token, hashed(browser), settings.clock.now())


def prove(
    session: Session, settings: Settings, request: Request, token: str, found: payments.PayView, form: dict[str, str],
    response: Response,
) -> Outcome:  # fmt: skip
    """The same tries and the same lock as a document's; it opens the receipts of this link, too."""
    now, host = settings.clock.now(), request.client.host if request.client else ""
    outcome = papers.tried(session, settings, token, host, found.debt_id, form, found.language, now)
    if isinstance(outcome, identity.Locked):
        return "locked"
    if not isinstance(outcome, identity.Matched) or outcome.verified.party_id != found.party_id:
        return "wrong"
    _put_proof(settings, outcome.verified, response)
    return "seen"


def _put_proof(settings: Settings, who: identity.Verified, response: Response) -> None:
    secure, value = settings.public_url.startswith("https://"), papers.cookie(settings, who, settings.clock.now())
    response.set_cookie(papers.COOKIE, value, path="/p/", httponly=True, samesite="lax", secure=secure)


def _known(
    session: Session, settings: Settings, visitor: Cookie, request: Request, found: payments.PayView
) -> identity.Verified | None:
    who = portal_proof.known_here(session, visitor.read(request), settings.clock.now())
    return who if who is not None and who.party_id == found.party_id else None


def _has_the_chat(session: Session, visitor: Cookie, request: Request, found: payments.PayView) -> bool:
    cookie = visitor.read(request)
    talk = glance.conversation_at(session, "web", hashed(cookie)) if cookie is not None else None
    return talk is not None and talk.id == found.conversation_id


def _cookie(settings: Settings) -> Cookie:
    return Cookie(settings, "parley_pay", LASTS)
