"""Turns a second with one, two and three bots on PostgreSQL, and what they wait for; and a burst on SQLite.

The conversation is the stand-in of the soak, whose turn thinks for 60 ms without a processor: what is measured is
whether turns stand in each other's way, not how fast one is.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from twilio.request_validator import RequestValidator

from bench import load
from bot import contact, core, dialogue
from bot.core import Settings
from tests.conftest import HAS_POSTGRES
from tests.soak.plant import BOTS, Plant
from tests.whole.running import until

PEOPLE, EACH = 60, 4
BURST, SENDERS, SECONDS = 500, 200, 5.0


def measure() -> list[dict[str, Any]]:
    rows = []
    for bots in (1, 2, 3) if HAS_POSTGRES else ():
        rows += _turns(bots)
    return rows + _burst()


def _turns(bots: int) -> list[dict[str, Any]]:
    names = ("bot1", "bot2", "bot3")[:bots]
    with tempfile.TemporaryDirectory() as folder:
        box = Plant(Path(folder), "postgresql")
        try:
            with core.transaction(box.database) as session:
                _store(session)
            box.start(*names)
            until(lambda: _done(box) > 0, 120, "the first turn")
            waits, began, before = [0], time.monotonic(), _done(box)
            while (done := _done(box)) < PEOPLE * EACH:
                waits[0] += _lock_waits(box)
                time.sleep(0.05)
            rate = (done - before) / (time.monotonic() - began)
        finally:
            box.close()
    context = "PostgreSQL, turns of 60 ms without a model; all processes on one machine; " + load.now()
    return [
        _row(f"turns a second, {bots} bots", rate, "1/s", context),
        _row(f"samples that wait for a lock, {bots} bots", waits[0], "count", context + ", pg_stat_activity"),
    ]


def _store(session: core.Session) -> None:
    """What each person writes lies further apart than a burst: each message is a turn of its own."""
    now = Settings.load({}).clock.now()
    for number in range(PEOPLE * EACH):
        incoming = contact.Incoming("sms", f"+1555010{number % PEOPLE:04}", f"b{number}", f"new {number}")
        contact.receive(session, incoming, now - (EACH - number // PEOPLE) * 2 * dialogue.BURST)


def _done(box: Plant) -> int:
    return int(box.rows("SELECT count(*) FROM inbox WHERE state = 'done'")[0][0])


def _lock_waits(box: Plant) -> int:
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = :name"
        " AND wait_event_type = 'Lock' AND state = 'active'"
    )
    return int(box.rows(query, name=box.name)[0][0])


def _burst() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        box = Plant(Path(folder), "sqlite")
        try:
            box.start("sandbox", "web", BOTS[0], "worker1")
            box.wait_ready("sandbox", "web", BOTS[0], "worker1")
            took = _ring_all(box)
            until(lambda: _done(box) == BURST, 300, "all turns")
            until(lambda: not box.rows("SELECT 1 FROM outbox WHERE state <> 'sent'"), 120, "all replies")
            left = box.rows(
                "SELECT (julianday(min(sent_at)) - julianday(min(created_at))) * 86400 FROM outbox"
                " GROUP BY conversation_id"
            )
        finally:
            box.close()
    context = f"SQLite, {BURST} messages of {SENDERS} people in {SECONDS:.0f} s, one bot with turns of 60 ms, one worker; {load.now()}"
    first = sorted(row[0] for row in left)
    return [
        _row("webhook in a burst, 99th percentile", statistics.quantiles(took, n=100)[98], "s", context),
        _row("webhook in a burst, worst", max(took), "s", context),
        _row("first reply after its turn, 99th percentile", statistics.quantiles(first, n=100)[98], "s", context),
    ]


def _ring_all(box: Plant) -> list[float]:
    """Seconds until each was stored; one that is refused rings again, and its time runs on."""
    began, keys = time.monotonic(), Settings.load({}).twilio
    local = threading.local()

    def ring(number: int) -> float:
        time.sleep(max(0.0, began + number * SECONDS / BURST - time.monotonic()))
        local.http = getattr(local, "http", None) or httpx.Client(base_url=box.web, timeout=20)
        form = {
            "MessageSid": f"SM{number:032}", "AccountSid": keys.account_sid, "To": keys.sms_from, "NumMedia": "0",
            "From": f"+1555010{number % SENDERS:04}", "Body": f"new {number}",
        }  # fmt: skip
        path = "/webhooks/twilio/message"
        signed = RequestValidator(keys.auth_token).compute_signature(box.web + path, form)
        headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
        asked = time.monotonic()
        while local.http.post(path, content=urlencode(form), headers=headers).status_code != 204:
            time.sleep(0.1)
        return time.monotonic() - asked

    with ThreadPoolExecutor(40) as people:
        return list(people.map(ring, range(BURST)))


def _row(name: str, value: float, unit: str, context: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": unit, "context": context}
