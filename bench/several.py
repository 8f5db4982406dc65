"""Turns a second with one, two and three bots on PostgreSQL, and what they wait for; one bot of two that stands still;
and a burst on SQLite. Each row is told as soon as it is known.

The conversation is the stand-in of the soak, whose turn thinks for 60 ms without a processor; with several bots, for
half of that before anything is held, as understanding does. What is measured is whether turns stand in each other's
way, not how fast one is.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import load
from tests.conftest import HAS_POSTGRES
from tests.soak.bursting import burst
from tests.soak.freezing import freeze_one
from tests.soak.plant import plant
from tests.soak.several import turns

PEOPLE, EACH = 60, 4
BURST, SENDERS, SECONDS = 500, 200, 5.0
FROZEN = 60.0
LONGEST = 300.0
"""Seconds after which what is not answered is counted, and not waited for."""
Rows = Iterator[dict[str, Any]]


def measure() -> Rows:
    for bots in (1, 2, 3) if HAS_POSTGRES else ():
        yield from _turns(bots)
    for kind in ("sqlite", "postgresql") if HAS_POSTGRES else ("sqlite",):
        yield from _frozen(kind)
    yield from _burst()


def _turns(bots: int) -> Rows:
    with tempfile.TemporaryDirectory() as folder:
        seen = turns(Path(folder), bots, PEOPLE, EACH)
    context = "PostgreSQL, turns of 60 ms without a model; all processes on one machine; " + load.now()
    yield _row(f"turns a second, {bots} bots", seen.a_second, "1/s", context)
    yield _row(f"samples that wait for a lock, {bots} bots", seen.waiting, "count", context + ", pg_stat_activity")


def _frozen(kind: str) -> Rows:
    with tempfile.TemporaryDirectory() as folder, plant(Path(folder), kind) as box:
        seen, counted = freeze_one(box, FROZEN), box.count()
    context = (
        f"{kind}, one bot of two frozen in its turn for {FROZEN:.0f} s, {len(seen.rings.of)} webhooks; {load.now()}"
    )
    yield _row("webhook while a bot is frozen, answer, 99th percentile", seen.rings.answered_within, "s", context)
    yield _row("webhook while a bot is frozen, stored, 99th percentile", seen.rings.stored_within, "s", context)
    yield _row("webhooks told to ring again while a bot is frozen", seen.rings.refused, "count", context)
    yield _row("answer while a bot is frozen, longest of the others", seen.others, "s", context)
    yield _row("answer while a bot is frozen, whose message it had", seen.its_own, "s", context)
    yield _row("replies lost and doubled by a frozen bot", counted.lost + counted.doubled, "count", context)


def _burst() -> Rows:
    with tempfile.TemporaryDirectory() as folder:
        came = burst(Path(folder), messages=BURST, people=SENDERS, seconds=SECONDS, longest=LONGEST)
    context = (
        f"SQLite, {BURST} messages of {SENDERS} people in {SECONDS:.0f} s, one bot with turns of 60 ms, one worker; "
        f"{load.now()}"
    )
    yield _row("webhook in a burst, 99th percentile", came.rings.stored_within, "s", context)
    yield _row("webhook in a burst, worst", came.rings.worst, "s", context)
    yield _row("webhooks of a burst told to ring again", came.rings.refused, "count", context)
    first = statistics.quantiles(came.first_replies, n=100)[98]
    yield _row("first reply after its turn, 99th percentile", first, "s", context)
    yield _row("first reply after its turn, worst", max(came.first_replies), "s", context)
    yield _row(f"messages of a burst unanswered after {LONGEST:.0f} s", came.unanswered, "count", context)


def _row(name: str, value: float, unit: str, context: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": unit, "context": context}
