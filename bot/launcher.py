"""`parley up`: all roles as processes of their own, restarted when they die, stopped together.

Any of them may be killed at any moment; what it was doing is in the database and is done after the restart.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot import roles
from bot.core import Settings

Say = Callable[[str], None]
LOGS = Path("var/log")
RESTART_AFTER = 1.0
READY_WITHIN = 180.0


@dataclass
class Role:
    name: str
    ready_url: str
    process: subprocess.Popen[bytes] | None = None
    died_at: float = field(default=0.0)

    def start(self) -> None:
        command = [sys.executable, "-m", "bot.cli", self.name]
        LOGS.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            # A group of its own: Ctrl-C reaches us, and we stop them in order.
            self.process = subprocess.Popen(command, start_new_session=True, stdout=log, stderr=log)

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


def up(settings: Settings, say: Say) -> None:
    """Runs until Ctrl-C or TERM. `say` prints a line."""
    parts = _roles(settings)
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.append(1))
    for role in parts:
        role.start()
    try:
        if _wait_until_ready(parts, say, stopping):
            say("ready")
        while not stopping:
            _keep_alive(parts, say)
            time.sleep(0.2)
    finally:
        _stop(parts)


def _roles(settings: Settings) -> list[Role]:
    known = [
        Role("web", f"http://127.0.0.1:{settings.web_health_port}/readyz"),
        Role("bot", f"http://127.0.0.1:{roles.BOT_PORT}/healthz"),
        Role("worker", f"http://127.0.0.1:{roles.WORKER_PORT}/healthz"),
    ]
    if settings.twilio.api_base or settings.stripe.api_base:
        known.insert(0, Role("sandbox", f"{settings.sandbox_url}/faults"))
    return known


def _port(url: str) -> int:
    return httpx.URL(url).port or 8000


def _wait_until_ready(parts: list[Role], say: Say, stopping: list[int]) -> bool:
    waiting = {role.name: role for role in parts}
    until = time.monotonic() + READY_WITHIN
    while waiting and not stopping and time.monotonic() < until:
        for name, role in list(waiting.items()):
            if _answers(role.ready_url):
                say(f"  {name} is ready")
                del waiting[name]
        _keep_alive(parts, say)
        time.sleep(0.3)
    for name in waiting:
        say(f"  {name} did not become ready; {waiting[name].log} says why")
    return not waiting


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).status_code < 500
    except httpx.HTTPError:
        return False


def _keep_alive(parts: list[Role], say: Say) -> None:
    for role in parts:
        if role.is_running():
            role.died_at = 0.0
        elif not role.died_at:
            role.died_at = time.monotonic()
            say(f"  {role.name} ended; it starts again ({role.log} may say why)")
        elif time.monotonic() - role.died_at > RESTART_AFTER:
            role.died_at = 0.0
            role.start()


def _stop(parts: list[Role]) -> None:
    for role in parts:
        if role.is_running() and role.process is not None:
            os.killpg(role.process.pid, signal.SIGTERM)
    for role in parts:
        if role.process is None:
            continue
        try:
            role.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(role.process.pid, signal.SIGKILL)
