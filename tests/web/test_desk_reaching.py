"""At the desk: hours that a person barred, and calls: may one be made now, and what was made."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import contact, core
from bot.contact import places
from bot.contact.calls_made import calls
from bot.contact.hours import Barred
from bot.core import Settings
from tests.web.desk_kit import at_desk, case, maria_is_here, post, say

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
FIVE = Barred(time(0), time(17), frozenset({1, 2, 3, 4, 5}))


@pytest.fixture
def talk(engine: Engine, settings: Settings) -> str:
    """Maria, whom we know, late in the morning where she lives."""
    now = settings.clock.now()
    settings.clock.move((now.replace(hour=16, minute=0) - now) % timedelta(days=1))  # type: ignore[attr-defined]
    found, now = case(engine, settings), settings.clock.now()
    with core.transaction(engine) as session:
        contact.mark_verified(session, found, maria_is_here(session, settings), now + timedelta(minutes=30), now)
    return found


@pytest.fixture
def sam(app, talk) -> TestClient:
    found = at_desk(app, "sam")
    post(found, talk, "take")
    return found


def barred(engine: Engine, talk: str) -> tuple[places.BarredTime, ...]:
    with core.reading(engine) as session:
        party_id = contact.conversation(session, talk).party_id
        assert party_id is not None
        return places.times_barred(session, party_id)


def stored(engine: Engine) -> list[tuple[str, bool, list[str]]]:
    with core.reading(engine) as session:
        rows = session.execute(sa.select(calls).order_by(calls.c.number))
        return [(row.kind, row.reached, row.broke) for row in rows]


def test_RF_03_an_agent_bars_hours_and_lifts_them_with_a_reason(sam, talk, engine) -> None:
    form = {"begins": "00:00", "ends": "17:00", **{f"day{day}": "1" for day in range(1, 6)}}
    page = post(sam, talk, "bar-time", **form).text
    assert say("case_done_time_barred") in page and "before 5:00 PM from Monday to Friday" in page
    [one] = barred(engine, talk)
    assert one.barred == FIVE
    assert say("case_done_reach_unfit") in post(sam, talk, "allow-time", number=str(one.number), reason="no").text
    assert barred(engine, talk)
    told = "they said by telephone that any time is fine"
    page = post(sam, talk, "allow-time", number=str(one.number), reason=told).text
    assert say("case_done_time_allowed") in page and told in page and not barred(engine, talk)


def test_RF_16_a_call_that_may_not_be_made_is_refused_and_one_that_was_is_stored_with_its_breach(
    sam, talk, engine
) -> None:
    page = sam.get(f"/desk/conversations/{talk}").text
    assert say("call_may") in page
    assert say("case_done_call_planned") in post(sam, talk, "call", kind="ours", outcome="planned").text
    assert stored(engine) == [], "to be made is not made"
    assert say("case_done_call_noted") in post(sam, talk, "call", kind="ours", outcome="reached").text
    page = sam.get(f"/desk/conversations/{talk}").text
    assert say("call_no") in page and "the day of it counted as the first" in page
    assert say("case_done_call_refused") in post(sam, talk, "call", kind="ours", outcome="planned").text
    page = post(sam, talk, "call", kind="ours", outcome="missed").text
    assert say("case_done_call_broke") in page and say("call_was_breach", rules="RF-16-TALK") in page
    assert stored(engine) == [("ours", True, []), ("ours", False, ["RF-16-TALK"])]
    assert say("case_done_call_planned") in post(sam, talk, "call", kind="asked_for", outcome="planned").text


def test_their_own_call_is_written_down_and_breaks_nothing(sam, talk, engine) -> None:
    post(sam, talk, "call", kind="ours", outcome="reached")
    assert say("case_done_call_noted") in post(sam, talk, "call", kind="theirs", outcome="reached").text
    assert stored(engine)[-1] == ("theirs", True, [])


@pytest.mark.parametrize("form", [{"kind": "fax", "outcome": "reached"}, {"kind": "ours", "outcome": "maybe"},
                                  {"kind": "ours", "outcome": "reached", "debt": "dbt_of_somebody_else"}])  # fmt: skip
def test_a_call_that_cannot_be_is_not_stored(sam, talk, engine, form) -> None:
    assert say("case_done_reach_unfit") in post(sam, talk, "call", **form).text
    assert stored(engine) == []


def test_who_is_not_known_has_no_such_panel_and_who_has_not_the_case_changes_nothing(app, engine, settings) -> None:
    stranger = case(engine, settings, address="+12025550188")
    sam = at_desk(app, "sam")
    assert say("reach_heading") not in sam.get(f"/desk/conversations/{stranger}").text
    refused = post(sam, stranger, "call", kind="ours", outcome="reached")
    assert refused.status_code == 409 and stored(engine) == []
