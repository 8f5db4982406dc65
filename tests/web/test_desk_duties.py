"""At the desk: what the law wants done because of a hold, by when, and that the hold stays until it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import accounts, contact, core, demo
from bot.contact import HoldKind
from bot.core import Settings
from tests.web.desk_kit import at_desk, case, do, post, say

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
TOLD = "by letter on letterhead, with the reasons"


@pytest.fixture
def talk(engine: Engine, settings: Settings) -> str:
    """Somebody who said that they were forced into it."""
    found, now = case(engine, settings), settings.clock.now()
    with core.transaction(engine) as session:
        contact.place_hold_here(session, found, kind=HoldKind.COERCED_DEBT, reason="abuse_or_coercion", now=now)
    return found


@pytest.fixture
def sam(app, talk) -> TestClient:
    found = at_desk(app, "sam")
    post(found, talk, "take")
    return found


def hold(engine: Engine, settings: Settings) -> str:
    with core.reading(engine) as session:
        (found,) = contact.every_active_hold(session, settings.clock.now())
    return found.id


def test_who_was_coerced_is_told_in_writing_before_the_hold_is_lifted(sam, talk, engine, settings) -> None:
    page = sam.get(f"/desk/conversations/{talk}").text
    assert say("duty_st_03_review") in page and say("duty_not_yet") in page
    refused = post(sam, talk, "act", act="lift", hold=hold(engine, settings), reason="reviewed, it is theirs after all")
    assert say("case_done_duty_first") in refused.text and hold(engine, settings)
    shown, _ = do(sam, talk, act="duty", hold=hold(engine, settings), rule="ST-03-REVIEW", reason="all papers are here")
    assert "Then, by " in shown and say("duty_st_03") in shown
    _, page = do(sam, talk, act="duty", hold=hold(engine, settings), rule="ST-03", reason=TOLD)
    assert TOLD in page.text and say("duty_st_03") not in page.text.split('class="decision"')[1]
    do(sam, talk, act="lift", hold=hold(engine, settings), reason="they know what was found")
    with core.reading(engine) as session:
        assert not contact.every_active_hold(session, settings.clock.now())
        assert [fact.data["how"] for fact in core.facts(session, kind="DutyDone")] == ["all papers are here", TOLD]


def test_the_list_of_holds_shows_it_and_whoever_has_done_it_says_so_there(app, sam, talk, engine, settings) -> None:
    shown = sam.get("/desk/holds").text
    assert say("duty_st_03_review") in shown and say("act_duty_open") in shown and say("act_lift_open") not in shown
    form = {"hold": hold(engine, settings), "rule": "ST-03-REVIEW", "reason": TOLD}
    do(sam, None, act="duty", **form)
    with core.reading(engine) as session:
        [fact] = core.facts(session, kind="DutyDone")
        assert fact.actor.startswith("agent:stf_") and fact.data["how"] == TOLD
    assert say("case_done_not_allowed") in post(sam, None, "act", act="lift", **form).text


def test_a_breathing_space_has_its_days_and_goes_by_itself(sam, talk, engine, settings) -> None:
    today = settings.clock.now().date() - timedelta(days=1)  # a day that has begun wherever they are
    wrong = post(sam, talk, "act", act="space", begins="2031-01-01", reason="notice of the Insolvency Service")
    shown, page = do(sam, talk, act="space", begins=str(today), reason="notice of the Insolvency Service")
    assert "breathing space" in shown and "then it ends by itself" in page.text
    assert say("case_done_space_days") in wrong.text
    with core.reading(engine) as session:
        later = contact.every_active_hold(session, settings.clock.now() + timedelta(days=62))
        kinds = [one.kind for one in contact.every_active_hold(session, settings.clock.now())]
    assert kinds == [HoldKind.COERCED_DEBT, HoldKind.BREATHING_SPACE] and [one.kind for one in later] == kinds[:1]


def test_a_duty_that_nobody_knows_is_done_by_nobody(sam, talk, engine, settings) -> None:
    post(sam, talk, "act", act="duty", hold=hold(engine, settings), rule="ST-02-CREDITOR", reason=TOLD)
    with core.reading(engine) as session:
        assert not core.facts(session, kind="DutyDone")


def test_a_debt_that_cannot_be_verified_stays_held_and_they_read_so_before_it_is_done(sam, engine, settings) -> None:
    """SR-NYC's notice, as the agent sees it before and the debtor gets it after."""
    talk, now = case(engine, settings, address="+12025550199"), settings.clock.now()
    post(sam, talk, "take")
    with core.transaction(engine) as session:
        demo.load(session, now, settings.secret_key)
        who = accounts.known_debts_by_customer(session, "C-1000")[0].party_id
        contact.mark_verified(session, talk, who, now + timedelta(hours=1), now)
        claim = accounts.Claim(accounts.DisputeReason.NOT_MY_DEBT, "never had that")
        here = contact.conversation(session, talk)
        number = accounts.open_dispute(session, here, claim, message_id="in_1", now=now).number
    form = {"act": "decide", "number": number, "outcome": "unverified", "reason": "the creditor has no file of it"}
    shown, _ = do(sam, talk, **form)
    assert "could not verify this debt" in shown
    with core.reading(engine) as session:
        kinds = {hold.kind for hold in contact.active_holds(session, who, now)}
        sent = core.metadata.tables["outbox"]
        said = [row.text for row in session.execute(sent.select()) if row.state != "blocked"]
    assert HoldKind.DISPUTE in kinds and any(number in text and "could not verify" in text for text in said)
