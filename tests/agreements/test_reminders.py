"""Reminders of a plan: a link before each day unless managers turn it off, the others once they turn them on; each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from bot import contact, core, reminding
from bot.contact import sequences, store, texts, wording, wording_versions
from bot.core import Clock, Settings
from tests.agreements.kit import World

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
PLAN = sequences.shipped()["sequence:plan"]


@pytest.fixture(autouse=True)
def as_it_ships() -> Iterator[None]:
    yield
    texts.use(None)
    wording._others = {}


@pytest.fixture
def by_sms(world: World) -> World:
    """Maria's plan of 60 a month from December 4, agreed by SMS."""
    world.monthly(60)
    with core.transaction(world.engine) as session:
        session.execute(store.conversations.update().values(channel="sms", address="+14045550101"))
        contact.clear_verified(session, world.conversation_id, world.now)
        contact.opt_in(session, "sms", "+14045550101", source="test", now=world.now)
    return world


def turn_on(world: World, **steps: str) -> None:
    told = {**PLAN.slots, **steps}
    with core.transaction(world.engine) as session:
        found = wording_versions.begin(session, "mia", world.now)
        found = wording_versions.save(session, found, PLAN, told, "mia", world.now, found.revision)
        found = wording_versions.submit(session, found, "mia", world.now, "We want to remind", sequences.shipped())
        found = wording_versions.decide(session, found, "max", world.now, "", approved=True)
        wording_versions.publish(session, found, "max", world.now)


def remind(world: World, at: str) -> int:
    """`at` is UTC: 15:00 is ten in the morning in New York in winter."""
    world.now = datetime.fromisoformat(at + ":00+00:00")
    return reminding.remind(world.engine, replace(Settings.load({}), clock=Clock(fixed=world.now)))


def said(world: World) -> list[str]:
    with core.reading(world.engine) as session:
        lines = contact.said(session, world.conversation_id)
    return [line.text for line in lines if any(name.startswith("utter_reminders") for name in line.responses)]


def test_what_ships_reads_as_it_should_and_only_the_link_before_the_day_is_on(by_sms: World) -> None:
    assert sequences.problems(PLAN.slots) == () and {step.name for step in sequences.in_force("plan")} == set(PLAN.slots)
    assert [step.name for step in sequences.in_force("plan") if step.is_on] == ["coming"]
    for day in ("2026-12-04T15:30", "2026-12-05T15:30", "2026-12-07T15:30"):
        assert remind(by_sms, day) == 0


def test_what_managers_turn_off_is_not_sent(by_sms: World) -> None:
    turn_on(by_sms, coming="off -3 10:00")
    assert remind(by_sms, "2026-12-01T15:30") == 0


def test_each_step_goes_once_on_its_day_from_its_time_on(by_sms: World) -> None:
    assert remind(by_sms, "2026-11-30T16:00") == 0, "a day too early"
    assert remind(by_sms, "2026-12-01T14:59") == 0, "a minute too early"
    assert remind(by_sms, "2026-12-01T15:00") == 1
    assert remind(by_sms, "2026-12-01T15:01") == 0, "said already"
    assert remind(by_sms, "2026-12-02T16:00") == 0, "and not again on the next day"
    [text] = said(by_sms)
    assert text.startswith("There's something coming up"), "who has not just proved who they are hears no figure"
    assert "$" not in text and "/p/" in text


def test_whoever_has_proved_who_they_are_hears_the_amount_and_the_day(by_sms: World) -> None:
    with core.transaction(by_sms.engine) as session:
        later = datetime.fromisoformat("2026-12-02T00:00:00+00:00")
        contact.mark_verified(session, by_sms.conversation_id, by_sms.who.party_id, later, by_sms.now)
    assert remind(by_sms, "2026-12-01T15:00") == 1
    assert "$60" in said(by_sms)[0] and "Friday, December 4" in said(by_sms)[0] and "/p/" in said(by_sms)[0]


def test_who_has_paid_hears_nothing_and_who_has_not_is_told_it_is_open(by_sms: World) -> None:
    turn_on(by_sms, today="on +0 10:00", missed="on +1 10:00")
    by_sms.pay(60)
    assert remind(by_sms, "2026-12-04T15:30") == 0 and remind(by_sms, "2026-12-05T15:30") == 0
    assert remind(by_sms, "2027-01-05T15:30") == 1, "the part of January 4"


def test_a_hold_stops_it_at_the_door(by_sms: World) -> None:
    turn_on(by_sms, coming="off -3 10:00", today="on +0 10:00")
    by_sms.hold()
    remind(by_sms, "2026-12-04T15:00")
    assert said(by_sms) == []
    assert remind(by_sms, "2026-12-04T15:01") == 0, "what the door stopped is not tried again"


def test_on_the_web_nobody_is_reminded(world: World) -> None:
    world.monthly(60)
    with core.transaction(world.engine) as session:
        session.execute(store.conversations.update().values(channel="web"))
    turn_on(world, coming="off -3 10:00", today="on +0 10:00")
    assert remind(world, "2026-12-04T15:00") == 0


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ({"coming": "on -3 6:00"}, "a time such as"),
        ({"coming": "on -3 07:00"}, "a time from 08:00 to 20:00"),
        ({"coming": "on -40 10:00"}, "a day from 14 before"),
        ({"coming": "sometimes"}, "on or off"),
        ({"coming": "on +1 10:00", "missed": "on +1 12:00"}, "another day than"),
    ],
)
def test_a_step_that_cannot_be_is_told(world: World, steps: dict[str, str], told: str) -> None:
    assert any(told in one.expected for one in sequences.problems({**PLAN.slots, **steps}))


