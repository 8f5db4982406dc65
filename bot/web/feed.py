"""One look at the database for all open streams of this process.

A thread asks ten times a second whether anything was committed; on SQLite that costs one pragma. What is new goes
to the streams it concerns. The table is the truth: a stream that was cut off goes on from the last number it saw.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot import accounts, contact
from bot.contact import glance
from bot.core import Session, Settings, changes
from bot.web import chat_view

INTERVAL = 0.1
"""Seconds between two looks."""
PAUSE = 2.0
"""Seconds to wait when the database did not answer."""
LOOK_BACK = 500
"""PostgreSQL numbers a message before it is committed: a lower number may show up after a higher one."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Event:
    """`number` is set for messages only: it is what a stream goes on from."""

    name: str
    data: dict[str, Any]
    number: int | None = None


@dataclass(eq=False)
class Subscription:
    """One open stream. `after` is the last outbox number that its reader has."""

    address: str
    after: int
    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[Event | None] = field(default_factory=asyncio.Queue)
    sent: set[int] = field(default_factory=set)
    is_new: bool = True
    typing: bool = False
    locked: bool | None = None
    """None until the first look."""
    waiting: dict[str, str] | None = None
    known: str | None = None
    """Whom the page speaks to; with that it changes as whom."""

    def push(self, event: Event | None) -> None:
        try:
            self.loop.call_soon_threadsafe(self.queue.put_nowait, event)
        except RuntimeError:  # the loop has closed: nobody reads any more
            return


class Feed:
    """`subscribe` and `unsubscribe` from any thread; `close` ends all streams."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine, self._settings = engine, settings
        self._lock = threading.Lock()
        self._streams: set[Subscription] = set()
        self._wake, self._closed = threading.Event(), threading.Event()
        self._seen = _Seen()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="chat-feed", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closed.set()
        self._wake.set()
        for stream in self._open():
            stream.push(None)
        if self._thread is not None:
            self._thread.join(timeout=5)

    def subscribe(self, stream: Subscription) -> None:
        with self._lock:
            self._streams.add(stream)
        self._wake.set()
        if self._closed.is_set():
            stream.push(None)

    def unsubscribe(self, stream: Subscription) -> None:
        with self._lock:
            self._streams.discard(stream)

    def count(self, address: str | None = None) -> int:
        """How many streams are open, in all or for one visitor."""
        return sum(1 for stream in self._open() if address in (None, stream.address))

    def _open(self) -> list[Subscription]:
        with self._lock:
            return list(self._streams)

    def _run(self) -> None:
        while not self._closed.is_set():
            if not self._open():
                self._wake.wait()
                self._wake.clear()
                self._seen.forget()
                continue
            try:
                self._watch()
            except SQLAlchemyError:
                _log.warning("chat_feed_lost_the_database", exc_info=True)
                self._closed.wait(PAUSE)

    def _watch(self) -> None:
        """Looks until nobody listens, on one connection: SQLite counts the commits of the others."""
        self._seen.version = None
        with self._engine.connect().execution_options(parley_reading=True) as connection:
            while not self._closed.is_set() and (streams := self._open()):
                with connection.begin():
                    self._look(connection, streams, self._settings.clock.now())
                self._closed.wait(INTERVAL)

    def _look(self, session: Session, streams: list[Subscription], now: datetime) -> None:
        is_sqlite = session.dialect.name == "sqlite"
        version = changes(session)
        fresh = [stream for stream in streams if stream.is_new]
        if not is_sqlite or version != self._seen.version or fresh:
            self._seen.read(session, {stream.address for stream in streams})
            self._seen.version = version
        for stream in streams:
            self._serve(session, stream, now)
        self._seen.written = frozenset()

    def _serve(self, session: Session, stream: Subscription, now: datetime) -> None:
        talk = self._seen.talks.get(stream.address)
        locked = chat_view.is_locked(talk, now)
        if stream.locked is not None and stream.locked != locked:
            stream.push(Event("lock", {"locked": locked}))
        stream.locked = locked
        self._speak(session, stream, talk, now)
        if talk is not None and (stream.is_new or talk.id in self._seen.written):
            self._send_new(session, stream, talk, now)
        waiting = self._seen.waiting.get(talk.id) if talk is not None else None
        if waiting != stream.waiting:
            stream.push(Event("waiting", {"waiting": waiting}))
        stream.waiting = waiting
        typing = talk is not None and talk.id in self._seen.answering
        if typing != stream.typing:
            stream.push(Event("typing", {"typing": typing}))
        stream.typing, stream.is_new = typing, False

    def _speak(
        self, session: Session, stream: Subscription, talk: contact.Conversation | None, now: datetime
    ) -> None:
        """Once we know whom somebody owes, the page is that creditor's without being loaded again."""
        known = talk.party_id if talk is not None and talk.is_verified(now) else None
        if known == stream.known:
            return
        stream.known = known
        voice = accounts.speaking(session, self._settings, talk) if talk is not None and known else self._settings
        stream.push(Event("voice", {"company": voice.company, "phone": voice.company_phone}))

    def _send_new(self, session: Session, stream: Subscription, talk: contact.Conversation, now: datetime) -> None:
        floor = stream.after if stream.is_new else max(stream.after, max(stream.sent, default=0) - LOOK_BACK)
        for line in chat_view.new(session, talk, floor, self._settings.public_url, now):
            if line.number not in stream.sent:
                stream.sent.add(line.number)
                stream.push(Event("message", line.as_json(), line.number))


class _Seen:
    """What the last look found."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.version: int | None = None
        self.top: int | None = None
        self.numbers: set[int] = set()
        self.written: frozenset[str] = frozenset()
        self.answering: frozenset[str] = frozenset()
        self.talks: dict[str, contact.Conversation] = {}
        self.waiting: dict[str, dict[str, str]] = {}

    def read(self, session: Session, addresses: Iterable[str]) -> None:
        self.talks = glance.at(session, "web", frozenset(addresses))
        self.answering = glance.being_answered(session, "web")
        waits = ((talk.id, chat_view.waiting(session, talk)) for talk in self.talks.values())
        self.waiting = {talk_id: one for talk_id, one in waits if one is not None}
        if self.top is None:
            self.top = glance.last_number(session)
            self.numbers = {number for number, _ in glance.written_since(session, "web", self.top - LOOK_BACK)}
            return
        rows = glance.written_since(session, "web", self.top - LOOK_BACK)
        self.written = frozenset(talk for number, talk in rows if number not in self.numbers)
        self.top = max([self.top, *(number for number, _ in rows)])
        self.numbers = {number for number, _ in rows}
