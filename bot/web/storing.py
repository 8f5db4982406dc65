"""Whoever rings is answered within two seconds, whatever the bot does: stored, or a 503 that makes them ring again.

Webhooks have connections of their own. On SQLite, which has one writer at a time, all that wait are stored in one
transaction by one thread; each in a savepoint, so that none can spoil another's. On PostgreSQL each is on its own.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import structlog
from sqlalchemy.engine import Engine
from starlette.responses import JSONResponse, Response

from bot.core import DOORBELL, Session, is_outage, sibling, transaction

WITHIN = 1.8
"""Seconds in which a webhook is stored or given up."""
AT_ONCE, ENOUGH = 100, 0.3
"""How many are stored in one transaction at most, and after how many seconds it ends: then others get their turn."""
THREADS = 4
Store = Callable[[Session], object]
_Ring = tuple[Store, "Future[None]"]
_log = structlog.get_logger(__name__)


class NotStored(Exception):
    """Not within the time. Whoever rang must ring again; if it was stored after all, that changes nothing."""


class Doorbell:
    """`ring` from the event loop; its threads begin with the first ring and end with `close`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = sibling(engine, DOORBELL)
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._waiting: queue.SimpleQueue[_Ring | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    async def ring(self, store: Store) -> None:
        """Returns when it is committed. Raises NotStored, or what went wrong in `store` itself."""
        if not self._threads:
            self._start()
        answer: Future[None] = Future()
        self._waiting.put((store, answer))
        try:
            await asyncio.wait_for(asyncio.wrap_future(answer), WITHIN)
        except asyncio.TimeoutError:
            raise NotStored from None

    def close(self) -> None:
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join(timeout=WITHIN)
        self._threads = []
        self._engine.dispose()

    def _start(self) -> None:
        count = 1 if self._is_sqlite else THREADS
        self._threads = [threading.Thread(target=self._run, name="doorbell", daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def _run(self) -> None:
        batch: list[_Ring] = []
        while True:
            if not batch:
                first = self._waiting.get()
                if first is None:
                    return
                batch = [first]
            while self._is_sqlite and len(batch) < AT_ONCE and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    self._waiting.put(None)
                    break
                batch.append(following)
            batch = self._store(batch)

    def _store(self, batch: list[_Ring]) -> list[_Ring]:
        """Those that fail by themselves are told so; an outage is everybody's. Returns those it did not come to."""
        taken, failed = 0, dict[int, Exception]()
        try:
            with transaction(self._engine) as session:
                until = time.monotonic() + ENOUGH
                while taken < len(batch) and (taken == 0 or time.monotonic() < until):
                    store, answer = batch[taken]
                    taken += 1
                    if not answer.set_running_or_notify_cancel():
                        continue
                    try:
                        with session.begin_nested():
                            store(session)
                    except Exception as error:
                        if is_outage(error):
                            raise
                        failed[taken - 1] = error
        except Exception as error:
            _log.warning("webhooks_not_stored", count=len(batch), error=type(error).__name__)
            for _, answer in batch:
                if answer.running() or (not answer.cancelled() and answer.set_running_or_notify_cancel()):
                    answer.set_exception(NotStored(type(error).__name__))
            return []
        for place, (_, answer) in enumerate(batch[:taken]):
            if place in failed:
                answer.set_exception(failed[place])
            elif answer.running():
                answer.set_result(None)
        return batch[taken:]


def try_again() -> Response:
    return JSONResponse({"error": "it could not be stored at the moment: send it again"}, 503, {"Retry-After": "2"})
