"""A debt that may be too old for a court: the portal says what the law wants before every button that pays or promises it."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import accounts
from tests.web.test_portal import debt, hers, maria, send  # noqa: F401
from tests.web_pay.test_too_old_page import GENERAL, grow_old

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.mark.parametrize("spoken", ["en", "es"])
def test_RF_27_the_portal_says_it_wherever_it_asks_for_a_payment_or_a_promise(
    hers: TestClient, debt: accounts.Debt, engine: Engine, spoken: str,  # noqa: F811
) -> None:  # fmt: skip
    words = GENERAL if spoken == "en" else "un juez ya no obligue a pagarla"
    plan = f"/portal/plan?debt={debt.id}&lang={spoken}"
    assert words not in hers.get(f"/portal?lang={spoken}").text and words not in hers.get(plan).text
    grow_old(engine, debt.id)
    home, choosing = hers.get(f"/portal?lang={spoken}").text, hers.get(plan).text
    assert home.count(words) == 1 and home.index(words) < home.index('action="/portal/pay"')
    assert choosing.count(words) == 1 and choosing.index(words) < choosing.index('name="choice"')
    key = choosing.partition('name="choice"')[2].partition('value="')[2].partition('"')[0]
    read_back = send(hers, f"plan?lang={spoken}", debt=debt.id, choice=key, every="monthly", **{"from": ""})
    assert read_back.text.count(words) == 1 and read_back.text.index(words) < read_back.text.index('action="/portal/agree"')
    offer = read_back.text.partition('name="offer" value="')[2].partition('"')[0]
    send(hers, "agree", offer=offer)
    autopay = hers.get(f"/portal/autopay?lang={spoken}").text
    assert autopay.count(words) == 1 and autopay.index(words) < autopay.index('name="agree"')


def test_SR_SOL_where_the_right_has_ended_the_portal_asks_for_nothing(hers: TestClient, debt: accounts.Debt, engine: Engine) -> None:  # noqa: F811
    grow_old(engine, debt.id, "WI")
    page = hers.get("/portal").text
    assert 'action="/portal/pay"' not in page and "/portal/plan" not in page
    assert hers.get(f"/portal/plan?debt={debt.id}", follow_redirects=False).headers["location"] == "/portal"
    answer = send(hers, "pay", debt=debt.id, what="other", amount="20")
    assert answer.status_code == 422
