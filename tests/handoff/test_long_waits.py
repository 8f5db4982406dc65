"""Whoever waits longer than they should is told so once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from bot import contact, core, handoff
from bot.core import Settings
from tests.web.desk_kit import case
from tests.web.world import settings_for

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def settings() -> Settings:
    return settings_for()


def told(engine: Engine, talk: str) -> int:
    with core.reading(engine) as session:
        lines = contact.transcript(session, talk, blocked=True)
    return sum("utter_handoff_takes_long" in line.responses for line in lines)


@pytest.mark.parametrize(
    ("reason", "ago", "times"),
    [(handoff.Reason.ASKED, 29, 0), (handoff.Reason.ASKED, 31, 1), (handoff.Reason.DISPUTE, 119, 0), (handoff.Reason.DISPUTE, 121, 1),
     (handoff.Reason.CRISIS, 60, 0), (handoff.Reason.ASKED, 25 * 60, 0)],
)  # fmt: skip
def test_after_their_time_is_over_they_are_told_once(engine, settings, reason, ago, times) -> None:
    talk = case(engine, settings, reason, ago=ago)
    handoff.tell_of_long_waits(engine, settings)
    handoff.tell_of_long_waits(engine, settings)
    assert told(engine, talk) == times


def test_nobody_is_told_whom_somebody_has_or_has_answered(engine, settings) -> None:
    talk = case(engine, settings, ago=20)
    with core.transaction(engine) as session:
        open_case = handoff.open_case_of(session, talk)
        assert open_case is not None
        handoff.take(session, open_case, "agent:a", settings.clock.now())
    settings.clock.move(timedelta(minutes=20))
    assert handoff.tell_of_long_waits(engine, settings) == 0 and told(engine, talk) == 0
