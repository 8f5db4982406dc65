"""Two thousand messages to some hundred people wait: who is asked first, in which order each person reads, and how fast the
providers are rung. Three workers with the real SDKs; the doubles answer 429 beyond their limit.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import channels, contact, core, delivery
from bot.contact.store import outbox
from bot.sandbox import create_app
from bot.sandbox.telegram_phone import chat_of
from bot.tables import ROOMS
from tests.channels.living import _config, _late_morning
from tests.contact.outbox_kit import HELLO
from tests.databases import opened
from tests.sandbox.sandbox_kit import free_port, served

LIMIT = 30
"""What a double takes in any second, on each channel."""
PACE = "sms=8,telegram=8"
"""Of each of three workers: 24 a second, and what the buckets hold above that."""
LONGEST_CALL = 60.0
KINDS = ("reminder", "receipt", "reply")
"""In the order in which they are queued; the most urgent last."""


@dataclass(frozen=True)
class Came:
    """`early` are messages of the kind that went while a more urgent one could have gone on their channel; `dead` says
    of what.
    """

    states: dict[str, int]
    seconds: float
    refused: int
    fullest: dict[str, int]
    out_of_order: int
    doubled: int
    early: dict[str, int]
    dead: tuple[str, ...]


@pytest.mark.soak
@pytest.mark.parametrize(("people", "each"), [(20, 4), (200, 10)])
def test_they_go_in_order_by_urgency_and_within_the_limits(tmp_path: Path, people: int, each: int) -> None:
    came = flood(tmp_path, people, each)
    print(f"\n{people * each} messages to {people} people, three workers: {came}")
    assert came.states == {"sent": people * each} and (came.out_of_order, came.doubled) == (0, 0)
    assert came.refused == 0 and all(most <= LIMIT for most in came.fullest.values())
    assert came.early == {"reminder": 0, "receipt": 0}


def flood(folder: Path, people: int, each: int) -> Came:
    assert ROOMS
    port = free_port()
    known = core.Settings.load({"PARLEY_PACE": PACE, "PARLEY_SANDBOX_URL": f"http://127.0.0.1:{port}"})
    clock = _late_morning()
    clock.move(timedelta(hours=3))  # nine in Honolulu: it is day wherever they may be
    settings = replace(known, clock=clock)
    database = opened(folder / "parley.db")
    core.metadata.create_all(database)
    box = create_app(_config(settings, folder))
    with served(box, port):
        weather = {"per_second": {"sms": LIMIT, "telegram": LIMIT}, "drop": 1.0}
        httpx.post(f"{settings.sandbox_url}/faults", json=weather, timeout=20).raise_for_status()
        _fill(database, settings, people, each)
        workers = [threading.Thread(target=_work, args=(database, settings, f"worker{n}")) for n in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        came = _came(database, box.state.sandbox.store)
    database.dispose()
    return came


def _work(database: Engine, settings: core.Settings, name: str) -> None:
    """As the role does, until nothing waits any more. A call may take as long as a busy machine makes it: what Telegram
    did not answer is given up, and that is shown elsewhere.
    """
    senders = channels.senders(settings, LONGEST_CALL)
    postman = delivery.Postman(database, senders, settings, name, timedelta(seconds=3 * LONGEST_CALL))
    while _count(database, "state IN ('ready', 'claimed', 'sending', 'uncertain', 'settling')"):
        if not postman.deliver() + postman.settle():
            time.sleep(0.02)


def _count(database: Engine, where: str) -> int:
    with core.reading(database) as session:
        return int(session.execute(sa.text(f"SELECT count(*) FROM outbox WHERE {where}")).scalar_one())


def _fill(database: Engine, settings: core.Settings, people: int, each: int) -> None:
    """The least urgent kind first, one after another to everybody; three in ten people are on Telegram."""
    now = settings.clock.now()
    for kind in KINDS:
        mine, rounds = _crowd(kind, people, each)
        with core.transaction(database) as session:
            for round_, n in product(range(rounds), mine):
                phone, on_telegram = f"+1555020{n:04}", n % 10 >= 7
                if on_telegram and round_ == 0:
                    where = f"{settings.sandbox_url}/phone/{phone}/telegram"
                    httpx.post(where, json={"text": "/start"}, timeout=20).raise_for_status()
                address, channel = (str(chat_of(phone)), "telegram") if on_telegram else (phone, "sms")
                if round_ == 0:
                    _wrote(session, channel, address, now)
                _queue(session, channel, address, kind, f"{kind} {round_:03}", now)


def _crowd(kind: str, people: int, each: int) -> tuple[Sequence[int], int]:
    """Who gets messages of this kind, and how many each; of what we begin two, the most that one week may hold anywhere."""
    mine = [n for n in range(people) if KINDS[n % 3] == kind]
    return (mine, each) if kind != "reminder" else (range(1_000, 1_000 + len(mine) * each // 2), 2)


def _wrote(session: core.Session, channel: Any, address: str, now: datetime) -> None:
    """Nothing is begun with whoever has never written or not agreed to it (RF-10, PL-04, SR-NYC-CONSENT)."""
    contact.receive(session, contact.Incoming(channel, address, core.new_id("m"), "hi"), now)
    waiting = contact.inbox.peek(session, now)
    assert waiting is not None
    contact.inbox.finish(session, [waiting[1]], now)
    contact.opt_in(session, channel, address, source="word", now=now)


def _queue(session: core.Session, channel: Any, address: str, kind: str, text: str, now: datetime) -> None:
    key = f"{kind}:{address}:{text}"
    talk = contact.open_conversation(session, channel, address, now)
    say = contact.Say(HELLO.response, text, audience="anyone", tag="handoff", discloses=("automated",))
    contact.send(session, talk, [say], contact.Sending(key, reply_to="in_1"), now)
    how = {"reminder": {"reply_to": None}, "receipt": {"reply_to": None, "answers_at": now}, "reply": {}}[kind]
    if how:
        session.execute(outbox.update().where(outbox.c.dedup_key == f"{key}:0").values(**how))


def _came(database: Engine, double: Any) -> Came:
    with core.reading(database) as session:
        rows = list(session.execute(sa.select(outbox).order_by(outbox.c.number)))
    taken = [(row["phone"], row["text"], row["channel"], datetime.fromisoformat(row["created"])) for row in double.rows(
        "select phone, channel, created, json_extract(body, '$.body') as text from messages where inbound = 0 order by seq"
    )]  # fmt: skip
    per_person: dict[str, list[str]] = {}
    for phone, text, _, _ in taken:
        per_person.setdefault(phone, []).append(text)
    early = Counter({"reminder": 0, "receipt": 0})
    for channel in ("sms", "telegram"):
        early.update(_early([row for row in rows if row.channel == channel]))
    fullest = {channel: _fullest([at for _, _, on, at in taken if on == channel]) for channel in ("sms", "telegram")}
    refused = sum(int(double.setting(f"refused:{channel}", 0)) for channel in fullest)
    disorder = sum(lines != sorted(lines) for lines in per_person.values())
    doubled = sum(len(lines) - len(set(lines)) for lines in per_person.values())
    states = Counter(row.state for row in rows)
    dead = tuple(f"{row.channel}: {row.last_error}" for row in rows if row.state == "dead")
    seconds = (taken[-1][3] - taken[0][3]).total_seconds()
    return Came(dict(states), seconds, refused, fullest, disorder, doubled, dict(early), dead)


def _early(rows: list[Any]) -> dict[str, int]:
    """On one channel: each has limits of its own, and its receipts take no reply's place on another.

    Who has something under way gets nothing more before it is through: meanwhile what is less urgent may go.
    """
    could_go: dict[str, list[tuple[datetime, datetime]]] = {kind: [] for kind in KINDS}
    free: dict[str, datetime] = {}
    for row in rows:
        kind = row.text.split()[0]
        could_go[kind].append((free.get(row.conversation_id, row.created_at), row.tried_at))
        free[row.conversation_id] = row.sent_at or row.tried_at
    before = {"reminder": could_go["receipt"] + could_go["reply"], "receipt": could_go["reply"]}
    return {kind: sum(_is_overtaking(went, urgent) for _, went in could_go[kind]) for kind, urgent in before.items()}


def _is_overtaking(went: datetime, urgent: list[tuple[datetime, datetime]]) -> bool:
    return any(since < went < tried for since, tried in urgent)


def _fullest(moments: list[datetime]) -> int:
    """The most that a double took within one second."""
    most, start = 0, 0
    for place, moment in enumerate(moments):
        while (moment - moments[start]).total_seconds() >= 1:
            start += 1
        most = max(most, place - start + 1)
    return most
