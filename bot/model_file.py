"""The trained model, named by the hash of what it was trained from: a stale one is never taken.

Beside what ships in data/nlu it learns what managers have taught, where there is any (`teaching`).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
MODELS = ROOT / "models"
LOG = ROOT / "var" / "log" / "train.log"
TAUGHT = ROOT / "data" / "taught"
"""What managers taught and the model in force has learned; not there where nothing was."""


def inputs(root: Path = ROOT) -> Iterator[Path]:
    """Every file that a training reads whole."""
    yield from (root / "config.yml", root / "uv.lock")
    for folder, pattern in (("nlu", "*.yml"), ("rules", "*.yml"), ("phrases", "*.yml")):
        yield from sorted((root / "data" / folder).glob(pattern))
    for pattern in ("*.py", "*.txt", "*.npz"):
        yield from sorted((root / "bot" / "dialogue" / "nlu").glob(pattern))
    yield from (root / "bot" / "dialogue" / "meaning" / name for name in ("scene.py", "figures.py", "cues.py"))


def fingerprint(root: Path = ROOT, taught: Path | None = None) -> str:
    """`taught` is a folder with what would be learned in place of what stands in data/taught."""
    digest = hashlib.sha256(_domain(root / "domain.yml"))
    for path in inputs(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    for path in sorted((taught or root / "data" / "taught").glob("*.yml")):
        digest.update(f"data/taught/{path.name}".encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _domain(path: Path) -> bytes:
    """What a training learns of the domain. Of the responses only the names, which are actions: what they say is read
    anew whenever it is said, so another wording needs no other model."""
    domain = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return json.dumps({**domain, "responses": list(domain["responses"])}, default=str).encode()


def path(taught: Path | None = None) -> Path:
    """Where the model of the present inputs is or will be."""
    return MODELS / f"parley-{fingerprint(taught=taught)}.tar.gz"


def train(say: Callable[[str], None] = lambda line: None, taught: Path | None = None) -> Path:
    """Trains when the model of these inputs is not there. Raises RuntimeError when Rasa makes none.

    It runs in a process of its own, so that nobody who only needs the model has to load TensorFlow. `say` hears
    from time to time that it is still going on.
    """
    wanted = path(taught)
    if wanted.exists():
        return wanted
    LOG.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    quiet = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}
    with LOG.open("wb") as log:
        training = subprocess.Popen(
            [sys.executable, "-m", "bot.model_file", str(taught or TAUGHT)], cwd=ROOT, env=quiet, stdout=log, stderr=log
        )
        while training.poll() is None:
            time.sleep(0.2)
            if (time.monotonic() - started) // 10 > (time.monotonic() - started - 0.2) // 10:
                say(f"  training … {time.monotonic() - started:.0f} seconds")
    if training.returncode or not wanted.exists():
        raise RuntimeError(f"The assistant could not be trained; {LOG} says why")
    return wanted


def lessons(folder: Path, taught: Path, root: Path = ROOT) -> tuple[Path, Path]:
    """(configuration, messages) to train with: those that ship, or copies in `folder` with what was taught among them."""
    config, shipped = root / "config.yml", root / "data" / "nlu"
    more = sorted(taught.glob("*.yml"))
    if not more:
        return config, shipped
    messages = folder / "nlu"
    messages.mkdir()
    for path in (*shipped.glob("*.yml"), *more):
        shutil.copy(path, messages / path.name)
    told = yaml.safe_load(config.read_text(encoding="utf-8"))
    for part in told["pipeline"]:
        if part["name"].endswith(".Understanding"):
            part["messages"] = str(messages)
    own = folder / "config.yml"
    own.write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    return own, messages


def _train_here(taught: Path) -> None:
    from bot.dialogue import no_tensorflow

    no_tensorflow.install()
    # Rasa packs at level 9: four seconds of numbers that shrink as well at level 1.
    tarfile.TarFile.gzopen.__func__.__defaults__ = ("r", None, 1)  # type: ignore[attr-defined]
    from rasa.model_training import train as rasa_train

    wanted = path(taught)
    with tempfile.TemporaryDirectory() as folder:
        config, messages = lessons(Path(folder), taught)
        made = rasa_train(
            domain=str(ROOT / "domain.yml"),
            config=str(config),
            training_files=[str(messages), str(ROOT / "data" / "rules")],
            output=str(MODELS / f"making-{os.getpid()}"),
            fixed_model_name=wanted.name.removesuffix(".tar.gz"),
            force_training=True,
        )
    if made.model is None:
        raise RuntimeError("Rasa made no model; its messages above say why")
    Path(made.model).replace(wanted)
    Path(made.model).parent.rmdir()


if __name__ == "__main__":
    _train_here(Path(sys.argv[1]) if len(sys.argv) > 1 else TAUGHT)
