"""Automatic payments on the portal: a yes to words that are shown, nothing ticked before, and a stop that is at once."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

import bot.web
from bot import accounts, contact, core, identity, negotiation, payments
from bot.core import Settings
from bot.payments import mandate_store, mandates
from bot.payments.asking import ToPay, ToSave
from bot.web.cookies import hashed
from bot.web.parts import written_day
from tests.payments.pay_kit import MemoryStripe
from tests.web.desk_kit import maria_is_here, token_in
from tests.web.desk_kit import say as words

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
PROOF = {"reference": "NW-1000", "born": "4/12/1985", "zip": "30318"}
PAGE = "/portal/autopay"


@pytest.fixture
def app(settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(payments, "StripeGateway", lambda _settings: MemoryStripe())
    return bot.web.create_app(settings, engine)


@pytest.fixture
def stripe(app) -> MemoryStripe:
    return app.state.parts.gateway


@pytest.fixture
def maria(engine: Engine, settings: Settings) -> str:
    with core.transaction(engine) as session:
        return maria_is_here(session, settings)


@pytest.fixture
def hers(client: TestClient, maria: str) -> TestClient:
    client.get("/portal")
    assert send(client, "/portal/verify", **PROOF).status_code == 200
    return client


@pytest.fixture
def plan(hers: TestClient, maria: str, engine: Engine, settings: Settings) -> negotiation.Agreement:
    with core.transaction(engine) as session:
        talk = contact.glance.conversation_at(session, "web", hashed(cookie_of(hers)))
        assert talk is not None
        now = settings.clock.now()
        who = identity.require(session, talk, now)
        (debt,) = accounts.open_debts(session, who, now)
        today = accounts.me(session, who).today(now)
        made = negotiation.options(session, who, debt.id, now, today)
        wanted = next(one for one in made if one.offer.kind is negotiation.Kind.SHORT_PLAN)
        return negotiation.accept(session, who, wanted.id, now, today)


def cookie_of(client: TestClient) -> str:
    from starlette.requests import Request

    raw = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    scope = {"type": "http", "headers": [(b"cookie", raw.encode())]}
    found = client.app.state.parts.visitor.read(Request(scope))  # type: ignore[attr-defined]
    assert found is not None
    return found


def send(client: TestClient, path: str, follow: bool = True, **form: str):
    token = token_in(client.get("/portal?idle=1").text)
    return client.post(path, data={"token": token, **form}, follow_redirects=follow)


def terms_on(page: str) -> str:
    found = re.search(r'name="agree" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def given(engine: Engine) -> list[mandate_store.Mandate]:
    with core.reading(engine) as session:
        rows = session.execute(core.metadata.tables["mandates"].select()).all()
        return [one for row in rows if (one := mandate_store.mandate(session, row.id)) is not None]


def test_nothing_of_it_is_shown_before_the_check(client: TestClient, maria: str) -> None:
    assert client.get(PAGE, follow_redirects=False).headers["location"] == "/portal"
    assert words("portal_gate_head") in client.get(PAGE).text


def test_without_a_plan_there_is_nothing_to_choose(hers: TestClient) -> None:
    assert words("autopay_none") in hers.get(PAGE).text and "agree" not in hers.get(PAGE).text


def test_the_words_are_shown_and_nothing_is_ticked(hers: TestClient, plan, engine) -> None:
    page = hers.get(PAGE).text
    first = plan.schedule[0]
    assert "I let " in page and first.amount.text("en") in page and "checked" not in page
    assert f'href="{PAGE}"' in hers.get("/portal").text
    unticked = send(hers, PAGE, debt=plan.debt_id, how="save")
    assert unticked.status_code == 422 and words("autopay_tick") in unticked.text and given(engine) == []


def test_from_the_tick_to_the_saved_card_and_the_stop(hers: TestClient, plan, engine, stripe: MemoryStripe) -> None:
    sha256 = terms_on(hers.get(PAGE).text)
    answer = send(hers, PAGE, False, debt=plan.debt_id, agree=sha256, how="save")
    assert answer.status_code == 303 and answer.headers["location"].startswith("https://stripe.example/")
    (session_id,) = stripe.open_sessions()
    asked = stripe.asked[session_id]
    assert isinstance(asked, ToSave) and not asked.by_bank
    stripe.save(session_id)
    back = asked.done_url.removeprefix("http://127.0.0.1:8000")
    page = hers.get(back).text
    assert "Active" not in page and "card ending 4242" in page and words("autopay_stop") in page
    (mandate,) = given(engine)
    assert mandate.is_active and mandate.sha256 == sha256 and mandate.channel == "portal"
    assert mandate.text.split("\n")[0] in html.unescape(page), "their copy stays"
    page = send(hers, f"{PAGE}/stop", mandate=mandate.id).text
    assert words("autopay_stopped") in page and not given(engine)[0].is_active
    assert words("autopay_past") in page, "the copy stays for ever"


def test_paying_the_next_part_can_save_what_it_is_paid_with(
    hers: TestClient, plan, engine, stripe: MemoryStripe
) -> None:
    sha256 = terms_on(hers.get(PAGE).text)
    answer = send(hers, PAGE, False, debt=plan.debt_id, agree=sha256, how="pay")
    assert answer.status_code == 303
    (session_id,) = stripe.open_sessions()
    asked = stripe.asked[session_id]
    assert isinstance(asked, ToPay) and asked.mandate_id == given(engine)[0].id
    assert asked.items[0].amount == plan.schedule[0].amount


def test_what_is_on_its_way_is_said_and_not_asked_for_again(
    hers: TestClient, plan, engine, settings, stripe: MemoryStripe
) -> None:
    sha256 = terms_on(hers.get(PAGE).text)
    send(hers, PAGE, False, debt=plan.debt_id, agree=sha256, how="pay")
    (session_id,) = stripe.open_sessions()
    stripe.pay_by_bank(session_id)
    with core.transaction(engine) as session:
        event = payments.Event("evt_1", "checkout.session.completed", session_id, settings.clock.now())
        payments.take_event(session, event, settings.clock.now())
    payments.process_events(engine, stripe, settings.clock, contact.Sending(key=""))
    first, second = (one.amount.text("en") for one in plan.schedule[:2])
    for path in ("/portal", PAGE):
        page = html.unescape(hers.get(path).text)
        assert f"{first} is on its way" in page
        assert f"Next: {second} on {written_day('en', plan.schedule[1].due)}" in page
    assert 'action="/portal/pay"' not in hers.get("/portal").text


def test_a_yes_to_a_plan_that_changed_meanwhile_is_asked_anew(hers: TestClient, plan, engine, settings) -> None:
    sha256 = terms_on(hers.get(PAGE).text)
    with core.transaction(engine) as session:
        negotiation.end(session, plan.id, "cancelled", settings.clock.now())
    answer = send(hers, PAGE, debt=plan.debt_id, agree=sha256, how="save")
    assert answer.status_code == 409 and given(engine) == []
    assert send(hers, PAGE, debt="debt_of_somebody", agree=sha256, how="save").status_code == 409


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/stop"])
def test_only_our_own_page_may_send_it(hers: TestClient, plan, path: str, engine) -> None:
    form = {"debt": plan.debt_id, "agree": terms_on(hers.get(PAGE).text), "how": "save"}
    assert hers.post(path, data=form).status_code == 403
    token = token_in(hers.get("/portal").text)
    foreign = hers.post(path, data={"token": token, **form}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403 and given(engine) == []


def test_somebody_elses_cannot_be_stopped(hers: TestClient, plan, engine, settings, stripe: MemoryStripe) -> None:
    sha256 = terms_on(hers.get(PAGE).text)
    send(hers, PAGE, False, debt=plan.debt_id, agree=sha256, how="save")
    (session_id,) = stripe.open_sessions()
    stripe.save(session_id)
    mandates.look_at(engine, stripe, session_id, settings.clock.now())
    (mandate,) = given(engine)
    mandates_table = core.metadata.tables["mandates"]
    with core.transaction(engine) as session:
        session.execute(mandates_table.update().values(party_id="pty_other"))
    send(hers, f"{PAGE}/stop", mandate=mandate.id)
    assert given(engine)[0].is_active


def test_the_whole_page_is_there_in_spanish(hers: TestClient, plan) -> None:
    page = hers.get(f"{PAGE}?lang=es").text
    assert "Permito que" in page and "Automatic" not in page
