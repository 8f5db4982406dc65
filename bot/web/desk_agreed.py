"""The agreement in force on an account, whole: what it is, every payment that is left, and its document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, handoff, identity, negotiation, papers
from bot.core import Money, Session, record, transaction
from bot.web import desk_offer_words, going_on, texts
from bot.web.desk_parts import who as agent_at
from bot.web.parts import Parts, language, written_day

Running = Mapping[str, tuple[negotiation.Agreement, tuple[negotiation.Instalment, ...]]]
"""By debt: the agreement in force, and what is left of it."""


@dataclass(frozen=True)
class Agreed:
    id: str
    words: str
    left: tuple[tuple[str, str], ...]
    """(day, amount) of every payment that is still to come."""


def routes(parts: Parts) -> list[Route]:
    where = "/desk/conversations/{id}/agreements/{agreement}"
    return [Route(where, partial(_document, parts), methods=["GET"])]


def of(session: Session, who: identity.Verified, debt: accounts.Debt, plans: Running, spoken: str) -> Agreed | None:
    """None where nothing is agreed."""
    if debt.id not in plans:
        return None
    plan, left = plans[debt.id]
    say = texts.speaker(spoken)
    sort, on = desk_offer_words.sort_of(plan.kind), written_day(spoken, plan.agreed_at.date())
    if not left:
        return Agreed(plan.id, say("agreed_paused", on=on), ())
    total = sum((part.amount for part in left), Money.zero(debt.balance.currency)).text(spoken)
    day, amount = written_day(spoken, left[0].due), left[0].amount.text(spoken)
    words = say(f"agreed_{sort}", on=on, n=len(left), total=total, day=day, amount=amount)
    return Agreed(plan.id, words, tuple((written_day(spoken, one.due), one.amount.text(spoken)) for one in left))


def _document(parts: Parts, request: Request) -> Response:
    """As it was signed and stands, in the language of the one who reads; for whoever has the conversation."""
    with transaction(parts.engine) as session:
        me = agent_at(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        now = parts.settings.clock.now()
        case = handoff.open_case_of(session, request.path_params["id"])
        if case is None:
            raise HTTPException(404)
        try:
            who = identity.known_in(handoff.hold_for(session, case, me.actor), now)
        except handoff.Taken:
            raise HTTPException(404) from None
        theirs = {one.id for one in negotiation.agreements_of(session, who)} if who is not None else set[str]()
        if request.path_params["agreement"] not in theirs:
            raise HTTPException(404)
        try:
            found = negotiation.agreement_document(session, request.path_params["agreement"], language(request))
        except papers.NoSuchDocument:
            raise HTTPException(404) from None
        data = {"agreement": request.path_params["agreement"]}
        record(session, "AgreementRead", subject=case.conversation_id, data=data, now=now, actor=me.actor)
    return Response(found.html, media_type="text/html", headers=papers.document_headers())
