"""A debt that may be too old for a court: what the law wants said stands on the payment page before its button."""

from __future__ import annotations

import html
from datetime import date

import pytest
from sqlalchemy.engine import Engine

from bot import accounts, contact, core, payments
from bot.accounts.store import debts
from tests.payments.joint_kit import with_clinic
from tests.web_pay.pay_site import Site

GENERAL = "a judge can no longer make anyone pay it"
NEW_YORK = "will NOT sue you to collect this debt"
HERS = {"born": "May 3, 1980", "zip": "30303"}


def grow_old(engine: Engine, debt_id: str, state: str = "GA") -> None:
    """So long due that no court of that state would hear of it, and she lives there."""
    with core.transaction(engine) as session:
        session.execute(debts.update().where(debts.c.id == debt_id).values(due_since=date(2012, 1, 31), jurisdiction=f"US-{state}"))
        found = accounts.known_debt(session, debt_id)
        session.execute(contact.store.places.update().values(state=state))
        assert contact.places.whereabouts(session, [found.party_id])[1] == {"US", f"US-{state}"}


def proved(site: Site, token: str) -> str:
    """Her phone, where she proved who she is. What it shows."""
    assert site.http.post(f"/p/{token}/who", data=HERS).status_code == 303
    return html.unescape(site.http.get(f"/p/{token}").text)


def test_RF_27_the_payment_page_says_it_once_and_before_the_button(site: Site) -> None:
    grow_old(site.world.engine, site.world.debt_id)
    page = proved(site, site.world.ask("50.00"))
    assert page.count(GENERAL) == 1 and page.index(GENERAL) < page.index("Pay $50.00")
    again = html.unescape(site.http.get("/p/" + site.world.ask("40.00")).text)
    assert GENERAL in again, "each page says it"


def test_RF_27_a_press_of_the_button_is_no_proof_where_the_page_speaks_of_a_debt(site: Site) -> None:
    grow_old(site.world.engine, site.world.debt_id)
    path = f"/p/{site.world.ask('50.00')}"
    for page in (site.http.get(path), site.http.post(f"{path}/open"), site.http.get(path), site.http.post(path)):
        assert GENERAL not in page.text and "50.00" not in page.text and "Northwind" not in page.text
    assert 'name="born"' in site.http.get(path).text and site.sessions() == []


def test_RF_27_of_two_accounts_it_names_the_one_that_it_is_about(site: Site) -> None:
    world = with_clinic(site.world)
    grow_old(world.engine, world.other_id)
    page = proved(site, world.both())
    assert page.count(GENERAL) == 1 and page.index(GENERAL) < page.index("Pay $80.00")
    lead = page[: page.index(GENERAL)].rpartition("This is only about")[2]
    assert "Cedar Valley Clinic" in lead and "Northwind" not in lead


def test_RF_27_of_two_accounts_that_are_both_too_old_it_stands_once(site: Site) -> None:
    world = with_clinic(site.world)
    grow_old(world.engine, world.other_id)
    grow_old(world.engine, world.debt_id)
    assert proved(site, world.both()).count(GENERAL) == 1


def test_SR_SOL_where_a_state_prescribes_words_the_page_has_those(site: Site) -> None:
    grow_old(site.world.engine, site.world.debt_id, "NY")
    page = proved(site, site.world.ask("50.00"))
    assert page.count(NEW_YORK) == 1 and GENERAL not in page


def test_SR_SOL_where_the_right_has_ended_there_is_no_link_and_an_older_one_takes_nothing(site: Site) -> None:
    path = site.link("50.00")
    session_id = site.click(path)
    grow_old(site.world.engine, site.world.debt_id, "WI")
    with pytest.raises(payments.OnHold):
        site.world.ask("40.00")
    assert site.http.post(f"{path}/who", data=HERS).status_code == 303
    for page in (site.http.get(path), site.http.post(path)):
        assert "Nothing to pay right now." in page.text and "<form" not in page.text
    site.world.reconcile(at_start=True)
    assert site.stripe.v1.checkout.sessions.retrieve(session_id).status == "expired"


def test_RF_27_a_debt_that_is_young_enough_says_nothing_and_a_press_opens_it(site: Site) -> None:
    assert GENERAL not in site.http.get(site.link("50.00")).text
