"""The pages behind the links of a chat, on free loopback ports while it runs: ours, and the sandbox's to pay on."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from sqlalchemy.engine import Engine

from bot.core import Settings

LOOK = 0.3
"""Seconds between two looks for money that has arrived."""


def _bound() -> socket.socket:
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    return taken


@dataclass
class Pages:
    """The ports are taken at once, so that the links are known; `start` serves them."""

    _ours: socket.socket = field(default_factory=_bound)
    _doubles: socket.socket = field(default_factory=_bound)
    _servers: list[uvicorn.Server] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self._ours.getsockname()[1]}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self._doubles.getsockname()[1]}"

    def start(self, settings: Settings, database: Engine, remembers: Path) -> None:
        """`remembers` is the database of the doubles: not that of a demo that runs beside this."""
        from bot import starting, web

        port = self._ours.getsockname()[1]
        self._serve(web.server_config(settings, database, host="127.0.0.1", port=port), self._ours)
        doubles = uvicorn.Config(starting.sandbox_app(settings, remembers), ws="none", log_level="warning",
                                 timeout_graceful_shutdown=2)  # fmt: skip
        self._serve(doubles, self._doubles)
        self._run(lambda: self._follow_payments(settings, database))

    def stop(self) -> None:
        self._over.set()
        for server in self._servers:
            server.should_exit = True
        for thread in self._threads:
            thread.join(timeout=5)
        self._ours.close()
        self._doubles.close()

    def _serve(self, config: uvicorn.Config, at: socket.socket) -> None:
        server = uvicorn.Server(config)
        self._servers.append(server)
        self._run(lambda: server.run(sockets=[at]))

    def _run(self, work) -> None:  # type: ignore[no-untyped-def]
        self._threads.append(threading.Thread(target=work, daemon=True))
        self._threads[-1].start()

    def _follow_payments(self, settings: Settings, database: Engine) -> None:
        """The worker's part that a payment needs: the doorbell is answered, and the receipt written."""
        from bot import contact, payments, roles

        gateway = payments.StripeGateway(settings)
        how = contact.Sending(
            key="worker", role=settings.collection_role, time_zone=settings.time_zone, public_url=settings.public_url
        )  # fmt: skip
        job = roles.Job("events", lambda: payments.process_events(database, gateway, settings.clock, how))
        while not self._over.is_set():
            if not job.run():
                time.sleep(LOOK)
