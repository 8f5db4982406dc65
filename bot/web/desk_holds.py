"""Holds as the desk lists them: whose, why, since when, and the case in which something can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import accounts, contact, handoff
from bot.core import Session
from bot.web import desk_view, hold_words, texts
from bot.web.parts import written_day


@dataclass(frozen=True)
class Held:
    """One hold as the desk lists it; `ids` are all that are the same one for whoever reads it."""

    id: str
    kind: str
    says: str
    """The rule behind it, with its source."""
    name: str | None
    """None while nobody has proved who they are; then `given` is what they said of themselves."""
    given: str
    where: str
    reason: str
    since: datetime
    days: str = ""
    """Of one that ends by itself: from when until when."""
    case: str = ""
    """The conversation of the open case that it belongs to."""
    ids: tuple[str, ...] = ()


def holds(session: Session, now: datetime, spoken: str, among: Iterable[contact.Hold] | None = None) -> list[Held]:
    """All, or these; the oldest first."""
    say = texts.speaker(spoken)
    found = contact.every_active_hold(session, now) if among is None else tuple(among)
    people = accounts.known_parties(session, [hold.party_id for hold in found if hold.party_id])
    talks = _talks(session, found)
    open_ones = handoff.open_in(session, [talk.id for talk in talks.values()])
    return [
        Held(
            id=hold.id,
            kind=hold_words.kind(hold.kind, say),
            says=desk_view.rule_says(f"HOLD-{hold.kind.name}"),
            name=desk_view.name_of(people, hold.party_id) if _is_proved(hold, talks.get(hold.id)) else None,
            given=", ".join(filter(None, [desk_view.given([hold]), hold.given.get("representative")])),
            where=say(f"channel_{talks[hold.id].channel}") if hold.id in talks else "",
            reason=hold_words.why(hold, say),
            since=hold.placed_at,
            days=_days(hold, spoken),
            case=talks[hold.id].id if hold.id in talks and talks[hold.id].id in open_ones else "",
            ids=(hold.id,),
        )
        for hold in found
    ]


def once(rows: Sequence[Held]) -> list[Held]:
    """What was said in one place holds it, and everybody who may have said it there: whoever reads the conversation
    sees that as one.
    """
    found: dict[tuple[str, str], Held] = {}
    for row in rows:
        key = (row.kind, row.days)
        first = found.get(key)
        found[key] = row if first is None else _with(first, row)
    return list(found.values())


def _with(first: Held, other: Held) -> Held:
    parts = dict.fromkeys([*first.reason.split(" · "), *other.reason.split(" · ")])
    return replace(first, reason=" · ".join(filter(None, parts)), ids=(*first.ids, *other.ids),
                   given=first.given or other.given)  # fmt: skip


def same_as(hold: contact.Hold, others: Iterable[contact.Hold]) -> tuple[contact.Hold, ...]:
    """Those that `once` shows with it."""
    return tuple(
        one for one in others if (one.kind, one.begins_on, one.ends_on) == (hold.kind, hold.begins_on, hold.ends_on)
    )


def _talks(session: Session, found: Sequence[contact.Hold]) -> Mapping[str, contact.Conversation]:
    """By hold: where it was said."""
    said = contact.inbox.talks_of_messages(session, [hold.source for hold in found if hold.source])
    where = {hold.id: hold.conversation_id or said.get(hold.source or "") for hold in found}
    talks = contact.conversations_by_id(session, [one for one in where.values() if one is not None])
    return {hold_id: talks[talk] for hold_id, talk in where.items() if talk is not None and talk in talks}


def _is_proved(hold: contact.Hold, talk: contact.Conversation | None) -> bool:
    """What was said from a telephone holds everybody who may be behind it: that is no proof of who said it."""
    return talk is None or talk.party_id == hold.party_id


def _days(hold: contact.Hold, spoken: str) -> str:
    if hold.begins_on is None:
        return ""
    begins, say = written_day(spoken, hold.begins_on), texts.speaker(spoken)
    if hold.ends_on is None:
        return say("hold_days_open", begins=begins)
    return say("hold_days", begins=begins, ends=written_day(spoken, hold.ends_on))
