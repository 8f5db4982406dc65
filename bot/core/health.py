"""Health of a process that serves nobody: a loopback port that says whether it lives, is ready, and its figures.

For roles without a web server. A check answers None when all is well and a sentence when it is not; a check that
raises is a problem like any other.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

Check = Callable[[], "str | None"]
_log = structlog.get_logger()
LONGEST_LOOK = 5.0
"""Seconds that one look waits for the one before it."""
_TEXT, _JSON = "text/plain; charset=utf-8", "application/json"


class HealthServer(ThreadingHTTPServer):
    """Stop it with `shutdown()`. `port` is the one that it got when 0 was asked for."""

    daemon_threads = True
    checks: Mapping[str, Check] = {}
    registry: CollectorRegistry = REGISTRY
    refresh: Callable[[], None] | None = None

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._looking = Lock()

    def not_ready(self) -> dict[str, str]:
        """One look at a time: on a busy machine, looks of those who have hung up would make the next one later still."""
        if not self._looking.acquire(timeout=LONGEST_LOOK):
            return {"readiness": "the look before this one is not over"}
        try:
            return problems(self.checks)
        finally:
            self._looking.release()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked and hung up leaves one line, and any other failure too."""
        _log.warning("health_not_told", error=type(sys.exc_info()[1]).__name__)


def serve(
    port: int,
    checks: Mapping[str, Check],
    *,
    registry: CollectorRegistry = REGISTRY,
    host: str = "127.0.0.1",
    refresh: Callable[[], None] | None = None,
) -> HealthServer:
    """Answers `/healthz`, `/readyz` and `/metrics` from a thread of its own. Raises OSError when the port is taken.

    `refresh` brings the figures up to date before they are told.
    """
    server = HealthServer((host, port), _Handler)
    server.checks, server.registry, server.refresh = checks, registry, refresh
    Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def problems(checks: Mapping[str, Check]) -> dict[str, str]:
    """What is wrong, by the name of the check."""
    found = {name: _asked(check) for name, check in checks.items()}
    return {name: problem for name, problem in found.items() if problem is not None}


def disk_problem(folder: Path, least_mb: int) -> str | None:
    """None while there is room; a full disk stops every message, so it is said before."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    free = shutil.disk_usage(there).free // 2**20
    return None if free >= least_mb else f"{free} MB are free at {there}, expected {least_mb} MB or more"


def _asked(check: Check) -> str | None:
    try:
        return check()
    except Exception as error:
        return f"the check failed: {type(error).__name__}"


class _Handler(BaseHTTPRequestHandler):
    server: HealthServer
    timeout = 5

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._answer(200, _TEXT, b"ok")
        elif self.path == "/readyz":
            found = self.server.not_ready()
            self._answer(503 if found else 200, _JSON, json.dumps({"ready": not found, "problems": found}).encode())
        elif self.path == "/metrics":
            self._metrics()
        else:
            self._answer(404, _TEXT, b"there is /healthz, /readyz and /metrics")

    def _metrics(self) -> None:
        try:
            if self.server.refresh is not None:
                self.server.refresh()
        except Exception as error:
            self._answer(503, _TEXT, f"the figures cannot be read: {type(error).__name__}".encode())
            return
        self._answer(200, CONTENT_TYPE_LATEST, generate_latest(self.server.registry))

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Whoever asks every few seconds is not news."""
