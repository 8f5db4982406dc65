"""Holds: why nothing is asked of somebody until a person lifts it.

One is on a person, or on one of their debts, or, before anybody is known, on the conversation in which it was said.
The moment that somebody is verified there it is on them too; on the conversation it stays, since nobody can tell who
held the phone. What was said from a telephone number holds on each channel of that number, and goes along with the link
from a phone to our page.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

import sqlalchemy as sa

from bot.contact.consent import PHONES, behind
from bot.contact.model import Conversation, Hold, HoldKind
from bot.contact.store import conversations, hold_of, holds
from bot.core import Money, Session, new_id, record

Days = tuple[date | None, date | None]
"""From which day on it counts, and its last one; None for what has none of its own."""
NOTE = "why"
"""Under which a hold keeps what a colleague said of one that stood already."""
_LONGEST = 300
"""Characters of what is kept about a representative."""
_BY_ITSELF = frozenset({"parley", "debtor"})
"""Actors that are no colleague."""
_ACTIVE = holds.c.released_at.is_(None)
_OVER_EVERYWHERE = timedelta(hours=12)
"""After midnight in UTC: then a day is over in every time zone there is."""


def place_hold(
    session: Session,
    *,
    party_id: str,
    kind: HoldKind,
    reason: str,
    now: datetime,
    debt_id: str | None = None,
    source: str | None = None,
    actor: str = "parley",
    part: Money | None = None,
    days: Days = (None, None),
) -> str:
    """The id of the hold; that of the one already in force when there is one of this kind and these days, which a person
    who places it once more stands behind from then on. With `part` only so much of the debt is held, by a hold of its own.
    """
    for hold in active_holds(session, party_id, now):
        same = hold.kind is kind and hold.debt_id == debt_id and (hold.begins_on, hold.ends_on) == days
        if same and hold.part is None and part is None:
            if actor not in _BY_ITSELF:
                explain(session, hold, reason, key=NOTE, actor=actor, now=now)
            return hold.id
    row = {"party_id": party_id, "debt_id": debt_id, "kind": kind.value, "reason": reason[:200], "source": source,
           "placed_at": now, "part_minor": part.minor if part else None, "currency": part.currency if part else None,
           "begins_on": days[0], "ends_on": days[1]}  # fmt: skip
    return _place(session, party_id, row, actor)


def place_hold_here(
    session: Session,
    conversation_id: str,
    *,
    kind: HoldKind,
    reason: str,
    now: datetime,
    source: str | None = None,
    given: Mapping[str, str] | None = None,
    actor: str = "parley",
    days: Days = (None, None),
) -> str:
    """On a conversation in which nobody is known. `given` is what they said of themselves, for a person to match."""
    query = sa.select(holds.c.id).where(
        _is_here(conversation_id), holds.c.kind == kind.value, holds.c.begins_on.is_not_distinct_from(days[0]),
        holds.c.ends_on.is_not_distinct_from(days[1]), in_force(now),
    )  # fmt: skip
    known = session.execute(query).scalar()
    if known is not None:
        note_given(session, conversation_id, given or {})
        return str(known)
    row = {"conversation_id": conversation_id, "kind": kind.value, "reason": reason[:200], "source": source,
           "placed_at": now, "given": dict(given or {}), "begins_on": days[0], "ends_on": days[1]}  # fmt: skip
    return _place(session, conversation_id, row, actor)


def note_given(session: Session, conversation_id: str, given: Mapping[str, str]) -> None:
    """A name or a reference that came later is kept with what was said before."""
    if not given:
        return
    here = sa.and_(_is_here(conversation_id), _ACTIVE)
    for row in session.execute(sa.select(holds.c.id, holds.c.given).where(here)).all():
        more = {**(row.given or {}), **given}
        if more != row.given:
            session.execute(holds.update().where(holds.c.id == row.id).values(given=more))


def is_a_persons(hold: Hold) -> bool:
    """Whether a colleague said so too, of one that their words had placed: those words alone lift it no more."""
    return NOTE in hold.given


def explain(session: Session, hold: Hold, words: str, *, key: str, actor: str, now: datetime) -> None:
    """A colleague says why again, of one that stands already: kept with it under `key`, what came later is added."""
    kept = "; ".join(dict.fromkeys([*filter(None, [hold.given.get(key)]), words]))[:_LONGEST]
    session.execute(holds.update().where(holds.c.id == hold.id).values(given={**hold.given, key: kept}))
    subject = hold.party_id or hold.conversation_id or hold.id
    record(session, "HoldExplained", subject=subject, data={"hold": hold.id, "reason": words}, now=now, actor=actor)


def note_representative(session: Session, talk: Conversation, kind: HoldKind, words: str, now: datetime) -> None:
    """Who stands for them now (12 CFR 1006.6(a)(4), (b)(2)), as it was typed: kept with each hold of this kind that
    stands over the conversation. What came later is added.
    """
    for hold in holds_over(session, talk, now):
        if hold.kind is not kind:
            continue
        kept = ", ".join(dict.fromkeys([*filter(None, [hold.given.get("representative")]), words]))[:_LONGEST]
        values = {"given": {**hold.given, "representative": kept}}
        session.execute(holds.update().where(holds.c.id == hold.id).values(**values))
        subject = hold.party_id or hold.conversation_id or hold.id
        record(session, "RepresentativeTold", subject=subject, data={"hold": hold.id}, now=now, actor="debtor")


def adopt(session: Session, conversation_id: str, party_id: str, now: datetime) -> tuple[str, ...]:
    """Somebody was verified: all that holds this conversation holds them. Twice changes nothing."""
    query = sa.select(holds).where(_is_here(conversation_id), in_force(now)).order_by(holds.c.placed_at)
    return tuple(
        place_hold(
            session, party_id=party_id, kind=HoldKind(row.kind), reason=row.reason, source=row.source, now=now,
            days=(row.begins_on, row.ends_on),
        )
        for row in session.execute(query).all()
    )  # fmt: skip


def carry(session: Session, from_id: str, to_id: str, now: datetime) -> None:
    """Whoever goes on in another conversation takes along what holds this one while nobody is known."""
    for row in session.execute(sa.select(holds).where(_is_here(from_id), in_force(now)).order_by(holds.c.placed_at)).all():
        place_hold_here(
            session, to_id, kind=HoldKind(row.kind), reason=row.reason, source=row.source, given=row.given, now=now,
            days=(row.begins_on, row.ends_on),
        )  # fmt: skip


def release_hold(session: Session, hold_id: str, *, reason: str, actor: str, now: datetime) -> None:
    """Lifted from a person as a whole, it is lifted from the conversations that are theirs."""
    row = session.execute(sa.select(holds).where(holds.c.id == hold_id)).one()
    _release(session, row, reason, actor, now)
    if row.party_id is None or row.debt_id is not None:
        return
    theirs = _places_of(conversations.c.party_id == row.party_id)
    there = sa.and_(holds.c.party_id.is_(None), holds.c.conversation_id.in_(theirs), holds.c.kind == row.kind)
    for one in session.execute(sa.select(holds).where(there, _ACTIVE)).all():
        _release(session, one, reason, actor, now)


def active_holds(session: Session, party_id: str, now: datetime) -> tuple[Hold, ...]:
    query = sa.select(holds).where(holds.c.party_id == party_id, in_force(now))
    return tuple(hold_of(row) for row in session.execute(query.order_by(holds.c.placed_at)))


def days_of_grace(session: Session, party_id: str, debt_id: str) -> tuple[tuple[date, date | None], ...]:
    """From which day to which, both included, nothing may be added to this debt: each breathing space that there is or
    was (Debt Respite Scheme Regulations 2020, reg. 7); None while nobody knows when it ends.
    """
    kind = HoldKind.BREATHING_SPACE.value
    found = session.execute(sa.select(holds).where(holds.c.party_id == party_id, holds.c.kind == kind))
    return tuple(
        (row.begins_on or row.placed_at.date(), min(filter(None, (row.ends_on, _day(row.released_at))), default=None))
        for row in found
        if row.debt_id in (None, debt_id)
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


def in_force(now: datetime) -> Any:
    """Not lifted, and not over by itself."""
    still = sa.or_(holds.c.ends_on.is_(None), holds.c.ends_on >= (now - _OVER_EVERYWHERE).date())
    return sa.and_(_ACTIVE, still)


def _ended(row: Any) -> datetime | None:
    """When it was lifted or was over by itself, or will be; None for one that lasts."""
    by_itself = None
    if row.ends_on is not None:
        by_itself = datetime.combine(row.ends_on + timedelta(days=1), time(12), timezone.utc)
    return min(filter(None, (row.released_at, by_itself)), default=None)


def times_held(session: Session, party_id: str, debt_id: str) -> tuple[tuple[datetime, datetime | None], ...]:
    """From when until when all of this debt was held, by whatever it was; None while it still is."""
    found = session.execute(sa.select(holds).where(holds.c.party_id == party_id))
    return tuple((row.placed_at, _ended(row)) for row in found if hold_of(row).stops(debt_id))


def holds_over(session: Session, talk: Conversation, now: datetime) -> tuple[Hold, ...]:
    """All that stands before whoever may read this conversation: its person, or everybody behind its address while
    nobody is known, and what was said here.
    """
    people = (talk.party_id,) if talk.party_id else behind(talk.channel, talk.address)
    concerned = sa.or_(_is_here(talk.id), holds.c.party_id.in_(people))
    return tuple(
        hold_of(row)
        for row in session.execute(sa.select(holds).where(concerned, in_force(now)).order_by(holds.c.placed_at))
    )


def was_ever_held(session: Session, talk: Conversation, kinds: Collection[HoldKind]) -> bool:
    """Whether one of these stands, or once stood, before this conversation or its person."""
    theirs = holds.c.party_id == talk.party_id if talk.party_id else holds.c.party_id.in_(behind(talk.channel, talk.address))
    here = holds.c.conversation_id.in_(same_places([talk.id]))
    one = sa.and_(sa.or_(here, theirs), holds.c.kind.in_([kind.value for kind in kinds]))
    return session.execute(sa.select(holds.c.id).where(one).limit(1)).first() is not None


def is_of_a_dispute(session: Session, hold_id: str) -> bool:
    """Whether a dispute placed it, by its number; else a person did, or something that they said."""
    source = session.execute(sa.select(holds.c.source).where(holds.c.id == hold_id)).scalar()
    return source is not None and str(source).startswith("D-")


def every_active_hold(session: Session, now: datetime) -> tuple[Hold, ...]:
    """Everybody's; for the desk, figures and simulations, never for a person."""
    query = sa.select(holds).where(in_force(now)).order_by(holds.c.placed_at)
    return tuple(hold_of(row) for row in session.execute(query))


def same_places(conversation_ids: Collection[str]) -> Any:
    """Ids of these conversations and of the others from the same telephone numbers, to be a part of another query."""
    return _places_of(conversations.c.id.in_(list(conversation_ids)))


def _places_of(such: Any) -> Any:
    other = conversations.alias()
    phones = sa.and_(conversations.c.channel.in_(PHONES), other.c.channel.in_(PHONES))
    is_same = sa.or_(other.c.id == conversations.c.id, sa.and_(phones, other.c.address == conversations.c.address))
    return sa.select(other.c.id).select_from(conversations.join(other, is_same)).where(such)


def _is_here(conversation_id: str) -> Any:
    here = same_places([conversation_id])
    return sa.and_(holds.c.conversation_id.in_(here), holds.c.party_id.is_(None))


def _place(session: Session, subject: str, row: dict[str, Any], actor: str) -> str:
    hold_id = new_id("hld")
    session.execute(holds.insert().values(id=hold_id, **row))
    data = {"hold": hold_id, "kind": row["kind"], "debt": row.get("debt_id"), "source": row["source"]}
    days = {name: row[name].isoformat() for name in ("begins_on", "ends_on") if row.get(name) is not None}
    record(session, "HoldPlaced", subject=subject, data={**data, **days}, now=row["placed_at"], actor=actor)
    return hold_id


def _release(session: Session, row: Any, reason: str, actor: str, now: datetime) -> None:
    session.execute(holds.update().where(holds.c.id == row.id).values(released_at=now))
    data = {"hold": row.id, "reason": reason}
    record(session, "HoldReleased", subject=row.party_id or row.conversation_id, data=data, now=now, actor=actor)
