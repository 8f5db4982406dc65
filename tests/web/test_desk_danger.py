"""At the desk when somebody may be in danger: seen at once, reached, given to somebody who is there, ended truthfully."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import contact, core, handoff
from bot.contact import HoldKind
from bot.core import Settings
from bot.handoff import Reason
from bot.web import hold_words, texts
from tests.web.desk_kit import PHONE, at_desk, case, do, maria_is_here, post, say

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
WORDS = "i want to kill myself"


@pytest.fixture
def talk(engine: Engine, settings: Settings) -> str:
    return in_crisis(engine, settings)


@pytest.fixture
def sam(app) -> TestClient:
    return at_desk(app, "sam")


@pytest.fixture
def ana(app) -> TestClient:
    return at_desk(app, "ana")


def in_crisis(engine: Engine, settings: Settings, channel: str = "sms", address: str = PHONE) -> str:
    """As the assistant leaves it: held here, in the queue, nobody known."""
    found, now = case(engine, settings, Reason.CRISIS, WORDS, address, channel=channel), settings.clock.now()
    with core.transaction(engine) as session:
        source = contact.inbox.last_heard(session, found).id
        contact.place_hold_here(session, found, kind=HoldKind.CRISIS, reason="crisis", now=now, source=source)
        for party in contact.parties_at(session, channel, address):
            contact.place_hold(session, party_id=party, kind=HoldKind.CRISIS, reason="crisis", now=now, source=source)
    return found


def page(client: TestClient, talk: str) -> str:
    return client.get(f"/desk/conversations/{talk}").text


def actor(engine: Engine, login: str) -> str:
    table = core.metadata.tables["staff"]
    with core.reading(engine) as session:
        return f"agent:{session.execute(table.select().where(table.c.login == login)).one().id}"


def is_here(client: TestClient, talk: str = "") -> None:
    """A page of theirs says that it is open."""
    assert post(client, talk or None, "here").status_code == 204


def owner(engine: Engine, talk: str) -> str:
    with core.reading(engine) as session:
        return contact.conversation(session, talk).owner


# ---- seen at once


def test_whoever_may_be_in_danger_stands_above_every_view_and_case_until_somebody_has_them(
    sam, ana, talk, engine, settings
) -> None:
    other = case(engine, settings, address="+12025550177")
    alarm = say("alarm_one", reason=say("reason_crisis"), who=say("desk_unknown"), channel="SMS", waited="")[:40]
    for where in ("/desk", "/desk?view=mine", f"/desk/conversations/{other}"):
        assert alarm in sam.get(where).text and f"/desk/conversations/{talk}" in sam.get(where).text
    [told] = sam.get("/desk/waiting?view=mine").json()["alarms"]
    assert told["talk"] == talk and say("reason_crisis") in told["words"]
    post(ana, talk, "take")
    assert sam.get("/desk/waiting").json()["alarms"] == []
    assert [one["talk"] for one in ana.get("/desk/waiting").json()["alarms"]] == [talk], "it is hers to answer"
    post(ana, talk, "reply", text="Hello, this is Ana. Are you safe right now?", key="k1")
    assert ana.get("/desk/waiting").json()["alarms"] == []


def test_an_ordinary_case_is_no_alarm(sam, engine, settings) -> None:
    case(engine, settings)
    assert sam.get("/desk/waiting").json()["alarms"] == []


# ---- reached


def test_the_number_that_they_wrote_from_and_what_may_be_done_with_it_stand_in_the_panel(sam, talk) -> None:
    shown = page(sam, talk)
    assert f"tel:{PHONE}" in shown and say("danger_call") in shown and say("danger_tell") in shown
    assert "call or text 988" in shown and "911" in shown


def test_of_the_web_chat_no_number_is_known_and_it_says_what_to_ask(sam, engine, settings) -> None:
    shown = page(sam, in_crisis(engine, settings, "web", "visitor-hash"))
    assert say("danger_no_number") in shown and "tel:" not in shown and "visitor-hash" not in shown


def test_where_nothing_says_danger_no_address_is_shown(sam, engine, settings) -> None:
    assert PHONE not in page(sam, case(engine, settings))


# ---- given to somebody who is there


def test_a_case_goes_to_nobody_who_is_away_without_being_asked_about_it(sam, ana, talk, engine) -> None:
    post(sam, talk, "take")
    assert f"Ana Second: {say('move_never')}" in page(sam, talk)
    refused = post(sam, talk, "transfer", to=actor(engine, "ana"), text="Please look, I must go")
    assert refused.status_code == 409 and say("move_danger_there", whom="Ana Second") in refused.text
    assert "Please look, I must go" in refused.text and owner(engine, talk) == actor(engine, "sam")
    is_here(ana)
    assert f"Ana Second: {say('move_here')}" in page(sam, talk)
    post(sam, talk, "transfer", to=actor(engine, "ana"), text="Please look, I must go")
    assert owner(engine, talk) == actor(engine, "ana")


def test_whoever_confirms_gives_it_all_the_same_and_takes_it_back_at_once(sam, talk, engine) -> None:
    post(sam, talk, "take")
    there = actor(engine, "ana")
    given = post(sam, talk, "transfer", to=there, text="Please look, I must go", sure=there)
    assert owner(engine, talk) == there and say("move_given") in given.text and say("move_back") in given.text
    assert say("move_back") in page(sam, talk)
    post(sam, talk, "take-over")
    assert owner(engine, talk) == actor(engine, "sam")


def test_an_ordinary_case_that_was_given_away_can_be_taken_back_until_it_is_answered(
    sam, ana, engine, settings
) -> None:
    ordinary, there = case(engine, settings), actor(engine, "ana")
    post(sam, ordinary, "take")
    post(sam, ordinary, "transfer", to=there, text="Please look, I must go", sure=there)
    post(ana, ordinary, "reply", text="Hello, this is Ana.", key="k1")
    assert say("move_back") not in page(sam, ordinary)
    assert post(sam, ordinary, "take-over").status_code == 403


def test_danger_is_taken_over_at_once_unless_whoever_has_it_looks_at_it(sam, ana, talk, engine, settings) -> None:
    post(sam, talk, "take")
    assert say("desk_take_over", who="Sam Agent") in page(ana, talk)
    is_here(sam, talk)
    assert say("desk_take_over", who="Sam Agent") not in page(ana, talk)
    assert post(ana, talk, "take-over").status_code == 403
    ordinary = case(engine, settings, address="+12025550178")
    post(sam, ordinary, "take")
    assert say("desk_take_over", who="Sam Agent") not in page(ana, ordinary), "ten minutes, as ever"


# ---- what an ending does


def shown_for(client: TestClient, talk: str, code: str) -> str:
    return post(client, talk, "act", act="hand_back", code=code).text


def test_the_preview_of_an_ending_says_which_hold_it_begins_and_which_stay(sam, talk) -> None:
    post(sam, talk, "take")
    care, answered, died = (shown_for(sam, talk, code) for code in ("vulnerable", "answered", "deceased"))
    assert say("change_ending_stands", what="In crisis") in care and say("change_ending_free") in answered
    for shown in (care, answered, died):
        assert say("change_holds_stay", what="In crisis") in shown and "988" in shown
    assert "Held from now on: Has died." in died and say("change_ending_free") not in died


def test_an_ending_without_holds_says_so_too(sam, engine, settings) -> None:
    ordinary = case(engine, settings)
    post(sam, ordinary, "take")
    assert say("change_ending_free") in shown_for(sam, ordinary, "answered")
    care = shown_for(sam, ordinary, "vulnerable")
    assert "Held from now on: In crisis." in care and say("change_ending_free") not in care


# ---- holds in words


def test_a_hold_that_stands_is_not_placed_again_and_keeps_what_the_agent_says(sam, talk, engine, settings) -> None:
    post(sam, talk, "take")
    shown, after = do(sam, talk, act="hold", kind="crisis", reason="said it again on the phone")
    assert say("change_hold_stands", what="In crisis") in shown and say("change_nothing") not in shown
    assert "Heard by the assistant in what they wrote. · said it again on the phone" in after.text
    assert "Sam Agent said why it stays on hold, In crisis: said it again on the phone" in after.text
    with core.reading(engine) as session:
        assert len(contact.every_active_hold(session, settings.clock.now())) == 1
    assert "crisis · crisis" not in after.text


def test_what_holds_a_conversation_and_everybody_behind_it_is_shown_and_lifted_as_one(
    sam, engine, settings
) -> None:
    with core.transaction(engine) as session:
        maria_is_here(session, settings)
    talk = in_crisis(engine, settings, address="+15550100001")
    post(sam, talk, "take")
    with core.reading(engine) as session:
        held = contact.every_active_hold(session, settings.clock.now())
    assert len(held) == 2 and page(sam, talk).count(say("act_lift_open")) == 1
    do(sam, talk, act="lift", hold=held[0].id, reason="her sister is with her")
    with core.reading(engine) as session:
        assert contact.every_active_hold(session, settings.clock.now()) == ()


@pytest.mark.parametrize("spoken", texts.LANGUAGES)
def test_every_kind_has_words_and_only_those_that_there_are_where_they_live_are_offered(spoken: str, engine) -> None:
    say = texts.speaker(spoken)
    here, there = (
        {kind for kind, name, about in hold_words.offered(country, say) if name and about} for country in ("US", "GB")
    )
    everywhere = {kind.value for kind in HoldKind} - {"breathing_space", "validation", "military"}
    assert here == everywhere | {"validation", "military"} and there == everywhere
    assert not hold_words.is_known_in(HoldKind.BREATHING_SPACE, "US")
    assert hold_words.is_known_in(HoldKind.BREATHING_SPACE, "GB")


def test_breathing_space_stands_only_where_it_is_the_law(sam, talk, engine, settings) -> None:
    post(sam, talk, "take")
    british = case(engine, settings, address="+447700900123")
    post(sam, british, "take")
    assert say("act_space_open") not in page(sam, talk) and say("act_space_open") in page(sam, british)
    chosen = page(sam, talk)
    assert f"{say('hold_cease')}: {say('hold_about_cease')}" in chosen and ">cease<" not in chosen


# ---- one truth


def test_who_it_is_stands_once_and_as_of_now(sam, engine, settings) -> None:
    talk, now = case(engine, settings), settings.clock.now()
    with core.transaction(engine) as session:
        maria = maria_is_here(session, settings)
        contact.mark_verified(session, talk, maria, now + timedelta(minutes=15), now)
        for n, name in enumerate(("talk_to_human", "ask_balance")):
            how = {"language": "en", "why": "", "now": now + timedelta(seconds=n)}
            handoff.hearing.hear(session, talk, [f"in_{n}"], {}, [name], **how)
    shown = page(sam, talk)
    assert "Verified in writing until" in shown and "Identity proved" not in shown
    assert re.search(r"Last understood as</dt><dd>how much they owe[^<]* \(", shown), shown


# ---- what the law wants done


def test_what_is_late_is_named_in_words_and_anybody_settles_it_without_an_unproved_name(
    sam, engine, settings
) -> None:
    with core.transaction(engine) as session:
        maria_is_here(session, settings)
    talk, now = case(engine, settings, Reason.IDENTITY_THEFT, "not me", "+15550100001"), settings.clock.now()
    with core.transaction(engine) as session:
        source = contact.inbox.last_heard(session, talk).id
        [maria] = contact.parties_at(session, "sms", "+15550100001")
        for where in ({"party_id": maria}, {}):
            place = contact.place_hold if where else contact.place_hold_here
            args = () if where else (talk,)
            place(session, *args, **where, kind=HoldKind.IDENTITY_THEFT, reason="identity_theft", now=now, source=source)
    settings.clock.move(timedelta(days=6))
    sam = at_desk(sam.app, "sam")
    queue = sam.get("/desk").text
    assert "Tell the creditor (2)" in queue and "/desk/holds?only=late" in queue
    shown = sam.get("/desk/holds?only=late").text
    assert say("holds_not_proved") in shown and "Maria" not in shown and say("act_duty_open") in shown
    assert f'href="/desk/conversations/{talk}"' in shown and "identity_theft" not in shown.replace('value="', "")
    for hold in set(re.findall(r'name="hold" value="([^"]+)"', shown)):
        do(sam, None, act="duty", hold=hold, rule="ST-02-CREDITOR", reason="written to the creditor on Monday")
    assert "Tell the creditor" not in sam.get("/desk").text and say("late_none") in sam.get("/desk/holds?only=late").text
