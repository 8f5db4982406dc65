"""How another wording becomes what is said: written, handed in, approved by somebody who did not write it, in force.

Handing in needs every text in order. Putting it in force fails when something else went in force since it was begun;
rolling back is one step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.contact import sequences, text_rules, wording
from bot.contact.texts import Response
from bot.contact.wording import Content, Worded, text_events, text_versions
from bot.core import ParleyError, Problem, Problems, Session, insert_once, lock, new_id, record

OPEN = ("draft", "rejected")
"""In which it may still be written at."""


class WordingRefused(ParleyError):
    """A step that cannot be taken now; the text says why."""


class NoSuchWording(WordingRefused):
    def __init__(self, version_id: str) -> None:
        super().__init__(f'there is no wording "{version_id}"')


class WordingChanged(WordingRefused):
    """Somebody else saved it meanwhile."""

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} saved this after you opened it. Nothing of yours was saved: look at it again")


@dataclass(frozen=True)
class Event:
    kind: str
    by: str
    at: datetime
    note: str


@dataclass(frozen=True)
class Wording:
    """`state` is draft, submitted, approved, rejected, withdrawn, live, retired; tampered where its hash says no."""

    id: str
    content: Content
    hash: str
    base: str | None
    revision: int
    author: str
    writers: tuple[str, ...]
    saved_by: str
    saved_at: datetime
    created_at: datetime
    state: str
    events: tuple[Event, ...]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


def begin(session: Session, by: str, now: datetime) -> Wording:
    """One that says what is in force."""
    base = wording.in_force(session)
    version_id = _insert(session, new_id("txt"), wording.content(session, base), base, by, now)
    record(session, "WordingBegun", subject=version_id, data={}, now=now, actor=by)
    return version(session, version_id)


def _insert(session: Session, version_id: str, content: Content, base: str | None, by: str, now: datetime) -> str:
    values = {
        "id": version_id, "content": dict(content), "hash": wording.hashed(content), "base": base, "revision": 1,
        "author": by, "writers": [by], "saved_by": by, "saved_at": now, "created_at": now,
    }  # fmt: skip
    insert_once(session, text_versions, values)
    return version_id


def version(session: Session, version_id: str) -> Wording:
    """Raises NoSuchWording."""
    row = session.execute(sa.select(text_versions).where(text_versions.c.id == version_id)).first()
    if row is None:
        raise NoSuchWording(version_id)
    return _read(session, row, wording.in_force(session))


def versions(session: Session, limit: int = 30) -> tuple[Wording, ...]:
    """The newest first."""
    live = wording.in_force(session)
    newest = sa.select(text_versions).order_by(text_versions.c.created_at.desc(), text_versions.c.id.desc())
    return tuple(_read(session, row, live) for row in session.execute(newest.limit(limit)).all())


def _read(session: Session, row: Any, live: str | None) -> Wording:
    query = sa.select(text_events).where(text_events.c.version_id == row.id).order_by(text_events.c.number)
    events = tuple(Event(one.kind, one.by, one.at, one.note) for one in session.execute(query))
    last = events[-1].kind if events else "draft"
    state = "live" if row.id == live else "retired" if last == "live" else last
    state = state if wording.hashed(row.content) == row.hash else "tampered"
    return Wording(
        row.id, row.content, row.hash, row.base, row.revision, row.author, tuple(row.writers), row.saved_by,
        row.saved_at, row.created_at, state, events,
    )  # fmt: skip


def save(
    session: Session, found: Wording, shipped: Worded, slots: Mapping[str, str], by: str, now: datetime, revision: int
) -> Wording:
    """The words of one text. What is as it ships is no change. Raises WordingChanged or WordingRefused."""
    if not found.is_open or shipped.is_of_the_law:
        raise WordingRefused("this cannot be written at: begin another change")
    was = shipped.slots
    words = {slot: text.replace("\r\n", "\n").strip() for slot, text in slots.items() if slot in was}
    changed = {slot: text for slot, text in words.items() if text != was[slot]}
    content = {name: kept for name, kept in found.content.items() if name != shipped.name}
    if changed:
        content[shipped.name] = changed
    this = text_versions.update().where(text_versions.c.id == found.id, text_versions.c.revision == revision)
    values = {
        "content": content, "hash": wording.hashed(content), "revision": revision + 1, "saved_by": by, "saved_at": now,
        "writers": sorted({*found.writers, by}),
    }  # fmt: skip
    if not session.execute(this.values(**values)).rowcount:
        raise WordingChanged(version(session, found.id).saved_by)
    return version(session, found.id)


def problems(content: Content, catalogue: Mapping[str, Worded]) -> tuple[Problem, ...]:
    """Of all texts, each with its name; `catalogue` are those that may be edited, as they ship."""
    found: list[Problem] = []
    for name, slots in content.items():
        if name not in catalogue:
            found.append(Problem(name, "a text that may be edited"))
            continue
        found += [Problem(f"{name}, {one.where}", one.expected, one.got) for one in of_text(catalogue[name], slots)]
    return tuple(found)


def of_text(shipped: Worded, slots: Mapping[str, str]) -> tuple[Problem, ...]:
    """All that is wrong with these words of a text, or with these steps of a sequence."""
    if not isinstance(shipped, Response):
        return sequences.problems({**shipped.slots, **slots})
    told = {slot: slot.rpartition(".") for slot in shipped.slots if slot in slots}
    return tuple(
        one
        for slot, (channel, _, language) in told.items()
        for one in text_rules.problems(shipped, language, slots[slot], channel)
    )


def submit(
    session: Session, found: Wording, by: str, now: datetime, note: str, catalogue: Mapping[str, Worded]
) -> Wording:
    """Handed in for a second manager. Raises WordingRefused, or Problems with all of them."""
    _expect(found, "handed in", *OPEN)
    if found.hash == wording.hashed(wording.content(session, wording.in_force(session))):
        raise WordingRefused("this changes nothing: it is what is in force now")
    wrong = problems(found.content, catalogue)
    if wrong:
        raise Problems(wrong)
    this = text_versions.update().where(text_versions.c.id == found.id, text_versions.c.revision == found.revision)
    if not session.execute(this.values(revision=found.revision + 1)).rowcount:
        raise WordingChanged(found.saved_by)
    return _append(session, found.id, "submitted", by, now, note)


def decide(session: Session, found: Wording, by: str, now: datetime, note: str, *, approved: bool) -> Wording:
    """Raises WordingRefused, also for whoever wrote at it."""
    _expect(found, "approved" if approved else "sent back", "submitted")
    if by in found.writers:
        raise WordingRefused("you wrote at it: a second manager has to look at it")
    return _append(session, found.id, "approved" if approved else "rejected", by, now, note)


def publish(session: Session, found: Wording, by: str, now: datetime) -> Wording:
    """In force at once, in every process within a second. Raises WordingRefused."""
    lock(session, "wording")  # of two at the same moment, the second sees the first
    _expect(found, "put in force", "approved")
    live = wording.in_force(session)
    if found.base != live:
        raise WordingRefused("another wording went in force since this one was begun: begin again from that")
    if live is None:
        _insert(session, wording.SHIPPED, {}, None, "parley", now)
        _append(session, wording.SHIPPED, "live", "parley", now, "as it came with Parley")
    return _went(session, found.id, by, now, "")


def roll_back(session: Session, by: str, now: datetime, note: str) -> Wording:
    """The wording that was in force before is so again, at once. Raises WordingRefused."""
    lock(session, "wording")
    query = sa.select(text_events.c.version_id).where(text_events.c.kind == "live").order_by(text_events.c.number)
    order = list(session.execute(query).scalars())
    before = next((one for one in reversed(order) if one != order[-1]), None)
    if before is None:
        raise WordingRefused("no other wording was in force before this one")
    wording.content(session, before)  # raises Tampered
    return _went(session, before, by, now, note)


def again(session: Session, found: Wording, by: str, now: datetime) -> Wording:
    """The same change, begun from what is in force now; the old one is given up. Raises WordingRefused."""
    base, new = wording.content(session, found.base), begin(session, by, now)
    content = {name: dict(slots) for name, slots in new.content.items()}
    for name in {*found.content, *base}:
        was, told = base.get(name, {}), found.content.get(name, {})
        for slot in {slot for slot in {*was, *told} if was.get(slot) != told.get(slot)}:
            words = told.get(slot)
            content.setdefault(name, {}).pop(slot, None)
            if words is not None:
                content[name][slot] = words
    content = {name: slots for name, slots in content.items() if slots}
    values = {"content": content, "hash": wording.hashed(content), "writers": sorted({*found.writers, by})}
    session.execute(text_versions.update().where(text_versions.c.id == new.id).values(**values))
    withdraw(session, found, by, now)
    return version(session, new.id)


def withdraw(session: Session, found: Wording, by: str, now: datetime) -> Wording:
    """Given up. Raises WordingRefused."""
    _expect(found, "given up", *OPEN, "submitted", "approved")
    return _append(session, found.id, "withdrawn", by, now, "")


def _went(session: Session, version_id: str, by: str, now: datetime, note: str) -> Wording:
    done = _append(session, version_id, "live", by, now, note)
    wording.look_again(session)
    return done


def _expect(found: Wording, step: str, *states: str) -> None:
    if found.state not in states:
        raise WordingRefused(f"it is {found.state}: only what is {' or '.join(states)} can be {step}")


def _append(session: Session, version_id: str, kind: str, by: str, now: datetime, note: str) -> Wording:
    values = {"version_id": version_id, "kind": kind, "by": by, "at": now, "note": note}
    session.execute(text_events.insert().values(**values))
    done = version(session, version_id)
    data = {"note": note, "hash": done.hash}
    record(session, f"Wording{kind.title()}", subject=version_id, data=data, now=now, actor=by)
    return done
