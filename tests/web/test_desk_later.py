"""A reply at a time of its own, and one that quotes what it answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import contact, core, handoff
from bot.core import Settings
from tests.web.desk_kit import PHONE, at_desk, case, do, post, say

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


@pytest.fixture
def sam(app) -> TestClient:
    return at_desk(app, "sam")


@pytest.fixture
def talk(engine: Engine, settings: Settings, sam: TestClient) -> str:
    made = case(engine, settings, text="i paid this last week, all of it, at the counter of your office")
    post(sam, made, "take")
    return made


def outbox(engine: Engine) -> list:
    with core.reading(engine) as session:
        table = core.metadata.tables["outbox"]
        return session.execute(table.select().order_by(table.c.number)).all()


def noon(settings: Settings, days: int = 2) -> str:
    """Of a day to come, where the operator is; lawful everywhere in the country."""
    here = settings.clock.now().astimezone(ZoneInfo(settings.time_zone)) + timedelta(days=days)
    return here.replace(hour=14, minute=0).strftime("%Y-%m-%dT%H:%M")


def later(client: TestClient, talk: str, at: str, text: str = "As promised", key: str = "k1", **more: str):
    return post(client, talk, "later", text=text, later_at=at, key=key, **more)


def move_to(settings: Settings, at: str, sam: TestClient) -> TestClient:
    then = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(settings.time_zone))
    settings.clock.move(then - settings.clock.now() + timedelta(minutes=1))
    return at_desk(sam.app, "sam")


def test_it_waits_in_the_thread_and_goes_out_once_at_its_time_by_the_door(sam, talk, engine, settings) -> None:
    at = noon(settings)
    shown = later(sam, talk, at).text
    assert say("case_done_later") in shown and "As promised" in shown and "/call-off" in shown
    later(sam, talk, at)  # the same form again
    assert handoff.send_scheduled(engine, settings) == 0 and outbox(engine) == []
    sam = move_to(settings, at, sam)
    assert handoff.send_scheduled(engine, settings) == 1 and handoff.send_scheduled(engine, settings) == 0
    [row] = outbox(engine)
    assert row.text.startswith("As promised") and row.author.startswith("agent:stf_") and row.state == "ready"
    assert "/call-off" not in sam.get(f"/desk/conversations/{talk}").text
    with core.reading(engine) as session:
        [fact] = core.facts(session, kind="ReplyScheduled")
        case_now = handoff.open_case_of(session, talk)
    assert fact.actor.startswith("agent:stf_") and case_now is not None and case_now.waiting_since is None


def test_it_can_be_called_off_until_then(sam, talk, engine, settings) -> None:
    at = noon(settings)
    shown = later(sam, talk, at).text
    reply = shown.split('name="reply" value="')[1].split('"')[0]
    after = post(sam, talk, "call-off", reply=reply).text
    assert say("case_done_called_off") in after and "As promised" not in after
    assert say("case_done_unchanged") in post(sam, talk, "call-off", reply=reply).text
    move_to(settings, at, sam)
    assert handoff.send_scheduled(engine, settings) == 0 and outbox(engine) == []


@pytest.mark.parametrize("at", ["", "yesterday", "2001-01-01T12:00", "2099-01-01T12:00"])
def test_a_time_that_is_none_or_too_far_is_said_and_the_words_are_kept(sam, talk, engine, settings, at) -> None:
    answer = later(sam, talk, at, text="These words")
    assert answer.status_code == 409 and say("later_when") in answer.text and "These words" in answer.text


def test_an_hour_at_which_nobody_may_be_written_to_is_refused_with_the_rule(sam, talk, engine, settings) -> None:
    answer = later(sam, talk, noon(settings)[:11] + "03:00", text="In the night")
    assert answer.status_code == 409 and say("later_not_then") in answer.text
    assert "[12 CFR 1006.6(b)" in answer.text and "In the night" in answer.text
    now = settings.clock.now()
    with core.transaction(engine) as session:
        contact.opt_out(session, "sms", PHONE, source="word", now=now)
        contact.receive(session, contact.Incoming("sms", PHONE, "SM9", "stop"), now)
    post(sam, talk, "reply", text="The one confirmation", key="k3")
    answer = later(sam, talk, noon(settings), key="k2")
    assert say("later_not_then") in answer.text and "revoked consent" in answer.text


def test_whoever_has_it_no_more_says_nothing_later_and_hears_of_that(app, sam, talk, engine, settings) -> None:
    at = noon(settings)
    later(sam, talk, at)
    sue = at_desk(app, "sue")
    post(sue, talk, "take-over")
    assert post(sue, talk, "later", text="x", later_at=at, key="k").status_code == 200
    sam = move_to(settings, at, sam)
    assert handoff.send_scheduled(engine, settings) == 2
    assert [row.text.split("\n")[0] for row in outbox(engine)] == ["x"]
    assert "A scheduled reply of Sam Agent was not sent" in sam.get(f"/desk/conversations/{talk}").text


def test_it_is_not_said_after_the_case_was_handed_back(sam, talk, engine, settings) -> None:
    at = noon(settings)
    later(sam, talk, at)
    do(sam, talk, act="hand_back", code="answered")
    move_to(settings, at, sam)
    handoff.send_scheduled(engine, settings)
    assert not any("As promised" in row.text for row in outbox(engine))


def test_a_reply_quotes_the_first_words_of_what_it_answers(sam, talk, engine) -> None:
    page = sam.get(f"/desk/conversations/{talk}").text
    message = page.split("?quote=")[1].split("#")[0]
    chosen = sam.get(f"/desk/conversations/{talk}?quote={message}").text
    assert f'name="quote" value="{message}"' in chosen and 'id="quoted"' in chosen
    shown = post(sam, talk, "reply", text="Which office was it?", key="k1", quote=message).text
    [row] = outbox(engine)
    assert row.text.startswith("“i paid this last week, all of it, at…”\nWhich office was it?")
    assert "all of it, at…”" in shown


def test_only_what_was_written_here_can_be_quoted(sam, talk, engine, settings) -> None:
    other = case(engine, settings, address="+12025550188", text="somebody else's secret")
    with core.reading(engine) as session:
        theirs = contact.transcript(session, other)[0].id
    answer = post(sam, talk, "reply", text="Hm", key="k1", quote=theirs)
    assert (
        answer.status_code == 409 and say("quote_gone") in answer.text and "secret" not in answer.text.split("<main")[0]
    )
    assert outbox(engine) == []


def test_what_goes_out_later_quotes_too_and_is_seen_so_before(sam, talk, engine, settings) -> None:
    message = sam.get(f"/desk/conversations/{talk}").text.split("?quote=")[1].split("#")[0]
    at = noon(settings)
    assert "all of it, at…”" in later(sam, talk, at, quote=message).text
    move_to(settings, at, sam)
    assert handoff.send_scheduled(engine, settings) == 1
    assert outbox(engine)[0].text.startswith("“i paid this last week, all of it, at…”\nAs promised")
