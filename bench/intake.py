"""A creditor's file of 100,000 people: checked, and then taken, by the parts in which the worker does it, on SQLite."""

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path
from typing import Any

import zipcodes

from bench import load
from bot import core, exchange, migrate
from bot.core import Settings

ROWS = int(os.environ.get("PARLEY_BENCH_ROWS", "100000"))
_HEAD = "Account No,Customer ID,First Name,Last Name,Date of Birth,Zip,Phone,Email,Product,Open Date,Due Date,Charge Off Date,Balance"
_FIXED = {"client": "Bench Bank", "itemisation_kind": "charge_off"}


def measure() -> list[dict[str, Any]]:
    raw = _file()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load({"PARLEY_DATABASE_URL": f"sqlite:///{Path(folder)}/parley.db"})
        engine, now = core.connect(settings.database_url), settings.clock.now()
        migrate.upgrade(engine)
        with core.transaction(engine) as session:
            began = time.monotonic()
            file = exchange.files.add(session, client="Bench Bank", kind="accounts", name="bench.csv", raw=raw, read=exchange.sheet.read(raw), by="bench", now=now,
                                      settings=settings)  # fmt: skip
            columns = {**file.layout.columns, "itemisation_date": "Charge Off Date"}
            exchange.files.lay_out(session, file, columns, _FIXED, file.layout.writing, by="bench", now=now)
        uploading = time.monotonic() - began
        checked = [had + uploading for had in _worked(engine, settings)]
        with core.transaction(engine) as session:
            file = exchange.files.file(session, file.id)
            assert file.report is not None and file.report.good == ROWS, file.report
            exchange.files.take(session, file, leaving=0, by="bench", now=now)
        taken = _worked(engine, settings)
        with core.reading(engine) as session:
            assert exchange.files.file(session, file.id).state == "taken"
        engine.dispose()
    whole = [one + other for one, other in zip(checked, taken)]
    context = f"{ROWS:,} people of one account each, CSV, SQLite, by parts of {exchange.work.PART} in one process; {load.now()}"
    return [
        {"name": f"A file of accounts, {what}{how}", "value": round(value, 1), "unit": "s", "context": context}
        for what, both in (("uploaded and checked", checked), ("taken", taken), ("from the upload to the last row", whole))
        for how, value in zip(("", ", processor time"), both)
    ]


def _worked(engine: Any, settings: Settings) -> tuple[float, float]:
    """Seconds until nothing waits, and those of the processor."""
    intake, began, busy = exchange.Intake(engine, settings), time.monotonic(), time.process_time()
    while intake.work():
        pass
    return time.monotonic() - began, time.process_time() - busy


def _file() -> bytes:
    chance = random.Random(1)
    zips = [one["zip_code"] for one in zipcodes.list_all() if one["timezone"]]
    rows = [
        f'B-{n:07},C-{n:07},Ana,Person{n},{chance.randint(1, 12)}/{chance.randint(1, 28)}/{chance.randint(1940, 2000)},{chance.choice(zips)},'
        f'({chance.choice((212, 404, 512, 305))}) {chance.randint(200, 999)}-{n % 10000:04},p{n}@example.com,credit_card,5/2/2023,7/28/2025,'
        f'9/30/2025,"{chance.randint(1, 9)},{chance.randint(100, 999)}.{chance.randint(10, 99)}"'
        for n in range(ROWS)
    ]  # fmt: skip
    return "\n".join([_HEAD, *rows]).encode()
