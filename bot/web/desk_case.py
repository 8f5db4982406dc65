"""One case: the conversation, whose it is, the reply, and the notes that stay here."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, contact, handoff
from bot.contact import rules
from bot.core import Problem, Problems, Session, Settings, reading, record, transaction
from bot.web import (
    desk_acts,
    desk_alarm,
    desk_autopay,
    desk_danger,
    desk_duties,
    desk_here,
    desk_holds,
    desk_links,
    desk_money,
    desk_moves,
    desk_offer,
    desk_owed,
    desk_person,
    desk_reaching,
    desk_ready,
    desk_thread,
    desk_view,
    desk_voice,
    edge,
    going_on,
    hold_words,
    staff,
    texts,
)
from bot.web.desk_asked import Asked
from bot.web.desk_parts import check_form, desk_page, who
from bot.web.parts import Parts, language

NEWS = (
    "reopened", "not_yours", "noted", "stopped", "done", "unchanged", "unfit", "duty_first", "space_days", "woken", "moved", "money_amount", "money_day",
    "money_reference", "money_known", "money_asked", *desk_voice.NEWS, *desk_offer.NEWS, *desk_person.NEWS, *desk_reaching.NEWS,
    "later",
    "called_off",
    "misheard",
)  # fmt: skip
ENDS = ("released", "aside", "transferred")
"""After these there is nothing more to do in the case."""
KEPT = {"reply": "draft", "later": "draft", "note": "note_draft", "transfer": "transfer_draft"}
"""Where a page that says no has the words that came with the form."""
Do = Callable[[Parts, Session, staff.Staff, handoff.Case, dict[str, str]], str]
"""Does it and returns what the page says then."""


def routes(parts: Parts) -> list[Route]:
    here = "/desk/conversations/{id}"
    todo: dict[str, Do] = {
        "take": _take, "take-over": desk_moves.take_over, "release": _release, "reply": _reply, "note": _note,
        "snooze": desk_moves.snooze, "wake": desk_moves.wake, "transfer": desk_moves.transfer,
        "misheard": desk_moves.misheard, "voice": desk_voice.ask, "later": desk_moves.later, "call-off": desk_moves.call_off,
        "bar-time": desk_reaching.bar_time, "allow-time": desk_reaching.allow_time, "call": desk_reaching.call,
    }  # fmt: skip
    return [
        *desk_here.routes(parts),
        Route(here, partial(_show, parts), methods=["GET"]),
        Route(f"{here}/live", partial(_live, parts), methods=["GET"]),
        *(Route(f"{here}/{name}", partial(_post, parts, do), methods=["POST"]) for name, do in todo.items()),
    ]


def _show(parts: Parts, request: Request) -> Response:
    """Only conversations that wait for a person can be read here, and who read them is written down."""
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        case = handoff.open_case_of(session, request.path_params["id"])
        if case is None:
            over = handoff.last_closed(session, request.path_params["id"])
            return edge.see_other(f"/desk/closed/{over.id}?done=over" if over else "/desk?done=gone")
        read: dict[str, Any] = {"subject": case.conversation_id, "data": {"case": case.id}, "actor": me.actor}
        now = parts.settings.clock.now()
        record(session, "ConversationRead", **read, now=now)
        handoff.read_mentions(session, case.conversation_id, me.actor, now)
        values = _values(parts, request, session, me, case)
    news = request.query_params.get("done")
    values["quote"] = _quoted(values["thread"], request.query_params.get("quote", ""))
    values |= {"done": news if news in NEWS else None, **_chosen(values["ready"], request.query_params.get("canned"))}
    return desk_page(parts, request, "desk_case.html", me, values)


def _chosen(known: list[handoff.Ready], name: str | None) -> dict[str, str]:
    """A ready reply in the box, for browsers without script. What was being written there stays in its draft."""
    return next(({"draft": one.text} for one in known if one.name == name and one.text and not one.is_locked), {})


def _quoted(thread: list[desk_thread.Row], key: str) -> desk_thread.Row | None:
    """The message of theirs that the reply answers."""
    return next((row for row in thread if row.key == key and row.kind == "them"), None)


def _live(parts: Parts, request: Request) -> Response:
    """The parts of the page that change by themselves. It is no sign of life of the agent. 410 when the case is over."""
    with reading(parts.engine) as session:
        me = who(parts, request, session, by_hand=False)
        if me is None:
            raise HTTPException(401)
        case = handoff.open_case_of(session, request.path_params["id"])
        if case is None:
            return Response(status_code=410)
        values = _moving_values(parts, request, session, me, case)
    return desk_page(parts, request, "desk_case_live.html", me, values)


async def _post(parts: Parts, do: Do, request: Request) -> Response:
    form = await edge.form(request)
    return await run_in_threadpool(_done, parts, do, request, form)


def _done(parts: Parts, do: Do, request: Request, form: dict[str, str]) -> Response:
    """Whoever comes too late is told who was first, and keeps what they wrote."""
    with transaction(parts.engine) as session:
        me = who(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        check_form(parts, request, form.get("token", ""))
        case = handoff.open_case_of(session, request.path_params["id"])
        if case is None:
            return edge.see_other("/desk?done=gone")
        try:
            news = do(parts, session, me, case, form)
        except (handoff.Taken, Problems) as no:
            return _again(parts, request, me, form, no)
    if news == "transferred":
        return edge.see_other(f"/desk?view=mine&done={news}&talk={case.conversation_id}")
    if news in ENDS:
        return edge.see_other(f"/desk?view=mine&done={news}")
    return edge.see_other(f"/desk/conversations/{case.conversation_id}{f'?done={news}' if news else ''}")


def _problem(no: Exception) -> str:
    """The name of the sentence that says what was wrong."""
    where = no.problems[0].where if isinstance(no, Problems) else ""
    known = {"": "desk_not_yours", "snooze": "desk_not_aside", "colleague": "desk_no_colleague", "later": "later_when",
             "hours": "later_not_then", "quote": "quote_gone", "window": "reply_window",
             **{name: f"move_{name}" for name in desk_moves.NOBODY_THERE}}  # fmt: skip
    return known.get(where, "desk_too_long")


def _again(parts: Parts, request: Request, me: staff.Staff, form: dict[str, str], no: Exception) -> Response:
    with reading(parts.engine) as session:
        case = handoff.open_case_of(session, request.path_params["id"])
        if case is None:
            return edge.see_other("/desk?done=gone")
        values = _values(parts, request, session, me, case)
    kept: dict[str, Any] = {"problem": _problem(no), "later_at": form.get("later_at", "")}
    if isinstance(no, Problems) and no.problems[0].where in desk_moves.NOBODY_THERE:
        kept |= {"move_to": form.get("to", ""), "whom": no.problems[0].got}
    if form.get("quote"):
        kept["quote"] = _quoted(values["thread"], form["quote"])
    if isinstance(no, handoff.NotThen):
        kept["why_not"] = [desk_view.rule_says(rule) for rule in no.rules if rule != rules.ALLOWED]
    kept |= {KEPT.get(request.url.path.rpartition("/")[2], "nothing"): form.get("text", "")}
    return desk_page(parts, request, "desk_case.html", me, {**values, **kept}, status=409)


def _take(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    handoff.take(session, case, me.actor, parts.settings.clock.now())
    return ""


def _release(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    handoff.release(session, case, me.actor, parts.settings.clock.now())
    return "released"


def _reply(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    key = form.get("key", "")[:40]
    if not key:
        raise HTTPException(400)
    if "canned" in form:
        return _reply_ready(parts, session, me, case, form["canned"], key)
    if _is_shut(parts, session, me, case):
        raise Problems([Problem("window", "an approved template")])
    text = form.get("text", "")
    quotes = form.get("quote", "")[:40]
    sent = handoff.reply(session, case, text, by=me.actor, key=key, settings=parts.settings, quotes=quotes)
    return "" if sent else "stopped"


def _reply_ready(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, name: str, key: str) -> str:
    """Only what is locked goes out like this: everything else an agent sees in the box first."""
    handoff.hold_for(session, case, me.actor)
    now = parts.settings.clock.now()
    row, is_shut = desk_view.row(session, case, now, "en"), _is_shut(parts, session, me, case)
    known = desk_ready.of(session, _voice(parts, session, case), me, row, (), "en", is_shut=is_shut)
    chosen = next((one for one in known if one.name == name and one.is_locked and not one.lacks), None)
    if chosen is None:
        raise HTTPException(400)
    return (
        "" if handoff.reply_ready(session, case, chosen, by=me.actor, key=key, settings=parts.settings) else "stopped"
    )


def _is_shut(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case) -> bool:
    """Whether the channel takes approved templates only, until they write."""
    talk = contact.conversation(session, case.conversation_id)
    decision = handoff.may_reply(session, case, talk, by=me.actor, settings=parts.settings)
    return contact.law.is_window(decision.rules)


def _voice(parts: Parts, session: Session, case: handoff.Case) -> Settings:
    """In whose name the ready replies are written."""
    known = parts.settings
    if not known.creditors:
        return known
    return accounts.speaking(session, known, contact.conversation(session, case.conversation_id))


def _note(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    how: dict[str, Any] = {"by": me.actor, "now": parts.settings.clock.now(), "colleagues": staff.working(session)}
    handoff.note(session, case, form.get("text", ""), **how)
    return "noted"


def _values(parts: Parts, request: Request, session: Session, me: staff.Staff, case: handoff.Case) -> dict[str, Any]:
    now, spoken, zone = parts.settings.clock.now(), language(request), parts.settings.time_zone
    hours = parts.settings.opening
    names = staff.names(session)
    beside = desk_view.queue(session, now, spoken, hours, names)
    here = [one for one in beside if one.case.id == case.id]
    row = here[0] if here else desk_view.row(session, case, now, spoken, hours, names)
    talk, entries = row.talk, handoff.entries(session, row.talk.id)
    held, (online, ever_here) = contact.holds_over(session, talk, now), handoff.presence(session, now)
    noted, behind = handoff.hearing.noted(session, talk.id), contact.parties_at(session, talk.channel, talk.address)
    country = contact.crisis.where(session, talk, our_phone=parts.settings.company_phone, behind=behind)
    disputes = accounts.disputes_over(session, talk.party_id, talk.id)
    theirs = row.party.time_zone if row.party else zone
    moving = _moving(parts, session, me, row, spoken, entries, online, names, noted)
    is_shut = moving["door"] is not None and moving["door"].state == "shut"
    ready = desk_ready.of(session, _voice(parts, session, case), me, row, disputes, spoken, is_shut=is_shut)
    mine = Asked(session, parts, me, case) if row.owner == me.actor else None
    answered_at = max((one.at for one in moving["thread"] if one.kind == "person" and not one.waits), default=None)
    return {
        **moving,
        "is_shut": is_shut,
        "beside": beside,
        "alarms": desk_alarm.of(beside, me, spoken, row.talk.id),
        "facts": desk_view.facts(session, case, talk, held, noted, spoken, zone),
        "voice": desk_voice.of(row, me, parts, entries, spoken, is_behind=bool(behind)),
        "their_zone": theirs,
        "is_verified": talk.is_verified(now),
        "draft": handoff.draft_of(session, talk.id, me.actor),
        "colleagues": desk_moves.colleagues(session, online, me),
        "ever_here": ever_here,
        "later": desk_moves.LATER,
        "owed": desk_owed.of(session, row, held, now, spoken),
        "money": desk_money.of(mine, row, held, spoken) if mine else [],
        "held_about": desk_owed.held_about(held, row, spoken),
        "hows": desk_money.HOWS,
        "open_links": desk_links.stands(mine, row.debts, theirs, spoken) if mine and talk.is_verified(now) else [],
        "by_itself": desk_autopay.of(mine, row.talk) if mine else [],
        "today": now.astimezone(ZoneInfo(zone)).date(),
        "reaching": desk_reaching.of(session, row, me, parts, spoken),
        "call_outcomes": desk_reaching.OUTCOMES,
        "ready": ready,
        "suggested": desk_ready.suggested(session, ready, row, disputes, answered_at),
        "next_key": secrets.token_hex(12),
        "longest": handoff.LONGEST_REPLY,
        "duties": desk_duties.by_hold(session, now, zone, spoken, held),
        "space_ends": desk_acts.space_ends(now, theirs),
        "danger": desk_danger.of(session, row, held, parts, spoken),
        **_decisions(session, held, disputes, now, spoken),
        **_kinds(country, spoken),
    }


def _moving_values(
    parts: Parts, request: Request, session: Session, me: staff.Staff, case: handoff.Case
) -> dict[str, Any]:
    """What changes by itself. What stands beside the case may be a moment old."""
    now, spoken, hours = parts.settings.clock.now(), language(request), parts.settings.opening
    names = staff.names(session)
    row = desk_view.row(session, case, now, spoken, hours, names)
    entries, online = handoff.entries(session, row.talk.id), handoff.online(session, now)
    beside = parts.lately.rows(spoken, lambda: desk_view.queue(session, now, spoken, hours))
    noted = handoff.hearing.noted(session, row.talk.id)
    return {**_moving(parts, session, me, row, spoken, entries, online, names, noted), "beside": beside}


def _moving(
    parts: Parts, session: Session, me: staff.Staff, row: desk_view.Waiting, spoken: str,
    entries: Collection[handoff.Entry], online: dict[str, handoff.Here], names: dict[str, str],
    noted: Collection[handoff.hearing.Noted],
) -> dict[str, Any]:  # fmt: skip
    now = parts.settings.clock.now()
    mine = Asked(session, parts, me, row.case) if row.owner == me.actor else None
    return {
        "row": row,
        "thread": desk_thread.thread(session, row.case, parts, spoken, names, entries),
        "heard": {message for one in noted if not one.is_corrected for message in one.messages},
        "is_mine": row.owner == me.actor,
        "offered": desk_offer.waiting(mine, row, spoken) if mine else [],
        "is_free": row.owner in handoff.NOBODYS,
        "may_relieve": me.may_take_over or handoff.is_left_alone(session, row.case, row.owner, now),
        "may_take_back": handoff.may_take_back(row.case, entries, me.actor),
        "others": [
            (names.get(one.who, ""), one.is_typing)
            for one in online.values()
            if one.conversation_id == row.talk.id and one.who != me.actor
        ],
        "door": desk_owed.may_write(session, row, me.actor, parts, spoken),
    }


def _decisions(
    session: Session, held: Collection[contact.Hold], disputes: Collection[accounts.Dispute], now: datetime, spoken: str
) -> dict[str, Any]:
    """What staff can decide here."""
    return {
        "holds": desk_holds.once(desk_holds.holds(session, now, spoken, held)),
        "disputes": desk_view.disputes(session, spoken, disputes),
        "outcomes": desk_acts.OUTCOMES,
        "codes": [code.value for code in handoff.Code],
    }


def _kinds(country: str, spoken: str) -> dict[str, Any]:
    """The holds that there are where they live."""
    return {
        "kinds": hold_words.offered(country, texts.speaker(spoken)),
        "has_space": hold_words.is_known_in(contact.HoldKind.BREATHING_SPACE, country),
    }
