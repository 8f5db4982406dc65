"""Outside the 24 hours of WhatsApp the desk offers approved templates only, and says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

import bot.web
from bot import core
from bot.core import Settings
from tests.web.desk_kit import at_desk, case, post, say, staffed

TEMPLATE = {"utter_handoff_write_back.en": "HX" + "0" * 32}
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HOURS = pytest.mark.parametrize("hours", [23, 25])


def _desk(engine: Engine, settings: Settings, hours: int, templates: dict[str, str]) -> tuple[TestClient, str]:
    """Sam has a conversation in which they wrote so many hours ago."""
    settings = replace(settings, twilio=replace(settings.twilio, templates=templates))
    staffed(engine, settings)
    talk = case(engine, settings, ago=hours * 60, channel="whatsapp")
    sam = at_desk(bot.web.create_app(settings, engine), "sam")
    assert post(sam, talk, "take").status_code == 200
    return sam, talk


def _sent(engine: Engine) -> list[str]:
    with core.reading(engine) as session:
        return [row.text for row in session.execute(core.metadata.tables["outbox"].select())]


@HOURS
def test_the_box_and_the_ready_replies_are_there_within_the_window_only(engine, settings, hours) -> None:
    sam, talk = _desk(engine, settings, hours, TEMPLATE)
    page = sam.get(f"/desk/conversations/{talk}").text
    is_open = hours < 24
    assert ('<textarea id="text"' in page) is is_open
    assert ('id="later"' in page) is is_open
    assert ("customer service window" in page) is not is_open
    assert (page.count('data-words="') > 1) is is_open
    assert "utter_handoff_write_back" not in page and "I have an answer for you" in page


@HOURS
def test_what_was_being_written_is_refused_outside_it_and_kept(engine, settings, hours) -> None:
    sam, talk = _desk(engine, settings, hours, TEMPLATE)
    answer = post(sam, talk, "reply", text="I looked into it.", key="k1")
    assert (say("reply_window") in answer.text) is (hours > 24)
    assert "I looked into it." in answer.text
    assert bool(_sent(engine)) is (hours < 24)


def test_an_approved_template_goes_at_once(engine, settings) -> None:
    sam, talk = _desk(engine, settings, 25, TEMPLATE)
    post(sam, talk, "reply", canned="write_back", key="k1")
    [text] = _sent(engine)
    assert text.startswith("This is Sam from")
    with core.reading(engine) as session:
        [row] = session.execute(core.metadata.tables["outbox"].select())
    assert row.due_at - settings.clock.now() < timedelta(minutes=1)


def test_without_a_template_nothing_is_offered_and_nothing_goes(engine, settings) -> None:
    sam, talk = _desk(engine, settings, 25, {})
    page = sam.get(f"/desk/conversations/{talk}").text
    assert say("shut_none") in page and 'id="ready"' not in page
    assert post(sam, talk, "reply", canned="write_back", key="k1").status_code == 400
    assert _sent(engine) == []
