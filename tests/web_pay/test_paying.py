"""From the link to the ledger by HTTP, against Stripe's double."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
import stripe
from stripe import WebhookSignature

from bot import payments
from bot.core import new_id
from bot.payments import State, stripe_events
from bot.payments import store as payments_store
from bot.payments import stripe as ours
from tests.payments.pay_kit import usd
from tests.web_pay.pay_site import Site


def test_a_click_a_card_and_the_money_is_in_the_ledger(site: Site) -> None:
    path = site.link("50.00")
    session_id = site.click(path)
    assert site.pay(session_id).json()["status"] == "paid"
    site.work_until(site.world.entries)
    assert site.world.entries() == [("payment", -5000)]
    assert site.world.heard() == ["utter_payments_receipt_partial"]
    assert site.world.state(path.removeprefix("/p/")) is State.SETTLED


def test_stripe_is_asked_in_its_own_words(site: Site) -> None:
    session = site.stripe.v1.checkout.sessions.retrieve(site.click(site.link("50.00")))
    assert (session.mode, session.amount_total, session.currency, session.locale) == ("payment", 5000, "usd", "en")
    assert "klarna" in (session.excluded_payment_method_types or [])
    assert session.success_url and session.success_url.endswith("/done")
    line = site.stripe.v1.checkout.sessions.line_items.list(session.id).data[0]
    assert line.description == "Your payment"


def test_coming_back_asks_stripe_at_once_though_nobody_rang(site: Site) -> None:
    path = site.link("50.00")
    site.faults(drop=1)
    site.pay(site.click(path))
    assert "$50.00 arrived. Thank you." in site.http.get(f"{path}/done?look=1").text
    assert site.world.entries() == [("payment", -5000)] and len(site.world.heard()) == 1
    assert "$50.00 arrived. Thank you." in site.http.get(path).text


def test_the_return_page_says_arrived_only_when_the_ledger_has_it(site: Site) -> None:
    path = site.link("50.00")
    site.faults(drop=1)
    site.pay(site.click(path))
    site.faults(drop=1, error={"status": 503, "times": 3})
    waiting = site.http.get(f"{path}/done?look=1").text
    assert "Checking your payment" in waiting and "arrived" not in waiting and "Pay $50.00" not in waiting
    site.world.reconcile(at_start=True)
    assert "$50.00 arrived. Thank you." in site.http.get(f"{path}/done").text


def test_what_is_given_back_at_the_desk_is_one_refund_however_often_it_is_asked(site: Site) -> None:
    intent = _intent(site)
    order = new_id("rfd")
    for is_old in (False, False, True):
        made = site.world.stripe.give_back(intent, usd("20.00"), order, is_old=is_old)
    assert [one.amount for one in made.payment.refunds] == [usd("20.00")]
    assert made.refund_id == made.payment.refunds[0].id
    with pytest.raises(payments.Refused):
        site.world.stripe.give_back(intent, usd("30.01"), new_id("rfd"))


def test_a_warning_of_fraud_reaches_the_list(site: Site) -> None:
    site.http.post(f"{site.sandbox}/stripe/bank/warnings/{_intent(site)}", json={}).raise_for_status()
    site.work_until(lambda: site.world.rows(payments_store.payment_problems.select()))
    [row] = site.world.rows(payments_store.payment_problems.select())
    assert row.kind == "fraud_warning" and row.data["reason"] == "made_with_stolen_card"


def test_duplicated_delayed_and_reordered_webhooks_are_one_payment(site: Site) -> None:
    site.faults(seed=7, duplicates=4, delay_ms=300, reorder=0.5, wrong_signature=0.3)
    site.pay(site.click(site.link("50.00")))
    intent_events = {"checkout.session.completed", "payment_intent.succeeded"}
    site.work_until(lambda: intent_events <= site.world.event_types(), 20)
    time.sleep(1.5)
    site.work_until(lambda: "new" not in site.world.event_states())
    assert site.world.entries() == [("payment", -5000)]
    assert len(site.world.heard()) == 1


def test_a_declined_card_changes_nothing_and_the_same_page_takes_another(site: Site) -> None:
    session_id = site.click(site.link("50.00"))
    assert site.pay(session_id, "4000000000009995").status_code == 402
    site.work_until(lambda: "payment_intent.payment_failed" in site.world.event_types())
    assert site.world.entries() == [] and site.world.heard() == []
    site.pay(session_id)
    site.work_until(site.world.entries)
    assert site.world.entries() == [("payment", -5000)]


def test_a_refund_at_stripe_comes_back_to_the_ledger(site: Site) -> None:
    session_id = site.click(site.link("50.00"))
    site.pay(session_id)
    site.work_until(site.world.entries)
    intent = site.stripe.v1.checkout.sessions.retrieve(session_id).payment_intent
    site.stripe.v1.refunds.create({"payment_intent": str(intent), "amount": 2000})
    site.work_until(lambda: len(site.world.entries()) == 2)
    assert site.world.entries() == [("payment", -5000), ("reversal", 2000)]
    assert site.world.heard()[-1] == "utter_payments_refunded"


def _intent(site: Site) -> str:
    """A payment of $50.00 that is in the ledger."""
    session_id = site.click(site.link("50.00"))
    site.pay(session_id)
    site.work_until(site.world.entries)
    return str(site.stripe.v1.checkout.sessions.retrieve(session_id).payment_intent)


def test_a_refund_that_fails_at_the_bank_is_taken_out_again(site: Site) -> None:
    refund = site.stripe.v1.refunds.create({"payment_intent": _intent(site), "amount": 2000})
    site.work_until(lambda: len(site.world.entries()) == 2)
    site.http.post(f"{site.sandbox}/stripe/bank/refunds/{refund.id}", json={}).raise_for_status()
    site.work_until(lambda: len(site.world.entries()) == 3)
    assert site.world.balance == usd("550.00")


def test_a_chargeback_takes_the_payment_back_and_winning_it_brings_it_again(site: Site) -> None:
    bank = f"{site.sandbox}/stripe/bank/disputes/{_intent(site)}"
    site.faults(duplicates=2, reorder=0.5, seed=3)
    site.http.post(bank, json={"reason": "fraudulent"}).raise_for_status()
    site.work_until(lambda: len(site.world.entries()) == 2)
    assert site.world.balance == usd("600.00")
    site.http.post(bank, json={"status": "won"}).raise_for_status()
    site.work_until(lambda: len(site.world.entries()) == 3)
    assert site.world.balance == usd("550.00")


def test_two_clicks_leave_one_session_open(site: Site) -> None:
    path = site.link("50.00")
    first, second = site.click(path), site.click(path)
    statuses = [site.stripe.v1.checkout.sessions.retrieve(id_).status for id_ in (first, second)]
    assert statuses == ["expired", "open"]
    assert site.pay(first).status_code == 410


def test_a_click_after_paying_leads_to_the_return_page(site: Site) -> None:
    path = site.link("50.00")
    site.faults(drop=1)
    site.pay(site.click(path))
    answer = site.http.post(path)
    assert answer.status_code == 303 and answer.headers["location"] == f"{path}/done"


def test_stripe_answering_500_takes_nothing_and_the_next_click_works(site: Site) -> None:
    path = site.link("50.00")
    site.faults(error={"status": 500, "times": 3})
    failed = site.http.post(path)
    assert failed.status_code == 503 and "Nothing was taken" in failed.text
    assert site.click(path)


def test_an_answer_lost_on_the_way_is_fetched_by_the_retry(site: Site) -> None:
    path = site.link("50.00")
    site.faults(timeout_after_success={"times": 1, "hang_ms": 100})
    site.click(path)
    assert len(site.sessions()) == 1


def test_three_lost_answers_are_one_session_on_the_next_click(site: Site) -> None:
    path = site.link("50.00")
    site.faults(timeout_after_success={"times": 3, "hang_ms": 10})
    assert site.http.post(path).status_code == 503
    session_id = site.click(path)
    assert [one.id for one in site.sessions()] == [session_id]


def test_a_checkout_that_ran_out_can_be_opened_again(site: Site) -> None:
    path = site.link("50.00")
    session_id = site.click(path)
    site.stripe.v1.checkout.sessions.expire(session_id)
    site.work_until(lambda: "checkout.session.expired" in site.world.event_types())
    assert site.click(path) != session_id


EVENT = {
    "id": "evt_1", "object": "event", "type": "customer.created", "created": 1_790_000_000, "livemode": False,
    "api_version": "2026-10-28.endive", "data": {"object": {"id": "cus_1", "object": "customer"}},
}  # fmt: skip


def _ring(site: Site, body: str, secret: str = "", age: float = 0) -> int:
    secret = secret or site.world.settings.stripe.webhook_secrets[0]
    signature = WebhookSignature.generate_signature_header(body, secret, int(time.time() - age))
    return site.http.post("/webhooks/stripe", content=body, headers={"stripe-signature": signature}).status_code


def test_a_webhook_five_times_is_answered_five_times_and_kept_once(site: Site) -> None:
    assert [_ring(site, json.dumps(EVENT)) for _ in range(5)] == [200] * 5
    assert site.world.event_states() == ["new"]


def test_a_webhook_with_a_wrong_signature_is_refused_and_not_kept(site: Site) -> None:
    body = json.dumps(EVENT)
    assert _ring(site, body, "whsec_wrong") == 400
    assert _ring(site, body, age=400) == 400
    assert site.http.post("/webhooks/stripe", content=body).status_code == 400
    assert site.http.post("/webhooks/stripe", content=b"x" * 2_000_000).status_code == 413
    assert site.world.event_states() == []


def test_every_event_type_that_we_read_exists_in_the_sdk() -> None:
    source = Path(stripe._event.__file__).read_text(encoding="utf-8")
    known = set(re.findall(r'"([a-z_]+(?:\.[a-z_]+)+)"', source))
    assert known >= stripe_events.KNOWN


def test_the_version_written_out_is_the_one_of_the_sdk() -> None:
    assert stripe._api_version._ApiVersion.CURRENT == ours.API_VERSION
