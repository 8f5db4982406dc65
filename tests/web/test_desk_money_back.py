"""A card payment given back at the desk: shown first, made by Stripe once, told to the debtor."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

import bot.web
from bot import accounts, contact, core, demo, handoff, identity, payments
from bot.core import Money, Settings
from bot.web import money_news
from tests.payments.pay_kit import MemoryStripe
from tests.web.desk_kit import at_desk, case, maria_is_here, post, say

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
WHY = "it was taken twice"


@pytest.fixture
def stripe(app) -> MemoryStripe:
    return app.state.parts.gateway


@pytest.fixture
def app(settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(payments, "StripeGateway", lambda _settings: MemoryStripe())
    return bot.web.create_app(settings, engine)


@pytest.fixture
def sam(app) -> TestClient:
    return at_desk(app, "sam")


@pytest.fixture
def talk(engine: Engine, settings: Settings, sam: TestClient) -> str:
    now = settings.clock.now()
    with core.transaction(engine) as session:
        maria = maria_is_here(session, settings)
    made = case(engine, settings, handoff.Reason.PAYMENT, "you took it twice", demo.MARIA.phone)
    with core.transaction(engine) as session:
        contact.mark_verified(session, made, maria, now + timedelta(minutes=30), now)
    post(sam, made, "take")
    return made


@pytest.fixture
def paid(engine: Engine, settings: Settings, stripe: MemoryStripe, talk: str) -> payments.Card:
    """$50 by a link of this conversation."""
    now = settings.clock.now()
    with core.transaction(engine) as session:
        who = identity.require(session, contact.conversation(session, talk), now)
        [debt] = accounts.open_debts(session, who, now)
        link = payments.request(
            session, who, debt_id=debt.id, purpose=payments.Purpose.OTHER, amount=Money(5000, "USD"), now=now,
            valid_until=now + timedelta(days=3), public_url="https://pay.example",
        )  # fmt: skip
    with core.transaction(engine) as session:
        attempt = payments.begin_checkout(session, link.url.rsplit("/", 1)[1], now, public_url="https://pay.example")
    opened = payments.at_provider(stripe, attempt)
    with core.transaction(engine) as session:
        payments.checkout_opened(session, attempt, opened, now)
    assert opened.checkout
    stripe.pay(opened.checkout.id)
    payments.reconcile(engine, stripe, now, money_news.how(settings), at_start=True)
    with core.reading(engine) as session:
        [card] = payments.refundable(session, debt.id)
    return card


def order(sam: TestClient, talk: str, card: payments.Card, amount: str, **changed: str) -> tuple[str, str]:
    """(what was shown, the page after), as the page's own form does it."""
    form = {"debt": card.debt_id, "entry": str(card.number), "amount": amount, "reason": WHY, **changed}
    shown = post(sam, talk, "refund", **form).text
    mark = re.search(r'name="mark" value="([^"]+)"', shown)
    return shown, post(sam, talk, "refund", **form, mark=mark[1]).text if mark else ""


def balance(engine: Engine, card: payments.Card) -> str:
    with core.reading(engine) as session:
        return accounts.balance(session, card.debt_id).text("en")


def told(engine: Engine, talk: str) -> list[str]:
    with core.reading(engine) as session:
        return [line.text for line in contact.said(session, talk)]


def test_part_of_a_payment_goes_back_once_and_they_are_told(sam, talk, paid, engine, stripe) -> None:
    page = sam.get(f"/desk/conversations/{talk}").text
    assert say("money_refund", amount="$50.00") in page and balance(engine, paid) == "$562.40"
    shown, after = order(sam, talk, paid, "20")
    assert "from $562.40 to $582.40" in shown and "told then that $20.00 is on its way" in shown
    assert say("change_silent") not in shown
    assert say("refund_made_head", what="$20.00") in after and balance(engine, paid) == "$582.40"
    assert "$20 is on its way back" in told(engine, talk)[-1]
    assert len(stripe.given) == 1
    page = sam.get(f"/desk/conversations/{talk}").text
    assert say("money_refund", amount="$30.00") in page and WHY in page
    shown, after = order(sam, talk, paid, "30")
    assert balance(engine, paid) == "$612.40" and say("money_refund", amount="$") not in after
    with core.reading(engine) as session:
        assert payments.refundable(session, paid.debt_id) == []
        assert [fact.actor[:10] for fact in core.facts(session, kind="RefundAsked")] == ["agent:stf_"] * 2


@pytest.mark.parametrize("amount", ["0", "50.01", "a lot"])
def test_more_than_came_is_refused_and_nothing_is_asked(sam, talk, paid, engine, stripe, amount) -> None:
    shown, after = order(sam, talk, paid, amount)
    assert say("case_done_money_amount") in shown and not after and stripe.given == {}


def test_a_reason_is_asked_for(sam, talk, paid, engine, stripe) -> None:
    _, after = order(sam, talk, paid, "20", reason="oops")
    assert say("act_reason_short", shortest=10) in after and stripe.given == {}


@pytest.mark.parametrize("trouble", ["down", "lost"])
def test_while_stripe_is_away_the_order_waits_and_is_made_once(
    sam, talk, paid, engine, settings, stripe, trouble
) -> None:
    setattr(stripe, trouble, 1)
    _, after = order(sam, talk, paid, "20")
    assert say("refund_waits_head") in after and balance(engine, paid) == "$562.40"
    with core.reading(engine) as session:
        [left] = payments.refundable(session, paid.debt_id)
    assert left.left == Money(3000, "USD")
    settings.clock.move(timedelta(minutes=2))
    for _ in range(2):
        payments.send_refunds(engine, stripe, settings.clock.now(), money_news.how(settings))
    assert balance(engine, paid) == "$582.40" and len(stripe.given) == 1


def test_what_stripe_refuses_moves_nothing_and_stands_in_the_list(sam, talk, paid, engine, stripe) -> None:
    stripe.dispute(paid.payment_id.removeprefix("pi_"), withdrawn=False)
    _, after = order(sam, talk, paid, "20")
    assert say("refund_refused_head") in after and balance(engine, paid) == "$562.40"
    with core.reading(engine) as session:
        assert [one.kind for one in payments.open_problems(session)] == [payments.ProblemKind.REFUND_REFUSED]
        [left] = payments.refundable(session, paid.debt_id)
    assert left.left == Money(5000, "USD")


def test_the_list_says_what_to_do_and_keeps_what_was_done(sam, talk, paid, engine, stripe) -> None:
    assert say("matters_none") in sam.get("/desk/money").text
    stripe.dispute(paid.payment_id.removeprefix("pi_"), withdrawn=False)
    order(sam, talk, paid, "20")
    page = sam.get("/desk/money").text
    assert say("matter_refund_refused") in page and say("matter_refund_refused_do") in page and "NW-1000" in page
    problem = re.search(r'name="problem" value="([^"]+)"', page)
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert problem and token
    form = {"token": token[1], "problem": problem[1]}
    assert say("matters_short", shortest=10) in sam.post("/desk/money", data={**form, "how": "ok"}).text
    form["how"] = "they were called, nothing is wanted back"
    assert say("matters_none") in sam.post("/desk/money", data=form).text
    assert say("matters_unchanged") in sam.post("/desk/money", data=form).text
    with core.reading(engine) as session:
        [done] = core.facts(session, kind="PaymentProblemDone")
    assert done.actor.startswith("agent:stf_") and done.data["how"] == form["how"]
    assert sam.post("/desk/money", data={**form, "token": "x"}).status_code == 403


def test_nobody_but_who_has_the_case_gives_back(app, sam, talk, paid, engine, stripe) -> None:
    ana = at_desk(app, "ana")
    page = ana.get("/desk").text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    form = {"token": token[1], "debt": paid.debt_id, "entry": str(paid.number), "amount": "20", "reason": WHY}
    answer = ana.post(f"/desk/conversations/{talk}/refund", data=form, follow_redirects=False)
    assert answer.headers["location"].endswith("done=not_yours") and stripe.given == {}
