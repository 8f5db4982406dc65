"""Whatever is killed, frozen, away, locked or full: each message is answered once, in order, and soon.

The scenarios are seeded; kills are aimed at the middle of a turn and of a call. Each prints what was lost, doubled
and out of order, which must be nothing, and the worst wait. `make soak` runs them for long, `make test` in short.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from bot import core
from tests.conftest import HAS_POSTGRES
from tests.soak import disks
from tests.soak.plant import BOTS, LATE_AFTER, LEASE_SECONDS, WORKERS, Plant, plant
from tests.whole.running import until

AHEAD = 3
Scenario = Callable[[Plant, random.Random, float], None]


def killed_in_turns_and_calls(box: Plant, chance: random.Random, scale: float) -> None:
    box.faults(answer_delay_ms=120)
    for _ in range(round(4 * scale)):
        victim = chance.choice(BOTS)
        if box.aim(lambda victim=victim: box.is_in_turn(victim)):
            time.sleep(chance.uniform(0, 0.05))
        box.kill(victim)
        box.start(victim)
        if box.aim(box.is_sending):
            time.sleep(chance.uniform(0, 0.12))
        victim = chance.choice(WORKERS)
        box.kill(victim)
        box.start(victim)
        box.wait_ready(victim)
    box.faults()


def web_killed(box: Plant, chance: random.Random, scale: float) -> None:
    for _ in range(round(2 * scale)):
        time.sleep(chance.uniform(0.2, 1.0))
        box.kill("web")
        box.start("web")
        box.wait_ready("web")


def frozen_in_the_middle(box: Plant, chance: random.Random, scale: float) -> None:
    """A bot in its turn, a worker in its calls for longer than its lease."""
    box.faults(answer_delay_ms=120)
    bot, worker = chance.choice(BOTS), chance.choice(WORKERS)
    box.aim(lambda: box.is_in_turn(bot))
    box.freeze(bot)
    box.aim(box.is_sending)
    box.freeze(worker)
    time.sleep(max(2 * LEASE_SECONDS, 6 * scale) if box.kind == "postgresql" else 2 * LEASE_SECONDS)
    box.thaw(worker)
    box.thaw(bot)
    box.faults()


def provider_away(box: Plant, chance: random.Random, scale: float) -> None:
    """Too many requests, errors, pages of a proxy, answers that are lost, and then nobody there."""
    kinds = [(429, False), (503, False), (500, False), (502, True)]
    chance.shuffle(kinds)
    for status, html in kinds:
        box.faults(error={"status": status, "html": html, "times": 100_000})
        time.sleep(1.2 * scale)
    box.faults(timeout_after_success={"times": 4, "hang_ms": 1500})
    time.sleep(1.0 * scale)
    if scale >= 1:
        box.kill("sandbox")
        time.sleep(1.0 * scale)
        box.start("sandbox")
        box.wait_ready("sandbox")
    box.faults()


def lists_fail(box: Plant, chance: random.Random, scale: float) -> None:
    """And what is uncertain cannot be looked up."""
    box.faults(answer_delay_ms=150, error={"status": chance.choice((500, 503)), "html": True, "times": 10_000,
                                           "calls": "list"})  # fmt: skip
    for worker in WORKERS if scale >= 1 else WORKERS[:1]:
        box.aim(box.is_sending)
        box.kill(worker)
        box.start(worker)
    box.wait_ready(*WORKERS)
    time.sleep(2.0 * scale)
    assert all(box.is_running(worker) for worker in WORKERS), "a list that fails ends no worker"
    box.faults()


def clocks_differ(box: Plant, chance: random.Random, scale: float) -> None:
    """Web, one bot and one worker are minutes ahead or behind, the others are set back by an hour while they work."""
    shifts = (("web", "+2m"), ("bot1", "-3m"), ("worker1", "+3m"), ("bot2", "-1h"), ("worker2", "-1h"))
    for name, shift in shifts:
        box.kill(name)
        box.start(name, PARLEY_CLOCK=shift)
        time.sleep(0.5 * scale)
    box.wait_ready("web", *BOTS, *WORKERS)
    time.sleep(2.0 * scale)


def database_locked(box: Plant, chance: random.Random, scale: float) -> None:
    with core.transaction(box.database) as session:
        if box.kind == "postgresql":
            session.execute(sa.text("LOCK TABLE inbox, outbox, conversations IN EXCLUSIVE MODE"))
        time.sleep(2.0 * scale)


def connections_cut(box: Plant, chance: random.Random, scale: float) -> None:
    if box.kind == "sqlite":
        return
    for _ in range(round(4 * scale)):
        time.sleep(chance.uniform(0.1, 0.6))
        box.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = :name AND pid <> pg_backend_pid()",
            name=box.name,
        )


def database_stopped(box: Plant, chance: random.Random, scale: float) -> None:
    """The server of the database is gone, again and again, and comes back."""
    if box.wire is None:
        return
    for _ in range(2):
        box.wire.cut()
        time.sleep(chance.uniform(1.0, 2.0) * scale)
        box.wire.mend()
        time.sleep(1.0 * scale)
    assert all(box.is_running(name) for name in box.processes), "a database that is gone ends no process"


def disk_full(box: Plant, chance: random.Random, scale: float) -> None:
    """Where the database has a small disk of its own; see `disks`. Nothing else is on it but traces of turns."""
    if not box.disk.is_mount():
        return
    for _ in range(2):
        ballast = disks.fill(box.disk)
        time.sleep(chance.uniform(1.0, 2.0) * scale)
        ballast.unlink()
        time.sleep(1.0 * scale)
    assert all(box.is_running(name) for name in box.processes), "a full disk ends no process"


ALL: tuple[Scenario, ...] = (
    killed_in_turns_and_calls, web_killed, frozen_in_the_middle, provider_away, lists_fail, clocks_differ,
    database_locked, connections_cut, database_stopped, disk_full,
)  # fmt: skip
ONLY_ON = {connections_cut: "postgresql", database_stopped: "postgresql"}
KINDS = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.skipif(not HAS_POSTGRES, reason="PostgreSQL is not reachable")),
]


@pytest.mark.xdist_group("whole")
@pytest.mark.parametrize("kind", KINDS)
def test_in_short_nothing_is_lost_doubled_or_out_of_order(tmp_path: Path, kind: str) -> None:
    """Half of the troubles on each database: starting processes is what takes the time."""
    on_sqlite = (killed_in_turns_and_calls, database_locked)
    chosen = on_sqlite if kind == "sqlite" else (frozen_in_the_middle, provider_away)
    _run(tmp_path, kind, chosen, people=5, seed=1, scale=0.25)


BY_CHANCE = (killed_in_turns_and_calls, frozen_in_the_middle, connections_cut)
"""What they hit, and when, is another thing with each seed; the others do the same to everybody, and once is enough."""
SEEDED = [
    pytest.param(scenario, seed, id=f"{scenario.__name__}-{seed}")
    for scenario in ALL
    for seed in ((1, 2, 3) if scenario in BY_CHANCE else (1,))
]


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("scenario", "seed"), SEEDED)
def test_one_kind_of_trouble_for_long(tmp_path: Path, kind: str, scenario: Scenario, seed: int) -> None:
    if ONLY_ON.get(scenario, kind) != kind:
        pytest.skip(f"this can only happen to {ONLY_ON[scenario]}, or be done to it here")
    with disks.small_disk(kind) if scenario is disk_full else nullcontext((None, "")) as (disk, tablespace):
        _run(tmp_path, kind, (scenario,), disk, tablespace, people=20, seed=seed, scale=5.0, late_after=120)


@pytest.mark.soak
@pytest.mark.xdist_group("whole")
@pytest.mark.parametrize("kind", KINDS)
def test_in_short_a_full_disk_loses_nothing(tmp_path: Path, kind: str) -> None:
    with disks.small_disk(kind) as (disk, tablespace):
        _run(tmp_path, kind, (disk_full,), disk, tablespace, people=10, seed=1, scale=2.0)


@pytest.mark.soak
def test_the_provider_is_away_for_ten_minutes(tmp_path: Path) -> None:
    """On both databases at once, since nearly nothing happens. In its second half it does not say what it did, and can
    be asked.
    """

    def away(box: Plant, chance: random.Random, scale: float) -> None:
        box.faults(error={"status": 503, "html": True, "times": 10**9})
        time.sleep(300)
        box.faults(error={"status": 500, "times": 10**9, "calls": "send"})
        time.sleep(300)
        box.faults()

    def run(kind: str) -> None:
        folder = tmp_path / kind
        folder.mkdir()
        _run(folder, kind, (away,), people=10, seed=1, scale=1.0, pause=20, late_after=690)

    with ThreadPoolExecutor() as both:
        list(both.map(run, ["sqlite", "postgresql"] if HAS_POSTGRES else ["sqlite"]))


def _run(
    folder: Path,
    kind: str,
    scenarios: tuple[Scenario, ...],
    disk: Path | None = None,
    tablespace: str = "",
    *,
    people: int,
    seed: int,
    scale: float,
    pause: float = 0.5,
    late_after: float = LATE_AFTER,
) -> None:
    """Nothing is lost, doubled, late or out of order."""
    chance = random.Random(seed)
    with plant(folder, kind, disk, tablespace) as box:
        _unsure_about_the_same_words(box)
        with _people_writing(box, people, seed, pause):
            for scenario in scenarios:
                scenario(box, chance, scale)
        box.settle(90)
        counted = box.count(late_after)
        print(f"\n{kind}, seed {seed}, {', '.join(each.__name__ for each in scenarios)}: {counted}")
        with core.reading(box.database) as session:
            assert list(core.verify(session)) == [], "the log of facts is whole"
    assert (counted.lost, counted.doubled, counted.late, counted.out_of_order) == (0, 0, 0, 0), counted


def _unsure_about_the_same_words(box: Plant) -> None:
    """Somebody's second answer has the words of their first, and is refused by a 500: it was not sent, and nobody knows.
    Twilio has the first, under an id that is taken. While nobody else writes, the 500 is theirs.
    """
    phone = "+15550109999"
    box.write(phone, "same 1")
    until(lambda: box.unanswered(phone) == 0, 60, "the first answer")
    box.faults(error={"status": 500, "times": 1, "calls": "send"})
    box.write(phone, "same 2")
    until(lambda: box.is_unsure(phone), 60, "a message of which nobody knows")
    until(lambda: box.unanswered(phone) == 0, 60, "the second answer: it was not sent, and is sent now")


@contextmanager
def _people_writing(box: Plant, people: int, seed: int, pause: float) -> Iterator[None]:
    """Each on their own phone, up to three messages ahead of the answers, until the trouble is over."""
    over = threading.Event()

    def one(number: int) -> None:
        chance = random.Random(f"{seed}:{number}")
        phone, line = f"+1555010{number:04}", 0
        while not over.is_set():
            line += 1
            try:
                if box.unanswered(phone) >= AHEAD:
                    raise TimeoutError
                box.write(phone, chance.choice((f"new {line}", f"same {line}")))
            except (httpx.HTTPError, TimeoutError):  # nothing was written, and they try again
                line -= 1
            over.wait(chance.uniform(0.5, 1.5) * pause)

    writers = [threading.Thread(target=one, args=(number,), daemon=True) for number in range(people)]
    for writer in writers:
        writer.start()
    try:
        yield
    finally:
        over.set()
        for writer in writers:
            writer.join(timeout=30)
