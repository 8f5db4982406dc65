"""Several accounts paid at once on the portal: what is typed for each, one link, and nothing in place of what cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import accounts, core, demo, payments
from bot.core import Settings
from tests.web.desk_kit import say as words
from tests.web.test_portal import PROOF, send

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
Owed = dict[str, accounts.Debt]


def place_two(session: core.Session, settings: Settings) -> str:
    """Maria of the demo with her energy bill and one of a clinic. Returns her id."""
    now = settings.clock.now()
    energy = next(one for one in demo._placements(now.date()) if one.person.phone == demo.MARIA.phone)
    clinic = replace(energy.account, client="Cedar Valley Clinic", product="medical", reference="CV-2000")
    both = [energy, replace(energy, where="row 2", account=clinic)]
    accounts.place(session, both, now=now, secret=settings.secret_key)
    found = accounts.known_debt_by_reference(session, clinic.reference)
    assert found is not None
    return found.party_id


@pytest.fixture
def owed(engine: Engine, settings: Settings) -> Owed:
    with core.transaction(engine) as session:
        party_id = place_two(session, settings)
        return {debt.client: debt for debt in accounts.known_debts_of(session, party_id)}


@pytest.fixture
def hers(client: TestClient, owed: Owed) -> TestClient:
    client.get("/portal")
    assert send(client, "verify", **PROOF).status_code == 200
    return client


def test_what_is_typed_for_each_leads_to_one_page_for_both(hers: TestClient, owed: Owed, engine: Engine) -> None:
    first, other = owed.values()
    assert words("portal_together") in hers.get("/portal").text
    answer = send(hers, "pay-together", follow=False, **{f"amount-{first.id}": "20", f"amount-{other.id}": "$30.50"})
    assert answer.status_code == 303
    token = answer.headers["location"].rsplit("/", 1)[1]
    with core.reading(engine) as session:
        found = payments.view(session, token, hers.app.state.parts.settings.clock.now())  # type: ignore[attr-defined]
    assert found is not None
    assert {line.debt_id: line.amount.minor for line in found.lines} == {first.id: 2000, other.id: 3050}
    page = hers.get(f"/p/{token}").text
    assert first.client in page and other.client in page and "Pay $50.50" in page, "to herself they have names"


def test_one_left_blank_is_left_out(hers: TestClient, owed: Owed, engine: Engine) -> None:
    first, other = owed.values()
    answer = send(hers, "pay-together", follow=False, **{f"amount-{first.id}": " ", f"amount-{other.id}": "30"})
    with core.reading(engine) as session:
        found = payments.view(
            session, answer.headers["location"].rsplit("/", 1)[1], hers.app.state.parts.settings.clock.now()  # type: ignore[attr-defined]
        )  # fmt: skip
    assert found is not None and found.debt_id == other.id and not found.lines and found.amount.minor == 3000


@pytest.mark.parametrize(
    ("typed", "problem"),
    [(("", ""), "portal_together_none"), (("20", "x"), "portal_amount"), (("0.10", "0.10"), "portal_too_little")],
)
def test_what_cannot_be_paid_is_said_and_what_was_typed_is_kept(
    hers: TestClient, owed: Owed, engine: Engine, typed: tuple[str, str], problem: str
) -> None:
    fields = {f"amount-{debt.id}": one for debt, one in zip(owed.values(), typed, strict=True)}
    answer = send(hers, "pay-together", **fields)
    assert answer.status_code == 422 and words(problem, least="$0.50") in answer.text
    assert all(f'value="{one}"' in answer.text for one in typed if one)
    with core.reading(engine) as session:
        assert session.execute(core.metadata.tables["payment_requests"].select()).all() == []


def test_more_than_is_left_of_one_is_said_by_its_name(hers: TestClient, owed: Owed) -> None:
    first, other = owed.values()
    answer = send(hers, "pay-together", **{f"amount-{first.id}": "20", f"amount-{other.id}": "99999"})
    left = other.balance.text("en")
    assert answer.status_code == 422
    assert words("portal_together_too_much", client=other.client, amount=left) in answer.text


def test_who_would_pay_all_of_one_hears_where_less_is_enough_and_may_go_on(hers: TestClient, owed: Owed) -> None:
    first, other = owed.values()
    fields = {f"amount-{first.id}": str(first.balance.major), f"amount-{other.id}": "20"}
    asked = send(hers, "pay-together", **fields)
    assert asked.status_code == 422 and "for less" in asked.text and 'name="sure"' in asked.text
    assert send(hers, "pay-together", follow=False, sure="1", **fields).status_code == 303
