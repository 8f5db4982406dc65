"""A saved card and a saved bank account through the real SDK against Stripe's double: save, charge, no, retry of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import Engine

from bot import negotiation, payments
from bot.core import transaction
from bot.payments import autopay, charging, finding_out, mandate_store, mandates, store
from bot.payments.model import No
from tests.payments.autopay_kit import agree, at, postman, say_yes
from tests.payments.pay_kit import HOW, usd
from tests.web_pay.pay_site import Site
from tests.web_pay.pay_site import site as make_site

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def site(engine: Engine, tmp_path: Path, stripe_at: str) -> Iterator[Site]:
    with make_site(engine, tmp_path, stripe_at) as made:
        agree(made.world)
        yield made


def saved(site: Site, number: str) -> mandate_store.Mandate:
    """By webhook, as it comes."""
    world = site.world
    mandate, settings = say_yes(world), replace(world.settings, bank_debits=True)
    asked = mandates.to_save(mandate, settings, back=f"{site.url}/portal/autopay?debt={world.debt_id}")
    opened = mandates.open_page(world.engine, world.stripe, asked)
    assert site.pay(opened.id, number).json()["status"] == "saved"
    site.work_until(lambda: known(site, mandate).is_active)
    return known(site, mandate)


def known(site: Site, mandate: mandate_store.Mandate) -> mandate_store.Mandate:
    with transaction(site.world.engine) as session:
        found = mandate_store.mandate(session, mandate.id)
    assert found is not None
    return found


def take(site: Site, mandate: mandate_store.Mandate) -> str:
    """On the first due day; the id of the request."""
    world = site.world
    with transaction(world.engine) as session:
        running = negotiation.current_agreement(session, world.debt_id)
    assert running is not None
    day = running.schedule[0].due
    at(world, day - timedelta(days=1))
    autopay.work(world.engine, world.settings, world.now)
    postman(world)
    at(world, day)
    charging.take_due(world.engine, world.stripe, world.now, HOW)
    with transaction(world.engine) as session:
        (charge,) = mandate_store.charges(session)
    assert charge.request_id is not None
    return charge.request_id


def test_a_card_is_saved_and_the_part_is_taken(site: Site) -> None:
    mandate = saved(site, "4242424242424242")
    assert mandate.saved is not None and (mandate.saved.brand, mandate.saved.last4) == ("visa", "4242")
    assert str(mandate.saved.expires) == "2034-12-31"
    take(site, mandate)
    assert site.world.entries() == [("payment", -10000)]
    assert len(site.intents()) == 1


def test_a_declined_card_is_read_with_its_code(site: Site) -> None:
    take(site, saved(site, "4000000000000341"))
    with transaction(site.world.engine) as session:
        (past,) = [past for past, _ in _all(session)]
    assert (past.outcome, past.declined, past.means) == ("failed", "generic_decline", No.LATER)
    assert site.world.entries() == []


def test_an_answer_that_was_lost_is_no_second_charge(site: Site) -> None:
    mandate = saved(site, "4242424242424242")
    site.faults(timeout_after_success={"times": 3, "hang_ms": 0}, drop=1)
    take(site, mandate)
    assert site.world.entries() == []
    site.faults()
    site.world.later(minutes=2)
    finding_out.find_out(site.world.engine, site.world.stripe, site.world.now, HOW)
    assert site.world.entries() == [("payment", -10000)]
    assert len(site.intents()) == 1


@pytest.mark.parametrize(("account", "entries"), [("000123456789", [("payment", -10000)]), ("000222222227", [])])
def test_a_bank_account_is_debited_and_its_bank_says_later(site: Site, account: str, entries: list) -> None:
    mandate = saved(site, account)
    assert mandate.saved is not None and mandate.saved.kind == "bank"
    request_id = take(site, mandate)
    assert site.world.entries() == []
    httpx.post(f"{site.sandbox}/clock", json={"advance_seconds": 5 * 86_400})
    outcome = "paid" if entries else "failed"
    site.work_until(lambda: [past.outcome for past, request in _of(site, request_id)] == [outcome])
    assert site.world.entries() == entries


def test_what_was_saved_is_forgotten_after_the_stop(site: Site) -> None:
    mandate = saved(site, "4242424242424242")
    with transaction(site.world.engine) as session:
        mandates.stop(session, mandate, by="debtor", now=site.world.now)
    assert mandates.forget_ended(site.world.engine, site.world.stripe, site.world.now) == 1
    assert mandate.saved is not None
    assert site.stripe.v1.payment_methods.retrieve(mandate.saved.method_id).customer is None


def _of(site: Site, request_id: str):
    with transaction(site.world.engine) as session:
        return [(past, request) for past, request in _all(session) if request == request_id]


def _all(session):
    rows = session.execute(store.checkout_attempts.select().where(store.checkout_attempts.c.kind == store.CHARGE))
    return [(store.past_of(row), row.request_id) for row in rows]


@pytest.mark.parametrize(("news", "left"), [("succeeded", "550.00"), ("failed", "600.00")])
def test_a_debit_on_the_page_is_on_its_way_and_stops_a_second_payment(site: Site, news: str, left: str) -> None:
    world, path = site.world, site.link("50.00")
    with transaction(world.engine) as session:
        settings = replace(world.settings, bank_debits=True)
        token = path.removeprefix("/p/")
        attempt = payments.begin_checkout(session, token, world.now, public_url=site.url, settings=settings)
    opened = payments.at_provider(world.stripe, attempt)
    with transaction(world.engine) as session:
        payments.checkout_opened(session, attempt, opened, world.now)
    assert opened.checkout is not None
    assert site.pay(opened.checkout.id, "000123456789").json()["status"] == "processing"
    site.work_until(lambda: "utter_payments_bank_pending" in world.heard() or "utter_payments_news" in world.heard())
    page = site.http.get(path).text
    assert "$50.00 is on its way from the bank." in page and "Pay $50.00" not in page
    assert site.http.get(f"{path}/done").text.count("on its way") and world.entries() == []
    with pytest.raises(payments.OnItsWay):
        world.ask("20.00")
    intent = site.intents()[0].id
    httpx.post(f"{site.sandbox}/stripe/bank/debits/{intent}", json={"status": news}).raise_for_status()
    with transaction(world.engine) as session:
        assert payments.is_on_its_way(session, world.debt_id)
    site.work_until(lambda: not _is_coming(site))
    assert world.balance == usd(left)
    assert len([name for name in world.heard() if "receipt" in name]) == (1 if news == "succeeded" else 0)
    assert world.heard()[-1] == ("utter_payments_failed" if news == "failed" else "utter_payments_receipt")


def _is_coming(site: Site) -> bool:
    with transaction(site.world.engine) as session:
        return payments.is_on_its_way(session, site.world.debt_id)
