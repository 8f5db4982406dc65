"""Simulations that a manager asked for run in a process of their own, so that nothing waits for them."""

from __future__ import annotations

import os
import subprocess
import sys

from sqlalchemy.engine import Engine

from bot import core, family, negotiation
from bot.core import Settings

COMMAND = (sys.executable, "-m", "bot.cli", "policy", "simulate-asked")


class Simulating:
    """Begins one process when there is something to do and none runs."""

    def __init__(self, database: Engine, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._running: subprocess.Popen[bytes] | None = None

    def look(self) -> int:
        if self._running is not None and self._running.poll() is None:
            return 0
        with core.reading(self._database) as session:
            waits = negotiation.simulations.waiting(session, self._settings.clock.now()) is not None
        self._running = _begin() if waits else None
        return 0


def _begin() -> subprocess.Popen[bytes]:
    """It follows this process: with the parent that `parley up` gave to us it would take itself for an orphan and end."""
    environ = {**os.environ, family.PARENT: str(os.getpid())}
    return subprocess.Popen(COMMAND, stdin=subprocess.DEVNULL, env=environ)
