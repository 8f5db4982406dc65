"""On the payment page: what is paid with may be kept for the next parts of the plan.

Only who proved in this browser who they are sees the words, for they name the plan. Nothing is ticked, the button pays
without it all the same, and the yes is tied to the very words by their hash, as on the portal.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from bot import payments
from bot.core import Refusal, Session, Settings
from bot.payments import mandate_store, mandates
from bot.web import portal_proof
from bot.web.cookies import Cookie, hashed

CHANNEL = "pay"


@dataclass(frozen=True)
class Offered:
    """The words that a yes would be to."""

    lines: tuple[str, ...]
    sha256: str


def offered(
    session: Session, settings: Settings, visitor: Cookie, request: Request, found: payments.PayView
) -> Offered | None:  # fmt: skip
    """None where nothing later is to be paid, or is taken by itself already, or where it is not known who is there."""
    terms = _terms(session, settings, visitor, request, found)
    return Offered(tuple(terms.text.split("\n")), terms.sha256) if terms is not None else None


def given(
    session: Session, settings: Settings, visitor: Cookie, request: Request, found: payments.PayView, sha256: str
) -> mandate_store.Mandate:  # fmt: skip
    """Their yes, stored with the words. Raises OtherWords when those are not what they would be now."""
    terms = _terms(session, settings, visitor, request, found)
    cookie = visitor.read(request)
    who = portal_proof.known_here(session, cookie, settings.clock.now())
    if terms is None or who is None or cookie is None:
        raise mandates.OtherWords
    where = mandates.Where(CHANNEL, hashed(cookie))
    return mandates.give(session, who, terms, sha256, where, settings.clock.now())


def _terms(
    session: Session, settings: Settings, visitor: Cookie, request: Request, found: payments.PayView
) -> mandates.Terms | None:  # fmt: skip
    now = settings.clock.now()
    who = portal_proof.known_here(session, visitor.read(request), now)
    if who is None or who.party_id != found.party_id or found.lines or found.state is not payments.State.OPEN:
        return None
    if mandate_store.active(session, found.debt_id):
        return None
    try:
        terms = mandates.terms(session, who, found.debt_id, settings, found.language, now)
    except Refusal:
        return None
    return terms if len(terms.parts) > 1 else None
