"""What an open page is told at once, and what it may be shown a moment old."""

from __future__ import annotations

import pytest

from bot import contact, core, handoff
from bot.web import desk_events
from bot.web.desk_lately import LONG, Lately
from tests.web.desk_kit import case


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_an_open_case_is_told_of_its_own_news_and_of_all_once_it_has_fallen_behind(
    engine, settings, monkeypatch
) -> None:
    monkeypatch.setattr(desk_events, "EVERY", 0.0)
    here, there = case(engine, settings), case(engine, settings, address="+12025550199")
    watch, count = desk_events.Watch(engine), iter(range(1000))

    def write(address: str) -> None:
        with core.transaction(engine) as session:
            message = contact.Incoming("sms", address, f"SMnews{next(count)}", "and one thing more")
            assert contact.receive(session, message, settings.clock.now()) is not None

    seen = await watch.number()
    assert await watch.number() == seen and not watch.is_new_in(here, seen)
    write("+12025550199")
    now = await watch.number()
    assert now > seen and watch.is_new_in(there, seen) and not watch.is_new_in(here, seen)
    assert not watch.is_new_in(there, now)
    with core.transaction(engine) as session:
        contact.set_owner(session, here, contact.QUEUE)
        open_case = handoff.open_case_of(session, here)
        assert open_case is not None
        handoff.take(session, open_case, "agent:a", settings.clock.now())
    await watch.number()
    assert watch.is_new_in(here, now), "somebody took it"
    latest = await watch.number()
    for _ in range(desk_events.KEPT + 1):
        write("+12025550199")
        await watch.number()
    assert watch.is_new_in(here, latest), "nobody knows any more"


def test_a_short_list_is_always_looked_up_and_a_long_one_is_kept_for_a_moment() -> None:
    lately, looked = Lately(), list[int]()

    def look(rows: int) -> list[int]:
        looked.append(rows)
        return [0] * rows

    for _ in range(3):
        lately.rows("short", lambda: look(LONG - 1))
    assert len(looked) == 3
    lately._kept["long"] = (float("inf"), [1] * LONG)
    assert lately.rows("long", lambda: look(LONG)) == [1] * LONG and len(looked) == 3
    lately._kept["long"] = (0.0, [1] * LONG)
    assert lately.rows("long", lambda: look(LONG)) == [0] * LONG and len(looked) == 4
