"""Automatic payments stopped at the desk: shown first, done at once, told to the debtor, and written down for colleagues."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import accounts, contact, core, demo, handoff, identity, negotiation, payments
from bot.core import Settings
from bot.payments import mandate_store, mandates
from tests.web.desk_kit import at_desk, case, maria_is_here, post, say

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


@pytest.fixture
def sam(app) -> TestClient:
    return at_desk(app, "sam")


@pytest.fixture
def talk(engine: Engine, settings: Settings, sam: TestClient) -> str:
    now = settings.clock.now()
    with core.transaction(engine) as session:
        maria = maria_is_here(session, settings)
    made = case(engine, settings, handoff.Reason.PAYMENT, "please stop the automatic thing", demo.MARIA.phone)
    with core.transaction(engine) as session:
        contact.mark_verified(session, made, maria, now + timedelta(minutes=30), now)
    post(sam, made, "take")
    return made


@pytest.fixture
def mandate(engine: Engine, settings: Settings, talk: str) -> mandate_store.Mandate:
    now = settings.clock.now()
    with core.transaction(engine) as session:
        who = identity.require(session, contact.conversation(session, talk), now)
        (debt,) = accounts.open_debts(session, who, now)
        today = accounts.me(session, who).today(now)
        made = negotiation.options(session, who, debt.id, now, today)
        plan = next(one for one in made if len(one.offer.schedule) > 1)
        negotiation.accept(session, who, plan.id, now, today)
        shown = mandates.terms(session, who, debt.id, settings, "en", now)
        given = mandates.give(session, who, shown, shown.sha256, mandates.Where("portal", "x"), now)
        saved = payments.Saved("cus_1", "pm_1", "card", "visa", "4242")
        heard = payments.Payment(None, None, None, "complete", None, None, None, mandate_id=given.id, saved=saved)
        begun = mandates.heard(session, heard, now)
    assert begun is not None
    return begun


def test_a_colleague_stops_them_and_it_is_told(sam: TestClient, talk: str, mandate, engine: Engine) -> None:
    page = sam.get(f"/desk/conversations/{talk}").text
    assert say("autopay_desk", ending="4242") in page
    shown = post(sam, talk, "act", act="autopay_off", debt=mandate.debt_id)
    assert "automatic payments are off" in shown.text and _known(engine, mandate).is_active, "only shown"
    mark = shown.text.split('name="mark" value="')[1].split('"')[0]
    post(sam, talk, "act", act="autopay_off", debt=mandate.debt_id, mark=mark)
    known = _known(engine, mandate)
    assert known.ended_why == "stopped" and not known.is_active
    with core.reading(engine) as session:
        said = contact.said(session, talk)
    assert said[-1].responses == ("utter_payments_autopay_off",)


def _known(engine: Engine, mandate: mandate_store.Mandate) -> mandate_store.Mandate:
    with core.reading(engine) as session:
        found = mandate_store.mandate(session, mandate.id)
    assert found is not None
    return found
