"""Finding a case, putting one aside, giving one to a colleague, calling somebody, and what is ready to be said."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest
from markupsafe import escape
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import contact, core, demo, handoff
from bot.core import Problems, Settings
from bot.web import desk_moves, staff
from tests.web.desk_kit import PHONE, at_desk, case, maria_is_here, post, say, token_in

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


@pytest.fixture
def sam(app) -> TestClient:
    return at_desk(app, "sam")


@pytest.fixture
def ana(app) -> TestClient:
    return at_desk(app, "ana")


@pytest.fixture
def sue(app) -> TestClient:
    return at_desk(app, "sue")


def actor(engine: Engine, name: str) -> str:
    with core.reading(engine) as session:
        return next(actor for actor, known in staff.names(session).items() if known == name)


def found(client: TestClient, query: str) -> list[str]:
    """Ids of the conversations that the page lists, in its order, and the open page asks for the same."""
    page = client.get(f"/desk?{query}").text
    listed = re.findall(r'<h2><a href="/desk/conversations/([^"]+)"', page)
    assert len(client.get(f"/desk/waiting?{query}").json()["cases"]) == len(listed)
    return listed


def maria_waits(engine: Engine, settings: Settings) -> str:
    now = settings.clock.now()
    with core.transaction(engine) as session:
        maria = maria_is_here(session, settings)
    talk = case(engine, settings, handoff.Reason.PAYMENT, "¿dónde está mi Recibo?", demo.MARIA.phone)
    with core.transaction(engine) as session:
        contact.set_language(session, talk, "es")
        contact.mark_verified(session, talk, maria, now + timedelta(minutes=30), now)
    return talk


@pytest.mark.parametrize(
    ("words", "finds"),
    [("gomez", "maria"), ("Maria Gómez", "maria"), ("NW-1000", "maria"), ("recibo", "maria"), ("0101", "other"),
     ("+1 (202) 555-0101", "other"), ("100% human", "other"), ("payment to be", "maria"), ("1000%", None), ("zebra", None)],
)  # fmt: skip
def test_a_case_is_found_by_name_telephone_reference_reason_and_words(sam, engine, settings, words, finds) -> None:
    talks = {"maria": maria_waits(engine, settings)}
    talks["other"] = case(engine, settings, text="a 100% human please", address="+12025550101")
    page = sam.get("/desk", params={"q": words}).text
    listed = re.findall(r'<h2><a href="/desk/conversations/([^"]+)"', page)
    assert listed == ([talks[finds]] if finds else [])
    assert (say("find_nothing") in page) == (finds is None)
    assert "+1202" not in page.replace(str(escape(words)), "")


def test_filters_narrow_and_what_is_not_known_narrows_nothing(sam, engine, settings) -> None:
    maria = maria_waits(engine, settings)
    web = case(engine, settings, handoff.Reason.DISPUTE, "not mine", "x" * 20, channel="web")
    for query, talks in (("language=es", {maria}), ("channel=web", {web}), ("reason=dispute", {web}),
                         ("reason=dispute&channel=sms", set()), ("reason=nonsense&view=nonsense", {maria, web})):  # fmt: skip
        assert set(found(sam, query)) == talks, query


def test_looking_for_nothing_odd_breaks_nothing(sam, engine, settings) -> None:
    case(engine, settings)
    for words in ("%", "_", "'; drop table", "<script>alert(1)</script>", "a" * 500, "\u202e"):
        answer = sam.get("/desk", params={"q": words})
        assert answer.status_code == 200 and "<script>alert" not in answer.text
    assert sam.get("/desk", params={"q": "\x00"}).status_code == 400


def test_each_view_has_what_it_says(sam, ana, engine, settings) -> None:
    waits, mine, answered, aside = (case(engine, settings, address=f"+1202555010{number}") for number in range(4))
    for talk in (mine, answered, aside):
        post(sam, talk, "take")
    for talk in (answered, aside):
        post(sam, talk, "reply", text="I'll look into it.", key=f"k{talk}")
    post(sam, aside, "snooze", until="three_days")
    views = {"mine": {mine, answered}, "unassigned": {waits}, "theirs": {answered}, "aside": {aside}, "disputes": set(),
             "named": set(), "all": {waits, mine, answered, aside}}  # fmt: skip
    for view, talks in views.items():
        assert set(found(sam, f"view={view}")) == talks, view
    assert sam.get("/desk/waiting").json()["counts"] == {view: len(talks) for view, talks in views.items()}
    assert found(ana, "view=mine") == [] and found(sam, "view=all")[-1] == aside


def test_a_case_put_aside_says_until_when_and_comes_back_marked(sam, engine, settings) -> None:
    talk = case(engine, settings)
    post(sam, talk, "take")
    post(sam, talk, "reply", text="I'll look into it.", key="k1")
    answer = post(sam, talk, "snooze", until="hour")
    assert say("desk_done_aside") in answer.text
    assert "snoozed until" in sam.get(f"/desk/conversations/{talk}").text
    assert "Sam Agent snoozed it until" in sam.get(f"/desk/conversations/{talk}").text
    settings.clock.move(timedelta(minutes=61))
    sam = at_desk(sam.app, "sam")
    assert found(sam, "view=mine") == [talk] and 'data-state="back"' in sam.get("/desk").text
    post(sam, talk, "reply", text="Found it.", key="k2")
    assert 'data-state="theirs"' in sam.get("/desk").text


def test_what_cannot_be_put_aside_says_why_and_stays(sam, ana, engine, settings) -> None:
    talk = case(engine, settings, handoff.Reason.CRISIS, "i can't go on")
    post(sam, talk, "take")
    for client, form, problem in (
        (sam, {"until": "hour"}, "desk_not_aside"),
        (sam, {"until": "at", "at": "x"}, "desk_not_aside"),
    ):
        answer = post(client, talk, "snooze", **form)
        assert answer.status_code == 409 and say(problem) in answer.text
    assert post(ana, talk, "snooze", until="hour").status_code == 409
    assert found(sam, "view=aside") == []


def test_the_times_to_put_aside_until_are_of_the_operators_own_clock() -> None:
    friday = datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc)  # 18:30 in New York
    told = {
        name: desk_moves.when(name, "", friday, "America/New_York").astimezone(timezone.utc)
        for name in desk_moves.LATER
    }
    assert told == {
        "hour": friday + timedelta(hours=1), "three_hours": friday + timedelta(hours=3),
        "tomorrow": datetime(2026, 11, 21, 14, tzinfo=timezone.utc),
        "three_days": datetime(2026, 11, 23, 14, tzinfo=timezone.utc),
        "monday": datetime(2026, 11, 23, 14, tzinfo=timezone.utc),
    }  # fmt: skip
    at = desk_moves.when("at", "2026-12-01T08:15", friday, "America/New_York")
    assert at.astimezone(timezone.utc) == datetime(2026, 12, 1, 13, 15, tzinfo=timezone.utc)
    with pytest.raises(Problems):
        desk_moves.when("at", "soon", friday, "America/New_York")


def test_a_colleague_gets_a_case_with_a_note_and_sees_that_it_waits(sam, ana, engine, settings) -> None:
    talk = case(engine, settings)
    post(sam, talk, "take")
    post(ana, None, "here")
    answer = post(sam, talk, "transfer", to=actor(engine, "Ana Second"), text="he speaks <b>Spanish</b>")
    assert say("desk_done_transferred") in answer.text
    assert found(ana, "view=mine") == found(ana, "view=named") == [talk]
    page = ana.get(f"/desk/conversations/{talk}").text
    assert "Sam Agent gave it from Sam Agent to Ana Second" in page and "&lt;b&gt;Spanish" in page
    assert found(ana, "view=named") == [] and post(sam, talk, "reply", text="me", key="k").status_code == 409


def test_only_a_supervisor_gives_away_what_is_not_theirs(sam, ana, sue, engine, settings) -> None:
    talk, to = case(engine, settings), actor(engine, "Ana Second")
    post(sam, talk, "take")
    post(ana, None, "here")
    assert post(ana, talk, "transfer", to=to, text="give it to me").status_code == 409
    assert say("case_done_moved") in post(sue, talk, "transfer", to=to, text="Sam went home").text
    assert found(ana, "view=mine") == [talk]
    answer = post(sue, talk, "transfer", to="agent:nobody", text="to whom")
    assert answer.status_code == 409 and say("desk_no_colleague") in answer.text and "to whom" in answer.text


def test_somebody_named_in_a_note_finds_it_under_mentions(sam, sue, engine, settings) -> None:
    talk = case(engine, settings)
    post(sam, talk, "note", text="@Sue Supervisor may I waive the fee?")
    assert found(sue, "view=named") == [talk] and found(sam, "view=named") == []
    assert sue.get("/desk/waiting").json()["counts"]["named"] == 1
    sue.get(f"/desk/conversations/{talk}")
    assert found(sue, "view=named") == []


def test_who_else_looks_or_writes_is_seen_and_an_open_page_keeps_no_session_alive(sam, ana, engine, settings) -> None:
    talk = case(engine, settings)
    post(ana, talk, "here")
    assert say("here_looks", who="Ana Second") in sam.get(f"/desk/conversations/{talk}/live").text
    post(ana, talk, "here", typing="1")
    assert say("here_types", who="Ana Second") in sam.get(f"/desk/conversations/{talk}/live").text
    assert "Ana Second" not in re.findall(r'id="others".*', ana.get(f"/desk/conversations/{talk}/live").text)[0]
    token = token_in(ana.get("/desk").text)
    for _ in range(3):
        settings.clock.move(timedelta(minutes=9))
        assert ana.post(f"/desk/conversations/{talk}/here", data={"token": token}).status_code == 204
    settings.clock.move(timedelta(minutes=4))
    assert ana.post(f"/desk/conversations/{talk}/here", data={"token": token}).status_code == 401


def test_what_is_being_written_is_there_again_in_another_browser_and_only_for_its_writer(
    app, sam, ana, engine, settings
) -> None:
    talk = case(engine, settings)
    post(sam, talk, "take")
    assert post(sam, talk, "draft", text="Dear Ms Gomez, ").status_code == 204
    post(ana, talk, "draft", text="a draft of Ana's")
    assert "Dear Ms Gomez, </textarea>" in at_desk(app, "sam").get(f"/desk/conversations/{talk}").text
    post(sam, talk, "reply", text="Dear Ms Gomez, all is well.", key="k")
    assert "Dear Ms Gomez, </textarea>" not in sam.get(f"/desk/conversations/{talk}").text


def test_a_ready_reply_is_seen_in_the_box_before_anything_is_sent(sam, engine, settings) -> None:
    talk = case(engine, settings)
    assert say("ready_open") not in sam.get(f"/desk/conversations/{talk}").text
    post(sam, talk, "take")
    page = sam.get(f"/desk/conversations/{talk}?canned=hello").text
    assert "Hi, this is Sam from Northwind Energy." in page.split('id="text"')[1].split("</textarea>")[0]
    assert "?canned=balance" not in page and say("ready_unverified") in page
    assert sam.get(f"/desk/conversations/{talk}?canned=balance").status_code == 200
    with core.reading(engine) as session:
        assert not contact.said(session, talk)


def test_a_ready_reply_about_a_debt_has_its_figures_once_it_is_proved_who_reads(sam, engine, settings) -> None:
    talk = maria_waits(engine, settings)
    post(sam, talk, "take")
    page = sam.get(f"/desk/conversations/{talk}").text
    assert "Hoy debe $612.40 de NW-1000." in page


def test_what_is_locked_goes_out_as_it_stands_and_nothing_else_does(sam, engine, settings) -> None:
    talk = case(engine, settings)
    post(sam, talk, "take")
    for name in ("hello", "collection", "nonsense"):
        assert post(sam, talk, "reply", canned=name, key="k0").status_code == 400
    post(sam, talk, "reply", canned="crisis", text="edited", key="k1")
    with core.reading(engine) as session:
        [line] = contact.said(session, talk)
    assert line.text.startswith("You can call or text 988 any time, free.") and line.author == actor(
        engine, "Sam Agent"
    )


def test_moves_are_in_the_log_with_who_made_them(sam, engine, settings) -> None:
    talk = case(engine, settings, address=PHONE)
    post(sam, talk, "take")
    post(sam, talk, "reply", text="One moment", key="k")
    post(sam, talk, "snooze", until="hour")
    post(sam, talk, "wake")
    there = actor(engine, "Ana Second")
    post(sam, talk, "transfer", to=there, text="for you", sure=there)
    with core.reading(engine) as session:
        made = {kind: core.facts(session, kind=kind) for kind in ("CaseSnoozed", "CaseWoken", "CaseTransferred")}
    assert all(len(facts) == 1 and facts[0].actor == actor(engine, "Sam Agent") for facts in made.values())
