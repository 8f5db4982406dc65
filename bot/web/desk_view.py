"""The queue in words: why somebody waits, for how long, and by when they should hear from a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import accounts, contact, handoff
from bot.core import Session
from bot.web import texts

SOON = 0.25
"""The part of the target time that is left when a case turns amber."""


@dataclass(frozen=True)
class Waiting:
    """One row of the queue."""

    case: handoff.Case
    reason: str
    name: str | None
    """None until they have proved who they are."""
    channel: str
    language: str
    waited: str
    """"12 min"."""
    target: str
    """"18 min left of 30 min"."""
    state: str
    """`fine`, `soon` or `over`."""
    joined: tuple[str, ...] = ()
    """Conversations from the same network that joined this case."""


def queue(session: Session, now: datetime, spoken: str) -> list[Waiting]:
    """The most urgent first."""
    return [row(session, case, now, spoken) for case in handoff.waiting(session)]


def row(session: Session, case: handoff.Case, now: datetime, spoken: str) -> Waiting:
    talk = contact.conversation(session, case.conversation_id)
    say = texts.speaker(spoken)
    allowed, left = case.answer_by - case.opened_at, case.answer_by - now
    over = left < timedelta(0)
    named = "desk_over" if over else "desk_left"
    return Waiting(
        case=case,
        reason=say(f"reason_{case.reason.value}"),
        name=_name(session, case.party_id or talk.party_id),
        channel=say(f"channel_{talk.channel}"),
        language=say(f"language_{talk.language}"),
        waited=length(now - case.opened_at, spoken),
        target=say(named, time=length(abs(left), spoken), target=length(allowed, spoken)),
        state="over" if over else "soon" if left <= allowed * SOON else "fine",
        joined=tuple(other.conversation_id for other in handoff.joined(session, case.id)),
    )


def length(time: timedelta, spoken: str) -> str:
    """ "40 s", "12 min", "2 h", "3 h 5 min", "2 d 4 h": the two largest units."""
    seconds = max(0, int(time.total_seconds()))
    units = {"d": seconds // 86400, "h": seconds // 3600 % 24, "min": seconds // 60 % 60, "s": seconds % 60}
    largest = next((number for number, count in enumerate(units.values()) if count), len(units) - 1)
    shown = list(units.items())[largest : largest + (2 if largest < 2 else 1)]
    written = [f"{count} {texts.text(f'unit_{unit}', spoken)}" for unit, count in shown if count or len(shown) == 1]
    return " ".join(written)


def facts(session: Session, case: handoff.Case, now: datetime, spoken: str) -> list[tuple[str, str]]:
    """What the assistant wrote down, as (what, value); ids are left out."""
    say = texts.speaker(spoken)
    known = {**case.summary}
    if known.get("language") in texts.LANGUAGES:
        known["language"] = say(f"language_{known['language']}")
    found = [(_label(key, say), _value(value, say)) for key, value in known.items() if _is_shown(key, value)]
    talk = contact.conversation(session, case.conversation_id)
    held = contact.holds_over(session, talk, now)
    kinds = sorted({hold.kind.value for hold in held})
    found.append((say("fact_holds"), ", ".join(_spaced(kind) for kind in kinds) or say("fact_none")))
    if given := _given(held):
        found.append((say("fact_given"), given))
    if contact.opted_out_since(session, talk.channel, talk.address) is not None:
        found.append((say("fact_opted_out"), say("fact_yes")))
    return found


@dataclass(frozen=True)
class Held:
    """One hold as the desk lists it."""

    kind: str
    name: str | None
    """None while nobody is known; then `given` is what they said of themselves."""
    given: str
    where: str
    reason: str
    since: datetime


def holds(session: Session, spoken: str) -> list[Held]:
    """The oldest first."""
    say = texts.speaker(spoken)
    return [
        Held(
            kind=_spaced(hold.kind.value),
            name=_name(session, hold.party_id),
            given=_given([hold]),
            where=say(f"channel_{contact.conversation(session, hold.conversation_id).channel}")
            if hold.conversation_id else "",
            reason=_spaced(hold.reason),
            since=hold.placed_at,
        )
        for hold in contact.every_active_hold(session)
    ]  # fmt: skip


def _given(held: Iterable[contact.Hold]) -> str:
    """The names and references that were given where nobody is known."""
    return ", ".join(dict.fromkeys(value for hold in held for value in hold.given.values()))


def _name(session: Session, party_id: str | None) -> str | None:
    if party_id is None:
        return None
    party = accounts.known_party(session, party_id)
    return f"{party.given_name} {party.family_name}"


def _is_shown(key: str, value: object) -> bool:
    return value not in (None, "") and key != "message" and not key.endswith("_id")


def _label(key: str, say: texts.Speaker) -> str:
    return say(f"fact_{key}") if f"fact_{key}" in texts.catalogue() else _spaced(key).capitalize()


def _value(value: Any, say: texts.Speaker) -> str:
    if isinstance(value, bool):
        return say("fact_yes" if value else "fact_no")
    if isinstance(value, Mapping) and set(value) == {"about", "words"}:
        return f"“{value['words']}” ({_spaced(value['about'])})"
    if isinstance(value, Mapping):
        return ", ".join(f"{_spaced(str(key))} {_value(part, say)}" for key, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(part, say) for part in value) or say("fact_none")
    return _spaced(str(value))


def _spaced(name: str) -> str:
    return name.replace("_", " ")
