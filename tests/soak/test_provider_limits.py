"""Two thousand messages to two hundred people wait: who is asked first, in which order each person reads, and how fast the
providers are rung. Three workers with the real SDKs; the doubles answer 429 beyond their limit.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import product
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from bot import contact, core
from bot.contact.store import outbox
from bot.sandbox.telegram_phone import chat_of
from tests.contact.outbox_kit import HELLO
from tests.soak.plant import SPARE, WORKERS, Plant
from tests.whole.running import until

SHIFT = timedelta(hours=16) - (datetime.now(timezone.utc) - datetime.now(timezone.utc).replace(hour=0, minute=0))
"""To late morning in New York."""
LIMIT = {"sms": 30, "telegram": 30}
"""What the doubles take in any second."""
PACE = "sms=8,telegram=8"
"""Of each of three workers: 24 a second, and what a bucket holds above that."""
KINDS = ("reminder", "receipt", "reply")
"""In the order in which they are queued; the most urgent last."""


@dataclass(frozen=True)
class Sent:
    """`early` are messages of the kind that went before the last one of a more urgent kind had left."""

    seconds: float
    refused: int
    fullest: dict[str, int]
    out_of_order: int
    early: dict[str, int]
    states: dict[str, int]


@pytest.mark.soak
def test_two_thousand_go_in_order_by_urgency_and_within_the_limits(tmp_path: Path) -> None:
    came = flood(tmp_path, people=200, each=10, longest=420.0)
    print(f"\n2,000 messages to 200 people, three workers: {came}")
    assert came.states == {"sent": 2000} and came.out_of_order == 0
    assert came.refused == 0 and all(came.fullest[one] <= LIMIT[one] for one in LIMIT), came
    assert all(count <= 30 for count in came.early.values()), "a round or two that were under way"


@pytest.mark.xdist_group("whole")
def test_in_short_they_go_in_order(tmp_path: Path) -> None:
    came = flood(tmp_path, people=18, each=3, longest=90.0)
    assert came.states == {"sent": 54} and (came.out_of_order, came.refused) == (0, 0), came


def flood(folder: Path, *, people: int, each: int, longest: float) -> Sent:
    hours = round(SHIFT.total_seconds() / 3600) % 24
    box = Plant(folder, "sqlite", PARLEY_CLOCK=f"+{hours}h", PARLEY_PACE=PACE)
    workers = (*WORKERS, SPARE)
    try:
        box.start("sandbox", "web")
        box.wait_ready("sandbox", "web")
        httpx.post(f"{box.sandbox}/faults", json={"per_second": LIMIT}, timeout=20).raise_for_status()
        queued = list(_fill(box, people, each, datetime.now(timezone.utc) + timedelta(hours=hours)))
        for name in workers:
            start_worker(box, name)
        with_waiting = "SELECT count(*) FROM outbox WHERE state IN ('ready', 'claimed', 'sending', 'uncertain', 'settling')"
        until(lambda: box.rows(with_waiting)[0][0] == 0, longest, "all to be sent")
        return _came(box, queued)
    finally:
        box.close()


def start_worker(box: Plant, name: str) -> None:
    """A third one as well, under the name of a bot that is not needed."""
    if name in WORKERS:
        box.start(name)
        return
    environ = {**box.environ, "PARLEY_WORKER_PORT": str(box.ports[name])}
    with (box.folder / f"{name}.log").open("ab") as log:
        command = [sys.executable, "-m", "bot.cli", "worker"]
        box.processes[name] = subprocess.Popen(command, cwd=box.folder, env=environ, stdout=log, stderr=log)


def _fill(box: Plant, people: int, each: int, now: datetime) -> Iterator[tuple[str, str, str]]:
    """(kind, who, text) of each message: the least urgent kind first, one after another to everybody."""
    for kind in KINDS:
        mine = [n for n in range(people) if KINDS[n % 3] == kind]
        for round_, n in product(range(each), mine):
            channel = "telegram" if n % 10 >= 7 else "sms"
            phone = f"+1555020{n:04}"
            if channel == "telegram" and round_ == 0:
                httpx.post(f"{box.sandbox}/phone/{phone}/telegram", json={"text": "/start"}, timeout=20).raise_for_status()
            address = str(chat_of(phone)) if channel == "telegram" else phone
            _queue(box, channel, address, kind, f"{kind} {round_:03}", now)
            yield kind, address, f"{kind} {round_:03}"


def _queue(box: Plant, channel: str, address: str, kind: str, text: str, now: datetime) -> None:
    key = f"{kind}:{address}:{text}"
    with core.transaction(box.database) as session:
        talk = contact.open_conversation(session, channel, address, now)
        say = contact.Say(HELLO.response, text, audience="anyone", tag="handoff", discloses=("automated",))
        contact.send(session, talk, [say], contact.Sending(key, reply_to="in_1"), now)
        how = {"reminder": {"reply_to": None}, "receipt": {"reply_to": None, "answers_at": now}, "reply": {}}[kind]
        if how:
            session.execute(outbox.update().where(outbox.c.dedup_key == f"{key}:0").values(**how))


def _came(box: Plant, queued: list[tuple[str, str, str]]) -> Sent:
    with core.reading(box.database) as session:
        columns = (outbox.c.channel, outbox.c.address, outbox.c.text, outbox.c.state, outbox.c.sent_at, outbox.c.number)
        rows = [row for row in session.execute(sa.select(*columns).order_by(outbox.c.sent_at)) if row.text[:3] in ("rem", "rec", "rep")]
    states: dict[str, int] = {}
    for row in rows:
        states[row.state] = states.get(row.state, 0) + 1
    taken = _taken(box)
    per_person: dict[str, list[str]] = {}
    for phone, text in taken:
        per_person.setdefault(phone, []).append(text)
    last = {kind: max(row.sent_at for row in rows if row.text.startswith(kind)) for kind in KINDS}
    urgent = {"reminder": max(last["receipt"], last["reply"]), "receipt": last["reply"]}
    early = {kind: sum(row.text.startswith(kind) and row.sent_at < urgent[kind] for row in rows) for kind in KINDS[:2]}
    times = {channel: [row.sent_at for row in rows if row.channel == channel] for channel in LIMIT}
    fullest = {channel: _fullest(moments) for channel, moments in times.items()}
    seconds = (rows[-1].sent_at - rows[0].sent_at).total_seconds()
    disorder = sum(lines != sorted(lines) for lines in per_person.values())
    return Sent(seconds, _refused(box), fullest, disorder, early, states)


def _sandbox(box: Plant) -> sqlite3.Connection:
    return sqlite3.connect(next(box.disk.glob("sandbox.db")))


def _taken(box: Plant) -> list[tuple[str, str]]:
    """What the doubles have, in the order in which they took it."""
    with _sandbox(box) as known:
        sql = "select phone, json_extract(body, '$.body') from messages where inbound = 0 order by seq"
        return [(phone, text) for phone, text in known.execute(sql) if text[:3] in ("rem", "rec", "rep")]


def _refused(box: Plant) -> int:
    with _sandbox(box) as known:
        return sum(int(value) for (value,) in known.execute("select value from settings where name like 'refused:%'"))


def _fullest(moments: list[datetime]) -> int:
    """The most that left within one second, as our own clock has it."""
    return max((sum(0 <= (later - moment).total_seconds() < 1 for later in moments[place:]) for place, moment in enumerate(moments)), default=0)
