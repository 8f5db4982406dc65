"""The worker's part: a file is checked, and taken, some hundred rows at a time, with its progress.

Each part that is taken is one transaction that says how far it got: who dies in the middle is followed by whoever looks
next, from the last row that is in. While one works on a file it says so every second; one that fell silent is begun again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.core import ParleyError, Session, Settings, reading, record, transaction, vault
from bot.exchange import files, sheet, store
from bot.exchange.accounts_in import AccountsIn
from bot.exchange.files import File
from bot.exchange.report import Found, Report
from bot.exchange.updates import UpdatesIn

PART = 500
SILENT = timedelta(seconds=60)
_files = store.files


class Overtaken(ParleyError):
    """Somebody else works on this file."""


class Intake:
    """One worker's. `work` does a part and returns how many rows it did; 0 when nothing waits."""

    def __init__(self, database: Engine, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._running: Iterator[int] | None = None

    def work(self) -> int:
        if self._running is None:
            found = self._claim()
            if found is None:
                return 0
            self._running = self._step(found)
        running = self._running
        self._running = None  # what raises is begun anew
        try:
            done = next(running, 0)
        except Overtaken:
            return 0
        if done:
            self._running = running
        return done or 1

    def _step(self, this: File) -> Iterator[int]:
        try:
            yield from self._check(this) if this.state == "waiting" else self._take(this)
        except vault.OtherKey as no:
            with transaction(self._database) as session:
                files.fail(session, this, f"{no}: upload the file again", self._settings.clock.now())

    def _claim(self) -> File | None:
        now = self._settings.clock.now()
        free = sa.or_(_files.c.seen_at.is_(None), _files.c.seen_at < now - SILENT)
        waits = sa.and_(_files.c.state.in_(("waiting", "ready")), free)
        with reading(self._database) as session:
            if session.execute(sa.select(_files.c.id).where(waits).limit(1)).first() is None:
                return None
        with transaction(self._database) as session:
            found = session.execute(sa.select(_files.c.id).where(waits).order_by(_files.c.at).limit(1)).scalar()
            if found is None:
                return None
            this = _files.update().where(_files.c.id == found, free).values(seen_at=now)
            return files.file(session, found) if session.execute(this).rowcount else None

    def _rows(self, this: File) -> Iterator[tuple[int, list[str]]]:
        assert this.sealed is not None
        return sheet.lines(vault.unseal(self._settings.secret_key, this.sealed).decode())

    def _reader(self, session: Session, this: File) -> AccountsIn | UpdatesIn:
        if this.kind == "updates":
            return UpdatesIn(this.names, this.layout, this.client, this.id)
        products = files.known_products(session, this.at)
        return AccountsIn(this.names, this.layout, products, self._settings.secret_key)

    def _check(self, this: File) -> Iterator[int]:
        """Nothing is changed but the progress and, at the end, the report."""
        rows, done = self._rows(this), 0
        with reading(self._database) as session:
            reader = self._reader(session, this)
        while part := list(islice(rows, PART)):
            with reading(self._database) as session:
                reader.check(session, part, self._settings.clock.now())
            done += len(part)
            with transaction(self._database) as session:
                self._progress(session, this, done - len(part), done)
            yield len(part)
        reader.tally.found.lines.sort(key=lambda line: line.row)
        problems = vault.seal(self._settings.secret_key, msgspec.json.encode(reader.tally.found))
        with transaction(self._database) as session:
            values = {"state": "checked", "report": msgspec.to_builtins(reader.finish()), "problems": problems}
            self._progress(session, this, done, done, **values)

    def _take(self, this: File) -> Iterator[int]:
        """From the row after the last that is in."""
        rows, done, out = self._rows(this), this.done, self._left_out(this)
        for _ in islice(rows, done):
            pass
        with reading(self._database) as session:
            reader = self._reader(session, this)
        reader.report = this.report or Report()
        while part := list(islice(rows, PART)):
            now = self._settings.clock.now()
            with transaction(self._database) as session:
                reader.take(session, [one for one in part if one[0] not in out], now)
                self._progress(session, this, done, done + len(part), report=msgspec.to_builtins(reader.report))
            done += len(part)
            yield len(part)
        now = self._settings.clock.now()
        with transaction(self._database) as session:
            reader.end(session, now)
            self._progress(session, this, done, done, state="taken", ended_at=now, content=None, problems=None,
                           report=msgspec.to_builtins(reader.report))  # fmt: skip
            report = reader.report
            data = {"rows": report.good, "left_out": report.bad, "unchanged": report.unchanged, "late": len(report.late)}
            record(session, "FileTaken", subject=this.id, data=data, now=now, actor=this.by)

    def _left_out(self, this: File) -> frozenset[int]:
        if this.sealed_problems is None:
            return frozenset()
        found = msgspec.json.decode(vault.unseal(self._settings.secret_key, this.sealed_problems), type=Found)
        return frozenset(found.out)

    def _progress(self, session: Session, this: File, before: int, done: int, **values: Any) -> None:
        """Raises Overtaken when it was somebody else who got so far, or the file is no longer what it was."""
        here = sa.and_(_files.c.id == this.id, _files.c.state == this.state, _files.c.done == before)
        told = {"done": done, "seen_at": self._settings.clock.now(), **values}
        if not session.execute(_files.update().where(here).values(**told)).rowcount:
            raise Overtaken
