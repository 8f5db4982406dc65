"""The roles that run for ever: bot and worker. Both poll tables; the tables are the truth.

On SQLite a poll is one pragma that says whether anybody committed; the tables are read only then, or twice a
second for what becomes due by time alone. What fails rests and is tried again; the role goes on.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

import structlog
from prometheus_client import Gauge
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

from bot import (
    chatwoot,
    contact,
    core,
    delivery,
    dialogue,
    due_by_law,
    exchange,
    file_fetching,
    handoff,
    identity,
    insight,
    money_matters,
    negotiation,
    notices,
    pager,
    payments,
    plan_ends,
    reminding,
    satisfaction,
    scores,
    unanswered,
)
from bot.channels import TIMEOUT, senders
from bot.core import Settings, health
from bot.dialogue.loop import Talker
from bot.simulating import Simulating

POLL, AT_LEAST, LOOK_BESIDE = 0.02, 0.5, 0.2
"""Seconds between two looks, and how long nothing is looked at when nothing was committed."""
BREATHER = 0.01
"""After each commit on SQLite: long enough for everybody who waits to have looked."""
SLOW_JOBS, CODE_JOBS, SEAL_EVERY, ASSIGN_EVERY, LONGEST_REST = 60.0, 10.0, 1.0, 2.0, 30.0
FIGURES_EVERY = 2.0
"""Between two days that are counted: a year of the past takes a quarter of an hour, and nobody waits for it."""
LEASE = float(os.environ.get("PARLEY_LEASE_SECONDS", contact.outbox.LEASE.total_seconds()))
"""For how long a message that is being sent belongs to its worker; a call to a provider ends within two thirds."""
LATELY = timedelta(days=1)
"""How far back a job looks that looked at everything at the start."""
BOT_PORT = int(os.environ.get("PARLEY_BOT_PORT", "8001"))
WORKER_PORT = int(os.environ.get("PARLEY_WORKER_PORT", "8002"))
"""Where health and metrics are served."""
AWAY = Gauge("parley_provider_away_seconds", "For how long a provider has not done what it was asked", ("circuit",))
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
    engine = dialogue.load_engine(model, without_tensorflow=True)
    health.serve(BOT_PORT, _checks(settings, database))
    answer_all(stop, settings, database, engine, underway)


def answer_all(stop: Stop, settings: Settings, database: Engine, talker: Talker, underway: dialogue.Underway) -> None:
    """The bot without its model: `talker` is what runs the conversation."""

    def count_death() -> int:
        dialogue.count_death(database, settings, underway)
        return 0

    def answer() -> int:
        return int(dialogue.take_one(database, talker, settings, underway, gathering=gathering))

    gathering, counting = dialogue.Gathering(), Job("count_death", count_death)
    while not stop.asked and counting.failures != 0:  # it waits for the database as every job does
        counting.run()
        time.sleep(POLL)
    _log.info("bot_ready")
    _loop(stop, database, [Job("answer", answer)], settings.clock)


def run_worker(settings: Settings, database: Engine) -> None:
    """Sends, settles what is uncertain, seals the log of facts, and follows what Stripe knows."""
    stop = Stop()
    by_channel = senders(settings, min(TIMEOUT, LEASE / 3))
    gateway = payments.StripeGateway(settings)
    how = contact.Sending(
        key="worker", role=settings.collection_role, time_zone=settings.time_zone, company=settings.company,
        licence_ca=settings.licence_ca, public_url=settings.public_url,
        templates=frozenset(settings.twilio.templates),
    )  # fmt: skip
    worker = core.new_id("wrk")
    postman = delivery.Postman(database, by_channel, settings, worker, timedelta(seconds=LEASE))
    health.serve(WORKER_PORT, _checks(settings, database))
    starts, everything, all_codes = iter([True]), iter([True]), iter([True])

    def reconcile() -> int:
        now, at_start = settings.clock.now(), next(starts, False)
        payments.reconcile(database, gateway, now, how, at_start=at_start)
        payments.finding_out.find_out(database, gateway, now, how, at_start=at_start)
        payments.mandates.look_again(database, gateway, now)
        payments.mandates.forget_ended(database, gateway, now)
        return 0

    def take_due() -> int:
        """What is due by itself is told of first; what a bank said to it is answered at once."""
        now = settings.clock.now()
        payments.autopay.work(database, settings, now)
        payments.charging.take_due(database, gateway, now, how)
        payments.autopay.work(database, settings, now)
        return 0

    def forget_links() -> int:
        lately = None if next(everything, False) else LATELY
        with core.transaction(database) as session:
            contact.forget_links(session, settings.clock.now(), lately=lately)
        return 0

    def forget_codes() -> int:
        lately = None if next(all_codes, False) else LATELY
        with core.transaction(database) as session:
            contact.forget_codes(session, settings.clock.now(), lately=lately)
        return 0

    def forget_files() -> int:
        with core.transaction(database) as session:
            exchange.files.forget_old(session, settings.clock.now())
        return 0

    _beside(stop, Job("scores", lambda: scores.work(database, settings), every=SLOW_JOBS))
    if settings.chatwoot is not None:
        mirror = chatwoot.Mirror(database, settings, chatwoot.Client(settings.chatwoot))
        _beside(stop, Job("chatwoot", mirror.work, every=SEAL_EVERY))
    _loop(stop, database, [
        Job("scheduled", lambda: handoff.send_scheduled(database, settings)),
        Job("long_waits", lambda: handoff.tell_of_long_waits(database, settings), every=CODE_JOBS),
        Job("answers", lambda: handoff.tell_of_answers(database, settings), every=CODE_JOBS),
        Job("assign", lambda: handoff.assign(database, settings), every=ASSIGN_EVERY),
        Job("deliver", postman.deliver),
        Job("page", lambda: pager.page(database, settings)),
        Job("settle", postman.settle),
        Job("bury", postman.bury),
        Job("files", lambda: file_fetching.work(database, settings)),
        Job("events", lambda: payments.process_events(database, gateway, settings.clock, how)),
        Job("seal", lambda: _seal(database), every=SEAL_EVERY),
        Job("show", lambda: _show_providers(database, settings.clock.now()), every=SEAL_EVERY),
        Job("reconcile", reconcile, every=SLOW_JOBS),
        Job("balance", lambda: payments.nightly.look(database, gateway, settings.clock.now(), how) and 0, every=SLOW_JOBS),
        Job("links", forget_links, every=SLOW_JOBS),
        Job("codes", forget_codes, every=CODE_JOBS),
        Job("refunds", lambda: payments.send_refunds(database, gateway, settings.clock.now(), how) and 0, every=CODE_JOBS),
        Job("saved cards", take_due, every=CODE_JOBS),
        Job("money matters", lambda: money_matters.tell(database, settings) and 0, every=CODE_JOBS),
        Job("agreements", lambda: negotiation.keep_agreements(database, settings.clock, waits=payments.may_come) and 0, every=SLOW_JOBS),
        Job("notices", lambda: notices.work(database, settings) and 0, every=SLOW_JOBS),
        Job("due by law", lambda: due_by_law.work(database, settings) and 0, every=SLOW_JOBS),
        Job("simulations", Simulating(database, settings).look, every=SEAL_EVERY),
        Job("reminders", lambda: reminding.remind(database, settings) and 0, every=SLOW_JOBS),
        Job("figures", lambda: insight.work(database, settings) and 0, every=FIGURES_EVERY),
        Job("experiment", lambda: insight.watch(database, settings), every=CODE_JOBS),
        Job("accounts in", exchange.Intake(database, settings).work),
        Job("proofs", lambda: identity.strengthen(database)),
        Job("news", lambda: exchange.webhooks.collect(database, settings.clock.now()), every=SEAL_EVERY),
        Job("tell", lambda: exchange.webhooks.deliver(database, settings)),
        Job("old files", forget_files, every=SLOW_JOBS),
        Job("satisfaction", lambda: satisfaction.ask(database, settings) and 0, every=5 * SLOW_JOBS),
        Job("unanswered", lambda: unanswered.look(database, settings) and 0, every=SLOW_JOBS),
        Job("plan ends", lambda: plan_ends.tell(database, settings) and 0, every=SLOW_JOBS),
    ], settings.clock)  # fmt: skip


@dataclass
class Job:
    """One of the things that a role does over and over. It fails alone: the others go on, and it rests longer and longer.

    `work` returns how much it did; when it did something it is asked again at once, unless it is only done `every` so
    many seconds.
    """

    name: str
    work: Callable[[], int]
    every: float = 0.0
    failures: int = -1
    """In a row; -1 before the first time."""
    next_at: float = 0.0

    def run(self) -> int:
        if time.monotonic() < self.next_at:
            return 0
        try:
            done = self.work()
        except Exception as error:
            self._failed(error)
            return 0
        self.failures, self.next_at = 0, time.monotonic() + self.every
        return 0 if self.every else done

    def _failed(self, error: Exception) -> None:
        self.failures = max(self.failures, 0) + 1
        self.next_at = time.monotonic() + max(self.every, min(2.0 ** (self.failures - 2), LONGEST_REST))
        if core.is_outage(error):
            _log.warning("outage", job=self.name, error=str(getattr(error, "orig", error)).strip())
        else:
            _log.error("job_failed", job=self.name, exc_info=True)


def _loop(stop: Stop, database: Engine, jobs: Sequence[Job], clock: core.Clock) -> None:
    """Works while there is work; waits for a commit, or a little while, when there is none."""
    waiting, looked, ahead = Watch(database), 0.0, clock.by_hand
    while not stop.asked:
        if clock.by_hand != ahead:
            ahead = clock.by_hand
            for job in jobs:
                job.next_at = 0.0  # what is done once a minute is due at once after "30 days later"
        if waiting.is_news() or time.monotonic() - looked >= AT_LEAST:
            looked = time.monotonic()
            # After each commit the others get their turn: SQLite has one writer at a time, and no queue.
            while not stop.asked and _work(jobs):
                time.sleep(waiting.breather)
        time.sleep(POLL)


def _beside(stop: Stop, job: Job) -> None:
    """In a thread of its own: what waits for somebody else's server or reckons for long, and is in no hurry."""

    def work() -> None:
        while not stop.asked:
            job.run()
            time.sleep(LOOK_BESIDE)

    threading.Thread(target=work, name=job.name, daemon=True).start()


def _work(jobs: Sequence[Job]) -> int:
    """One round of all of them."""
    return sum([job.run() for job in jobs])


class Watch:
    """Tells whether anybody has committed; on SQLite by one pragma, on PostgreSQL always yes."""

    def __init__(self, database: Engine) -> None:
        self._database = database
        self._is_sqlite = database.dialect.name == "sqlite"
        self.breather = BREATHER if self._is_sqlite else 0.0
        self._seen, self._connection = -1, None if not self._is_sqlite else self._connect()

    def _connect(self) -> Connection:
        return self._database.connect().execution_options(parley_reading=True)

    def is_news(self) -> bool:
        if self._connection is None:
            return True
        try:
            with self._connection.begin():
                current = core.changes(self._connection)
        except OperationalError as error:
            _log.warning("database_not_reached", error=str(error.orig))
            return True
        seen, self._seen = self._seen, current
        return current != seen


def _seal(database: Engine) -> int:
    with core.reading(database) as session:
        waiting = core.sealed(session).waiting
    while waiting > 0:
        with core.transaction(database) as session:
            done = core.seal(session)
        waiting = waiting - done if done else 0
    return 0


def _show_providers(database: Engine, now: datetime) -> int:
    """Into the figures; the queue of the desk and `doctor` read the same rows."""
    with core.reading(database) as session:
        away = contact.circuit.open_ones(session)
    AWAY.clear()
    for each in away:
        AWAY.labels(each.name).set(max(0.0, (now - each.since).total_seconds()))
    return 0


def _checks(settings: Settings, database: Engine) -> dict[str, health.Check]:
    return {
        "database": lambda: _database_problem(database),
        "disk": lambda: health.disk_problem(settings.data_folder, settings.least_free_mb),
    }


def _database_problem(database: Engine) -> str | None:
    try:
        with core.reading(database) as session:
            session.exec_driver_sql("SELECT 1")
    except OperationalError as error:
        return str(error.orig)
    return None
