"""Telephone calls: Parley makes none, colleagues do. What they made or had is stored, and counts for what may follow.

Whether one may be made is the door's decision, as for a message (12 CFR 1006.14(b)(2)). One that was made is always
stored, with the rules that it broke.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

import sqlalchemy as sa

from bot.contact import gathering, holds, hours, rules
from bot.contact.calls_made import AT_ALL, calls, calls_of
from bot.contact.facts import Facts, debts_of, may_meet
from bot.contact.model import Conversation, Decision, HoldKind, Say, Sending
from bot.contact.store import addresses
from bot.core import Session, record

PHONE = "phone"
_LATELY = timedelta(days=1)


class Kind(str, Enum):
    """`ASKED_FOR`: they asked within a week to be called (1006.14(b)(3)(i): it is not counted). `SAFETY`: somebody in
    danger is called, which waits for nothing. `THEIRS`: they called us."""

    OURS = "ours"
    ASKED_FOR = "asked_for"
    SAFETY = "safety"
    THEIRS = "theirs"


@dataclass(frozen=True)
class Call:
    """`debts` are the ids of what it is about; none may be about any of theirs."""

    kind: Kind
    reached: bool
    debts: Collection[str] = ()


class Refused(Exception):
    """It may not be made now."""

    def __init__(self, decision: Decision) -> None:
        super().__init__(", ".join(decision.rules))
        self.decision = decision


def may_call(
    session: Session, talk: Conversation, call: Call, how: Sending, now: datetime
) -> Decision:  # fmt: skip
    """`talk` is of a known person. `until` in the answer: not before then."""
    say = Say(
        "call", "", audience="anyone", tag=_tag(session, talk, call.kind, now), debt_id=" ".join(call.debts) or None
    )
    return rules.may_send(say, _facts(session, talk, call, how, now), now)


def note_call(
    session: Session, talk: Conversation, call: Call, how: Sending, now: datetime
) -> tuple[str, ...]:  # fmt: skip
    """It was made, or came. Returns the rules that it broke."""
    broke: tuple[str, ...] = ()
    if call.kind is not Kind.THEIRS:
        decision = may_call(session, talk, call, how, now)
        late = decision.until is not None and decision.until > now
        broke = tuple(rule for rule in decision.rules if rule != rules.ALLOWED) if late or not decision.allowed else ()
    row = {
        "kind": call.kind.value,
        "reached": call.reached,
        "debts": " ".join(sorted(call.debts)),
        "broke": list(broke),
    }
    session.execute(
        calls.insert().values(conversation_id=talk.id, party_id=talk.party_id, **row, actor=how.author, at=now)
    )
    record(session, "CallNoted", subject=talk.id, data={**row, "party": talk.party_id}, now=now, actor=how.author)
    return broke


def _tag(session: Session, talk: Conversation, kind: Kind, now: datetime) -> str:
    """Only where somebody said that they are in danger is a call about that."""
    in_danger = any(hold.kind is HoldKind.CRISIS for hold in holds.holds_over(session, talk, now))
    return "safety" if kind is Kind.SAFETY and in_danger else "person" if kind is Kind.ASKED_FOR else "call"


def _facts(session: Session, talk: Conversation, call: Call, how: Sending, now: datetime) -> Facts:
    assert talk.party_id is not None
    by_phone = replace(talk, channel=PHONE, owner=how.author)  # type: ignore[arg-type]
    known = gathering.facts_for(session, by_phone, replace(how, reply_to=None, answers_at=None), now)
    numbers = sa.select(addresses.c.value).where(
        addresses.c.party_id == talk.party_id, addresses.c.channel.in_(["sms", "whatsapp", PHONE]),
        addresses.c.removed_at.is_(None),
    )  # fmt: skip
    zones = known.zones if known.regions is not None else frozenset[str]()
    zones = zones.union(*(hours.zones_of_number(one) for one in session.execute(numbers).scalars()))
    known = replace(known, zones=zones or frozenset(hours.NOWHERE_KNOWN))
    if call.kind is Kind.ASKED_FOR:
        return replace(known, is_reply=True, answers_at=now - _LATELY, barred_media=frozenset())
    return replace(known, talked_at=_talked_at(session, talk.party_id, call))


def _talked_at(session: Session, party_id: str, call: Call) -> datetime | None:
    """When they were last spoken to about any of this, whoever had called."""
    about = debts_of(" ".join(call.debts))
    spoken = (one.at for one in calls_of(session, [party_id], since=AT_ALL)
              if one.reached and may_meet(one.debts, about))  # fmt: skip
    return max(spoken, default=None)
