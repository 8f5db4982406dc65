"""Our NLU against Rasa's default pipeline (DIET), each trained and asked through Rasa itself, on the same messages.

Each side runs in a process of its own, one after the other, so that time and memory are its own. DIET's 100
epochs take an hour or more on two cores; PARLEY_BENCH_DIET_EPOCHS says how many, and every row says so.
`python -m bench.nlu thresholds` prints the curves by which the thresholds of config.yml were chosen.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from bot.dialogue.nlu import Example, Understanding, UnderstandingSettings, checked, read
from bot.dialogue.nlu.noise import noised

ROOT = Path(__file__).parent.parent
DATA, HELD_OUT, CONFIG = ROOT / "data" / "nlu", ROOT / "tests" / "nlu" / "heldout", ROOT / "config.yml"
SIDES = ("parley", "diet")
EPOCHS = int(os.environ.get("PARLEY_BENCH_DIET_EPOCHS", "100"))
_SEED = 3
_DIET: list[dict[str, Any]] = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": EPOCHS, "constrain_similarities": True, "random_seed": 20},
    {"name": "EntitySynonymMapper"},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
]


def measure() -> list[dict[str, Any]]:
    """Rows of both sides. Minutes for ours, an hour or more for the other at its default number of epochs."""
    rows: list[dict[str, Any]] = []
    for side in SIDES:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "rows.json"
            for step in ("train", "ask"):
                subprocess.run([sys.executable, "-m", "bench.nlu", step, side, str(out)], check=True, cwd=ROOT)
            rows += json.loads(out.read_text(encoding="utf-8"))
    return rows


def _train(side: str, out: Path) -> None:
    from rasa.model_training import train_nlu

    pipeline = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["pipeline"] if side == "parley" else _DIET
    config = out.with_name("config.yml")
    told = {"recipe": "default.v1", "assistant_id": "bench", "language": "en", "pipeline": pipeline}
    config.write_text(yaml.safe_dump(told), encoding="utf-8")
    began, worked = time.perf_counter(), time.process_time()
    asyncio.set_event_loop(asyncio.new_event_loop())
    train_nlu(str(config), str(DATA), str(out.parent), fixed_model_name="model")
    took, cpu = time.perf_counter() - began, time.process_time() - worked
    model = out.with_name("model.tar.gz")
    rows = [
        _row(side, "training", took, "s"),
        _row(side, "training, processor time", cpu, "s"),
        _row(side, "training, peak memory", _peak(), "MiB"),
        _row(side, "model on disk", model.stat().st_size / 2**20, "MiB"),
    ]
    out.write_text(json.dumps(rows), encoding="utf-8")


def _ask(side: str, out: Path) -> None:
    from rasa.core.agent import Agent

    agent = Agent.load(str(out.with_name("model.tar.gz")))
    loop = asyncio.new_event_loop()
    chance = random.Random(_SEED)
    rows = json.loads(out.read_text(encoding="utf-8"))
    took: list[float] = []
    for language, name in (("en", "English"), ("es", "Spanish")):
        mine = [one for one in read(HELD_OUT) if one.language == language]
        slipped = [Example(noised(one.text, one.language, chance), one.intent, one.language) for one in mine]
        for examples, how in ((mine, "clean"), (slipped, "noised")):
            right = 0
            for one in examples:
                began = time.perf_counter()
                told = loop.run_until_complete(agent.parse_message(one.text))
                took.append((time.perf_counter() - began) * 1000)
                right += told["intent"]["name"] == one.intent
            rows.append(_row(side, f"{name}, {how}, {len(examples)} held-out messages", right / len(examples), "share"))
    rows += [
        _row(side, "parse, median", statistics.median(took), "ms"),
        _row(side, "parse, 95th percentile", statistics.quantiles(took, n=20)[-1], "ms"),
        _row(side, "asking, peak memory", _peak(), "MiB"),
    ]
    out.write_text(json.dumps(rows), encoding="utf-8")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _row(side: str, name: str, value: float, unit: str) -> dict[str, Any]:
    what = "config.yml" if side == "parley" else f"Rasa's default pipeline, DIET with {EPOCHS} epochs"
    context = f"{what}, trained on data/nlu, one seed, one run"
    return {"name": f"nlu {side}: {name}", "value": round(value, 4), "unit": unit, "context": context}


def _thresholds() -> None:
    """Trains once more, without Rasa, and prints every curve with the value that config.yml chose."""
    told = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["pipeline"][-1]
    settings = checked({name: value for name, value in told.items() if name in vars(UnderstandingSettings())})
    with tempfile.TemporaryDirectory() as folder:
        trained = Understanding.train(read(DATA), Path(folder), settings)
    for name, rows in trained.parts.curves.items():
        print(f"{name}: {getattr(settings, name)} was chosen")
        for row in rows:
            print("   " + "  ".join(f"{key} {value:.4f}" for key, value in row.items()))


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    if sys.argv[1] == "thresholds":
        _thresholds()
    else:
        {"train": _train, "ask": _ask}[sys.argv[1]](sys.argv[2], Path(sys.argv[3]))
