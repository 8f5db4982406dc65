"""Stripe's webhooks over HTTP on SQLite: how many are taken a second, and how many the worker then handles."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bench import load
from bot import migrate, tables
from tests import databases
from tests.soak.webhook_storm import AT_ONCE, storm

RINGS = int(os.environ.get("PARLEY_BENCH_WEBHOOKS", "2000"))
_NOW = datetime(2026, 11, 18, 15, tzinfo=timezone.utc)
assert tables.ROOMS


def measure() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        database = databases.opened(Path(folder) / "webhooks.db")
        migrate.upgrade(database)
        came = storm(database, RINGS, _NOW)
        database.dispose()
    context = (
        f"{came.rings} signed webhooks of {len(came.sessions)} payments, 30 % of them twice, in any order, {AT_ONCE} at once "
        f"over HTTP, SQLite, one process with the ringers; {load.now()}"
    )
    yield {"name": "Stripe webhooks taken", "value": round(came.rung_per_second, 1), "unit": "per s", "context": context}
    yield {"name": "Stripe webhooks handled by the worker", "value": round(came.handled_per_second, 1), "unit": "per s", "context": context}
