"""`parley scores train` over 100,000 accounts: two years of a creditor's history, of people and of companies, on SQLite.

Each payer has a habit of their own and pays large amounts later, so that there is something to learn.
"""

from __future__ import annotations

import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from bench import load
from bot import core, migrate, scores
from bot.core import Clock, Settings
from tests import databases

ACCOUNTS = int(os.environ.get("PARLEY_BENCH_ACCOUNTS", "100000"))
NOW = datetime(2026, 11, 30, 15, tzinfo=timezone.utc)
TERMS, DAYS = 30, 700
_DEBT = ("id", "party_id", "client", "product", "reference", "currency", "opened_on", "itemisation_date", "itemisation_kind",
         "due_on", "was_disputed", "jurisdiction", "placed_at", "fingerprint")  # fmt: skip
_ENTRY = ("debt_id", "kind", "amount_minor", "currency", "effective_on", "at", "source", "memo")
_PARTY = ("id", "customer", "kind", "given_name", "family_name", "language", "time_zone", "state", "fingerprint")


def measure() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        database = databases.opened(Path(folder) / "scores.db")
        migrate.upgrade(database)
        _fill(database)
        settings = replace(Settings.load({}), clock=Clock(fixed=NOW))
        began, busy = time.monotonic(), time.process_time()
        found = scores.train(database, settings, scores.Target.MISS)
        assert not isinstance(found, str) and found.is_taken, found
        trained = time.monotonic() - began, time.process_time() - busy
        told = scores.tell(database, settings)
        took = time.monotonic() - began, time.process_time() - busy
        database.dispose()
    context = f"{ACCOUNTS:,} accounts of two years, {told:,} of them to come, SQLite, one process; {load.now()}"
    for name, (whole, processor) in (("trained", trained), ("trained and told", took)):
        yield {"name": f"Scores: {name}", "value": round(whole, 1), "unit": "s", "context": context}
        yield {"name": f"Scores: {name}, processor time", "value": round(processor, 1), "unit": "s", "context": context}
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield {"name": "Scores: most memory", "value": round(most), "unit": "MB", "context": context}


def _fill(database: Any) -> None:
    """A payer has 1 to 40 invoices, so that most are of those who have many."""
    chance, number, today = random.Random(3), 0, NOW.date()
    parties: list[tuple[Any, ...]] = []
    debts: list[tuple[Any, ...]] = []
    entries: list[tuple[Any, ...]] = []
    while number < ACCOUNTS:
        party, habit = f"par_{len(parties)}", chance.betavariate(1, 2)
        parties.append((party, f"C-{len(parties)}", "person", "Ana", "Ruiz", "en", "America/New_York", "NY", "x"))
        for _ in range(min(chance.randint(1, 40), ACCOUNTS - number)):
            number += 1
            debt, opened = f"debt_{number}", today - timedelta(days=chance.randrange(DAYS + TERMS // 2))
            due, amount = opened + timedelta(days=TERMS), chance.randrange(20_00, 900_00)
            debts.append((debt, party, "Bench Bank", "credit_card", f"B-{number}", "USD", opened, opened, "transaction", due, None,
                          "US-NY", "2026-11-30 12:00:00", "x"))  # fmt: skip
            entries.append(_entry(debt, "principal", amount, opened, 1))
            late = chance.random() < habit * (0.4 + amount / 750_00)
            paid = due + timedelta(days=chance.randint(1, 40) if late else -chance.randint(0, 20))
            if paid < today:
                entries.append(_entry(debt, "payment", -amount, paid, 2))
    with core.transaction(database) as session:
        for table, names, rows in (("parties", _PARTY, parties), ("debts", _DEBT, debts), ("ledger_entries", _ENTRY, entries)):
            into = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
            session.exec_driver_sql(into, [tuple(map(_stored, row)) for row in rows])


def _entry(debt: str, kind: str, amount: int, on: date, number: int) -> tuple[Any, ...]:
    return debt, kind, amount, "USD", on, "2026-11-30 12:00:00.000000", f"placed:{debt}:{number}", ""


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
