"""Reads the facts that the door judges: few for an answer, all for what we start."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.contact import consent, couples, electronic, holds, hours, media, orders, places
from bot.contact.calls_made import calls_of
from bot.contact.facts import Debts, Facts, Started, Told, debts_of
from bot.contact.model import BOT, Conversation, Sending
from bot.contact.outbox import OPEN
from bot.contact.store import inbox, outbox
from bot.core import Session

COUNTED_FOR = timedelta(days=8)
"""A little longer than the longest window of a rule."""
_GONE = ("blocked", "failed", "dead")
_PUBLIC_MAIL = (
    "gmail.com",
    "yahoo.com",
    "outlook.com",
    "hotmail.com",
    "icloud.com",
    "aol.com",
    "proton.me",
    "live.com",
)


def facts_for(
    session: Session, talk: Conversation, how: Sending, now: datetime, queued: Any = None
) -> Facts:  # fmt: skip
    """`queued` is the row of the outbox when the message was allowed once before: then only what was really sent
    before it counts as said.
    """
    stopped, relaxed = orders.in_force(session, now)
    since, answered = _opt_out(session, talk, queued)
    facts = Facts(
        channel=talk.channel,
        is_verified=talk.is_verified(now),
        party_id=talk.party_id,
        is_reply=how.reply_to is not None,
        answers_at=how.answers_at or (now if how.reply_to is not None else None),
        queued_at=queued.created_at if queued is not None else None,
        by_bot=how.author == BOT,
        author=how.author,
        owner=talk.owner,
        role=how.role,
        holds=holds.holds_over(session, talk, now),
        opted_out=since is not None,
        answered_since_opt_out=answered,
        told=_told(session, talk, queued),
        barred_media=_barred_media(session, talk) if how.reply_to is None else frozenset(),
        noticed=electronic.noticed(session, talk.party_id) if how.role == "third_party" else frozenset(),
        is_group=is_group(talk.channel, talk.address),
        licence_ca=how.licence_ca,
        time_barred=how.time_barred,
        past_reporting=how.past_reporting,
        sequence=how.sequence,
        policy=how.policy,
        stopped=stopped,
        relaxed=relaxed,
        language=talk.language,
        templates=how.templates,
        link_over=how.link_over,
        untrue=how.untrue,
    )
    return _with_whereabouts(session, talk, facts, now, queued)


def _barred_media(session: Session, talk: Conversation) -> frozenset[str]:
    """By their person; by anybody behind the address while nobody is known."""
    people = (talk.party_id,) if talk.party_id else consent.parties_at(session, talk.channel, talk.address)
    return frozenset().union(*(media.barred_media(session, one) for one in people))


def is_group(channel: str, address: str) -> bool:
    """A chat that others can see."""
    return (channel == "telegram" and address.startswith("-")) or address.endswith("@g.us")


def _with_whereabouts(session: Session, talk: Conversation, facts: Facts, now: datetime, queued: Any) -> Facts:
    """Where they are, when, how often and why we may write: asked only for what we start or answer late."""
    at_once = facts.answers_at is not None and now - facts.answers_at <= timedelta(minutes=5)
    if talk.channel == "whatsapp":
        facts = replace(facts, heard_at=_heard_at(session, talk.id))
    if at_once and talk.party_id is None:
        return facts
    people = (talk.party_id,) if talk.party_id else consent.parties_at(session, talk.channel, talk.address)
    zones, regions = places.whereabouts(session, people)
    if at_once:
        return replace(facts, regions=regions)
    if talk.channel in ("sms", "whatsapp"):
        zones |= hours.zones_of_number(talk.address)
    earliest = min((hold.placed_at for hold in facts.holds), default=now)
    bases = consent.bases_of(session, talk.channel, talk.address)
    return replace(
        facts,
        zones=zones or frozenset(hours.NOWHERE_KNOWN),
        regions=regions,
        barred=places.barred_times(session, people),
        started=_started(session, talk, people, min(now - COUNTED_FOR, earliest), queued),
        bases=bases,
        heard_at=_heard_at(session, talk.id),
        is_work_address=_is_work_address(talk, bases),
    )


def _opt_out(session: Session, talk: Conversation, queued: Any) -> tuple[datetime | None, bool]:
    """A message that was queued before they opted out is stopped; one queued after it was their one answer."""
    since = consent.opted_out_since(session, talk.channel, talk.address)
    if since is not None and queued is not None and queued.created_at > since:
        since = None
    answered = since is not None and (queued is not None or consent.answered_since(session, talk.id, since))
    return since, answered


def _told(session: Session, talk: Conversation, queued: Any) -> tuple[Told, ...]:
    """Disclosures that were sent in this conversation. While queueing, what waits before us counts: it goes first, and
    if it does not, that is seen when this one fires.
    """
    states = ("sent",) if queued is not None else ("sent", *OPEN)
    query = sa.select(outbox.c.discloses, outbox.c.created_at, outbox.c.party_id, outbox.c.parts).where(
        outbox.c.conversation_id == talk.id, outbox.c.discloses != "", outbox.c.state.in_(states)
    )
    if queued is not None:
        query = query.where(outbox.c.id != queued.id)
    return tuple(
        Told(name, row.created_at, row.party_id, _debts(_telling(row.parts, name)))
        for row in session.execute(query.order_by(outbox.c.number.desc()).limit(50))
        for name in row.discloses.split()
    )


def _telling(parts: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Those of a message that say it: what stands beside them says nothing of what it is about."""
    return [part for part in parts if name in part.get("discloses", ())] or parts


def _started(
    session: Session, talk: Conversation, people: Collection[str], since: datetime, queued: Any
) -> tuple[Started, ...]:
    """On every channel, to these people and in this conversation; and what their spouses were sent elsewhere."""
    married = couples.spouses_of(session, people) - set(people)
    theirs = sa.or_(outbox.c.conversation_id == talk.id, outbox.c.party_id.in_([*people, *sorted(married)]))
    ours = sa.and_(outbox.c.reply_to.is_(None), outbox.c.answers_at.is_(None), outbox.c.state.notin_(_GONE))
    query = sa.select(outbox).where(theirs, ours, outbox.c.created_at > since)
    rows = list(session.execute(query.order_by(outbox.c.number)))
    if queued is not None:
        rows = [row for row in rows if row.number < queued.number and _sending(row) != _sending(queued)]
    at_once: dict[str, list[Any]] = {}
    for row in rows:
        at_once.setdefault(_sending(row), []).append(row)
    written = (_as_one(group, talk, married) for group in at_once.values())
    called = (
        Started(one.at, "phone", one.debts, frozenset({"call"}), to_spouse=one.party_id in married)
        for one in calls_of(session, [*people, *sorted(married)], since=since)
        if one.kind == "ours"
    )
    return (*written, *called)


def _sending(row: Any) -> str:
    """What went at once has one key, with a number behind it: where there was no room for it in one message it is one
    all the same.
    """
    return str(row.dedup_key).rpartition(":")[0]


def _as_one(rows: list[Any], talk: Conversation, married: Collection[str]) -> Started:
    first, parts = rows[0], [part for row in rows for part in row.parts]
    return Started(
        first.sent_at or first.held_until or first.created_at, first.channel, _debts(parts),
        frozenset(part["tag"] for part in parts),
        to_spouse=first.party_id in married and first.conversation_id != talk.id,
    )  # fmt: skip


def _debts(parts: list[dict[str, Any]]) -> Debts:
    about = [debts_of(part.get("debt_id")) for part in parts]
    return None if None in about else frozenset().union(*(one for one in about if one is not None))


def _heard_at(session: Session, conversation_id: str) -> datetime | None:
    query = sa.select(inbox.c.received_at).where(inbox.c.conversation_id == conversation_id)
    return session.execute(query.order_by(inbox.c.number.desc()).limit(1)).scalar()


def _is_work_address(talk: Conversation, bases: dict[str, datetime]) -> bool:
    if "@" not in talk.address or bases.keys() & {"used_by_debtor", "given_by_debtor", "opt_in"}:
        return False
    return talk.address.rpartition("@")[2].casefold() not in _PUBLIC_MAIL
