"""The roles that run for ever: bot and worker. Both poll tables; the tables are the truth.

On SQLite a poll is one pragma that says whether anybody committed; the tables are read only then, or twice a
second for what becomes due by time alone.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from bot import contact, core, delivery, dialogue, negotiation, pager, payments, plan_ends
from bot.channels import senders
from bot.core import Settings, health

POLL, AT_LEAST = 0.02, 0.5
"""Seconds between two looks, and how long nothing is looked at when nothing was committed."""
SLOW_JOBS = 60.0
BOT_PORT = int(os.environ.get("PARLEY_BOT_PORT", "8001"))
WORKER_PORT = int(os.environ.get("PARLEY_WORKER_PORT", "8002"))
"""Where health and metrics are served."""
_log = structlog.get_logger()


class Stop:
    """Set by Ctrl-C and TERM: the step that runs is finished, then the role ends."""

    def __init__(self) -> None:
        self.asked = False
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def run_bot(settings: Settings, database: Engine, model: str) -> None:
    """Loads the model and answers until it is told to stop."""
    stop = Stop()
    underway = dialogue.Underway(Path(f"var/bot-{BOT_PORT}.underway"))
    dialogue.count_death(database, settings, underway)
    engine = dialogue.load_engine(model, without_tensorflow=True)
    health.serve(BOT_PORT, {"database": lambda: _database_problem(database)})
    _log.info("bot_ready", model=model)
    _loop(stop, database, lambda: dialogue.take_one(database, engine, settings, underway))


def run_worker(settings: Settings, database: Engine) -> None:
    """Sends, settles what is uncertain, and follows what Stripe knows."""
    stop = Stop()
    by_channel = senders(settings)
    gateway = payments.StripeGateway(settings)
    how = contact.Sending(
        key="worker", role=settings.collection_role, time_zone=settings.time_zone, company=settings.company,
        licence_ca=settings.licence_ca,
    )  # fmt: skip
    worker = core.new_id("wrk")
    health.serve(WORKER_PORT, {"database": lambda: _database_problem(database)})
    slow_at = 0.0

    def step() -> bool:
        nonlocal slow_at
        done = delivery.deliver(database, by_channel, settings, worker)
        done += pager.page(database, settings)
        done += payments.process_events(database, gateway, settings.clock, how)
        done += delivery.settle_uncertain(database, by_channel, settings)
        if time.monotonic() >= slow_at:
            payments.reconcile(database, gateway, settings.clock.now(), how, at_start=slow_at == 0.0)
            negotiation.keep_agreements(database, settings.clock)
            plan_ends.tell(database, settings)
            slow_at = time.monotonic() + SLOW_JOBS
        return bool(done)

    _loop(stop, database, step)


def _loop(stop: Stop, database: Engine, step: Callable[[], bool]) -> None:
    """Steps while there is work; waits for a commit, or a little while, when there is none."""
    with database.connect().execution_options(parley_reading=True) as watching:
        seen = -1
        looked = 0.0
        while not stop.asked:
            try:
                with watching.begin():
                    current = core.changes(watching)
                due = time.monotonic() - looked >= AT_LEAST
                if current != seen or due or current == 0:
                    seen, looked = current, time.monotonic()
                    while not stop.asked and step():
                        pass
            except OperationalError as error:
                _log.warning("database_not_reached", error=str(error.orig))
                time.sleep(1)
            time.sleep(POLL)


def _database_problem(database: Engine) -> str | None:
    try:
        with core.reading(database) as session:
            session.exec_driver_sql("SELECT 1")
    except OperationalError as error:
        return str(error.orig)
    return None
