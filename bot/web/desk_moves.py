"""Where a case goes: put aside for a while, to a colleague, to the one who was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.exceptions import HTTPException

from bot import accounts, contact, handoff
from bot.core import Problem, Problems, Session
from bot.web import staff
from bot.web.parts import Parts

LATER = ("hour", "three_hours", "tomorrow", "three_days", "monday")
NOBODY_THERE = ("nobody_there", "danger_there")
"""What is asked about before a case is given to a colleague who may not see it."""
_MORNING = time(9)
"""Where the operator is."""


def when(name: str, at: str, now: datetime, zone: str) -> datetime:
    """One of LATER, or `at`, a time of the operator's own clock such as 2026-11-18T09:00. Raises Problems."""
    here = now.astimezone(ZoneInfo(zone))
    if name == "hour":
        return now + timedelta(hours=1)
    if name == "three_hours":
        return now + timedelta(hours=3)
    days = {"tomorrow": 1, "three_days": 3, "monday": 7 - here.weekday()}.get(name)
    if days is not None:
        return datetime.combine(here.date() + timedelta(days=days), _MORNING, ZoneInfo(zone))
    try:
        return datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise Problems([Problem("snooze", "one of the times, or a date and a time", at)]) from None


def snooze(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    now = parts.settings.clock.now()
    until = when(form.get("until", ""), form.get("at", ""), now, parts.settings.time_zone)
    handoff.snooze(session, case, until, by=me.actor, now=now)
    return "aside"


def their_zone(parts: Parts, session: Session, case: handoff.Case) -> str:
    """Where they live; where we are while nobody knows who it is."""
    party_id = case.party_id or contact.conversation(session, case.conversation_id).party_id
    return accounts.known_party(session, party_id).time_zone if party_id else parts.settings.time_zone


def later(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    """A reply at a day and time where they live."""
    key, zone = form.get("key", "")[:40], their_zone(parts, session, case)
    if not key:
        raise HTTPException(400)
    try:
        at = datetime.fromisoformat(form.get("later_at", "")).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise Problems([Problem("later", "a day and a time", form.get("later_at", ""))]) from None
    how: dict[str, Any] = {"by": me.actor, "key": key, "settings": parts.settings, "quotes": form.get("quote", "")[:40]}
    handoff.schedule(session, case, form.get("text", ""), at, **how)
    return "later"


def call_off(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    how: dict[str, Any] = {"by": me.actor, "now": parts.settings.clock.now()}
    return "called_off" if handoff.call_off(session, case, form.get("reply", ""), **how) else "unchanged"


def misheard(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    """The assistant heard this message wrong: a manager says what it meant, and the next training learns it."""
    how: dict[str, Any] = {"by": me.actor, "now": parts.settings.clock.now()}
    done = handoff.hearing.correct(session, case.conversation_id, form.get("message", ""), **how)
    return "misheard" if done else "unchanged"


def wake(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    handoff.hold_for(session, case, me.actor)
    handoff.wake(session, case, me.actor, parts.settings.clock.now())
    return "woken"


def transfer(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    """What is theirs; supervisors and managers anything, from whoever has it."""
    owner = contact.conversation(session, case.conversation_id).owner
    if owner != me.actor and not me.may_take_over:
        raise handoff.Taken(owner)
    to = form.get("to", "")
    known, now = staff.working(session), parts.settings.clock.now()
    if to not in known:
        raise Problems([Problem("colleague", "somebody who works here", to)])
    if to not in (me.actor, form.get("sure", "")) and to not in handoff.online(session, now):
        where = "danger_there" if case.reason in handoff.NEVER_JOINED else "nobody_there"
        raise Problems([Problem(where, "somebody with a page of the desk open", known[to])])
    how: dict[str, Any] = {"by": me.actor, "now": now, "of": owner}
    handoff.transfer(session, case, to, form.get("text", ""), **how)
    return "transferred" if owner == me.actor else "moved"


def take_over(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    now, owner = parts.settings.clock.now(), contact.conversation(session, case.conversation_id).owner
    is_back = handoff.may_take_back(case, handoff.entries(session, case.conversation_id), me.actor)
    if not me.may_take_over and not is_back and not handoff.is_left_alone(session, case, owner, now):
        raise HTTPException(403)
    handoff.take_over(session, case, me.actor, now)
    return ""


def colleagues(session: Session, online: Mapping[str, handoff.Here], me: staff.Staff) -> list[tuple[str, str, bool]]:
    """(actor, name, has a page of the desk open) of all others, those who have first."""
    found = [(actor, name, actor in online) for actor, name in staff.working(session).items() if actor != me.actor]
    return sorted(found, key=lambda one: (not one[2], one[1].casefold()))


def given_away(session: Session, conversation_id: str, me: staff.Staff) -> str:
    """The conversation, where this person may still take it back; else empty."""
    case = handoff.open_case_of(session, conversation_id) if conversation_id else None
    is_back = case is not None and handoff.may_take_back(case, handoff.entries(session, conversation_id), me.actor)
    return conversation_id if is_back else ""
