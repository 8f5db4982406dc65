"""Another day for the next part of a plan, where what was agreed allows it.

It changes an agreement: as in the chat, whoever writes from elsewhere than the phone on file proves that they have it.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, contact, identity, negotiation
from bot.web import edge, money_news, portal, portal_acts, portal_say, texts
from bot.web.parts import Parts, unbroken, written_day
from bot.web.portal import Visit


def routes(parts: Parts) -> list[Route]:
    return [Route("/portal/move", partial(portal_acts.post, parts, _move), methods=["POST"])]


def _move(visit: Visit, request: Request, cookie: str, form: dict[str, str]) -> Response:
    debt = accounts.debt(visit.session, visit.who, form.get("debt", ""))
    again = partial(portal.home, visit, request, cookie, about=f"move:{debt.id}", typed=form, status=422)
    running, left = negotiation.running(visit.session, visit.who).get(debt.id, (None, ()))
    if running is None or not left:
        return edge.see_other("/portal")
    try:
        wanted = negotiation.Move(date.fromisoformat(form.get("to", "")))
    except ValueError:
        return again(problem="portal_move_day")
    try:
        negotiation.consider(visit.session, visit.who, running.id, wanted, visit.now)
    except negotiation.DebtOnHold:
        return again(problem="portal_held")
    except negotiation.ChangeDenied as no:
        return again(said=_why(visit, no))
    if (problem := _unproven(visit, form.get("code", "").strip())) is not None:
        return again(problem=problem, phone=unbroken(visit.parts.settings.company_phone))
    day = written_day(visit.spoken, wanted.to)
    words = texts.text("portal_move_said", visit.spoken, amount=left[0].amount.text(visit.spoken), day=day)
    message = portal_say.heard(visit, f"move:{running.id}:{running.revision}:{wanted.to}", words)
    if message is not None:
        negotiation.change(visit.session, visit.who, running.id, wanted, visit.now, message.id)
        key = f"moved:{running.id}:{running.revision}"
        portal_say.answer(visit, key, [("utter_negotiation_changed", {})], message, debt.id)
    return edge.see_other("/portal?done=portal_moved#done")


def _why(visit: Visit, no: negotiation.ChangeDenied) -> str:
    """In the words of the chat."""
    today = accounts.me(visit.session, visit.who).today(visit.now)
    return contact.texts.render(no.response, visit.spoken, no.values, today=today).text


def _unproven(visit: Visit, code: str) -> str | None:
    """None when the phone on file is theirs, or no code is wanted here; else what is asked, with a code on its way."""
    settings, phone = visit.parts.settings, identity.phone_on_file(visit.session, visit.who.party_id)
    if settings.code_for.get("web", "nothing") == "nothing":
        return None
    if identity.possesses(visit.session, visit.talk, visit.who.party_id, visit.now):
        return None
    if phone is None:
        return "portal_code_no_phone"
    checks = identity.Checks.on("web", settings.secret_key)
    if code:
        wrong = identity.confirm(visit.session, visit.talk, code, now=visit.now, checks=checks)
        return None if wrong is None else "portal_code_wrong"
    return _text_code(visit, phone, checks, visit.now)


def _text_code(visit: Visit, phone: str, checks: identity.Checks, now: datetime) -> str:
    how = money_news.how(visit.parts.settings)
    asked = identity.ask_code(visit.session, visit.talk, phone, how, now=now, checks=checks)
    return "portal_code_no_more" if isinstance(asked, identity.NoMoreCodes) else "portal_code_sent"
