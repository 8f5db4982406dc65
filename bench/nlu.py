"""Our NLU against Rasa's default pipeline (DIET), each trained and asked through Rasa itself, on the same messages.

`python -m bench.nlu` does both, says how far it is, and prints one table. Each step is a process of its own, so that
time and memory are its own; ours leaves TensorFlow out, as the bot does. What is done stays in var/bench, so that a run
that was stopped goes on. DIET's 100 epochs take an hour or more on two cores; PARLEY_BENCH_DIET_EPOCHS says how many,
and every row says so. `python -m bench.nlu thresholds` prints the curves by which the thresholds of config.yml were
chosen.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from bot import logs
from bot.dialogue.nlu import Example, Understanding, UnderstandingSettings, checked, read
from bot.dialogue.nlu.noise import noised

ROOT = Path(__file__).parent.parent
DATA, HELD_OUT, CONFIG = ROOT / "data" / "nlu", ROOT / "tests" / "nlu" / "heldout", ROOT / "config.yml"
DONE = ROOT / "var" / "bench"
SIDES = ("parley", "diet")
EPOCHS = int(os.environ.get("PARLEY_BENCH_DIET_EPOCHS", "100"))
_SEED = 3
_WARM_UP = 20
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
    return [row for side in SIDES for row in _measured(side)]


def _measured(side: str) -> list[dict[str, Any]]:
    folder = DONE / f"{side}-{_fingerprint(side)}"
    folder.mkdir(parents=True, exist_ok=True)
    for step in ("train", "ask"):
        if not (folder / f"{step}.json").is_file():
            subprocess.run([sys.executable, "-m", "bench.nlu", step, side, str(folder)], check=True, cwd=ROOT)
    return [
        _row(side, *told)
        for step in ("train", "ask")
        for told in json.loads((folder / f"{step}.json").read_text(encoding="utf-8"))
    ]


def _fingerprint(side: str) -> str:
    """Of what a side is made from and asked: another one is measured anew."""
    read_from = [Path(__file__), CONFIG, *sorted(DATA.glob("*.yml")), *sorted(HELD_OUT.glob("*.yml"))]
    if side == "parley":
        for folder, pattern in (("bot", "*.py"), ("bot/dialogue/nlu", "*.txt"), ("data/phrases", "*.yml")):
            read_from += sorted((ROOT / folder).rglob(pattern))
    digest = hashlib.sha256(str(EPOCHS).encode() if side == "diet" else b"")
    for path in read_from:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _train(side: str, folder: Path) -> None:
    if side == "parley":
        _leave_tensorflow_out()
    from rasa.model_training import train_nlu

    pipeline = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["pipeline"] if side == "parley" else _DIET
    config = folder / "config.yml"
    told = {"recipe": "default.v1", "assistant_id": "bench", "language": "en", "pipeline": pipeline}
    config.write_text(yaml.safe_dump(told), encoding="utf-8")
    _say(side, f"training on {len(read(DATA)):,} messages")
    began, worked = time.perf_counter(), time.process_time()
    asyncio.set_event_loop(asyncio.new_event_loop())
    train_nlu(str(config), str(DATA), str(folder), fixed_model_name="model")
    took, cpu = time.perf_counter() - began, time.process_time() - worked
    _say(side, f"trained in {took:.0f} s")
    rows = [
        ("training", took, "s"),
        ("training, processor time", cpu, "s"),
        ("training, peak memory", _peak(), "MiB"),
        ("model on disk", (folder / "model.tar.gz").stat().st_size / 2**20, "MiB"),
    ]
    (folder / "train.json").write_text(json.dumps(rows), encoding="utf-8")


def _ask(side: str, folder: Path) -> None:
    if side == "parley":
        _leave_tensorflow_out()
    from rasa.core.agent import Agent

    agent = Agent.load(str(folder / "model.tar.gz"))
    loop = asyncio.new_event_loop()
    took: list[tuple[float, float]] = []

    def heard(text: str) -> str:
        began, worked = time.perf_counter(), time.process_time()
        told = loop.run_until_complete(agent.parse_message(text))
        took.append((time.perf_counter() - began, time.process_time() - worked))
        return str(told["intent"]["name"])

    rows = []
    for how, examples in _asked():
        right = sum(heard(one.text) == one.intent for one in examples)
        rows.append((f"{how}, {len(examples)} held-out messages", right / len(examples), "share"))
        _say(side, f"{how}: {right} of {len(examples)} right")
    wall = [one * 1000 for one, _ in took[_WARM_UP:]]
    rows += [
        ("parse, median", statistics.median(wall), "ms"),
        ("parse, 95th percentile", statistics.quantiles(wall, n=20)[-1], "ms"),
        ("parse, processor time, median", statistics.median(cpu * 1000 for _, cpu in took[_WARM_UP:]), "ms"),
        ("asking, peak memory", _peak(), "MiB"),
        ("asking, load of the machine", os.getloadavg()[1], "load"),
    ]
    (folder / "ask.json").write_text(json.dumps(rows), encoding="utf-8")


def _asked() -> Iterator[tuple[str, Sequence[Example]]]:
    chance = random.Random(_SEED)
    for language, name in (("en", "English"), ("es", "Spanish")):
        mine = [one for one in read(HELD_OUT) if one.language == language]
        yield f"{name}, clean", mine
        yield f"{name}, noised", [Example(noised(e.text, e.language, chance), e.intent, e.language) for e in mine]


def _leave_tensorflow_out() -> None:
    from bot.dialogue import no_tensorflow

    no_tensorflow.install()


def _say(side: str, line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {side}: {line}", file=sys.stderr, flush=True)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _row(side: str, name: str, value: float, unit: str) -> dict[str, Any]:
    what = "config.yml" if side == "parley" else f"Rasa's default pipeline, DIET with {EPOCHS} epochs"
    context = f"{what}, trained on data/nlu, one seed, one run"
    return {"name": f"nlu {side}: {name}", "value": round(value, 4), "unit": unit, "context": context}


def _print(rows: Sequence[dict[str, Any]]) -> None:
    """Both sides next to each other, and which of them is better."""
    ours, theirs = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    print(f"{'':<44}{'Parley':>10}{'DIET ' + str(EPOCHS):>10}")
    for one, other in zip(ours, theirs):
        gain = one["value"] - other["value"]
        better = gain > 0 if one["unit"] == "share" else gain < 0 or one["unit"] == "load"
        name = one["name"].partition(": ")[2]
        values = f"{one['value']:>10,.3f}{other['value']:>10,.3f} {one['unit']:<6}"
        print(f"{name:<44}{values}{'' if better else '  not better'}")


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
    logs.configure()
    if len(sys.argv) == 1:
        _print(measure())
    elif sys.argv[1] == "thresholds":
        _thresholds()
    else:
        {"train": _train, "ask": _ask}[sys.argv[1]](sys.argv[2], Path(sys.argv[3]))
