"""A message fails by itself only for what it does itself; and nobody waits for what somebody else keeps."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import contact, core
from bot.contact.store import inbox
from bot.core import Settings
from bot.dialogue import Gathering, Turn, take_one
from bot.dialogue.meaning.acts import Act, Meaning, Unclear
from bot.dialogue.meaning.scene import Scene
from tests.dialogue.acting import meant

pytestmark = pytest.mark.postgres
ADDRESSES = ("+15550199001", "+15550199002")


@dataclass
class Talker:
    """Answers; before that it does what it is told, once each."""

    troubles: list[Callable[[Turn], None]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    means: Act | str = "greet"

    def understand(self, text: str, scene: Scene) -> Meaning:
        return meant(self.means)

    def talk(self, turn: Turn) -> list[contact.Say]:
        if self.troubles:
            self.troubles.pop(0)(turn)
        self.heard.append(turn.message.text)
        return [contact.Say("utter_dialogue_thanks", "Thanks.", audience="anyone", discloses=("automated",))]


def at(moment: datetime) -> Settings:
    return Settings.load({"PARLEY_CLOCK": moment.isoformat()})


def write(engine: Engine, text: str, now: datetime, address: str = ADDRESSES[0]) -> str:
    with core.transaction(engine) as session:
        kept = contact.receive(session, contact.Incoming("sms", address, core.new_id("m"), text), now)
        assert kept is not None
        return kept.id


def attempts(engine: Engine) -> list[int]:
    with core.reading(engine) as session:
        return list(session.execute(sa.select(inbox.c.attempts).order_by(inbox.c.number)).scalars())


def lose_connection(turn: Turn) -> None:
    if turn.session.dialect.name == "postgresql":
        turn.session.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    raise sa.exc.OperationalError("COMMIT", None, Exception("gone"), connection_invalidated=True)


def fill_disk(turn: Turn) -> None:
    raise OSError(errno.ENOSPC, "no space left on device")


def wait_for_a_lock(turn: Turn) -> None:
    if turn.session.dialect.name == "postgresql":
        turn.session.exec_driver_sql("SET LOCAL lock_timeout = '200ms'")
        with core.transaction(turn.session.engine) as other:
            other.exec_driver_sql("SELECT pg_advisory_xact_lock(9)")
            turn.session.exec_driver_sql("SELECT pg_advisory_xact_lock(9)")
    import sqlite3

    raise sa.exc.OperationalError("BEGIN", None, sqlite3.OperationalError("database is locked"))


def make_a_mistake(turn: Turn) -> None:
    raise KeyError("amount")


@pytest.mark.parametrize("trouble", [lose_connection, fill_disk, wait_for_a_lock])
def test_what_is_the_processes_is_never_counted_against_the_message(
    engine: Engine, now: datetime, trouble: Callable[[Turn], None]
) -> None:
    """Two lost connections handed 4 of 12 to a person."""
    write(engine, "hi", now)
    talker = Talker(troubles=[trouble] * 5)
    for _ in range(5):
        with pytest.raises((sa.exc.DBAPIError, OSError)):
            take_one(engine, talker, at(now))
        assert attempts(engine) == [0]
    assert take_one(engine, talker, at(now)), "at once, when all is well again"
    assert talker.heard == ["hi"]


def test_what_is_its_own_is_counted_and_a_person_gets_it(engine: Engine, now: datetime) -> None:
    write(engine, "hi", now)
    talker = Talker(troubles=[make_a_mistake] * 2)
    assert take_one(engine, talker, at(now)) and attempts(engine) == [1]
    assert not take_one(engine, talker, at(now)), "it rests"
    assert take_one(engine, talker, at(now + timedelta(seconds=3)))
    with core.reading(engine) as session:
        talk = contact.glance.conversation_at(session, "sms", ADDRESSES[0])
        assert talk is not None and talk.owner == contact.QUEUE
        assert [line.responses[0] for line in contact.said(session, talk.id)] == ["utter_handoff_went_wrong"]


@pytest.mark.parametrize("step", [-3600, -120, 120, 3600])
def test_a_clock_that_is_moved_stops_no_message(engine: Engine, now: datetime, step: float) -> None:
    """Those that came before it, and one that rests after a failure: its rest cannot be an hour."""
    write(engine, "fails", now)
    talker = Talker(troubles=[make_a_mistake])
    assert take_one(engine, talker, at(now))
    write(engine, "fresh", now, ADDRESSES[1])
    moved = at(now + timedelta(seconds=step))
    assert take_one(engine, talker, moved) and take_one(engine, talker, moved)
    assert sorted(talker.heard) == ["fails", "fresh"]


@pytest.mark.parametrize("step", [-3600, -180, 180])
def test_what_waits_for_the_rest_of_its_burst_waits_no_longer_when_clocks_differ(
    engine: Engine, now: datetime, step: float
) -> None:
    """The web stored it by its clock; the clock of this bot is behind, and every three seconds it looks again."""
    write(engine, "i can do", now)
    passed, bots_clock = [0.0], at(now + timedelta(seconds=step))
    gathering = Gathering(waiting=core.Unchanged(lambda: passed[0]))
    talker = Talker(means=Unclear())
    for passed[0] in (0.0, 3.0):
        take_one(engine, talker, bots_clock, gathering=gathering)
    assert talker.heard == ["i can do"]


def test_a_conversation_that_somebody_holds_stops_no_other(engine: Engine, now: datetime) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    first = write(engine, "held", now)
    write(engine, "free", now, ADDRESSES[1])
    talker = Talker()
    with core.transaction(engine) as frozen:
        assert contact.inbox.claim(frozen, first) is not None
        assert take_one(engine, talker, at(now))
        assert not take_one(engine, talker, at(now))
    with core.transaction(engine) as paying:
        contact.lock_conversation(paying, _conversation(engine, first))
        assert not take_one(engine, talker, at(now)), "and it is not waited for"
    assert take_one(engine, talker, at(now))
    assert talker.heard == ["free", "held"]


def test_two_bots_answer_each_message_once(engine: Engine, now: datetime) -> None:
    for number in range(24):
        write(engine, f"hi {number}", now + timedelta(seconds=number), f"+1555019{number % 6:04}")
    talkers = [Talker() for _ in range(3)]

    def work(talker: Talker) -> None:
        while take_one(engine, talker, at(now)):
            pass

    with ThreadPoolExecutor(3) as bots:
        list(bots.map(work, talkers))
    while take_one(engine, talkers[0], at(now)):
        pass
    heard = [text for talker in talkers for text in talker.heard]
    assert sorted(heard) == sorted(f"hi {number}" for number in range(24))


def test_bots_spend_no_time_on_what_another_is_at(engine: Engine, now: datetime) -> None:
    """All look at the oldest message first; understanding is most of the work of a turn."""
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    understood: list[str] = []

    class Slow(Talker):
        def understand(self, text: str, scene: Scene) -> Meaning:
            understood.append(text)
            time.sleep(0.05)
            return meant("greet")

        def talk(self, turn: Turn) -> list[contact.Say]:
            time.sleep(0.05)
            return super().talk(turn)

    for number in range(24):
        write(engine, f"hi {number}", now + timedelta(seconds=number), f"+1555019{number:04}")

    def work(talker: Talker) -> None:
        while take_one(engine, talker, at(now)):
            pass

    with ThreadPoolExecutor(3) as bots:
        list(bots.map(work, [Slow() for _ in range(3)]))
    assert len(set(understood)) == 24
    assert len(understood) <= 24 * 1.5, "one look may come a moment too late; before it was three for each"


def _conversation(engine: Engine, message_id: str) -> str:
    with core.reading(engine) as session:
        return str(session.execute(sa.select(inbox.c.conversation_id).where(inbox.c.id == message_id)).scalar_one())
