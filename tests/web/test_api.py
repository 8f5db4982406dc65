"""The API of creditors' systems: one key, one creditor; a call is done whole or says all that is wrong with it."""

from __future__ import annotations

from datetime import date

import pytest
from starlette.testclient import TestClient

from bot import accounts, core, exchange
from bot.web import api

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
CLIENT = "Northwind Energy"
ACCOUNT = {
    "reference": "NW-1", "given_name": "Maria", "family_name": "Gomez", "date_of_birth": "1985-04-12", "postcode": "30318",
    "phone": "+14045550123", "product": "electricity", "opened_on": "2023-05-02", "itemisation_date": "2026-09-30",
    "itemisation_kind": "last_statement", "amount_then": "1540.00",
}  # fmt: skip


@pytest.fixture
def call(app, engine, settings):
    with core.transaction(engine) as session:
        keys = {client: exchange.keys.make(session, client=client, name="SAP", by="x", now=settings.clock.now())
                for client in (CLIENT, "Harbor Bank")}  # fmt: skip
    web = TestClient(app, base_url="http://127.0.0.1:8000")

    def call(method: str, path: str, given=None, client: str = CLIENT, raw: bytes | None = None):
        headers = {"Authorization": f"Bearer {keys[client]}"}
        return web.request(method, f"/api/v1{path}", json=given, content=raw, headers=headers)

    return call


def test_accounts_come_in_and_the_same_again_change_nothing(call, engine) -> None:
    given = {"accounts": [ACCOUNT, {**ACCOUNT, "reference": "NW-2", "customer": "C-2", "company": "Acme LLC"}]}
    assert call("POST", "/accounts", given).json() == {"people": 2, "accounts": 2, "unchanged": 0}
    assert call("POST", "/accounts", given).json() == {"people": 0, "accounts": 0, "unchanged": 2}
    assert call("GET", "/accounts/NW-1").json() == {
        "reference": "NW-1", "product": "electricity", "state": "open", "amount_minor": 154000, "currency": "USD",
    }  # fmt: skip
    assert call("GET", "/accounts/NW-1", client="Harbor Bank").status_code == 404


def test_of_a_call_with_a_problem_nothing_is_taken_and_all_is_said(call, engine) -> None:
    wrong = {**ACCOUNT, "reference": "NW-2", "postcode": "x", "product": "EL", "colour": "red"}
    answer = call("POST", "/accounts", {"accounts": [ACCOUNT, wrong, ACCOUNT]})
    assert answer.status_code == 422
    assert {one["where"] for one in answer.json()["problems"]} == {
        "accounts[0], reference", "accounts[2], reference", "accounts[1], postcode", "accounts[1], product", "accounts[1], colour",
    }  # fmt: skip
    with core.reading(engine) as session:
        assert accounts.is_empty(session)
    for body in (b"{", b"[]", b'{"accounts": "x"}', b'{"accounts": [{"reference": 5}]}', b'{"accounts": []}', b"\xff" * 50):
        assert call("POST", "/accounts", raw=body).status_code == 422, body


def test_changes_withdrawals_and_pauses(call, engine) -> None:
    call("POST", "/accounts", {"accounts": [ACCOUNT]})
    assert call("POST", "/accounts/NW-1/changes", {"action": "balance", "amount": "1500.00"}).json() == {"changed": True}
    assert call("POST", "/accounts/NW-1/changes", {"action": "balance", "amount": "1500.00"}).json() == {"changed": False}
    assert call("POST", "/accounts/NW-1/changes", {"action": "burn"}).status_code == 422
    until = date.today().replace(year=date.today().year + 1).isoformat()
    assert call("PUT", "/accounts/NW-1/pause", {"until": until, "reason": "dispute with us"}).json() == {"paused_until": until}
    assert call("DELETE", "/accounts/NW-1/pause").json() == {"changed": True}
    assert call("DELETE", "/accounts/NW-1/pause").json() == {"changed": False}
    assert call("POST", "/accounts/NW-1/withdrawal").json() == {"changed": True}
    assert call("GET", "/accounts/NW-1").json()["state"] == "written_off"
    assert call("POST", "/accounts/NW-9/withdrawal").status_code == 404


def test_payments_go_out(call, engine, settings) -> None:
    call("POST", "/accounts", {"accounts": [ACCOUNT]})
    now = settings.clock.now()
    with core.transaction(engine) as session:
        debt = accounts.known_debt_by_reference(session, "NW-1")
        accounts.post(session, debt_id=debt.id, kind=accounts.EntryKind.PAYMENT, amount=core.Money(-4000, "USD"), source="pi_1", now=now)
        [entry] = [one for one in accounts.known_history(session, debt.id) if one.source == "pi_1"]
    day = entry.effective_on.isoformat()
    found = call("GET", f"/payments?first={day}&last={day}").json()["payments"]
    assert [(one["account"], one["amount_minor"], one["through"]) for one in found] == [("NW-1", 4000, "link")]
    assert call("GET", f"/payments?first={day}&last={day}", client="Harbor Bank").json() == {"payments": []}
    assert call("GET", "/payments?first=x").status_code == 422
    assert call("GET", "/payments?first=2020-01-01&last=2022-01-01").status_code == 422


def test_nobody_gets_in_without_a_key(app) -> None:
    web = TestClient(app, base_url="http://127.0.0.1:8000")
    described = {f"{method.upper()} {path}" for path, methods in web.get("/api/v1/openapi.json").json()["paths"].items()
                 for method in methods if method != "parameters"}  # fmt: skip
    here = {(method, one.path) for one in app.routes if getattr(one, "path", "").startswith(api.BASE) and "openapi" not in one.path
            for method in one.methods - {"HEAD"}}  # fmt: skip
    assert described == {f"{method} {path.removeprefix(api.BASE).replace(':path', '')}" for method, path in here}
    for method, path in here:
        target = path.replace("{reference:path}", "NW-1")
        for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp4"}):
            answer = web.request(method, target, headers=headers)
            assert answer.status_code in (401, 429) and "error" in answer.json(), (method, path)
