"""Two thousand messages wait: how long a round of the worker takes to choose, and after how many an answer goes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bot import contact, core, delivery, tables
from bot.contact.store import outbox
from bot.core import Session

MANY = 2000
_NOW = datetime(2026, 11, 18, 15, tzinfo=timezone.utc)
_HELLO = contact.Say("utter_dialogue_thanks", "Hello.", audience="anyone", tag="handoff", discloses=("automated",))
assert tables.ROOMS


def measure() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        database = core.connect(f"sqlite:///{Path(folder)}/queued.db")
        core.metadata.create_all(database)
        with core.transaction(database) as session:
            for number in range(MANY):
                _queue(session, number)
            session.execute(outbox.update().values(reply_to=None))
            _queue(session, MANY)
        began, rounds, first = time.process_time(), 0, 0
        while rounds < 20:
            rounds += 1
            with core.transaction(database) as session:
                claimed = contact.outbox.claim_due(session, "bench", _NOW, delivery.AT_ONCE)
                keys = session.execute(outbox.select().where(outbox.c.id.in_(claimed))).all()
                first = first or (rounds if f"q{MANY}:0" in {row.dedup_key for row in keys} else 0)
                for one in claimed:
                    contact.outbox.begin_sending(session, one, "bench", _NOW)
                    contact.outbox.mark_sent(session, one, "bench", f"SM{one}", _NOW)
        passed = time.process_time() - began
        database.dispose()
    context = f"{MANY} reminders wait on SQLite, {delivery.AT_ONCE} at once"
    yield _row("Worker: computing time to choose and note one round", passed / rounds * 1000, "ms", context)
    yield _row("Worker: round in which an answer behind them goes", float(first), "round", context)


def _queue(session: Session, number: int) -> None:
    talk = contact.open_conversation(session, "sms", f"+1555{number:07d}", _NOW)
    contact.send(session, talk, [_HELLO], contact.Sending(f"q{number}", reply_to="in_1"), _NOW)


def _row(name: str, value: float, unit: str, context: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": unit, "context": context}
