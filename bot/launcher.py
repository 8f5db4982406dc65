"""`parley up`: all roles as processes of their own, restarted when they die, stopped together.

Any of them may be killed at any moment; what it was doing is in the database and is done after the restart. One that
dies again and again is stopped with its last words: there is something that a person has to mend.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot import family, log_files, ports, roles
from bot.core import Settings
from bot.family import CannotStart

Say = Callable[[str], None]
LOGS = Path("var/log")
RESTART_AFTER = 1.0
READY_WITHIN = 180.0
DEATHS, DEATHS_WITHIN = 5, 60.0
"""So many deaths within so many seconds are enough."""
ROTATE_EVERY = 5.0


@dataclass
class Role:
    """`ports` are what it serves on, each with the setting that moves it."""

    name: str
    ready_url: str
    ports: Sequence[tuple[int, str]] = ()
    command: Sequence[str] = ()
    process: subprocess.Popen[bytes] | None = None
    died_at: float = 0.0
    deaths: list[float] = field(default_factory=list)
    given_up: bool = False

    def start(self) -> None:
        command = self.command or [sys.executable, "-m", "bot.cli", self.name]
        environ = {**os.environ, family.PARENT: str(os.getpid())}
        LOGS.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            # A group of its own: Ctrl-C reaches us, and we stop them in order.
            self.process = subprocess.Popen(command, start_new_session=True, stdout=log, stderr=log, env=environ)

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def dies_too_often(self, now: float) -> bool:
        """Counts a death. `now` in seconds of a clock that never goes back."""
        self.deaths = [*(at for at in self.deaths if now - at < DEATHS_WITHIN), now]
        return len(self.deaths) >= DEATHS


def known_roles(settings: Settings) -> list[Role]:
    here = "http://127.0.0.1"
    health = settings.web_health_port
    found = [
        Role("web", f"{here}:{health}/readyz", ((port_of(settings.public_url), "PARLEY_PUBLIC_URL"),
                                                (health, "PARLEY_WEB_HEALTH_PORT"))),
        Role("bot", f"{here}:{roles.BOT_PORT}/healthz", ((roles.BOT_PORT, "PARLEY_BOT_PORT"),)),
        Role("worker", f"{here}:{roles.WORKER_PORT}/healthz", ((roles.WORKER_PORT, "PARLEY_WORKER_PORT"),)),
    ]  # fmt: skip
    if settings.twilio.api_base or settings.stripe.api_base or settings.telegram.api_base:
        doubles = [(port_of(settings.sandbox_url, 8010), "PARLEY_SANDBOX_URL")]
        if settings.smtp is not None and settings.smtp.is_double:
            doubles.append((settings.smtp.port, "PARLEY_SANDBOX_URL"))
        found.insert(0, Role("sandbox", f"{settings.sandbox_url}/faults", doubles))
    return found


def check_ports(parts: Sequence[Role]) -> None:
    """Raises CannotStart with every port that somebody else has."""
    taken = [(role, port, moved_by) for role in parts for port, moved_by in role.ports if not ports.is_free(port)]
    if taken:
        raise CannotStart(
            *(
                f"Port {port}, for {role.name}, is taken by {ports.holder(port)}. "
                f"End that, or choose another port with {moved_by}."
                for role, port, moved_by in taken
            )
        )


def up(parts: Sequence[Role], say: Say) -> None:
    """Runs until Ctrl-C or TERM, or until no role is left that lives. `say` prints a line."""
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.append(1))
    for role in parts:
        role.start()
    rotated = 0.0
    try:
        if _wait_until_ready(parts, say, stopping):
            say("ready")
        while not stopping and not all(role.given_up for role in parts):
            keep_alive(parts, say)
            if time.monotonic() - rotated > ROTATE_EVERY:
                rotated = time.monotonic()
                for role in parts:
                    log_files.rotate(role.log)
            time.sleep(0.2)
    finally:
        _stop(parts)


def port_of(url: str, default: int = 8000) -> int:
    return httpx.URL(url).port or default


def _wait_until_ready(parts: Sequence[Role], say: Say, stopping: list[int]) -> bool:
    waiting = {role.name: role for role in parts}
    until = time.monotonic() + READY_WITHIN
    while any(not role.given_up for role in waiting.values()) and not stopping and time.monotonic() < until:
        for name, role in list(waiting.items()):
            if _answers(role.ready_url):
                say(f"  {name} is ready")
                del waiting[name]
        keep_alive(parts, say)
        time.sleep(0.3)
    for name in waiting:
        say(f"  {name} did not become ready; {waiting[name].log} says why")
    return not waiting


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).status_code < 500
    except httpx.HTTPError:
        return False


def keep_alive(parts: Sequence[Role], say: Say) -> None:
    """Starts again what has died, a moment later, unless it dies too often."""
    for role in parts:
        if role.given_up or role.is_running():
            continue
        now = time.monotonic()
        if role.died_at and now - role.died_at > RESTART_AFTER:
            role.died_at = 0.0
            role.start()
        elif not role.died_at:
            role.died_at = now
            _say_it_died(role, say, now)


def _say_it_died(role: Role, say: Say, now: float) -> None:
    how = _ending(role.process)
    if not role.dies_too_often(now):
        say(f"  {role.name} ended ({how}); it starts again ({role.log} may say why)")
        return
    role.given_up = True
    say(f"  {role.name} ended {DEATHS} times within a minute ({how}) and is not started again. It said last:")
    for line in log_files.last_lines(role.log) or ["nothing"]:
        say(f"    {line[:300]}")
    say("  When that is mended, stop this with Ctrl-C and start it again. `parley doctor` may know more.")


def _ending(process: subprocess.Popen[bytes] | None) -> str:
    code = process.returncode if process is not None else None
    if code is None:
        return "it never started"
    return f"by signal {-code}" if code < 0 else f"exit code {code}"


def _stop(parts: Sequence[Role]) -> None:
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
