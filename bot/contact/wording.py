"""The wording in force: what ships, and what two managers made of it. Every process follows it within a second.

A version holds all texts that are not as they ship, by name and slot: "en", or "web.en" where a channel has words of its
own. A name that begins with `canned:` is a ready reply of the desk, one with `sequence:` a sequence of reminders, whose
slots are its steps. While it is written a version may change; once it is
handed in it does not, and its hash is looked at whenever it is read.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from weakref import WeakKeyDictionary

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine

from bot.contact import texts
from bot.core import ParleyError, Session, UtcDateTime, at_begin, metadata

Content = Mapping[str, Mapping[str, str]]
CANNED = "canned:"
SHIPPED = "txt_shipped"
"""The version that changes nothing."""
_LOOKED_FOR = 1.0
"""Seconds for which what was in force counts as being so."""
_log = structlog.get_logger()
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

text_versions = sa.Table(
    "text_versions",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("base", sa.String(40)),  # what was in force when it was begun
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("author", sa.String(80), nullable=False),
    sa.Column("writers", sa.JSON, nullable=False),  # log-ins of all who changed it: none of them may approve it
    sa.Column("saved_by", sa.String(80), nullable=False),
    sa.Column("saved_at", UtcDateTime, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False, index=True),
)
text_events = sa.Table(
    "text_events",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("version_id", sa.String(40), sa.ForeignKey("text_versions.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False, index=True),  # submitted, approved, rejected, live, withdrawn
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)


class Tampered(ParleyError):
    """The stored content of a version is not what its hash says."""

    def __init__(self, version_id: str) -> None:
        super().__init__(f"the content of the wording {version_id} is not what was stored")


@dataclass
class _Followed:
    looked: float
    version: str | None
    responses: Mapping[str, texts.Response] | None
    others: Content
    """What is no response."""


_followed: WeakKeyDictionary[Engine, _Followed] = WeakKeyDictionary()
_others: Content = {}


def in_force(session: Session) -> str | None:
    """Id of the version in force; None while nothing was ever changed."""
    query = sa.select(text_events.c.version_id).where(text_events.c.kind == "live")
    found: str | None = session.execute(query.order_by(text_events.c.number.desc()).limit(1)).scalar()
    return found


def content(session: Session, version_id: str | None) -> Content:
    """Nothing for None, and for what ships. Raises Tampered."""
    if version_id is None:
        return {}
    columns = text_versions.c.content, text_versions.c.hash
    row = session.execute(sa.select(*columns).where(text_versions.c.id == version_id)).one()
    if hashed(row.content) != row.hash:
        raise Tampered(version_id)
    found: Content = row.content
    return found


def hashed(content: Content) -> str:
    told = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def follow(session: Session) -> None:
    """What is in force in this database is what this process says. At the beginning of every transaction."""
    global _others
    known, now = _followed.get(session.engine), time.monotonic()
    if known is None or now - known.looked >= _LOOKED_FOR:
        known = _looked(session, known, now)
        _followed[session.engine] = known
    texts.use(known.responses)
    _others = known.others


def _looked(session: Session, known: _Followed | None, now: float) -> _Followed:
    if known is None and not sa.inspect(session).has_table(text_versions.name):
        return _Followed(now, None, None, {})  # not migrated yet
    version = in_force(session)
    if known is not None and known.version == version:
        return replace(known, looked=now)
    try:
        changes = content(session, version)
    except Tampered as error:  # what ships is said: a process that stops would not even hear STOP
        _log.error("wording_tampered", version=version, error=str(error))
        return _Followed(now, version, None, {})
    others = {name: slots for name, slots in changes.items() if ":" in name}
    return _Followed(now, version, worded(changes), others)


def look_again(session: Session) -> None:
    """Something else may be in force: the next transaction of this process looks."""
    known = _followed.get(session.engine)
    if known is not None:
        known.looked = 0.0


def worded(changes: Content) -> Mapping[str, texts.Response] | None:
    """All responses with these changes; None without any. What a newer Parley no longer ships, or ships with other
    values, is passed over: a value that nobody gives would fail the turn.
    """
    shipped = texts.shipped()
    new = {
        name: with_words(shipped[name], _fitting(shipped[name], slots))
        for name, slots in changes.items()
        if name in shipped
    }
    return {**shipped, **new} if new else None


def _fitting(response: texts.Response, slots: Mapping[str, str]) -> dict[str, str]:
    was = response.slots
    values = {slot: set(texts.PLACEHOLDER.findall(text)) for slot, text in was.items()}
    return {
        slot: text
        for slot, text in slots.items()
        if slot in was and set(texts.PLACEHOLDER.findall(text)) <= values[slot]
    }


def with_words(response: texts.Response, slots: Mapping[str, str]) -> texts.Response:
    own = {slot: texts.plain(text.strip()) for slot, text in slots.items()}
    elsewhere = {(ch, lang): own.get(f"{ch}.{lang}", text) for (ch, lang), text in response.elsewhere.items()}
    tu = {ch: text for ch, text in response.tu.items() if (f"{ch}.es" if ch else "es") not in own}  # what says it otherwise
    return replace(
        response, texts={lang: own.get(lang, text) for lang, text in response.texts.items()}, elsewhere=elsewhere, tu=tu
    )


class Worded(Protocol):
    """Whatever a version may change: a response, or a sequence of reminders, as it ships."""

    @property
    def name(self) -> str: ...

    @property
    def slots(self) -> Mapping[str, str]: ...

    @property
    def is_of_the_law(self) -> bool: ...


def changed(name: str) -> Mapping[str, str]:
    """The slots in force of what is no response, where they are not as they ship."""
    return _others.get(name, {})


at_begin(follow)
