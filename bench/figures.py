"""The managers' page of figures over a year: 1,000,000 messages and 100,000 accounts, as the worker has counted them.

The page reads sums of each day and nothing else, so it is they that are filled in, as many as a year of three channels,
two languages and three products leaves behind.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import product
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

import bot.web
from bench import load
from bot import core, insight, migrate, tables
from bot.core import Clock, Settings
from bot.insight import store
from tests import databases
from tests.web.desk_kit import PASSWORD, at_desk

DAYS, ASKED = 365, 120
NOW = datetime(2026, 11, 30, 15, tzinfo=timezone.utc)
CHANNELS, LANGUAGES, SEGMENTS = ("", "sms", "whatsapp", "web"), ("", "en", "es"), ("", "card", "electricity", "water")
MONEY = ("collected", "receivable_at_close", "receivable_past_due_at_close", "billed", "settled_owed", "settled_for",
         "settled_over_floor", "promises_due_money", "promises_kept_money")  # fmt: skip
assert tables.ROOMS


def measure() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings.load({"PARLEY_PUBLIC_URL": "http://127.0.0.1:8000"}), clock=Clock(fixed=NOW))
        database = databases.opened(Path(folder) / "figures.db")
        migrate.upgrade(database)
        rows = _fill(database)
        with core.transaction(database) as session:
            bot.web.add_staff(session, "mia", "Mia Manager", PASSWORD, "manager", NOW)
        client = at_desk(bot.web.create_app(settings, database), "mia")
        took = sorted(_took(client, query) for query in _queries())
        database.dispose()
    context = (
        f"{ASKED} pages of 7 to 365 days, with and without filters, over {rows:,} sums of {DAYS} days that 1,000,000 messages "
        f"and 100,000 accounts leave, SQLite; {load.now()}"
    )
    yield {"name": "Figures: page, median", "value": statistics.median(took), "unit": "ms", "context": context}
    yield {"name": "Figures: page, 95th percentile", "value": statistics.quantiles(took, n=20)[-1], "unit": "ms", "context": context}


def _took(client: TestClient, query: dict[str, str]) -> float:
    began = time.perf_counter()
    answer = client.get("/manage/figures", params=query)
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200 and "Promises kept: " in answer.text
    return took


def _queries() -> Iterator[dict[str, str]]:
    chance = random.Random(7)
    for number in range(ASKED):
        yield {
            "days": str(insight.PERIODS[number % len(insight.PERIODS)]), "channel": chance.choice(CHANNELS),
            "language": chance.choice(LANGUAGES), "segment": chance.choice(SEGMENTS),
        }  # fmt: skip


def _fill(database: Any) -> int:
    """Returns how many rows there are."""
    chance, filled = random.Random(11), 0
    last = NOW.date()
    with core.transaction(database) as session:
        for ago in range(DAYS):
            on = last - timedelta(days=ago)
            for table, rows in ((store.daily, _sums(chance, on)), (store.people, _people(chance, on)),
                                (store.waits, _waits(chance, on, ago))):  # fmt: skip
                names = list(rows[0])
                into = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
                session.exec_driver_sql(into, [tuple(map(_stored, row.values())) for row in rows])
                filled += len(rows)
            session.execute(store.days.insert().values(day=on, talks_at=NOW, money_at=NOW))
    return filled


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _sums(chance: random.Random, on: date) -> list[dict[str, Any]]:
    names = {name for figure in insight.figures().values() for name in figure.measures}
    names = {name for name in names if not name.endswith(":") and name not in ("people", "waits", "cost")}
    months = [f"{name}:2026-{month:02}" for month in range(1, 13) for name in ("placed", "recovered")]
    by_talk = [figure.measures for figure in insight.figures().values() if figure.by_channel]
    talks = {name for measures in by_talk for name in measures} & names
    talks |= {f"refused:RULE-{number}" for number in range(12)} | {f"sessions_{name}" for name in ("paid", "plan", "none", "human")}
    rows = []
    for channel, language, segment in product(CHANNELS, LANGUAGES, SEGMENTS):
        for name in sorted(talks | (names if not channel else set())) + (months if not channel else []):
            money = name in MONEY or ":2026" in name or name.startswith("bucket_")
            rows.append({
                "day": on, "channel": channel, "language": language, "segment": segment, "measure": name,
                "currency": "USD" if money else "", "number": chance.randrange(1, 90_000_00 if money else 900),
            })  # fmt: skip
    return rows


def _people(chance: random.Random, on: date) -> list[dict[str, Any]]:
    """Some 1,400 messages go out on a day, to half as many people; most were written to in the last month."""
    return [
        {"day": on, "before": on - timedelta(days=chance.randrange(1, 60)), "channel": chance.choice(CHANNELS),
         "language": chance.choice(LANGUAGES[1:]), "segment": chance.choice(SEGMENTS[1:]), "count": 1}
        for _ in range(1_200)
    ]  # fmt: skip


def _waits(chance: random.Random, on: date, ago: int) -> list[dict[str, Any]]:
    return [
        {"entry": ago * 100 + number, "day": on, "channel": chance.choice(CHANNELS[1:]), "language": "en",
         "segment": chance.choice(SEGMENTS[1:]), "seconds": chance.randrange(20, 9_000)}
        for number in range(60)
    ]  # fmt: skip
