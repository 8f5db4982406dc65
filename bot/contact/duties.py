"""What the law wants a person to do because of a hold, and by which day: rules of kind `duty` (`data/law/*.yml`).

One is open from the moment that the hold is there until somebody says that it is done; where a rule comes `after`
another one, its days count from when that one was done. A hold that was placed on a conversation and then on the
person who was verified there is one, and counts from the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.contact import law, places
from bot.contact.holds import in_force
from bot.contact.law import Rule
from bot.contact.model import Hold
from bot.contact.store import conversations, duties_done, hold_of, holds
from bot.core import Session, business_days, insert_once, record


@dataclass(frozen=True)
class Duty:
    """`due_on` None: its days do not count yet. `holds` are the ids of all holds that it is about."""

    rule: Rule
    hold: Hold
    holds: tuple[str, ...]
    party_id: str | None
    due_on: date | None

    def is_late(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today


def open_duties(session: Session, now: datetime, zone: str, among: Collection[Hold] | None = None) -> tuple[Duty, ...]:
    """Of all holds in force, or of these; what is due first comes first, what has no day yet last."""
    rules = [rule for rule in law.load() if rule.kind == "duty"]
    kinds = {rule.params["hold"] for rule in rules}
    here = None if among is None else {hold.id for hold in among if hold.kind.value in kinds}
    every = _held(session, kinds, now) if here is None or here else []
    found = [held for held in every if here is None or here & {*held.ids}]
    if not found:
        return ()
    done = _done(session, found)
    regions = places.regions_of_each(session, [held.party_id for held in found if held.party_id])
    duties = [
        duty for held in found for rule in rules
        for duty in _of(held, rule, _joined(done, held), regions.get(held.party_id or ""), now, zone)
    ]  # fmt: skip
    return tuple(sorted(duties, key=lambda duty: (duty.due_on or date.max, duty.rule.id)))


def _joined(done: Mapping[str, Mapping[str, datetime]], held: _Held) -> dict[str, datetime]:
    return {rule: at for hold_id in held.ids for rule, at in done.get(hold_id, {}).items()}


def stands_in_the_way(session: Session, hold: Hold, now: datetime, zone: str) -> tuple[Duty, ...]:
    """What has to be done before this hold may be lifted."""
    found = open_duties(session, now, zone, [hold])
    return tuple(duty for duty in found if duty.rule.params.get("before_lifting"))


def do(session: Session, duty: Duty, *, how: str, actor: str, now: datetime) -> bool:
    """It is done, and how; False when somebody had said so already."""
    row = {"hold_id": duty.hold.id, "rule": duty.rule.id, "how": how[:200], "actor": actor, "at": now}
    if not insert_once(session, duties_done, row):
        return False
    subject = duty.party_id or duty.hold.conversation_id or duty.hold.id
    data = {"rule": duty.rule.id, "hold": duty.hold.id, "how": how[:200]}
    record(session, "DutyDone", subject=subject, data=data, now=now, actor=actor)
    return True


@dataclass(frozen=True)
class _Held:
    """The holds of one kind on one person, or on one conversation in which nobody is known; oldest first."""

    holds: tuple[Hold, ...]
    party_id: str | None

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(hold.id for hold in self.holds)

    @property
    def hold(self) -> Hold:
        return next((one for one in self.holds if one.party_id is not None), self.holds[0])


def _held(session: Session, kinds: Collection[str], now: datetime) -> list[_Held]:
    query = sa.select(holds, conversations.c.party_id.label("known")).select_from(
        holds.outerjoin(conversations, conversations.c.id == holds.c.conversation_id)
    )
    active = sa.and_(holds.c.kind.in_(sorted(kinds)), in_force(now))
    found: dict[tuple[str, str], _Held] = {}
    for row in session.execute(query.where(active).order_by(holds.c.placed_at, holds.c.id)).all():
        party_id = row.party_id or row.known
        key = (row.kind, party_id or row.conversation_id)
        found[key] = _Held((*(found[key].holds if key in found else ()), hold_of(row)), party_id)
    return list(found.values())


def _of(
    held: _Held, rule: Rule, done: Mapping[str, datetime], regions: Collection[str] | None, now: datetime, zone: str
) -> Iterator[Duty]:
    applies = rule.holds(on=now.date(), channel="", role="first_party", regions=regions)
    if rule.params["hold"] != held.hold.kind.value or not applies or rule.id in done:
        return
    since = done.get(rule.params["after"]) if "after" in rule.params else held.holds[0].placed_at
    day = since.astimezone(ZoneInfo(zone)).date() if since is not None else None
    due_on = business_days.after(day, rule.params["business_days"]) if day is not None else None
    yield Duty(rule, held.hold, held.ids, held.party_id, due_on)


def _done(session: Session, found: Iterable[_Held]) -> dict[str, dict[str, datetime]]:
    """By hold: the rules that are done, and when."""
    ids = [hold_id for held in found for hold_id in held.ids]
    done: dict[str, dict[str, datetime]] = {}
    for row in session.execute(sa.select(duties_done).where(duties_done.c.hold_id.in_(ids))):
        done.setdefault(row.hold_id, {})[row.rule] = row.at
    return done
