"""Who can be given a case by itself: what somebody speaks, what they deal with, and how many at once.

A case goes to somebody who has the desk open, speaks their language, deals with such cases and has room: to the one
with the most room left, and of those to the one who was given none for the longest. Whoever has no seat takes cases
by hand, as ever. Why nobody fits is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import contact
from bot.core import Problem, Problems, Session, Settings, lock, reading, record, transaction, upsert
from bot.handoff.mentioning import mention
from bot.handoff.model import TARGET, Case, Reason, level
from bot.handoff.owning import NOBODYS
from bot.handoff.presence import online
from bot.handoff.service import open_case_of, waiting
from bot.handoff.store import desk_seats, enter

Skill = Literal["safety", "law", "disputes", "money"]
SKILLS: tuple[Skill, ...] = ("safety", "law", "disputes", "money")
LANGUAGES = ("en", "es")
MOST = 50
Why = Literal["", "nobody_here", "language", "skill", "full"]
_NEVER = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Seat:
    """`who` as facts name them; `paused` while they take nothing new."""

    who: str
    languages: frozenset[str]
    skills: frozenset[str]
    capacity: int
    paused: bool = False
    given_at: datetime = _NEVER
    """When they were given a case last."""


def skill_of(reason: Reason) -> Skill:
    """What it takes to deal with such a case."""
    if reason in (Reason.DISPUTE, Reason.COMPLAINT):
        return "disputes"
    return {0: "safety", 1: "law"}.get(level(reason), "money") if reason in TARGET else "money"  # type: ignore[return-value]


def seat(
    session: Session, who: str, *, languages: Collection[str], skills: Collection[str], capacity: int, by: str,
    now: datetime,
) -> None:  # fmt: skip
    """Takes the place of what was said before; no capacity: they take cases by hand only. Raises Problems."""
    problems = [Problem("languages", ", ".join(LANGUAGES), one) for one in languages if one not in LANGUAGES]
    problems += [Problem("skills", ", ".join(SKILLS), one) for one in skills if one not in SKILLS]
    if not 0 <= capacity <= MOST:
        problems.append(Problem("capacity", f"0 to {MOST} cases at once", str(capacity)))
    if capacity and not languages:
        problems.append(Problem("languages", "at least one of " + ", ".join(LANGUAGES)))
    if capacity and not skills:
        problems.append(Problem("skills", "at least one of " + ", ".join(SKILLS)))
    if problems:
        raise Problems(problems)
    data = {"languages": sorted(languages), "skills": sorted(skills), "capacity": capacity}
    upsert(session, desk_seats, {"who": who, **data, "paused": False, "given_at": None})
    record(session, "SeatChanged", subject=who, data=data, now=now, actor=by)


def pause(session: Session, who: str, *, paused: bool, now: datetime) -> None:
    """They take nothing new until they say so; what is theirs stays."""
    session.execute(desk_seats.update().where(desk_seats.c.who == who).values(paused=paused))
    record(session, "SeatPaused" if paused else "SeatOpened", subject=who, data={}, now=now, actor=who)


def seats(session: Session) -> dict[str, Seat]:
    """Of all who can be given something, by who they are."""
    rows = session.execute(sa.select(desk_seats).where(desk_seats.c.capacity > 0))
    return {
        row.who: Seat(row.who, frozenset(row.languages), frozenset(row.skills), row.capacity, row.paused,
                      row.given_at or _NEVER)
        for row in rows
    }  # fmt: skip


def fitting(
    case: Case, language: str, known: Iterable[Seat], here: Collection[str], loads: Mapping[str, int]
) -> tuple[Seat | None, Why]:
    """Who gets it, or why nobody does: the first thing that is missing. Pure."""
    there = [one for one in known if one.who in here and not one.paused]
    speaking = [one for one in there if language in one.languages]
    able = [one for one in speaking if skill_of(case.reason) in one.skills]
    free = [one for one in able if loads.get(one.who, 0) < one.capacity]
    if free:
        return min(free, key=lambda one: (loads.get(one.who, 0) / one.capacity, one.given_at, one.who)), ""
    why: Why = "full" if able else "skill" if speaking else "language" if there else "nobody_here"
    return None, why


def loads_of(cases: Iterable[tuple[str, Case]], now: datetime) -> dict[str, int]:
    """How many each has, by owner, of (owner, case): what is put aside, or waits for the customer, takes no room."""
    found: dict[str, int] = {}
    for owner, case in cases:
        if owner not in NOBODYS and not case.is_snoozed(now) and not case.is_their_turn(now):
            found[owner] = found.get(owner, 0) + 1
    return found


def assign(database: Engine, settings: Settings) -> int:
    """The worker's job, safe to run twice and by several at once: each case in a transaction of its own."""
    now = settings.clock.now()
    with reading(database) as session:
        known = seats(session)
        here = frozenset(online(session, now)) & frozenset(known) if known else frozenset()
        if not here:
            return 0
        open_ones = waiting(session, now)
        talks = contact.conversations_by_id(session, [case.conversation_id for case in open_ones])
    loads, given = loads_of([(talks[case.conversation_id].owner, case) for case in open_ones], now), 0
    for case in open_ones:
        talk = talks[case.conversation_id]
        if talk.owner not in NOBODYS or case.waiting_since is None:
            continue
        chosen, _ = fitting(case, talk.language, known.values(), here, loads)
        if chosen is not None and _give(database, settings, case, chosen.who):
            loads[chosen.who] = loads.get(chosen.who, 0) + 1
            known[chosen.who] = replace(chosen, given_at=now)
            given += 1
    return given


def _has_room(session: Session, who: str, now: datetime) -> bool:
    found = waiting(session, now)
    talks = contact.conversations_by_id(session, [case.conversation_id for case in found])
    load = loads_of([(talks[case.conversation_id].owner, case) for case in found], now).get(who, 0)
    known = seats(session).get(who)
    return known is not None and not known.paused and load < known.capacity


def _give(database: Engine, settings: Settings, case: Case, who: str) -> bool:
    """False when somebody was first, or it is over."""
    now = settings.clock.now()
    with transaction(database) as session:
        lock(session, "seat", who)  # two workers must not both find the last room free
        if open_case_of(session, case.conversation_id) is None or not _has_room(session, who, now):
            return False
        if not contact.change_owner(session, case.conversation_id, who, of=NOBODYS):
            return False
        session.execute(desk_seats.update().where(desk_seats.c.who == who).values(given_at=now))
        number = enter(session, case.conversation_id, case.id, "assigned", contact.BOT, {"to": who}, now)
        mention(session, case.conversation_id, number, [who], now)
        data = {"case": case.id, "to": who}
        record(session, "CaseAssigned", subject=case.conversation_id, data=data, now=now)
    return True
