"""How well messages are understood that were written blind, by the model that the bot would load, and how long one
takes; some minutes.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from bench import load
from bench.grammar import NOW
from bot import model_file
from bot.dialogue import nlu, parsing, report
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.report.figures import blind_sets, matters, values

TESTS = Path(__file__).parent.parent / "tests" / "nlu"
BLIND = TESTS / "blind"
TIMED, WARM_UP = 400, 20
"""Messages, and those before them that are not counted."""


def measure() -> list[dict[str, Any]]:
    understanding, blind = parsing.load(model_file.train()), report.read_blind(BLIND)
    rows = [
        _row(f"{one.name}: {figure}", share)
        for one in blind_sets(understanding, blind)
        for figure, share in one.figures.items()
        if share.of
    ]
    rows += parse_times(understanding)
    for number, told in blind.money.items():
        read = values(understanding, told, "")
        rows.append(_row(f"values, writing {number}: exactly right", read.exact))
        rows.append(_row(f"values, writing {number}: read wrong", read.wrong))
    for number, said in blind.several.items():
        heard = matters(understanding, said, "")
        rows.append(_row(f"several matters, writing {number}: all heard", heard.all_heard))
        rows.append(_row(f"several matters, writing {number}: most pressing first", heard.first_right))
    return rows


def parse_times(understanding: nlu.Understanding) -> list[dict[str, Any]]:
    """From a text to its acts, with nothing asked and nobody known: what every turn pays before it takes a lock."""
    held_out = nlu.read(TESTS / "heldout")
    chosen = held_out[:: max(1, len(held_out) // (TIMED + WARM_UP))]
    took = []
    for one in chosen:
        began = time.perf_counter()
        understanding.meaning(one.text, Scene(now=NOW, language=one.language))
        took.append((time.perf_counter() - began) * 1000)
    took = took[WARM_UP:]
    context = f"text to acts, without Rasa, {len(took)} held-out messages in both languages; {load.now()}"
    times = {"median": statistics.median(took), "95th percentile": statistics.quantiles(took, n=20)[-1]}
    return [{"name": f"parse, {name}", "value": round(ms, 1), "unit": "ms", "context": context}
            for name, ms in times.items()]  # fmt: skip


def _row(name: str, share: report.Share) -> dict[str, Any]:
    low, high = share.interval
    context = f"{share.hits} of {share.of}, 95 % interval {low:.3f} to {high:.3f}"
    return {"name": name, "value": round(share.value, 4), "unit": "share", "context": context}
