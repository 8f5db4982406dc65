"""Paying a part by link: keeping what it is paid with for the next ones is offered to who is known here, and no condition."""

from __future__ import annotations

import html

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import contact, core, identity, negotiation, payments
from bot.contact import glance
from bot.core import Settings
from bot.payments import mandates, page_texts
from bot.payments.asking import ToPay
from bot.web.cookies import hashed
from tests.payments.pay_kit import MemoryStripe
from tests.web.desk_kit import token_in
from tests.web.test_portal import PROOF, send
from tests.web.test_portal_autopay import (  # noqa: F401
    app,
    cookie_of,
    given,
    hers,
    maria,
    plan,
    stripe,
    terms_on,
)

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
WORDS = {name: str(page_texts.text(name, "en")) for name in ("agree_head", "agree_yes", "agree_changed", "more_link")}


@pytest.fixture
def path(hers: TestClient, plan: negotiation.Agreement, engine: Engine, settings: Settings) -> str:  # noqa: F811
    """The page of a link for the first part."""
    now = settings.clock.now()
    with core.transaction(engine) as session:
        talk = glance.conversation_at(session, "web", hashed(cookie_of(hers)))
        assert talk is not None
        link = payments.request(
            session, identity.require(session, talk, now), debt_id=plan.debt_id, amount=plan.schedule[0].amount,
            purpose=payments.Purpose.INSTALMENT, valid_until=now + mandates.OPEN_FOR, now=now,
            public_url=settings.public_url, agreement_id=plan.id,
        )  # fmt: skip
    return link.url.removeprefix(settings.public_url)


def asked(stripe: MemoryStripe) -> ToPay:  # noqa: F811
    (session_id,) = stripe.open_sessions()
    page = stripe.asked[session_id]
    assert isinstance(page, ToPay)
    return page


def test_the_words_are_shown_and_nothing_is_ticked(hers: TestClient, path: str, plan) -> None:  # noqa: F811
    page = html.unescape(hers.get(path).text)
    assert WORDS["agree_yes"] in page and "checked" not in page and "I let " in page
    assert plan.schedule[1].amount.text("en") in page


def test_who_only_holds_the_link_sees_nothing_of_the_plan(
    app, hers: TestClient, path: str, engine: Engine, settings: Settings  # noqa: F811
) -> None:  # fmt: skip
    stranger = html.unescape(TestClient(app, base_url="http://127.0.0.1:8000").get(path).text)
    with core.transaction(engine) as session:
        talk = glance.conversation_at(session, "web", hashed(cookie_of(hers)))
        assert talk is not None
        contact.clear_verified(session, talk.id, settings.clock.now())
    hers_later = html.unescape(hers.get(path).text)
    for page in (stranger, hers_later):
        assert WORDS["agree_yes"] not in page and "I let " not in page
    assert "$" not in stranger
    assert WORDS["more_link"] in hers_later and f"/portal?next={path}" in hers_later


def test_without_the_tick_it_is_paid_and_nothing_is_kept(
    hers: TestClient, path: str, engine: Engine, stripe: MemoryStripe  # noqa: F811
) -> None:  # fmt: skip
    assert hers.post(path, follow_redirects=False).status_code == 303
    assert asked(stripe).mandate_id is None and given(engine) == []


def test_with_the_tick_the_yes_is_kept_with_its_words_and_counts_once_it_is_paid(
    hers: TestClient, path: str, engine: Engine, stripe: MemoryStripe, plan  # noqa: F811
) -> None:  # fmt: skip
    page = hers.get(path).text
    form = {"agree": terms_on(page), "token": token_in(page)}
    assert hers.post(path, data=form, follow_redirects=False).status_code == 303
    sent = asked(stripe)
    (mandate,) = given(engine)
    assert sent.mandate_id == mandate.id and not mandate.is_active
    assert sent.items[0].amount == plan.schedule[0].amount
    assert (mandate.channel, mandate.sha256) == ("pay", terms_on(page)) and mandate.version
    assert mandate.text.split("\n")[0] in html.unescape(page)


def test_a_yes_to_other_words_opens_nothing(
    hers: TestClient, path: str, engine: Engine, stripe: MemoryStripe  # noqa: F811
) -> None:  # fmt: skip
    token = token_in(hers.get(path).text)
    answer = hers.post(path, data={"agree": "0" * 64, "token": token})
    assert answer.status_code == 409 and WORDS["agree_changed"] in html.unescape(answer.text)
    assert given(engine) == [] and stripe.open_sessions() == []


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_only_our_own_page_may_send_it(
    hers: TestClient, path: str, engine: Engine, stripe: MemoryStripe, headers: dict[str, str]  # noqa: F811
) -> None:  # fmt: skip
    page = hers.get(path).text
    form = {"agree": terms_on(page), "token": token_in(page)}
    assert hers.post(path, data=form, headers=headers).status_code == 403
    assert hers.post(path, data={"agree": terms_on(page)}).status_code == 403, "without the token of the form"
    assert given(engine) == [] and stripe.open_sessions() == []


def test_a_link_of_somebody_else_offers_nothing(
    hers: TestClient, path: str, engine: Engine, stripe: MemoryStripe  # noqa: F811
) -> None:  # fmt: skip
    page = hers.get(path).text
    with core.transaction(engine) as session:
        session.execute(core.metadata.tables["payment_requests"].update().values(party_id="pty_other"))
    assert "I let " not in hers.get(path).text
    form = {"agree": terms_on(page), "token": token_in(page)}
    assert hers.post(path, data=form).status_code == 409 and given(engine) == []


def test_after_the_check_they_are_back_at_the_payment_and_nowhere_else(client: TestClient, maria: str) -> None:  # noqa: F811
    back = "/p/" + "a" * 22
    assert f'name="next" value="{back}"' in client.get(f"/portal?next={back}").text
    for elsewhere in ("https://evil.example", "//evil.example", "/p/../desk", f"{back}/x", "/desk"):
        assert 'name="next"' not in client.get("/portal", params={"next": elsewhere}).text
    answer = send(client, "verify", follow=False, next=back, **PROOF)
    assert answer.headers["location"] == back
    assert client.get(f"/portal?next={back}", follow_redirects=False).headers["location"] == back


def test_who_is_known_here_opens_the_receipt_without_being_asked_again(
    app, hers: TestClient, path: str, engine: Engine, stripe: MemoryStripe, settings: Settings  # noqa: F811
) -> None:  # fmt: skip
    hers.post(path, follow_redirects=False)
    (session_id,) = stripe.open_sessions()
    stripe.pay(session_id)
    assert "arrived" in hers.get(f"{path}/done").text
    receipt = hers.get(f"{path}/receipt").text
    assert 'name="zip"' not in receipt and "SHA-256" in receipt
    assert hers.get(f"{path}/receipt.pdf").status_code == 200
    stranger = TestClient(app, base_url="http://127.0.0.1:8000")
    assert 'name="zip"' in stranger.get(f"{path}/receipt").text
