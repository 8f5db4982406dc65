"""A policy while it is being written: as it was typed, good or not, with who is at it. Only a version can be approved.

Saving asks for the revision that was read, so that of two who write at once the second is told.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.core import Problem, Problems, Session, new_id
from bot.core import record as record_fact
from bot.negotiation import check, live, store, versions
from bot.negotiation import policy as policies
from bot.negotiation.terms import Policy
from bot.negotiation.version_log import State, Version, VersionRefused, version

EDITING = timedelta(seconds=60)
"""For how long somebody who opened or saved it counts as being at it."""
_drafts = store.policy_drafts


class DraftChanged(VersionRefused):
    """Somebody else saved it meanwhile."""

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} saved this draft after you opened it. Nothing of yours was saved: look at it again")


class NothingChanged(VersionRefused):
    """A draft that says what is in force."""

    def __init__(self) -> None:
        super().__init__("this draft changes nothing: it is what is in force now")


class NoSuchDraft(VersionRefused):
    """No draft that is open has this id."""

    def __init__(self, draft_id: str) -> None:
        super().__init__(f'there is no open draft "{draft_id}"')


@dataclass(frozen=True)
class Draft:
    """`content` is the document of a policy file, each cell as it was typed. `version_id`: the last that was made of it."""

    id: str
    content: Mapping[str, Any]
    revision: int
    begun_by: str
    saved_by: str
    saved_at: datetime
    writers: tuple[str, ...]
    editor: str | None
    editor_at: datetime | None
    version_id: str | None

    @property
    def name(self) -> str:
        return str(self.content.get("name") or "without a name")

    def other(self, me: str, now: datetime) -> str | None:
        """Who else is at it now."""
        is_there = self.editor not in (None, me) and self.editor_at is not None and now - self.editor_at < EDITING
        return self.editor if is_there else None


def begin(session: Session, by: str, now: datetime, of: Policy | None = None) -> Draft:
    """A draft that says what is in force, or what another policy says."""
    content = json.loads(policies.dump(of or live.policy(session, now)))
    values = {
        "id": new_id("drf"), "content": content, "revision": 1, "begun_by": by, "begun_at": now, "saved_by": by,
        "saved_at": now, "writers": [by], "editor": by, "editor_at": now,
    }  # fmt: skip
    session.execute(_drafts.insert().values(**values))
    record_fact(session, "PolicyDraftBegun", subject=values["id"], data={}, now=now, actor=by)
    return draft(session, str(values["id"]))


def draft(session: Session, draft_id: str) -> Draft:
    """Raises NoSuchDraft."""
    is_open = sa.and_(_drafts.c.id == draft_id, _drafts.c.closed_at.is_(None))
    row = session.execute(sa.select(_drafts).where(is_open)).first()
    if row is None:
        raise NoSuchDraft(draft_id)
    return _draft(row)


def drafts(session: Session) -> tuple[Draft, ...]:
    """Those that are open, the last saved first."""
    query = sa.select(_drafts).where(_drafts.c.closed_at.is_(None)).order_by(_drafts.c.saved_at.desc())
    return tuple(map(_draft, session.execute(query)))


def _draft(row: Any) -> Draft:
    return Draft(
        row.id, row.content, row.revision, row.begun_by, row.saved_by, row.saved_at, tuple(row.writers), row.editor,
        row.editor_at, row.version_id,
    )  # fmt: skip


def is_at(session: Session, found: Draft, by: str, now: datetime) -> None:
    """Notes who looks at it with the means to write, unless somebody else is."""
    if found.other(by, now) is None:
        here = _drafts.c.id == found.id
        session.execute(_drafts.update().where(here).values(editor=by, editor_at=now))


def save(session: Session, found: Draft, content: Mapping[str, Any], by: str, now: datetime) -> Draft:
    """Raises DraftChanged when it is not the draft that was read."""
    this = _drafts.update().where(_drafts.c.id == found.id, _drafts.c.revision == found.revision)
    values = {
        "content": content, "revision": found.revision + 1, "saved_by": by, "saved_at": now, "editor": by,
        "editor_at": now, "writers": sorted({*found.writers, by}),
    }  # fmt: skip
    if not session.execute(this.values(**values)).rowcount:
        raise DraftChanged(draft(session, found.id).saved_by)
    return draft(session, found.id)


def close(session: Session, found: Draft, by: str, now: datetime) -> None:
    """Given up, or handed in; what it was stays in the log of versions."""
    session.execute(_drafts.update().where(_drafts.c.id == found.id).values(closed_at=now))
    record_fact(session, "PolicyDraftClosed", subject=found.id, data={"version": found.version_id}, now=now, actor=by)


def read(content: Mapping[str, Any]) -> tuple[Policy | None, tuple[Problem, ...]]:
    """The policy that was typed, None when a cell cannot be read, and all that is wrong with it."""
    try:
        policy = policies.load(json.dumps(content).encode())
    except Problems as error:
        return None, error.problems
    return policy, check.problems(policy)


def to_version(session: Session, found: Draft, by: str, now: datetime) -> Version:
    """A version of what it says now, which can be simulated. Raises NothingChanged, or Problems with all of them.

    A version of an earlier wording is replaced by it: what was said about that one ends.
    """
    policy, problems = read(found.content)
    if policy is None or problems:
        raise Problems(problems)
    if policies.version(policy) == policies.version(live.policy(session, now)):
        raise NothingChanged
    body = policies.dump(policy)
    old = version(session, found.version_id, now) if found.version_id else None
    if old is not None and old.hash == policies.version(policy) and old.state is State.DRAFT:
        return old
    if old is not None and _can_be_revised(old):
        new = versions.revise(session, old.id, body, by, now)
    else:
        new = versions.draft(session, body, by, now)
    session.execute(_drafts.update().where(_drafts.c.id == found.id).values(version_id=new.id))
    return new


def simulated_as_it_stands(session: Session, found: Draft, now: datetime) -> Version | None:
    """The version that was made of just these words, where there is one that can go on."""
    old = version(session, found.version_id, now) if found.version_id else None
    if old is None or not _can_be_revised(old):
        return None
    policy, _ = read(found.content)
    return old if policy is not None and old.hash == policies.version(policy) else None


def _can_be_revised(old: Version) -> bool:
    return old.state not in (State.LIVE, State.SCHEDULED, State.RETIRED, State.REPLACED)


def writers(session: Session, version_id: str) -> frozenset[str]:
    """Everybody who wrote at the draft that a version is of."""
    rows = session.execute(sa.select(_drafts.c.writers).where(_drafts.c.version_id == version_id)).scalars()
    return frozenset(login for row in rows for login in row)


def of_version(session: Session, version_id: str) -> Draft | None:
    """The open draft that this version is of."""
    is_open = sa.and_(_drafts.c.version_id == version_id, _drafts.c.closed_at.is_(None))
    row = session.execute(sa.select(_drafts).where(is_open)).first()
    return _draft(row) if row is not None else None


# Rows of the table: each gives the content as it is then.


def with_row(content: Mapping[str, Any], number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    changed = copy.deepcopy(dict(content))
    changed["rows"][number] = dict(row)
    return changed


def moved(content: Mapping[str, Any], number: int, by: int) -> dict[str, Any]:
    """A row further up (-1) or down; as it is where there is no further."""
    changed = copy.deepcopy(dict(content))
    rows, to = changed["rows"], number + by
    if 0 <= to < len(rows):
        rows[number], rows[to] = rows[to], rows[number]
    return changed


def copied(content: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The same row once more before it, under another name."""
    changed = copy.deepcopy(dict(content))
    twin = copy.deepcopy(changed["rows"][number])
    names = {str(row.get("name")) for row in changed["rows"]}
    twin["name"] = next(
        name for n in range(1, len(names) + 2) if (name := f"{twin.get('name')} ({n + 1})") not in names
    )
    changed["rows"].insert(number, twin)
    return changed


def without(content: Mapping[str, Any], number: int) -> dict[str, Any]:
    changed = copy.deepcopy(dict(content))
    del changed["rows"][number]
    return changed
