"""What may wait for the morning is due so much after they open; whoever may be in danger never waits for that."""

from __future__ import annotations

import ast
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import core, handoff
from bot.core import Problem
from bot.core.opening import ALWAYS, Opening, read
from bot.handoff import Reason
from bot.web import desk_view
from tests.examples import many
from tests.law.kit import World

HALF = timedelta(minutes=30)
WEEK = "mon-fri 9:00-18:00, sat 10:00-14:00"


def opening(text: str = WEEK, zone: str = "America/New_York") -> Opening:
    problems: list[Problem] = []
    found = Opening(read(text, problems), zone)
    assert not problems
    return found


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("what", "start", "due"),
    [
        ("while they are open it is the clock's time", "2026-11-18 15:00", "2026-11-18 15:30"),
        ("what ends as they close is due then", "2026-11-18 22:30", "2026-11-18 23:00"),
        ("ten minutes before they close, the rest is the next morning's", "2026-11-18 22:50", "2026-11-19 14:20"),
        ("at night it begins when they open", "2026-11-19 04:00", "2026-11-19 14:30"),
        ("Friday night goes on on Saturday at ten", "2026-11-20 23:30", "2026-11-21 15:30"),
        ("Saturday afternoon is Monday's", "2026-11-21 19:00", "2026-11-23 14:30"),
        ("Thanksgiving is closed", "2026-11-26 15:00", "2026-11-27 14:30"),
        ("the Fourth of July on a Saturday closes the Friday too", "2026-07-03 15:00", "2026-07-06 13:30"),
        ("the night that the clocks go back is an hour longer", "2026-10-31 19:00", "2026-11-02 14:30"),
    ],
)
def test_half_an_hour_of_theirs(what: str, start: str, due: str) -> None:
    assert opening().after(utc(start), HALF) == utc(due), what


def test_a_holiday_with_hours_of_its_own_is_open_for_them() -> None:
    assert opening(f"{WEEK}, holidays 12:00-13:00").after(utc("2026-11-26 15:00"), HALF) == utc("2026-11-26 17:30")


def test_hours_are_of_the_operators_zone() -> None:
    assert opening(zone="America/Los_Angeles").after(utc("2026-11-18 15:00"), HALF) == utc("2026-11-18 17:30")


def test_two_spans_of_a_day_are_counted_once_also_where_they_overlap() -> None:
    lunch = opening("mon-fri 9:00-12:00, mon-fri 13:00-18:00, mon 11:00-14:00")
    assert lunch.after(utc("2026-11-18 16:45"), HALF) == utc("2026-11-18 18:15")
    assert lunch.between(utc("2026-11-16 14:00"), utc("2026-11-16 23:00")) == timedelta(hours=9)


def test_where_nothing_is_said_somebody_always_answers() -> None:
    assert ALWAYS.after(utc("2026-11-22 03:00"), HALF) == utc("2026-11-22 03:30")
    assert ALWAYS.between(utc("2026-11-22 03:00"), utc("2026-11-23 03:00")) == timedelta(days=1)


@settings(max_examples=many(600), deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.integers(1, 3000),
    st.sampled_from(["America/New_York", "America/Los_Angeles", "Europe/London", "Pacific/Honolulu"]),
)  # fmt: skip
def test_what_is_due_after_so_much_is_so_much_away(start: datetime, minutes: int, zone: str) -> None:
    here, begun = opening(zone=zone), start.replace(tzinfo=timezone.utc)
    due = here.after(begun, timedelta(minutes=minutes))
    assert due >= begun + timedelta(minutes=minutes)
    assert here.between(begun, due) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["holidays", "holidays-sun 9:00-10:00", "mon-holidays 9:00-10:00", "sun-mon 9:00-10:00"]
)
def test_hours_that_are_none_are_a_problem(text: str) -> None:
    problems: list[Problem] = []
    assert read(text, problems) == () and len(problems) == 1


@pytest.mark.parametrize(("reason", "due"), [(Reason.ASKED, "2026-11-23 14:30"), (Reason.CRISIS, "2026-11-21 19:02")])
def test_a_case_of_saturday_afternoon_is_mondays_but_danger_is_at_once(reason: Reason, due: str) -> None:
    world, at = World(), utc("2026-11-21 19:00")
    talk = world.talk()
    with core.transaction(world.database) as session:
        case = handoff.open_case(session, talk, reason, {}, at, hours=opening())
        assert case.answer_by == utc(due)
        row = desk_view.row(session, case, utc("2026-11-21 19:01"), "en", opening())
    told = {Reason.ASKED: ("30 min", "fine"), Reason.CRISIS: ("1 min", "fine")}[reason]
    assert told[0] in row.target and row.state == told[1]


def test_the_clock_of_the_desk_stands_while_they_are_closed_and_turns_amber_in_their_time() -> None:
    world = World()
    talk = world.talk()
    with core.transaction(world.database) as session:
        case = handoff.open_case(session, talk, Reason.ASKED, {}, utc("2026-11-21 19:00"), hours=opening())
        at = [desk_view.row(session, case, utc(when), "en", opening()) for when in (
            "2026-11-23 13:59", "2026-11-23 14:20", "2026-11-23 14:25", "2026-11-23 14:40")]  # fmt: skip
    assert [row.state for row in at] == ["fine", "fine", "soon", "over"]


def test_every_way_into_the_queue_knows_the_opening_hours() -> None:
    """Read from the code: who forgets them has cases due at night."""
    ways = re.compile(r"handoff\.(?:open_case|debtor_wrote)\(")
    found = [
        (file, file.read_text(encoding="utf-8")) for folder in ("bot", "actions") for file in Path(folder).rglob("*.py")
    ]
    calls = [
        (file.name, ast.unparse(node))
        for file, text in found if ways.search(text) for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ways.match(ast.unparse(node))
    ]  # fmt: skip
    assert len(calls) > 8
    assert not [call for call in calls if "hours=" not in call[1]]
