"""Two bots, two workers, web and sandbox as processes, on SQLite or PostgreSQL: to be killed, frozen and starved."""

from __future__ import annotations

import os
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import sqlalchemy as sa

from bot import core, migrate, tables
from tests.conftest import POSTGRES
from tests.soak.echo_bot import answers, parts
from tests.soak.nursery import Child, Nursery
from tests.soak.wire import Wire
from tests.whole.running import free_port, until

BOTS, WORKERS = ("bot1", "bot2"), ("worker1", "worker2")
SPARE = "bot3"
EVERYBODY = ("sandbox", "web", *BOTS, *WORKERS)
LEASE_SECONDS = 3.0
"""A tenth of the real one, and so are the time-outs of calls: a frozen worker is seen sooner."""

PATIENCE = 120.0
"""Seconds for an answer of the double: whoever gives up before does not know whether a message was written."""
LATE_AFTER = 90.0
"""Seconds, where nothing else is said."""
_ONE_AT_A_TIME = threading.Lock()
"""Alembic knows one migration in a process."""


@dataclass(frozen=True)
class Count:
    """What came of it. `worst` is the longest time in seconds from writing to hearing, `late` how many took too long;
    `load` is how many processes there were for each core.
    """

    written: int
    lost: int
    doubled: int
    late: int
    out_of_order: int
    handed_over: int
    worst: float
    usual: float
    load: float

    def __str__(self) -> str:
        return (
            f"{self.written} written, {self.lost} lost, {self.doubled} doubled, {self.late} late, {self.out_of_order} out of order, "
            f"{self.handed_over} handed to a person, worst wait {self.worst:.1f} s, median {self.usual:.2f} s, load {self.load:.1f} a core"
        )


class Plant:
    """`disk` is where the database is; a file system of its own may be mounted there. PostgreSQL keeps its tables on
    it when `tablespace` names one that lies there.
    """

    def __init__(self, folder: Path, kind: str, disk: Path | None = None, tablespace: str = "", **environ: str) -> None:
        self.folder, self.name = folder, f"soak{uuid.uuid4().hex[:10]}"
        self.disk, self._tablespace = disk or folder / "disk", tablespace
        self.disk.mkdir(exist_ok=True)
        self.kind, self.wire = kind, None if kind == "sqlite" else _wire()
        self.url = self._sqlite() if kind == "sqlite" else self._postgres()
        self.ports = {name: free_port() for name in (*EVERYBODY, SPARE, "web_health")}
        self.web, self.sandbox = (f"http://127.0.0.1:{self.ports[name]}" for name in ("web", "sandbox"))
        self.environ = {
            **os.environ, "no_proxy": "*", "PARLEY_DATABASE_URL": self._by_wire(self.url), "PARLEY_PUBLIC_URL": self.web,
            "PARLEY_SANDBOX_URL": self.sandbox, "PARLEY_LEASE_SECONDS": str(LEASE_SECONDS),
            "PARLEY_WEB_HEALTH_PORT": str(self.ports["web_health"]), **environ,
        }  # fmt: skip
        if disk is not None:
            self.environ["PARLEY_LEAST_FREE_MB"] = "1"  # as it is shipped, a small disk is not ready from the start
        self._nursery = Nursery(self.environ)
        # a client takes long to make, and a connection that was kept may be one that a killed process had
        self.http = httpx.Client(verify=False, limits=httpx.Limits(max_keepalive_connections=0), timeout=PATIENCE, trust_env=False)
        self.processes: dict[str, Child] = {}
        self.lines: dict[str, list[str]] = {}
        assert tables.ROOMS
        self.database = core.connect(self.url, core.BY_HAND)
        with _ONE_AT_A_TIME:
            migrate.upgrade(self.database)

    def _sqlite(self) -> str:
        return f"sqlite:///{self.disk}/parley.db"

    def _postgres(self) -> str:
        admin = sa.create_engine(POSTGRES, future=True)
        with admin.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {self.name}")
        admin.dispose()
        options = quote(
            f"-csearch_path={self.name} -csynchronous_commit=off -cdefault_tablespace={self._tablespace or 'pg_default'}"
        )
        return f"{POSTGRES}?options={options}&application_name={self.name}"

    def _by_wire(self, url: str) -> str:
        """The same, for the processes: their line can be cut."""
        if self.wire is None:
            return url
        return sa.engine.make_url(url).set(port=self.wire.port).render_as_string(hide_password=False)

    # Processes

    def start(self, *names: str, **environ: str) -> None:
        for name in names:
            is_bot = name in (*BOTS, SPARE)
            module, arguments = ("tests.soak.echo_bot", []) if is_bot else ("bot.cli", [name.rstrip("12")])
            ports = {"PARLEY_BOT_PORT": str(self.ports[name]), "PARLEY_WORKER_PORT": str(self.ports[name])}
            mine = {**self.environ, **ports, "SOAK_UNDERWAY": str(self.underway(name)), **environ}
            log = self.folder / f"{name}.log"
            self.processes[name] = self._nursery.start(module, arguments, mine, self.folder, log)

    def wait_ready(self, *names: str) -> None:
        paths = {"sandbox": "/faults", "web": "/readyz"}
        for name in names or EVERYBODY:
            port = self.ports["web_health" if name == "web" else name]
            url = f"http://127.0.0.1:{port}{paths.get(name, '/healthz')}"
            until(lambda url=url: self.http.get(url, timeout=2).status_code == 200, 600, f"{name}; see {self.folder}")

    def kill(self, name: str) -> None:
        self.processes[name].kill()

    def freeze(self, name: str) -> None:
        self.processes[name].send(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """It goes on, or is started again where the others have ended it."""
        if self.is_running(name):
            self.processes[name].send(signal.SIGCONT)
        else:
            self.start(name)

    def is_running(self, name: str) -> bool:
        return self.processes[name].is_running()

    def underway(self, name: str) -> Path:
        return self.disk / f"{name}.underway"

    # What is going on, to aim by

    def rows(self, query: str, **values: Any) -> list[Any]:
        with core.reading(self.database) as session:
            return list(session.execute(sa.text(query), values))

    def aim(self, true: Any, seconds: float = 5.0) -> bool:
        """Waits for the moment, but not for ever: False when it did not come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if true():
                return True
            time.sleep(0.002)
        return False

    def is_in_turn(self, bot: str) -> bool:
        return self.underway(bot).exists()

    def is_sending(self) -> bool:
        return bool(self.rows("SELECT 1 FROM outbox WHERE state = 'sending' LIMIT 1"))

    def is_unsure(self, phone: str) -> bool:
        """Whether nobody knows of a message to this person if the provider has it."""
        query = "SELECT 1 FROM outbox WHERE address = :phone AND state = 'uncertain'"
        return bool(self.rows(query, phone=phone))

    def faults(self, **faults: Any) -> None:
        self.http.post(f"{self.sandbox}/faults", json={"providers": ["twilio"], **faults}).raise_for_status()

    # What people do

    def write(self, phone: str, text: str) -> None:
        self.http.post(f"{self.sandbox}/phone/{phone}/sms", json={"text": text}).raise_for_status()
        self.lines.setdefault(phone, []).append(text)

    def unanswered(self, phone: str) -> int:
        """How many messages this person is ahead of the answers."""
        shown = self.http.get(f"{self.sandbox}/phone/{phone}/messages").json()
        return sum(1 if each["direction"] == "out" else -len(parts(each["text"])) for each in shown)

    def settle(self, seconds: float) -> None:
        """Until everything is answered and sent, or nothing has moved for so long: what is missing then is lost, on
        however busy a machine.
        """
        sent = sum(len(lines) for lines in self.lines.values())
        before, moved_at = self._moved(), time.monotonic()
        while time.monotonic() - moved_at < seconds:
            moved = self._moved()
            if moved != before:
                before, moved_at = moved, time.monotonic()
            if moved[:2] == [sent, 0]:
                break
            time.sleep(0.1)
        time.sleep(0.5)  # a second copy would come now

    def _moved(self) -> list[int]:
        """How many are answered, how many replies wait to be sent, and how many there are."""
        query = (
            "SELECT (SELECT count(*) FROM inbox WHERE state = 'done'), (SELECT count(*) FROM outbox"
            " WHERE state NOT IN ('sent', 'blocked', 'dead')), (SELECT count(*) FROM outbox)"
        )
        return list(self.rows(query)[0])

    def count(self, late_after: float = LATE_AFTER) -> Count:
        """Where others are at work too, everything takes as much longer as there are more processes than cores."""
        load = max(os.getloadavg()) / (os.cpu_count() or 1)
        handed = {row[0] for row in self.rows("SELECT conversation_id FROM cases")}
        addresses = dict(self.rows("SELECT address, id FROM conversations"))
        lost = doubled = disorder = 0
        waits: list[float] = []
        for phone, lines in self.lines.items():
            shown = self.http.get(f"{self.sandbox}/phone/{phone}/messages").json()
            heard = [part for each in shown if each["direction"] == "in" for part in parts(each["text"])]
            expected = answers(" ".join(lines))
            if addresses.get(phone) in handed:
                continue
            lost += sum((Counter(expected) - Counter(heard)).values())
            doubled += sum((Counter(heard) - Counter(expected)).values())
            disorder += heard != expected and Counter(heard) == Counter(expected)
            waits += _waits(shown)
        total = sum(len(lines) for lines in self.lines.values())
        waits = sorted(waits) or [0.0]
        late = sum(wait >= late_after * max(1.0, load) for wait in waits)
        return Count(total, lost, doubled, late, disorder, len(handed), waits[-1], waits[len(waits) // 2], load)

    def close(self) -> None:
        running = [process for process in self.processes.values() if process.is_running()]
        for process in running:
            process.send(signal.SIGCONT)
            process.send(signal.SIGTERM)
        for process in running:
            process.has_ended(5)
        self._nursery.close()
        self.http.close()
        self.database.dispose()
        if self.wire is not None:
            self.wire.cut()
        if self.kind == "postgresql":
            admin = sa.create_engine(POSTGRES, future=True)
            with admin.begin() as connection:
                connection.exec_driver_sql(f"DROP SCHEMA {self.name} CASCADE")
            admin.dispose()


def _wire() -> Wire:
    there = sa.engine.make_url(POSTGRES)
    return Wire(there.host or "127.0.0.1", there.port or 5432, free_port())


def _waits(shown: list[dict[str, Any]]) -> list[float]:
    """Seconds from each message of theirs to what was said to it."""
    written = [datetime.fromisoformat(m["at"]) for m in shown if m["direction"] == "out"]
    heard = [datetime.fromisoformat(m["at"]) for m in shown if m["direction"] == "in" for _ in parts(m["text"])]
    return [(then - first).total_seconds() for first, then in zip(written, heard)]


@contextmanager
def plant(folder: Path, kind: str, disk: Path | None = None, tablespace: str = "", **environ: str) -> Iterator[Plant]:
    running = Plant(folder, kind, disk, tablespace, **environ)
    try:
        running.start(*EVERYBODY)
        running.wait_ready()
        yield running
    finally:
        running.close()
