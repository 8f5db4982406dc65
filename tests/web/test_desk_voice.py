"""Who somebody is by telephone: judged as what is written is, its tries counted, and nothing stored is shown."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import contact, core, demo
from bot.core import Settings
from tests.web.desk_kit import at_desk, case, maria_is_here, post, say

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
RIGHT = {"born": demo.MARIA.date_of_birth.isoformat(), "postcode": demo.MARIA.postcode, "same": "1"}
WRONG = {**RIGHT, "born": "1971-02-03"}


@pytest.fixture(autouse=True)
def people(desk_staff: None, engine: Engine, settings: Settings) -> None:
    with core.transaction(engine) as session:
        maria_is_here(session, settings)


@pytest.fixture
def sam(app) -> TestClient:
    return at_desk(app, "sam")


def taken(engine: Engine, settings: Settings, sam: TestClient, address: str = demo.MARIA.phone) -> str:
    talk = case(engine, settings, address=address)
    post(sam, talk, "take")
    return talk


def is_verified(engine: Engine, settings: Settings, talk: str) -> bool:
    with core.reading(engine) as session:
        return contact.conversation(session, talk).is_verified(settings.clock.now())


def shown(page: str) -> list[str]:
    """What of Maria's proofs stands on the page, as words of their own: a time's fraction may hold the same digits. The
    address on file, which ready replies name once she is known, is none.
    """
    born, address = demo.MARIA.date_of_birth, f"Atlanta, GA {demo.MARIA.postcode}"
    return re.findall(rf"\b(?:{demo.MARIA.postcode}|{born.year})\b", page.replace(address, "Atlanta"))


def test_the_right_answers_verify_for_half_an_hour_and_the_panel_says_until_when(sam, engine, settings) -> None:
    talk = taken(engine, settings, sam)
    page = sam.get(f"/desk/conversations/{talk}").text
    assert say("voice_script", agent="Sam", company=settings.company) in page
    assert not shown(page)
    after = post(sam, talk, "voice", **RIGHT).text
    assert say("case_done_voice_yes") in after and "Verified by voice until" in after
    assert "Sam Agent verified them by voice" in after and say("owed_heading") in after
    assert not shown(after)
    with core.reading(engine) as session:
        [fact] = core.facts(session, kind="IdentityMatched")
    assert fact.actor.startswith("agent:stf_")
    settings.clock.move(timedelta(minutes=31))
    assert not is_verified(engine, settings, talk)


def test_wrong_tries_are_counted_with_those_that_are_written_and_then_even_the_right_ones_do_nothing(
    sam, engine, settings
) -> None:
    talk = taken(engine, settings, sam)
    for news in ("voice_left_2", "voice_left_1", "voice_locked"):
        after = post(sam, talk, "voice", **WRONG).text
        assert say(f"case_done_{news}") in after
    assert say("case_done_voice_locked") in post(sam, talk, "voice", **RIGHT).text
    assert not is_verified(engine, settings, talk)
    assert after.count("asked by voice who they are: it did not fit") == 3


def test_whoever_tries_for_many_people_is_stopped_too(sam, engine, settings) -> None:
    for number in range(10):
        talk = taken(engine, settings, sam, f"+120255503{number:02}")
        post(sam, talk, "voice", **WRONG, reference="NW-1000")
    talk = taken(engine, settings, sam)
    assert say("case_done_voice_locked") in post(sam, talk, "voice", **RIGHT).text
    assert not is_verified(engine, settings, talk)


def test_an_unknown_address_needs_the_account_number_as_well(sam, engine, settings) -> None:
    talk = taken(engine, settings, sam, "+12025550199")
    assert say("voice_reference") in sam.get(f"/desk/conversations/{talk}").text
    assert say("case_done_voice_incomplete") in post(sam, talk, "voice", **RIGHT).text
    assert say("case_done_voice_yes") in post(sam, talk, "voice", **RIGHT, reference=demo.MARIA.reference).text


@pytest.mark.parametrize("lacks", ["born", "postcode", "same"])
def test_a_form_that_is_not_whole_costs_no_try(sam, engine, settings, lacks) -> None:
    talk = taken(engine, settings, sam)
    answers = {name: value for name, value in RIGHT.items() if name != lacks}
    assert say("case_done_voice_incomplete") in post(sam, talk, "voice", **answers).text
    assert say("case_done_voice_yes") in post(sam, talk, "voice", **RIGHT).text


def test_only_whoever_has_the_conversation_may_ask(app, sam, engine, settings) -> None:
    talk = taken(engine, settings, sam)
    ana = at_desk(app, "ana")
    assert say("voice_open") not in ana.get(f"/desk/conversations/{talk}").text
    assert post(ana, talk, "voice", **RIGHT).status_code == 409
    assert not is_verified(engine, settings, talk)
