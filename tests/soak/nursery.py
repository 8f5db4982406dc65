"""Where the processes of a plant are born: it has loaded every library, and each of them is a copy of it.

Starting Python and loading libraries takes four seconds of a core, and a run kills and starts forty processes; how
they start is not what it is about. When whoever tests is gone, so are they all.
"""

from __future__ import annotations

import importlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.whole.running import ROOT

_LOADED = (
    "bot.cli", "bot.web", "bot.sandbox", "bot.starting", "bot.chatwoot", "bot.delivery", "bot.dialogue", "bot.exchange",
    "bot.insight", "bot.money_matters", "bot.notices", "bot.plan_ends", "bot.reminding", "bot.simulating",
)  # fmt: skip
"""Not `bot.roles`, which reads its ports from the environment when it is loaded."""


@dataclass(frozen=True)
class Child:
    pid: int

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def is_running(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def has_ended(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while self.is_running() and time.monotonic() < until:
            time.sleep(0.01)
        return not self.is_running()

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        assert self.has_ended(60)


class Nursery:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.nursery"], env={**environ, "PYTHONPATH": str(ROOT)}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def start(
        self, module: str, arguments: Sequence[str], environ: Mapping[str, str], folder: Path, log: Path
    ) -> Child:
        assert self._process.stdin is not None and self._process.stdout is not None
        asked = [module, list(arguments), dict(environ), str(folder), str(log)]
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        return Child(int(self._process.stdout.readline()))

    def close(self) -> None:
        """Whoever still runs is killed."""
        self._process.communicate()


def main() -> None:
    for name in _LOADED:
        importlib.import_module(name)
    assert "bot.roles" not in sys.modules
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who is dead is gone: nobody asks how it ended
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _live(*json.loads(line))
            return
        print(pid, flush=True)
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _live(module: str, arguments: list[str], environ: dict[str, str], folder: str, log: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(written, 1)
    os.dup2(written, 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    random.seed()
    sys.argv = [module, *arguments]
    importlib.import_module(module).main()


if __name__ == "__main__":
    main()
