"""`parley up`: it refuses what cannot go well, in sentences, and leaves nobody behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from bot import family, launcher, log_files, ports
from bot.core import Settings
from bot.launcher import Role

ROOT = Path(__file__).parents[2]


def until(what: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(launcher, "LOGS", tmp_path / "log")
    return tmp_path / "log"


def environ(folder: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "PARLEY_DATABASE_URL": f"sqlite:///{folder}/parley.db", **more}


def parley_up(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot.cli", "up"]
    return subprocess.run(command, cwd=ROOT, env=environ(folder, **more), capture_output=True, text=True, timeout=120)


def test_a_port_that_is_taken_is_said_with_who_has_it_and_what_to_do(tmp_path: Path, taken: int) -> None:
    done = parley_up(tmp_path, PARLEY_BOT_PORT=str(taken))
    assert done.returncode == 2
    assert f"Port {taken}, for bot, is taken by " in done.stderr
    assert f"(process {os.getpid()})" in done.stderr and "choose another port with PARLEY_BOT_PORT" in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "parley.db").exists()


def test_all_taken_ports_are_said_at_once(taken: int) -> None:
    parts = [Role("web", "", ((taken, "A"), (taken, "B"))), Role("bot", "", ((taken, "C"),))]
    with pytest.raises(family.CannotStart) as raised:
        launcher.check_ports(parts)
    assert len(raised.value.sentences) == 3


def test_every_port_that_a_role_serves_on_is_looked_at() -> None:
    settings = Settings.load({"PARLEY_PUBLIC_URL": "http://127.0.0.1:8123", "PARLEY_WEB_HEALTH_PORT": "8124"})
    found = {port for role in launcher.known_roles(settings) for port, _ in role.ports}
    assert found == {8123, 8124, 8010, 8015, 8001, 8002}


def test_a_second_one_on_the_same_data_refuses(tmp_path: Path) -> None:
    with family.only_one(Settings.load(environ(tmp_path))):
        done = parley_up(tmp_path)
    assert done.returncode == 2
    assert f"`parley up` runs already on {tmp_path}/parley.db as process {os.getpid()}" in done.stderr


def test_one_that_was_killed_holds_nothing(tmp_path: Path) -> None:
    script = f"import time; from bot import family; from bot.core import Settings\nwith family.only_one(Settings.load({{'PARLEY_DATABASE_URL': 'sqlite:///{tmp_path}/parley.db'}})):\n print('in', flush=True); time.sleep(60)"
    first = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE)
    assert first.stdout is not None and first.stdout.readline() == b"in\n"
    first.kill()
    first.wait()
    with family.only_one(Settings.load(environ(tmp_path))):
        pass


def test_other_data_may_have_one_of_its_own(tmp_path: Path) -> None:
    one, other = (Settings.load(environ(tmp_path / name)) for name in ("one", "other"))
    with family.only_one(one), family.only_one(other):
        pass


def test_on_postgresql_a_second_one_refuses_too() -> None:
    from tests.conftest import HAS_POSTGRES, POSTGRES

    if not HAS_POSTGRES:
        pytest.skip("PostgreSQL is not reachable")
    settings = Settings.load({"PARLEY_DATABASE_URL": POSTGRES})
    with family.only_one(settings), pytest.raises(family.CannotStart), family.only_one(settings):
        pass
    with family.only_one(settings):
        pass


def test_children_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    port = _free_port()
    script = (
        "import time; from bot.launcher import Role\n"
        "role = Role('sandbox', ''); role.start(); print(role.process.pid, flush=True); time.sleep(60)"
    )
    settings = environ(tmp_path, PARLEY_SANDBOX_URL=f"http://127.0.0.1:{port}", PYTHONPATH=str(ROOT))
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=settings, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    until(lambda: not ports.is_free(port), 60)
    parent.kill()
    parent.wait()
    until(lambda: ports.is_free(port) and not _lives(child))


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _lives(pid: int) -> bool:
    """A zombie that nobody has waited for is dead."""
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_role_that_dies_five_times_in_a_minute_is_stopped_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(launcher, "RESTART_AFTER", 0.0)
    said: list[str] = []
    role = Role("dying", "", command=[sys.executable, "-c", "raise SystemExit('there is no key')"])
    role.start()
    until(lambda: (launcher.keep_alive([role], said.append), role.given_up)[1])
    assert len([line for line in said if "it starts again" in line]) == 4
    assert any("ended 5 times within a minute (exit code 1) and is not started again" in line for line in said)
    assert any("there is no key" in line for line in said)
    before = role.process
    launcher.keep_alive([role], said.append)
    assert role.process is before


@pytest.mark.parametrize(("apart", "enough"), [(14.9, True), (15.1, False)])
def test_five_deaths_count_when_they_are_within_a_minute(apart: float, enough: bool) -> None:
    role = Role("dying", "")
    assert [role.dies_too_often(100 + number * apart) for number in range(5)] == [False] * 4 + [enough]


def test_when_no_role_is_left_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "RESTART_AFTER", 0.0)
    role = Role("dying", "http://127.0.0.1:1/", command=[sys.executable, "-c", "raise SystemExit(1)"])
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        launcher.up([role], lambda _line: None)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert role.given_up


class TestLogFiles:
    def test_a_log_that_is_too_large_begins_anew_and_five_older_ones_are_kept(self, tmp_path: Path) -> None:
        log = tmp_path / "bot.log"
        with log.open("ab") as role:
            for number in range(8):
                role.write(f"line {number}\n".encode())
                role.flush()
                assert log_files.rotate(log, largest=5)
        assert log.read_bytes() == b""
        kept = {path.name: path.read_text() for path in sorted(tmp_path.glob("bot.log.*"))}
        assert kept == {f"bot.log.{n}": f"line {8 - n}\n" for n in range(1, 6)}

    def test_a_small_one_and_none_stay_as_they_are(self, tmp_path: Path) -> None:
        log = tmp_path / "bot.log"
        assert not log_files.rotate(log)
        log.write_text("a line\n")
        assert not log_files.rotate(log, largest=8)
        assert log.read_text() == "a line\n"


class TestDoctor:
    def ask(self, folder: Path, **more: str) -> tuple[str, list[str]]:
        command = [sys.executable, "-m", "bot.cli", "doctor"]
        done = subprocess.run(command, cwd=ROOT, env=environ(folder, **more), capture_output=True, text=True)
        assert "Traceback" not in done.stderr
        return done.stdout, sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))

    def test_a_mistyped_path_makes_no_database(self, tmp_path: Path) -> None:
        said, files = self.ask(tmp_path, PARLEY_DATABASE_URL=f"sqlite:///{tmp_path}/typo/parley.db")
        assert f"MISSING  Database: there is none at {tmp_path}/typo/parley.db" in said
        assert files == []

    def test_a_database_is_only_read(self, tmp_path: Path) -> None:
        import sqlite3

        path = tmp_path / "parley.db"
        with sqlite3.connect(path) as made:
            made.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        made.close()
        before = path.read_bytes()
        said, files = self.ask(tmp_path)
        assert "MISSING  Database: old tables, run `parley migrate`" in said
        assert (files, path.read_bytes()) == (["parley.db"], before)

    def test_a_provider_that_is_away_is_said_and_the_database_is_only_read(self, tmp_path: Path) -> None:
        from bot import contact, core, migrate, tables

        assert tables.ROOMS
        path = tmp_path / "parley.db"
        database = core.connect(f"sqlite:///{path}", core.BY_HAND)
        migrate.upgrade(database)
        with core.transaction(database) as session:
            contact.circuit.trip(session, "twilio:send", "Twilio 503", datetime(2026, 11, 18, 15, tzinfo=timezone.utc))
        database.dispose()
        before, files = path.read_bytes(), {each.name for each in tmp_path.iterdir()}
        said, _ = self.ask(tmp_path, PARLEY_DATABASE_URL=f"sqlite:///{path}")
        assert "MISSING  twilio:send does not answer since 2026-11-18 15:00 UTC (Twilio 503); messages wait" in said
        assert (path.read_bytes(), {each.name for each in tmp_path.iterdir()}) == (before, files)

    def test_a_disk_that_is_almost_full_is_said(self, tmp_path: Path) -> None:
        said, _ = self.ask(tmp_path, PARLEY_LEAST_FREE_MB="99999")
        assert "Disk: " in said
