"""All roles as processes on free ports and a database of their own, spoken to by HTTP alone."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
MARIA = "+15550100001"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Parley:
    """`kill` and `start` take the name of a role: sandbox, web, bot or worker."""

    def __init__(self, folder: Path) -> None:
        self.web = f"http://127.0.0.1:{free_port()}"
        self.sandbox = f"http://127.0.0.1:{free_port()}"
        self.database = folder / "parley.db"
        self.log = folder / "log.txt"
        self._ports = {"web": free_port(), "bot": free_port(), "worker": free_port()}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.environ = {
            **os.environ,
            "PARLEY_DATABASE_URL": f"sqlite:///{self.database}",
            "PARLEY_PUBLIC_URL": self.web,
            "PARLEY_SANDBOX_URL": self.sandbox,
            "PARLEY_WEB_HEALTH_PORT": str(self._ports["web"]),
            "PARLEY_BOT_PORT": str(self._ports["bot"]),
            "PARLEY_WORKER_PORT": str(self._ports["worker"]),
        }

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", *command], cwd=ROOT, env=self.environ, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, role: str) -> None:
        with self.log.open("ab") as log:
            self._processes[role] = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", role], cwd=ROOT, env=self.environ, stdout=log, stderr=log
            )

    def kill(self, role: str) -> None:
        """As hard as it gets: no chance to finish anything."""
        self._processes[role].send_signal(signal.SIGKILL)
        self._processes[role].wait()

    def stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()

    def wait_ready(self, seconds: float = 300) -> None:
        urls = [f"{self.web}/healthz", f"{self.sandbox}/faults"]
        urls += [f"http://127.0.0.1:{port}/readyz" for port in self._ports.values()]
        for url in urls:
            until(lambda url=url: _answers(url), seconds, f"{url} to answer; see {self.log}")

    def is_ready(self, role: str) -> bool:
        return _answers(f"http://127.0.0.1:{self._ports[role]}/healthz")

    # What a person does

    def sms(self, text: str, phone: str = MARIA) -> None:
        sent = httpx.post(f"{self.sandbox}/phone/{phone}/sms", json={"text": text}, timeout=20)
        assert sent.status_code < 300, sent.text

    def phone(self, phone: str = MARIA) -> list[dict[str, Any]]:
        return httpx.get(f"{self.sandbox}/phone/{phone}/messages", timeout=20).json()

    def received(self, phone: str = MARIA) -> list[str]:
        return [message["text"] for message in self.phone(phone) if message["direction"] == "in"]

    def ask(self, text: str, phone: str = MARIA, seconds: float = 20) -> str:
        """Write, and wait for the next message that arrives."""
        before = len(self.received(phone))
        self.sms(text, phone)
        until(lambda: len(self.received(phone)) > before, seconds, f"an answer to {text!r}")
        return self.received(phone)[before]

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10) as opened:
            return list(opened.execute(query, values))

    def has_sent(self, those: str) -> None:
        """All of those in the outbox are sent. The phone has a message a moment before the worker notes it."""
        states = f"SELECT DISTINCT state FROM outbox WHERE {those}"
        until(lambda: self.rows(states) == [("sent",)], 10, f"sent and nothing else where {those}")


@contextmanager
def parley(folder: Path) -> Iterator[Parley]:
    running = Parley(folder)
    running.run("train")
    running.run("migrate")
    running.run("demo")
    try:
        for role in ("sandbox", "web", "bot", "worker"):
            running.start(role)
        running.wait_ready()
        yield running
    finally:
        running.stop()


def until(true: Callable[[], Any], seconds: float, what: str) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := true():
                return found
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:.0f} seconds for {what}")


def _answers(url: str) -> bool:
    return httpx.get(url, timeout=2).status_code == 200
