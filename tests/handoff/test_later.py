"""A reply of later: sent once by however many workers, dropped when it is nobody's to say any more. Both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy.engine import Engine

from bot import contact, core, handoff
from bot.core import Clock, Problems, Settings

pytestmark = pytest.mark.postgres
NOON = datetime(2026, 11, 18, 18, tzinfo=timezone.utc)
SAM, ANA = "agent:stf_sam", "agent:stf_ana"


class At(Clock):
    """Says what it was last told."""

    def __init__(self) -> None:
        object.__setattr__(self, "at", NOON)

    def now(self) -> datetime:
        found: datetime = self.at  # type: ignore[attr-defined]
        return found


@pytest.fixture
def settings() -> Settings:
    loaded = Settings.load({"PARLEY_PUBLIC_URL": "http://127.0.0.1:8000"})
    return replace(loaded, clock=At())


@pytest.fixture
def case(engine: Engine) -> handoff.Case:
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", "+12025550143", NOON)
        message = contact.receive(session, contact.Incoming("sms", talk.address, "SM1", "call me tomorrow"), NOON)
        assert message is not None
        contact.inbox.finish(session, [message], NOON)
        opened = handoff.open_case(session, talk, handoff.Reason.ASKED, {}, NOON)
        handoff.take(session, opened, SAM, NOON)
    return opened


def schedule(engine: Engine, settings: Settings, case: handoff.Case, *, key: str = "k", by: str = SAM, **later) -> None:
    with core.transaction(engine) as session:
        at = NOON + timedelta(**(later or {"days": 1}))
        handoff.schedule(session, case, "Good afternoon", at, by=by, key=key, settings=settings)


def tomorrow(settings: Settings) -> None:
    object.__setattr__(settings.clock, "at", NOON + timedelta(days=1, minutes=1))


def sent(engine: Engine) -> list[str]:
    with core.reading(engine) as session:
        outbox = core.metadata.tables["outbox"]
        return [row.text for row in session.execute(outbox.select())]


def test_of_many_workers_one_sends_it(engine: Engine, settings: Settings, case: handoff.Case) -> None:
    schedule(engine, settings, case)
    schedule(engine, settings, case)  # the same form again
    assert handoff.send_scheduled(engine, settings) == 0
    tomorrow(settings)
    with ThreadPoolExecutor(4) as workers:
        done = list(workers.map(lambda _: handoff.send_scheduled(engine, settings), range(4)))
    assert sum(done) == 1 and len(sent(engine)) == 1
    assert handoff.send_scheduled(engine, settings) == 0


def test_one_that_is_called_off_at_the_last_moment_is_not_sent(
    engine: Engine, settings: Settings, case: handoff.Case
) -> None:
    schedule(engine, settings, case)
    with core.transaction(engine) as session:
        [waiting] = handoff.waiting_replies(session, case.conversation_id)
        with pytest.raises(handoff.Taken):
            handoff.call_off(session, case, waiting.id, by=ANA, now=NOON)
        assert handoff.call_off(session, case, waiting.id, by=SAM, now=NOON)
        assert not handoff.call_off(session, case, waiting.id, by=SAM, now=NOON)
    tomorrow(settings)
    assert handoff.send_scheduled(engine, settings) == 0 and sent(engine) == []


def test_it_is_dropped_when_somebody_else_has_the_case_and_its_writer_is_told(
    engine: Engine, settings: Settings, case: handoff.Case
) -> None:
    schedule(engine, settings, case)
    with core.transaction(engine) as session:
        handoff.take_over(session, case, ANA, NOON)
    tomorrow(settings)
    assert handoff.send_scheduled(engine, settings) == 1 and sent(engine) == []
    with core.reading(engine) as session:
        assert case.conversation_id in handoff.unread_mentions(session, SAM)
        assert len(core.facts(session, kind="ReplyDropped")) == 1


@pytest.mark.parametrize(
    ("later", "fits"),
    [({"seconds": 59}, False), ({"minutes": 1}, True), ({"days": 30}, True), ({"days": 30, "seconds": 1}, False)],
)
def test_the_time_lies_between_a_minute_and_thirty_days_from_now(
    engine: Engine, settings: Settings, case: handoff.Case, later: dict[str, int], fits: bool
) -> None:
    if fits:
        schedule(engine, settings, case, **later)
        return
    with pytest.raises(Problems) as no:
        schedule(engine, settings, case, **later)
    assert no.value.problems[0].where == "later"


def test_at_night_nothing_is_scheduled_that_the_door_would_hold(
    engine: Engine, settings: Settings, case: handoff.Case
) -> None:
    with pytest.raises(handoff.NotThen) as no:
        schedule(engine, settings, case, days=1, hours=10)
    assert no.value.rules and no.value.until is not None
