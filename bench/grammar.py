"""How long reading one message takes: all values in it, English and Spanish."""

from __future__ import annotations

import statistics
import time
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench import load
from bot.dialogue import grammar

NOW = datetime(2026, 3, 11, 10, 0, tzinfo=ZoneInfo("America/New_York"))
CORPUS = Path(__file__).parent.parent / "tests" / "grammar"
ROUNDS = 5


def measure() -> list[dict[str, Any]]:
    messages = [
        message for name in ("corpus_english.txt", "corpus_spanish.txt") for message in _messages(CORPUS / name)
    ]
    took = sorted(min(_ms(message) for _ in range(ROUNDS)) for message in messages)
    context = (
        f"amounts, days, rhythms and shares of one message, {len(messages)} messages, best of {ROUNDS}; {load.now()}"
    )
    return [
        _row("grammar, median", statistics.median(took), context),
        _row("grammar, 95th percentile", statistics.quantiles(took, n=20)[-1], context),
    ]


def _messages(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.rsplit(" => ", 1)[0] for line in lines if " => " in line and not line.startswith("# ")]


def _ms(message: str) -> float:
    started = time.perf_counter()
    grammar.read(message, now=NOW)
    return (time.perf_counter() - started) * 1000


def _row(name: str, value: float, context: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": "ms", "context": context}
