"""What staff decide: holds, disputes, the hand-back. Each is shown before it is done.

What is shown is no guess: it is done in a savepoint, what changed is read, and it is undone. When it would change
something else by the time that it is confirmed, it is shown once more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, contact, handoff, unverified
from bot.core import Problems, record, transaction
from bot.web import (
    desk_agreed,
    desk_autopay,
    desk_changes,
    desk_correct,
    desk_duties,
    desk_holds,
    desk_links,
    desk_money,
    desk_offer,
    desk_offer_page,
    desk_person,
    desk_ready,
    desk_view,
    edge,
    going_on,
    hold_words,
    texts,
)
from bot.web.desk_asked import Asked, Gone, Unfit, among
from bot.web.desk_parts import check_form, desk_page, who
from bot.web.parts import Parts, language

SHORTEST_REASON = 10
OUTCOMES = tuple(outcome.value for outcome in accounts.DisputeOutcome)
_FIELDS = ("act", "kind", "hold", "rule", "begins", "ends", "open", "number", "outcome", "code", "reason", "debt", "amount", "on", "how", "reference",
           "entry", "said", "besides", "with_link")  # fmt: skip
_EXPLAINED = ("hand_back", "record", "offer", "agree", "link", "speak", "autopay_off")
"""Acts that need no reason, but where more than they may is asked for: what is chosen or written there is one."""


def routes(parts: Parts) -> list[Route]:
    return [
        *desk_agreed.routes(parts),
        Route("/desk/conversations/{id}/act", partial(_post, parts), methods=["POST"]),
        Route("/desk/act", partial(_post, parts), methods=["POST"]),
        Route("/desk/conversations/{id}/offer/{debt}", partial(_page, parts, "offer"), methods=["GET"]),
        Route("/desk/conversations/{id}/person", partial(_page, parts, "person"), methods=["GET"]),
    ]


async def _post(parts: Parts, request: Request) -> Response:
    form = await edge.form(request)
    return await run_in_threadpool(_act, parts, request, form)


def _act(parts: Parts, request: Request, form: dict[str, str]) -> Response:
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        check_form(parts, request, form.get("token", ""))
        case = None
        if "id" in request.path_params:
            case = handoff.open_case_of(session, request.path_params["id"])
            if case is None:
                return edge.see_other("/desk?done=gone")
        asked = Asked(session, parts, me, case, form)
        if not _is_theirs_to_do(asked):
            return edge.see_other(f"{_back(asked)}?done={'not_yours' if case else 'not_allowed'}")
        try:
            return _shown_or_done(request, asked)
        except Gone:
            return edge.see_other(f"{_back(asked)}?done=unchanged")
        except Unfit as no:
            return edge.see_other(f"{_back(asked)}?done={no.news}")


def _page(parts: Parts, name: str, request: Request) -> Response:
    """What policy allows on one account, with a form for an `offer`; or all about the `person`."""
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        case = handoff.open_case_of(session, request.path_params["id"])
        if case is None:
            return edge.see_other("/desk?done=gone")
        asked = Asked(session, parts, me, case)
        try:
            if name == "offer":
                values = desk_offer_page.values(asked, request.path_params["debt"], language(request))
            else:
                values = desk_person.page_values(asked, language(request))
        except (Gone, handoff.Taken):
            return edge.see_other(f"{_back(asked)}?done=not_yours")
        read: dict[str, Any] = {"subject": case.conversation_id, "data": {"case": case.id}, "actor": me.actor}
        record(session, "PolicyRead" if name == "offer" else "PersonRead", **read, now=asked.now)
    return desk_page(parts, request, f"desk_{name}.html", me, {"back": _back(asked), **values})


def _is_theirs_to_do(asked: Asked) -> bool:
    """The one who has the conversation; outside of one, supervisors and managers. That what the law wants is done may
    be said by anybody: it changes nothing for the person, and is kept with who said it.
    """
    if asked.case is None:
        return asked.me.may_take_over or asked.form.get("act") == "duty"
    try:
        handoff.hold_for(asked.session, asked.case, asked.me.actor)
    except handoff.Taken:
        return False
    return True


def _shown_or_done(request: Request, asked: Asked) -> Response:
    do = _ACTS.get(asked.form.get("act", ""))
    if do is None:
        raise HTTPException(400)
    spoken = language(request)
    needs_reason = asked.form["act"] not in _EXPLAINED or _heading(asked).startswith("act_ask")
    lacks_reason = needs_reason and len(asked.reason) < SHORTEST_REASON
    code = _code(asked) if asked.form["act"] == "hand_back" else None
    changes = desk_changes.of(asked.session, asked.parts, asked.case, partial(do, asked), spoken, code)
    changes += [*_left_for_people(asked, spoken), *_to_be_told(asked, spoken)]
    mark = hashlib.sha256("\n".join(changes).encode()).hexdigest()
    if asked.form.get("mark") == mark and not lacks_reason:
        do(asked)
        ends = asked.form["act"] == "hand_back"
        return edge.see_other("/desk?done=handed_back" if ends else f"{_back(asked)}?done=done")
    values = {
        "heading": texts.text(_heading(asked), spoken, **_named(asked, spoken)), "changes": changes,
        "mark": mark, "fields": {name: asked.form[name] for name in _FIELDS if name in asked.form},
        "needs_reason": needs_reason, "reason": asked.reason, "shortest": SHORTEST_REASON,
        "problem": "act_reason_short" if lacks_reason else "act_changed" if asked.form.get("mark") else None,
        "back": _back(asked), "where": request.url.path,
    }  # fmt: skip
    return desk_page(asked.parts, request, "desk_act.html", asked.me, values, status=400 if lacks_reason else 200)


def _to_be_told(asked: Asked, spoken: str) -> list[str]:
    """Where nothing is sent by itself, but a reply for it will stand ready."""
    act = asked.form["act"]
    if asked.case is None or act not in ("decide", "record"):
        return []
    has_reply = act == "record" or _outcome(asked) in desk_ready.DECIDED
    return [texts.text("change_ready", spoken)] if has_reply and _shows_balances(asked) else []


def _heading(asked: Asked) -> str:
    if asked.form["act"] in _MONEY and desk_money.asks_for_more(asked):
        return "act_ask"
    if asked.form["act"] in _OFFERS:
        return "act_ask_offer" if desk_offer.asks_for_more(asked) else desk_offer.heading(asked)
    return f"act_{asked.form['act']}"


def _left_for_people(asked: Asked, spoken: str) -> list[str]:
    """Who is told that they are right may not be asked for the same amount again: what is corrected, or is not."""
    if _heading(asked) == "act_ask":
        return [texts.text("change_asked", spoken)]
    if asked.form["act"] in _OFFERS:
        return desk_offer.sentences(asked, spoken)
    if asked.form["act"] == "record":
        return [desk_money.counts_from(asked, spoken), *desk_money.taken_off_before(asked, spoken)]
    if asked.form["act"] == "duty":
        return desk_duties.follows(_duty(asked), asked.now, asked.parts.settings.time_zone, spoken)
    if asked.form["act"] != "decide" or _outcome(asked) not in desk_correct.CORRECTS:
        return []
    if (made := _correction(asked)) is not None:
        return desk_correct.sentences(made, spoken, says_balance=_shows_balances(asked))
    dispute = _dispute(asked)
    about = desk_correct.correctable(asked.session, [dispute])
    meant = about[dispute.number]
    owed = ", ".join(f"{debt.reference} {debt.balance.text(spoken)}" for debt in meant)
    counted = desk_correct.recorded_since(asked.session, [dispute], about)[dispute.number]
    if counted:
        return [desk_correct.counted_sentence(counted, meant, spoken)]
    return [texts.text("change_balance_stays", spoken, owed=owed)] if owed else []


def _shows_balances(asked: Asked) -> bool:
    """Whether what changes names the balance by itself: in a case of somebody who is verified."""
    return asked.case is not None and contact.conversation(asked.session, asked.case.conversation_id).is_verified(asked.now)


def _named(asked: Asked, spoken: str) -> dict[str, str]:
    """What the heading names."""
    if asked.form["act"] == "hold":
        return {"what": hold_words.kind(_kind(asked), texts.speaker(spoken))}
    if asked.form["act"] == "space":
        return {}
    if asked.form["act"] == "duty":
        return {"what": desk_duties.task(_duty(asked).rule, spoken)}
    if asked.form["act"] == "lift":
        return {"what": hold_words.kind(_hold(asked).kind, texts.speaker(spoken))}
    if asked.form["act"] == "decide":
        outcome = texts.text(f"outcome_{_outcome(asked).value}", spoken)
        return {"what": _dispute(asked).number, "outcome": outcome}
    if asked.form["act"] in _MONEY:
        return desk_money.named(asked, spoken)
    if asked.form["act"] in _OFFERS:
        return desk_offer.named(asked, spoken)
    if asked.form["act"] in _PERSON:
        return desk_person.named(asked, spoken)
    return {"code": texts.text(f"code_{_code(asked).value}", spoken)}


def _place(asked: Asked) -> None:
    if asked.case is None:
        raise HTTPException(400)
    talk, kind = contact.conversation(asked.session, asked.case.conversation_id), _kind(asked)
    if kind is contact.HoldKind.BREATHING_SPACE:
        _give_space(asked)
        return
    if _explain_standing(asked, talk, kind):
        return
    how: dict[str, Any] = {"kind": kind, "reason": asked.reason, "now": asked.now, "actor": asked.me.actor}
    if talk.party_id is not None:
        contact.place_hold(asked.session, party_id=talk.party_id, **how)
    else:
        contact.place_hold_here(asked.session, talk.id, **how)
    asked.write_down("held", desk_view.spaced(kind.value))


def _explain_standing(asked: Asked, talk: contact.Conversation, kind: contact.HoldKind) -> bool:
    """One that stands already is not placed twice: what the colleague says is kept with it. False when none does."""
    over = contact.holds_over(asked.session, talk, asked.now)
    standing = [hold for hold in over if hold.kind is kind and hold.debt_id is None]
    for hold in standing:
        contact.explain(
            asked.session, hold, asked.reason, key=hold_words.NOTE, actor=asked.me.actor, now=asked.now
        )  # fmt: skip
    if standing:
        asked.write_down("explained", desk_view.spaced(kind.value))
    return bool(standing)


def _give_space(asked: Asked) -> None:
    """A breathing space with its days; where nobody is known, on the conversation."""
    if asked.case is None:
        raise HTTPException(400)
    talk = contact.conversation(asked.session, asked.case.conversation_id)
    begins, ends = _space(asked, talk)
    how: dict[str, Any] = {"reason": asked.reason, "actor": asked.me.actor, "now": asked.now}
    try:
        if talk.party_id is not None:
            accounts.give_space(asked.session, talk.party_id, begins_on=begins, ends_on=ends, **how)
        else:
            kind = contact.HoldKind.BREATHING_SPACE
            accounts.check_space(begins, ends, _today(asked, talk))
            contact.place_hold_here(asked.session, talk.id, kind=kind, days=(begins, ends), **how)
    except Problems:
        raise Unfit("space_days") from None
    asked.write_down("held", desk_view.spaced(contact.HoldKind.BREATHING_SPACE.value))


def _space(asked: Asked, talk: contact.Conversation) -> tuple[date, date | None]:
    """The first day and the last one; none while a treatment lasts. What is left blank is today, and sixty days."""
    try:
        begins = date.fromisoformat(asked.form.get("begins") or _today(asked, talk).isoformat())
        if asked.form.get("open"):
            return begins, None
        ends = asked.form.get("ends")
        return begins, date.fromisoformat(ends) if ends else begins + accounts.longest_space()
    except ValueError:
        raise Unfit("space_days") from None


def _today(asked: Asked, talk: contact.Conversation) -> date:
    """Theirs, where they are known."""
    if talk.party_id is not None:
        return accounts.known_party(asked.session, talk.party_id).today(asked.now)
    return asked.now.astimezone(ZoneInfo(asked.parts.settings.time_zone)).date()


def space_ends(now: datetime, zone: str) -> tuple[date, date]:
    """Today, and the last day of one that begins today."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return today, today + accounts.longest_space()


def _lift(asked: Asked) -> None:
    hold = _hold(asked)
    if contact.duties.stands_in_the_way(asked.session, hold, asked.now, asked.parts.settings.time_zone):
        raise Unfit("duty_first")
    how: dict[str, Any] = {"reason": asked.reason, "actor": asked.me.actor, "now": asked.now}
    for one in _shown_as_one(asked, hold):
        contact.release_hold(asked.session, one.id, **how)
    asked.write_down("lifted", desk_view.spaced(hold.kind.value))


def _shown_as_one(asked: Asked, hold: contact.Hold) -> tuple[contact.Hold, ...]:
    """Said before anybody was known, it holds this conversation and everybody who may have said it: one thing here."""
    if asked.case is None:
        return (hold,)
    talk = contact.conversation(asked.session, asked.case.conversation_id)
    return desk_holds.same_as(hold, contact.holds_over(asked.session, talk, asked.now))


def _do_duty(asked: Asked) -> None:
    duty = _duty(asked)
    contact.duties.do(asked.session, duty, how=asked.reason, actor=asked.me.actor, now=asked.now)
    asked.write_down("duty", desk_duties.task(duty.rule, "en"))


def _duty(asked: Asked) -> contact.duties.Duty:
    found = contact.duties.open_duties(asked.session, asked.now, asked.parts.settings.time_zone, [_hold(asked)])
    return among(found, lambda duty: duty.rule.id == asked.form.get("rule"))


def _decide(asked: Asked) -> None:
    dispute, outcome, made = _dispute(asked), _outcome(asked), _correction(asked)
    how: dict[str, Any] = {"reason": asked.reason, "actor": asked.me.actor, "now": asked.now}
    accounts.decide_dispute(asked.session, dispute.number, outcome, **how)
    if outcome is accounts.DisputeOutcome.UNVERIFIED:
        unverified.say_unverified(asked.session, dispute, asked.parts.settings, actor=asked.me.actor)
    asked.write_down("decided", f"{dispute.number}: {desk_view.spaced(outcome.value)}")
    if made is not None and made.is_due:
        why = f"{dispute.number}: {asked.reason}"
        desk_correct.post(asked.session, dispute, made, why=why, by=asked.me.actor, now=asked.now)
        asked.write_down("corrected", f"{made.debt.reference} −{made.amount.text('en')}")


def _correction(asked: Asked) -> desk_correct.Correction | None:
    debt_id, typed = asked.form.get("debt", ""), asked.form.get("amount", "")
    besides = asked.form.get("besides") == "1"
    return desk_correct.asked(asked.session, _dispute(asked), _outcome(asked), debt_id, typed, besides=besides)


def _hand_back(asked: Asked) -> None:
    if asked.case is None:
        raise HTTPException(400)
    handoff.hand_back(asked.session, asked.case.id, by=asked.me.actor, code=_code(asked), settings=asked.parts.settings)


def _hold(asked: Asked) -> contact.Hold:
    """One of those that stand over this conversation, or any."""
    found = contact.every_active_hold(asked.session, asked.now)
    if asked.case is not None:
        talk = contact.conversation(asked.session, asked.case.conversation_id)
        found = contact.holds_over(asked.session, talk, asked.now)
    return among(found, lambda hold: hold.id == asked.form.get("hold"))


def _dispute(asked: Asked) -> accounts.Dispute:
    found = accounts.every_open_dispute(asked.session)
    if asked.case is not None:
        talk = contact.conversation(asked.session, asked.case.conversation_id)
        found = accounts.disputes_over(asked.session, talk.party_id, talk.id)
    return among(found, lambda dispute: dispute.number == asked.form.get("number"))


def _kind(asked: Asked) -> contact.HoldKind:
    return among(contact.HoldKind, lambda kind: kind.value == asked.form.get("kind"))


def _outcome(asked: Asked) -> accounts.DisputeOutcome:
    return among(accounts.DisputeOutcome, lambda outcome: outcome.value == asked.form.get("outcome"))


def _code(asked: Asked) -> handoff.Code:
    return among(handoff.Code, lambda code: code.value == asked.form.get("code"))


def _back(asked: Asked) -> str:
    if asked.case is not None:
        return f"/desk/conversations/{asked.case.conversation_id}"
    return "/desk/disputes" if asked.form.get("act") == "decide" else "/desk/holds"


_MONEY: dict[str, Callable[[Asked], None]] = {
    "record": desk_money.record,
    "take_back": desk_money.take_back,
    "waive": desk_money.waive,
    "charge_again": desk_money.charge_again,
    "link": desk_links.send,
    "autopay_off": desk_autopay.stop,
}
_PERSON: dict[str, Callable[[Asked], None]] = {
    "address": desk_person.give, "address_off": desk_person.take, "speak": desk_person.speak,
}  # fmt: skip
_OFFERS: dict[str, Callable[[Asked], None]] = {"offer": desk_offer.make, "agree": desk_offer.agree}
_ACTS: dict[str, Callable[[Asked], None]] = {
    **_MONEY,
    **_OFFERS,
    **_PERSON,
    "hold": _place,
    "space": _give_space,
    "lift": _lift,
    "duty": _do_duty,
    "decide": _decide,
    "hand_back": _hand_back,
}
