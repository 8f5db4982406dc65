"""How long a turn takes from the look to the commit, whether that grows, and how often it asks the database."""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench import load
from bot import contact, core, demo, dialogue, migrate, model_file, tables
from bot.core import Settings
from tests.dialogue import acting
from tests.dialogue.statements import of_each_turn

LINES = ("what do i owe", "what is it made of", "i can do 60 a month", "are you a robot", "what have i paid", "thanks")
TURNS = 300
_ALONE = timedelta(0)
"""Nobody waits for the rest of a burst here: that would be the time of a clock, not of the turn."""


def measure() -> list[dict[str, Any]]:
    assert tables.ROOMS
    settings = Settings.load({})
    engine = dialogue.load_engine(str(model_file.train()), without_tensorflow=True)
    with tempfile.TemporaryDirectory() as folder:
        database = core.connect(f"sqlite:///{folder}/bench.db")
        migrate.upgrade(database)
        with core.transaction(database) as session:
            demo.load(session, settings.clock.now(), settings.secret_key)
        known = demo.MARIA
        for text in ("hi", f"{known.date_of_birth:%m/%d/%Y} {known.postcode}"):
            _turn(database, engine, settings, known.phone, text)
        took = [_turn(database, engine, settings, known.phone, LINES[n % len(LINES)]) for n in range(TURNS)]
        with core.reading(database) as session:
            talk = contact.open_conversation(session, "sms", known.phone, settings.clock.now())
            assert talk.owner == contact.BOT, "a person's turns cost nothing and would flatter the figure"
        database.dispose()
    early, late = took[6:30], took[-24:]
    context = f"one bot process, SQLite synchronous=FULL, NLU and database included, {TURNS} turns; {load.now()}"
    growth = statistics.median(late) / statistics.median(early)
    return [
        _row("turn, median", statistics.median(took), "ms", context),
        _row("turn, 95th percentile", statistics.quantiles(took, n=20)[-1], "ms", context),
        _row("turn 277-300 over turn 7-30, medians", growth, "ratio", context),
        *_statements(),
    ]


def _turn(database: Any, engine: Any, settings: Settings, phone: str, text: str) -> float:
    with core.transaction(database) as session:
        contact.receive(session, contact.Incoming("sms", phone, core.new_id("b"), text), settings.clock.now())
    started = time.perf_counter()
    assert dialogue.take_one(database, engine, settings, burst=_ALONE)
    return (time.perf_counter() - started) * 1000


def _statements() -> list[dict[str, Any]]:
    """Of ten typical turns, each with its bound in tests/dialogue/test_statements.py."""
    with tempfile.TemporaryDirectory() as folder:
        filled = acting.template(Path(folder) / "demo.db")
        with acting.talk_on(filled, Path(folder) / "one.db") as talk:
            counts = {turn.name: len(sent) for turn, sent in of_each_turn(talk)}
    context = "from the look in the inbox to the commit; understanding given by hand"
    rows = [_row(f"statements, {name}", count, "count", context) for name, count in counts.items()]
    return [*rows, _row("statements of a turn, median of ten", statistics.median(counts.values()), "count", context)]


def _row(name: str, value: float, unit: str, context: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": unit, "context": context}
